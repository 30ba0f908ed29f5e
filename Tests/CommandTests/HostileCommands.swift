import TestSupport

/// One column of the table of hostile inputs: a command line, and what it may leave in its working directory.
struct HostileCommand: Sendable {
    /// What a command line names.
    struct Names {
        /// The hostile input.
        let source: String
        /// The name of an image in it.
        let image: String
        /// The host of the registry to write to.
        let registry: String
    }

    enum Destination {
        case none
        /// Created by a successful run; absent after any other.
        case new(String)
        /// A sound layout before the run, and unchanged after a failed one.
        case existing(String)
        /// Raw bytes on standard output.
        case standardOutput
        /// The input itself, which a failed run leaves unchanged.
        case source
    }

    let name: String
    let use: HostileInput.Use
    var destination = Destination.none
    /// The input is an archive on standard input instead of a file.
    var streams = false
    /// The registry takes nothing, so that the command fails even if the input is sound.
    var needsRegistry = false
    /// The command warns about sound images too, for example of a name that its destination does not keep.
    var mayWarn = false
    let arguments: @Sendable (Names) -> [String]

    /// `merge`, then what the command line says.
    static func merge(
        _ name: String, _ use: HostileInput.Use = .copy, to destination: String, creates path: String? = nil,
        mayWarn: Bool = false, _ options: [String] = []
    ) -> HostileCommand {
        HostileCommand(name: name, use: use, destination: .new(path ?? destination), mayWarn: mayWarn) {
            ["merge", $0.source, "-o", destination] + options
        }
    }

    static let all = merging + packing + pushing + reading + fixing + editing + layouts

    private static let merging: [HostileCommand] = [
        merge("merge to a layout", to: "out"),
        merge("merge to a .tar", to: "out.tar", mayWarn: true),
        merge("merge to a .tar.gz", to: "out.tar.gz", mayWarn: true),
        merge("merge to a .tar.zst", to: "out.tar.zst", mayWarn: true),
        merge("merge to oci:", to: "oci:out", creates: "out"),
        merge("merge to oci-archive:", to: "oci-archive:out.tar", creates: "out.tar", mayWarn: true),
        merge("merge to docker-archive:", .docker, to: "docker-archive:out.tar", creates: "out.tar", mayWarn: true),
        merge("merge to dir:", .directory, to: "dir:out", creates: "out", mayWarn: true),
        HostileCommand(name: "merge to standard output", use: .copy, destination: .standardOutput, mayWarn: true) {
            ["merge", $0.source, "-o", "-"]
        },
        HostileCommand(name: "merge to a registry", use: .copy, needsRegistry: true) {
            ["merge", $0.source, "-o", "docker://\($0.registry)/demo/app:1.0", "--plain-http"]
        },
        HostileCommand(name: "copy", use: .copy, destination: .new("out")) { ["copy", $0.source, "out"] },
        HostileCommand(name: "pull", use: .copy, needsRegistry: true) {
            ["pull", "\($0.registry)/demo/app:1.0", "out", "--plain-http"]
        },
        HostileCommand(name: "merge --dry-run", use: .plan) { ["merge", $0.source, "-o", "out", "--dry-run"] },
        HostileCommand(name: "merge --update", use: .copy, destination: .existing("out")) {
            ["merge", $0.source, "-o", "out", "--update", "-t", "demo/other:1"]
        },
        HostileCommand(name: "merge --force", use: .copy, destination: .existing("out")) {
            ["merge", $0.source, "-o", "out", "--force"]
        },
        HostileCommand(name: "merge from standard input", use: .copy, destination: .new("out"), streams: true) { _ in
            ["merge", "-", "-o", "out"]
        },
        merge("merge --compress", .recode, to: "out", ["--compress", "zstd:1", "--recompress"]),
        merge("merge --format", .copy, to: "out", mayWarn: true, ["--format", "docker"]),
        merge("merge --annotation", .copy, to: "out", ["--annotation", "manifest:a=b"]),
        merge("merge --evidence=full", .start, to: "out", ["--evidence=full"]),
        merge("merge --fix", .evidence, to: "out", mayWarn: true, ["--fix"]),
        HostileCommand(name: "merge --spec", use: .spec, destination: .new("out")) {
            ["merge", "--spec", $0.source, "-o", "out"]
        },
    ]

