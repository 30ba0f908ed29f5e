enum FixRow {
    static let command = Command(
        name: "fix",
        summary: "correct the platform that an image declares",
        usage: [
            "ocimerge fix SOURCE (--platform P|--auto) (-o DEST|--in-place) [OPTION]..."
        ],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1)])
}
