internal import ByteIO
internal import ImageModel

/// The output of `version`.
struct VersionReport: CommandReport {
    let version: String
    let libraries: [LibraryVersion]

    init() {
        version = Ocimerge.version
        libraries = LibraryVersion.all()
    }

    /// The output of `--version`, for scripts.
    static let line = "ocimerge \(Ocimerge.version)\n"

    var brief: String { Self.line }

    func text(_ style: TextStyle) -> String {
        let commit = BuildCommit.hex.map { "commit " + $0.prefix(12) } ?? "commit unknown"
        let modified = BuildCommit.isModified ? ", modified" : ""
        return "ocimerge \(version) (\(commit)\(modified))\n"
            + Table.text(libraries.map { [$0.name, $0.version ?? "not found"] })
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("version", .string(version)),
            ("commit", BuildCommit.hex.map(JSONText.string) ?? .null),
            ("modified", BuildCommit.hex == nil ? .null : .boolean(BuildCommit.isModified)),
            (
                "libraries",
                .array(
                    libraries.map {
                        .object([("name", .string($0.name)), ("version", $0.version.map(JSONText.string) ?? .null)])
                    })
            ),
        ])
    }
}