    private static let packing: [HostileCommand] = [
        HostileCommand(name: "pack to a .tar", use: .copy, destination: .new("out.tar"), mayWarn: true) {
            ["pack", $0.source, "-o", "out.tar"]
        },
        HostileCommand(name: "pack to standard output", use: .copy, destination: .standardOutput, mayWarn: true) {
            ["pack", $0.source, "-o", "-"]
        },
        HostileCommand(name: "pack --since", use: .base, destination: .new("out.tar")) {
            ["pack", sound, "-o", "out.tar", "--since", $0.source]
        },
        HostileCommand(name: "pack --since --reuse", use: .base, destination: .new("out.tar")) {
            ["pack", sound, "-o", "out.tar", "--reuse", "--since", $0.source]
        },
    ]

    private static let pushing: [HostileCommand] = [
        HostileCommand(name: "push --dry-run", use: .plannedPush, mayWarn: true) {
            ["push", $0.source, "\($0.registry)/demo/app:1.0", "--dry-run", "--plain-http"]
        },
        HostileCommand(name: "push", use: .copy, needsRegistry: true) {
            ["push", $0.source, "\($0.registry)/demo/app:1.0", "--plain-http"]
        },
        HostileCommand(name: "push --all", use: .copy, needsRegistry: true) {
            ["push", $0.source, "--all", "\($0.registry)/copy", "--plain-http"]
        },
        HostileCommand(name: "login --authfile", use: .credentials, needsRegistry: true) {
            ["login", $0.registry, "-u", "user", "--password-stdin", "--plain-http", "--authfile", $0.source]
        },
        HostileCommand(name: "logout --authfile", use: .credentials) {
            ["logout", $0.registry, "--authfile", $0.source]
        },
    ]

    private static let reading: [HostileCommand] = [
        HostileCommand(name: "inspect", use: .inspect) { ["inspect", $0.source] },
        HostileCommand(name: "inspect --platforms", use: .inspect, mayWarn: true) {
            ["inspect", "--platforms", $0.source]
        },
        HostileCommand(name: "inspect --blobs", use: .inspect, mayWarn: true) { ["inspect", "--blobs", $0.source] },
        HostileCommand(name: "inspect --json", use: .inspect) { ["inspect", "--json", $0.source] },
        HostileCommand(name: "inspect --html", use: .inspect, destination: .new("page.html")) {
            ["inspect", $0.source, "--html", "page.html"]
        },
        HostileCommand(name: "inspect --evidence=full", use: .search) { ["inspect", "--evidence=full", $0.source] },
        HostileCommand(name: "inspect --raw", use: .raw, destination: .standardOutput) {
            ["inspect", "--raw", $0.source]
        },
        HostileCommand(name: "diff", use: .compare) { ["diff", $0.source, $0.source] },
        HostileCommand(name: "diff --json", use: .compare) { ["diff", "--json", "--exact", $0.source, $0.source] },
        HostileCommand(name: "digest", use: .raw) { ["digest", $0.source] },
        HostileCommand(name: "inspect --config", use: .config, destination: .standardOutput) {
            ["inspect", "--config", $0.source]
        },
        HostileCommand(name: "inspect from standard input", use: .inspect, streams: true) { _ in ["inspect", "-"] },
        HostileCommand(name: "inspect --files", use: .files) { ["inspect", "--files", $0.source] },
        HostileCommand(name: "inspect --files --json", use: .files) { ["inspect", "--files", "--json", $0.source] },
        HostileCommand(name: "inspect --files from standard input", use: .files, streams: true) { _ in
            ["inspect", "--files", "-"]
        },
        HostileCommand(name: "cat", use: .cat, destination: .standardOutput) { ["cat", $0.source, "/no/such/file"] },
        HostileCommand(name: "cat from standard input", use: .cat, destination: .standardOutput, streams: true) { _ in
            ["cat", "-", "/no/such/file"]
        },
        HostileCommand(name: "verify", use: .verify) { ["verify", $0.source] },
        HostileCommand(name: "verify --json", use: .verify) { ["verify", "--json", $0.source] },
        HostileCommand(name: "verify from standard input", use: .verify, streams: true) { _ in ["verify", "-"] },
    ]

