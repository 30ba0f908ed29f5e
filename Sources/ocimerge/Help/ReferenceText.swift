/// The text of help and manual pages beside the rows of the command table. Plain ASCII, as roff requires.
enum ReferenceText {
    static let summary = "join container images in files into multi-architecture images"
    static let introduction = """
        ocimerge joins single-architecture container images into one multi-architecture image. It reads and writes \
        OCI image layouts, OCI archives, docker save tarballs and registries. Work on files needs no daemon, no root \
        and no network.
        """
    static let usage = ["ocimerge SOURCE... -o DEST [OPTION]...", "ocimerge COMMAND [OPTION]... [ARGUMENT]..."]
    /// The forms that most command lines need.
    static let places = """
        SOURCE is a file, a directory, - for standard input, or docker://HOST/REPO:TAG. DEST is DIR/ for an OCI image \
        layout, X.tar or X.tar.gz for an archive, - for standard output, or docker://HOST/REPO:TAG. The topics \
        sources and destinations list every form.
        """

    static let sources: [HelpTable.Word] = [
        .init(form: "PATH", meaning: "A file or directory. The format is detected from the content, never the name."),
        .init(form: "-", meaning: "An archive on standard input."),
        .init(form: "PATH.001", meaning: "All volumes of a split archive; name the first one."),
        .init(form: "PATH:NAME", meaning: "The image of that name, if PATH holds several."),
        .init(form: "PATH@sha256:HEX", meaning: "The image of that digest, if PATH holds several."),
        .init(
            form: "oci:PATH, oci-archive:PATH, docker-archive:PATH, dir:PATH",
            meaning: "The same, with the format stated instead of detected."),
        .init(
            form: "docker://HOST/REPO[:TAG][@DIGEST]",
            meaning: "An image in a registry. Its layers are read only if their bytes are needed."),
        .init(
            form: "SOURCE=PLATFORM", meaning: "The same image, declared to be PLATFORM. This overrides its metadata."),
    ]

    static let destinations: [HelpTable.Word] = [
        .init(form: "DIR/", meaning: "An OCI image layout. If it exists, --update or --force is required."),
        .init(
            form: "X.tar, X.tar.gz, X.tar.zst",
            meaning: """
                One archive for docker load (old and new), ctr, podman and skopeo. Also known: .tgz, .tzst, .tar.xz, \
                .tar.bz2 and .tar.lz4. A trailing slash makes such a name a directory.
                """),
        .init(form: "-", meaning: "That archive on standard output; the report goes to standard error."),
        .init(
            form: "oci:DIR, oci-archive:PATH, docker-archive:PATH, dir:DIR",
            meaning: """
                Exactly that format. An oci-archive has no manifest.json of docker. A docker-archive holds one \
                platform of each image and the legacy members. A dir: holds one image without its names.
                """),
        .init(
            form: "docker://HOST/REPO[:TAG]",
            meaning: "A registry. Missing blobs are sent, blobs of its other repositories are mounted, tags come last."
        ),
    ]

    static let exitCodes: [HelpTable.Word] = [
        .init(form: "0", meaning: "Done."),
        .init(form: "1", meaning: "Failed: bad input, a read, write or network error, a conflict, or findings."),
        .init(form: "2", meaning: "Wrong usage: the command line is wrong, with any content of the files."),
    ]

    static func exitCodes(of command: Command) -> [HelpTable.Word] {
        let failure =
            switch command.name {
            case "verify": "Errors were found, or the command failed. Notes alone give 0."
            case "diff": "The sources differ, or the command failed. After a failure nothing is printed."
            default: "The command failed; one line on standard error says why."
            }
        return [exitCodes[0], .init(form: "1", meaning: failure), exitCodes[2]]
    }
}

/// A file or a variable of the environment that commands use.
struct Setting: Sendable, Equatable {
    let word: HelpTable.Word
    /// Long names of flags: a command with one of them uses the setting. If empty, every command does.
    let flags: [String]

