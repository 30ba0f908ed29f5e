/// The verbs and options of docker, podman, skopeo, crane, regctl, oras, umoci and manifest-tool that this program does
/// not have, each with the command line that does the same.
enum ForeignVerbs {
    static func advice(for word: String) -> String? { verbs.first { $0.words.contains(word) }?.advice }

    static func advice(forOption name: String) -> String? { options.first { $0.words.contains(name) }?.advice }

    /// An option with another meaning in other tools, or one that a command replaces by an argument.
    static func advice(forOption name: String, of command: String) -> String? {
        misplaced.first { $0.words.contains(name) && $0.commands.contains(command) }?.advice
    }

    private static let misplaced: [(words: [String], commands: [String], advice: String)] = [
        (["p"], ["login"], "write --password-stdin, which keeps the password out of the list of processes"),
        (["p"], ["merge", "copy", "pack", "push", "pull", "inspect", "digest", "fix"], "write --platform OS/ARCH"),
        (["t", "tag"], ["push"], "the name is the REF: ocimerge push SOURCE HOST/REPO:TAG"),
        (["o", "output"], ["push"], "to write a file, write ocimerge SOURCE -o DEST"),
        (["o", "output"], ["copy", "pull"], "write DEST without -o"),
        (["o", "output"], ["inspect", "verify", "ls"], "the command only reads; redirect its output with >"),
        (["f"], ["merge", "copy", "pack", "pull"], "write --force to replace, or the name of a file alone"),
        (["file"], ["merge", "copy", "pack"], "write the name of the file alone"),
        (
            ["a", "all", "all-tags"], ["merge", "copy", "pack", "pull"],
            "all platforms and names are copied by default; leave it out"
        ),
        (["f", "format"], ["inspect", "ls", "verify", "diff"], "write --json and a filter such as jq"),
    ]

    private static let verbs: [(words: [String], advice: String)] = [
        (["save", "export"], "write: ocimerge SOURCE -o X.tar"),
        (["load", "import"], "ocimerge uses no daemon; write: ocimerge SOURCE -o X.tar, then: docker load -i X.tar"),
        (
            ["manifest", "index", "imagetools"],
            "to join images, write: ocimerge SOURCE... -o DEST; to print one: "
                + "ocimerge inspect --raw SOURCE"
        ),
        (
            ["create", "join", "from-spec", "from-args", "add", "append"],
            "to join images, write: ocimerge SOURCE... -o DEST"
        ),
        (
            ["tree", "show", "info", "stat", "analyze", "discover", "artifact"],
            "write: ocimerge inspect SOURCE"
        ),
        (["history"], "write: ocimerge inspect --history SOURCE"),
        (["files", "dive"], "write: ocimerge inspect --files SOURCE"),
        (["type", "less", "more"], "write: ocimerge cat SOURCE PATH"),
        (["images", "image"], "write: ocimerge ls SOURCE"),
        (["tags", "list-tags", "repo"], "write: ocimerge ls docker://HOST/REPO"),
        (
            ["catalog", "search"],
            "ocimerge does not list repositories; to list the tags of one, write: ocimerge ls docker://HOST/REPO"
        ),
        (["delete", "remove", "rmi", "untag"], "write: ocimerge rm LAYOUT:NAME"),
        (["prune", "clean"], "write: ocimerge gc LAYOUT"),
        (["check", "doctor", "scan", "lint", "test"], "write: ocimerge verify SOURCE"),
        (["config", "env"], "write: ocimerge inspect --config SOURCE"),
        (["blob", "blobs", "layers"], "write: ocimerge inspect --blobs SOURCE"),
        (["raw"], "write: ocimerge inspect --raw SOURCE"),
        (["platform", "platforms", "arch"], "write: ocimerge inspect --platforms SOURCE"),
        (
            ["mutate", "annotate", "set-platform", "repair"],
            "write: ocimerge fix SOURCE --platform OS/ARCH -o DEST, or ocimerge SOURCE --annotation KEY=VALUE -o DEST"
        ),
        (["sync", "mirror", "upload", "publish"], "write: ocimerge push SOURCE --all HOST/NAMESPACE"),
        (["download", "fetch", "get"], "write: ocimerge pull REF DEST"),
        (["split", "bundle"], "write: ocimerge pack SOURCE -o X.tar --split SIZE"),
        (["auth"], "write: ocimerge login HOST"),
        (
            ["build", "run", "exec", "commit", "create-container", "start", "stop", "ps", "mount"],
            "ocimerge neither builds nor runs images"
        ),
        (["unpack", "extract"], "ocimerge does not unpack images; write: umoci unpack --image LAYOUT:TAG BUNDLE"),
    ]

    private static let options: [(words: [String], advice: String)] = [
        (
            ["creds", "src-creds", "dest-creds", "password"],
            "log in with ocimerge login HOST, or write --username USER --password-stdin"
        ),
        (
            ["tls-verify", "src-tls-verify", "dest-tls-verify", "no-tls-verify"],
            "write --plain-http for a registry without TLS, or --insecure to accept any certificate"
        ),
        (["cert-dir", "src-cert-dir", "dest-cert-dir"], "write --ca FILE, or --cert FILE and --key FILE"),
        (["preserve-digests", "multi-arch"], "all platforms and digests are kept by default; leave it out"),
        (
            ["override-arch", "override-os", "override-variant", "arch", "os", "variant"],
            "write --platform OS/ARCH[/VARIANT]"
        ),
        (["name", "repo-tag", "repotags"], "write -t NAME"),
        (["dest", "out", "file"], "write -o DEST"),
        (["overwrite", "clobber"], "write --force"),
    ]
}
