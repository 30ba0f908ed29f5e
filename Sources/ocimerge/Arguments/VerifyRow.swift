enum VerifyRow {
    static let command = Command(
        name: "verify",
        summary: "check every byte and every claim of an image",
        usage: ["ocimerge verify SOURCE... [--json]"],
        positionals: [Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: nil)])
}