    init(_ form: String, of flags: [String] = [], _ meaning: String) {
        word = HelpTable.Word(form: form, meaning: meaning)
        self.flags = flags
    }

    func isUsed(by command: Command) -> Bool {
        flags.isEmpty || flags.contains { command.flag(long: $0) != nil }
    }
}

extension Setting {
    private static let credentials = ["authfile"]
    private static let connections = ["ca"]
    private static let uploads = ["chunk-size", "in-place"]
    private static let times = ["receipt", "add-layer"]
    private static let results = ["update", "force", "in-place", "gc", "output-dir"]

    static let files = [
        Setting(
            "~/.docker/config.json", of: credentials,
            "Credentials of docker, and the file of ocimerge login (default). $DOCKER_CONFIG moves the directory."),
        Setting(
            "$XDG_RUNTIME_DIR/containers/auth.json, /run/containers/UID/auth.json", of: credentials,
            "Credentials of podman until the user logs out or the machine restarts."),
        Setting("~/.config/containers/auth.json", of: credentials, "Lasting credentials of podman."),
        Setting("~/.dockercfg", of: credentials, "Credentials of docker before 1.7. They are read last."),
        Setting(
            "/etc/docker/certs.d/HOST, /etc/containers/certs.d/HOST", of: connections,
            "Certificates for one registry: *.crt of authorities, X.cert with X.key of the client."),
        Setting(
            "~/.config/containers/certs.d/HOST, ~/.config/docker/certs.d/HOST", of: connections,
            "The same for one user; ~/.docker/certs.d/HOST too."),
        Setting(
            "~/.local/state/ocimerge/uploads", of: uploads,
            "One small file for each unfinished upload, so that the next run resumes it. Delete them at any time."),
        Setting(
            ".NAME.ocimerge-*", of: results,
            "The unfinished result beside the destination NAME. After a kill the next run to NAME removes it."),
    ]

    static let environment = [
        Setting("HOME", of: credentials + connections + uploads, "The directory ~ of the files above."),
        Setting("DOCKER_AUTH_CONFIG", of: credentials, "The content of a config.json, which precedes every file."),
        Setting("REGISTRY_AUTH_FILE", of: credentials, "The first file with credentials, also for ocimerge login."),
        Setting("DOCKER_CONFIG", of: credentials, "The directory of docker's config.json (default: ~/.docker)."),
        Setting("XDG_RUNTIME_DIR", of: credentials, "The directory of podman's containers/auth.json."),
        Setting(
            "XDG_CONFIG_HOME", of: credentials + connections,
            "The directory of containers/auth.json and certs.d (default: ~/.config)."),
        Setting(
            "XDG_STATE_HOME", of: uploads, "The directory of ocimerge/uploads (default: ~/.local/state)."),
        Setting("PATH", of: credentials, "Where the credential helpers docker-credential-NAME are found."),
        Setting(
            "SSL_CERT_FILE, SSL_CERT_DIR", of: connections,
            "The certificates of authorities (default: those of the system)."),
        Setting(
            "http_proxy, https_proxy, all_proxy", of: connections,
            """
            The proxy, except for hosts of this machine. The upper-case names work too. HTTP_PROXY is ignored where \
            REQUEST_METHOD is set.
            """),
        Setting("no_proxy", of: connections, "Hosts to which no proxy applies, separated by commas."),
        Setting(
            "TMPDIR", of: results,
            "Where blobs wait for an archive on standard output or a registry, and new layers (default: /tmp)."),
        Setting(
            "SOURCE_DATE_EPOCH", of: times,
            "Seconds since 1970: the time of a receipt, and of the files and the history of new layers."),
        Setting("TERM", "With the value dumb, no progress bar and no colour is shown."),
        Setting("NO_COLOR", "If not empty, no colour is used."),
        Setting("CLICOLOR_FORCE", "If neither empty nor 0, colour is used without a terminal."),
        Setting("LC_ALL, LC_CTYPE, LANG", "The locale. Without UTF-8, marks are printed in ASCII."),
    ]
}
