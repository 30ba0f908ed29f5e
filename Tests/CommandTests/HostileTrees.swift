import TestSupport

/// Directories with files that are neither regular files nor directories, and directories that lead to themselves.
extension HostileInput {
    private static let fixture = "cp -r '\(Program.fixture("buildah1/hello-s390x.oci-dir"))' in"
    /// The name of the image in that layout.
    private static let name = "1.0"

    static let trees: [HostileInput] = [
        special("a FIFO", "mkfifo", blobs: absent), special("a directory", "mkdir", blobs: absent),
        special("a link to itself", "ln -s index.json", blobs: .namesOnly),
        special("a link to an endless device", "ln -s /dev/zero", blobs: .namesOnly), odd,
    ].flatMap { $0 }

    /// The directory of blobs is taken for one that is not there.
    private static let absent: [Use: Outcome] = [
        .base: .done, .inspect: .done, .list: .done, .tag: .done, .remove: .done,
    ]

    /// One kind of file in the place of others. `blobs` are the results if it takes the place of the directory.
    private static func special(_ kind: String, _ make: String, blobs: [Use: Outcome]) -> [HostileInput] {
        [
            .script(
                "\(kind) in the place of index.json", image: name,
                program: "\(fixture); rm in/index.json; \(make) in/index.json"),
            .script(
                "\(kind) in the place of oci-layout", image: name,
                program: "\(fixture); rm in/oci-layout; \(make) in/oci-layout"),
            .script(
                "\(kind) in the place of every blob", .refused, .namesOnly, image: name,
                program: "\(fixture); for f in in/blobs/sha256/*; do rm \"$f\"; \(make) \"$f\"; done"),
            .script(
                "\(kind) in the place of blobs", .refused, blobs, image: name,
                program: "\(fixture); rm -r in/blobs; \(make) in/blobs"),
        ]
    }

    private static let odd: [HostileInput] = [
        .script(
            "a directory with a link to itself as blobs", .refused, .namesOnly, image: name,
            program: "\(fixture); rm -r in/blobs; ln -s . in/blobs"),
        .script("an empty directory", program: "mkdir in"),
        .script("a directory with a link to itself", program: "mkdir in; ln -s . in/blobs; ln -s in in/in"),
        .script("a link to itself", program: "ln -s in in"),
        .script("a directory 400 levels deep", program: "d=in; for i in $(seq 400); do d=$d/d; done; mkdir -p $d"),
        .script(
            "a skopeo directory without its blobs",
            program: #"mkdir in; echo 'Directory Transport Version: 1.1' > in/version; "#
                + #"echo '{"schemaVersion":2,"config":{},"layers":[]}' > in/manifest.json"#),
    ]
}
