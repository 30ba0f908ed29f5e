/// The options for the appearance of output, which mean the same in every command.
struct OutputOptions: Sendable, Equatable {
    enum Color: String, Sendable, CaseIterable { case auto, always, never }

    var color = Color.auto
    /// Whether digests are whole on a terminal too.
    var showsWholeDigests = false

    init() {}

    init(_ parsed: ParsedArguments) {
        // The parser accepts no other words.
        color = parsed.value(Flag.color.long).flatMap(Color.init) ?? .auto
        showsWholeDigests = parsed.has(Flag.full.long)
    }
}

extension Flag {
    /// For every command: errors and warnings have colors too.
    static let color = Flag(
        "color", value: .required("WHEN", .choice(OutputOptions.Color.allCases.map(\.rawValue))), group: .report,
        help: "Color text: auto, always or never (default: auto).")

    /// For commands whose reports have digests.
    static let full = Flag(
        "full", group: .report, help: "Print whole digests, also on a terminal.")
}