    private static let editing: [HostileCommand] = [
        HostileCommand(name: "edit to a layout", use: .fix, destination: .new("out"), mayWarn: true) {
            ["edit", $0.source, "--env", "A=B", "-o", "out"]
        },
        HostileCommand(name: "edit to a .tar", use: .fix, destination: .new("out.tar"), mayWarn: true) {
            ["edit", $0.source, "--label", "a=b", "--entrypoint", "/a", "-o", "out.tar"]
        },
        HostileCommand(name: "edit --add-layer", use: .layers, destination: .new("out"), mayWarn: true) {
            ["edit", $0.source, "--add-layer", "\(folder)=/new", "-o", "out"]
        },
        HostileCommand(name: "edit --in-place", use: .edit, destination: .source, mayWarn: true) {
            ["edit", $0.source, "--user", "1", "--in-place"]
        },
    ]

    private static let fixing: [HostileCommand] = [
        HostileCommand(name: "fix to a layout", use: .fix, destination: .new("out")) {
            ["fix", $0.source, "--platform", "linux/arm64", "--trust", "-o", "out"]
        },
        HostileCommand(name: "fix to a .tar", use: .fix, destination: .new("out.tar"), mayWarn: true) {
            ["fix", $0.source, "--platform", "linux/arm64", "--trust", "-o", "out.tar"]
        },
        HostileCommand(name: "fix --in-place", use: .edit, destination: .source) {
            ["fix", $0.source, "--platform", "linux/arm64", "--trust", "--in-place"]
        },
        HostileCommand(name: "fix --dry-run", use: .preview) {
            ["fix", $0.source, "--platform", "linux/arm64", "--trust", "--in-place", "--dry-run"]
        },
        HostileCommand(name: "fix to a registry", use: .fix, needsRegistry: true) {
            [
                "fix", $0.source, "--platform", "linux/arm64", "--trust", "-o", "docker://\($0.registry)/a:1",
                "--plain-http",
            ]
        },
        HostileCommand(name: "fix --auto --in-place", use: .auto, destination: .source) {
            ["fix", $0.source, "--auto", "--in-place"]
        },
    ]

    private static let layouts: [HostileCommand] = [
        HostileCommand(name: "ls", use: .list) { ["ls", $0.source] },
        HostileCommand(name: "ls --json", use: .list) { ["ls", "--json", $0.source] },
        HostileCommand(name: "tag", use: .tag, destination: .source) {
            ["tag", "\($0.source):\($0.image)", "demo/other:1"]
        },
        HostileCommand(name: "tag --dry-run", use: .tag) {
            ["tag", "\($0.source):\($0.image)", "demo/other:1", "--dry-run"]
        },
        HostileCommand(name: "rm", use: .remove, destination: .source) { ["rm", "\($0.source):\($0.image)"] },
        HostileCommand(name: "rm --gc", use: .remove, destination: .source) {
            ["rm", "--gc", "\($0.source):\($0.image)"]
        },
        HostileCommand(name: "gc", use: .collect, destination: .source) { ["gc", $0.source] },
        HostileCommand(name: "gc --dry-run", use: .collect) { ["gc", "--dry-run", $0.source] },
    ]

    /// An image that no command refuses.
    static let sound = Program.fixture("docker20/hello-amd64.tar")
    /// A directory whose files become a layer.
    static let folder = Program.fixture("specs")
    /// A layout that exists before `--update` and `--force`.
    static let existing = Program.fixture("buildah1/hello-s390x.oci-dir")
}
