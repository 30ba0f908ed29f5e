/// The verbs and options of other tools that this program does not have, each with the command line that does the same.
/// The tools are docker, podman, skopeo, crane, regctl, oras, umoci and manifest-tool.
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

    private static let verbs: [(words: [String], advice: String)] =
        reading + writing + layouts + [
            (
                [
                    "build", "bud", "build-using-dockerfile", "bake", "builder", "run", "exec", "commit",
                    "create-container", "start", "stop", "restart", "pause", "unpause", "kill", "ps", "top", "logs",
                    "port", "stats", "wait", "events", "mount", "umount", "unmount", "unshare", "container",
                    "containers", "pod", "kube", "play", "machine", "compose", "stack", "swarm", "service", "node",
                    "network", "volume", "secret", "plugin", "context", "checkpoint", "generate", "from", "debug",
                    "healthcheck", "quadlet", "farm", "task", "tasks", "snapshot", "snapshots", "namespace", "desktop",
                    "auto-update",
                ],
                "ocimerge neither builds nor runs images"
            ),
            (
                ["flatten", "rebase", "squash", "repack", "optimize"],
                "ocimerge does not change the files of layers; to add a layer, write: ocimerge edit SOURCE --add-layer "
                    + "DIR -o DEST"
            ),
            (
                ["unpack", "extract", "raw-unpack"],
                "ocimerge does not unpack images; write: umoci unpack --image LAYOUT:TAG BUNDLE"
            ),
            (
                ["attach"],
                "ocimerge neither attaches artifacts nor runs images; to attach one, write: oras attach REF FILE"
            ),
            (
                ["sign", "attest", "standalone-sign", "generate-sigstore-key", "trust"],
                "ocimerge does not sign images; write: cosign sign REF"
            ),
            (
                ["standalone-verify", "verify-attestation"],
                "ocimerge checks no signatures; to check content and platforms, write: ocimerge verify SOURCE"
            ),
            (
                ["sbom", "scout"],
                "ocimerge makes no SBOM; to list attestations, write: ocimerge inspect SOURCE"
            ),
            (["serve"], "ocimerge serves no registry"),
            (["registry"], "to log in to a registry, write: ocimerge login HOST; ocimerge serves no registry"),
        ]

    private static let reading: [(words: [String], advice: String)] = [
        (
            ["tree", "show", "info", "stat", "analyze", "discover", "artifact", "referrers"],
            "write: ocimerge inspect SOURCE"
        ),
        (["history"], "write: ocimerge inspect --history SOURCE"),
        (["files", "dive"], "write: ocimerge inspect --files SOURCE"),
        (["type", "less", "more", "get-file"], "write: ocimerge cat SOURCE PATH"),
        (["images", "image"], "write: ocimerge ls SOURCE"),
        (["tags", "list-tags", "repo"], "write: ocimerge ls docker://HOST/REPO"),
        (
            ["catalog", "search"],
            "ocimerge does not list repositories; to list the tags of one, write: ocimerge ls docker://HOST/REPO"
        ),
        (["check", "doctor", "scan", "lint", "test"], "write: ocimerge verify SOURCE"),
        (
            ["config", "env", "raw-config", "raw-runtime-config"],
            "to see it, write: ocimerge inspect --config SOURCE; to change it: ocimerge edit SOURCE --env K=V -o DEST"
        ),
        (["blob", "blobs", "layers", "content"], "write: ocimerge inspect --blobs SOURCE"),
        (["raw"], "write: ocimerge inspect --raw SOURCE"),
        (["platform", "platforms", "arch"], "write: ocimerge inspect --platforms SOURCE"),
        (["manifest-digest", "resolve"], "write: ocimerge digest SOURCE"),
        (["ref"], "for the forms of references, write: ocimerge help sources"),
    ]

    private static let writing: [(words: [String], advice: String)] = [
        (["save", "export"], "write: ocimerge SOURCE -o X.tar"),
        (["load", "import"], "ocimerge uses no daemon; write: ocimerge SOURCE -o X.tar, then: docker load -i X.tar"),
        (
            ["manifest", "index", "imagetools"],
            "to join images, write: ocimerge SOURCE... -o DEST; to print one: "
                + "ocimerge inspect --raw SOURCE"
        ),
        (
            ["create", "join", "from-spec", "from-args", "add"],
            "to join images, write: ocimerge SOURCE... -o DEST"
        ),
        (
            ["append", "insert", "add-layer", "raw-add-layer"], "write: ocimerge edit SOURCE --add-layer DIR -o DEST"
        ),
        (["buildx"], "ocimerge does not build images; to join images, write: ocimerge SOURCE... -o DEST"),
        (
            ["mutate", "annotate", "mod"],
            "write: ocimerge edit SOURCE --label KEY=VALUE -o DEST, or another change; see ocimerge help edit"
        ),
        (
            ["set-platform", "repair"],
            "write: ocimerge fix SOURCE --platform OS/ARCH -o DEST"
        ),
        (["sync", "mirror", "upload", "publish", "restore"], "write: ocimerge push SOURCE --all HOST/NAMESPACE"),
        (["download", "fetch", "get", "backup"], "write: ocimerge pull REF DEST"),
        (["split", "bundle"], "write: ocimerge pack SOURCE -o X.tar --split SIZE"),
        (["auth"], "write: ocimerge login HOST"),
    ]

    private static let layouts: [(words: [String], advice: String)] = [
        (["delete", "remove", "rmi", "untag"], "write: ocimerge rm LAYOUT:NAME"),
        (["prune", "clean", "system"], "write: ocimerge gc LAYOUT"),
        (["rename", "retag"], "write: ocimerge tag LAYOUT:NAME NEW"),
        (["update"], "write: ocimerge SOURCE -o DEST --update"),
        (["layout"], "write: ocimerge ls LAYOUT"),
        (["init", "new"], "ocimerge makes a layout with its first image; write: ocimerge SOURCE -o DIR/"),
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
