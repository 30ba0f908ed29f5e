internal import ImageModel

/// What went into which repository.
struct PushReport: CommandReport {
    let pushes: [MergeReport]

    var text: String { pushes.map(\.text).joined() }

    /// Each digest once.
    var brief: String {
        var seen: Set<Substring> = []
        let lines = pushes.map(\.brief).joined().split(separator: "\n")
        return lines.filter { seen.insert($0).inserted }.map { $0 + "\n" }.joined()
    }

    func json(warnings: [String]) -> JSONText {
        .object([
            ("pushes", .array(pushes.map { .object($0.members(warnings: nil)) })),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
