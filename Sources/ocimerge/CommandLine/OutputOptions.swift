internal import ByteIO

/// The options for the appearance of output, which mean the same in every command.
struct OutputOptions: Sendable, Equatable {
    enum Color: String, Sendable, CaseIterable { case auto, always, never }
    enum Progress: String, Sendable, CaseIterable { case auto, plain, none }

    var color = Color.auto
    var progress = Progress.auto
    /// Whether digests are whole on a terminal too.
    var showsWholeDigests = false
    /// Whether requests to registries and decisions are printed.
    var isVerbose = false

    /// The default of `--progress`. Other words than its own are ignored.
    static let progressVariable = "OCIMERGE_PROGRESS"

    init() {}

    init(_ parsed: ParsedArguments, environment: (String) -> String? = ProcessEnvironment.value) {
        // The parser accepts no other words.
        color = parsed.value(Flag.color.long).flatMap(Color.init) ?? .auto
        let wanted = parsed.value(Flag.progress.long) ?? environment(Self.progressVariable)
        progress = parsed.has("quiet") ? .none : wanted.flatMap(Progress.init) ?? .auto
        showsWholeDigests = parsed.has(Flag.full.long)
        isVerbose = parsed.has(Flag.verbose.long)
    }
}

extension Flag {
    /// For every command: errors and warnings have colors too.
    static let color = Flag(
        "color", value: .required("WHEN", .choice(OutputOptions.Color.allCases.map(\.rawValue))), group: .report,
        help: "Color text: auto, always or never (default: auto).")

    /// For commands that copy or read blobs.
    static let progress = Flag(
        "progress", value: .required("HOW", .choice(OutputOptions.Progress.allCases.map(\.rawValue))), group: .report,
        help: """
            Show progress: auto, plain (a line every 10 seconds) or none (default: $OCIMERGE_PROGRESS, else auto: a bar \
            on a terminal, plain elsewhere).
            """)

    /// For commands that use registries.
    static let verbose = Flag(
        "verbose", short: "v", group: .report,
        help: "Print requests to registries, without secrets, and decisions on standard error.")

    /// For commands whose reports have digests.
    /// For commands with a result.
    static let json = Flag("json", group: .report, help: "Print the result as JSON.")
    /// For commands whose result has a digest.
    static let quiet = Flag("quiet", short: "q", group: .report, help: "Print only the digest of the result.")
    static let full = Flag(
        "full", group: .report, help: "Print whole digests, also on a terminal.")
}
