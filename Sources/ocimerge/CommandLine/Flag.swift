/// One row of the flag table. Parser, help, man page and completions read nothing else.
struct Flag: Sendable, Equatable {
    /// Without the dashes; also the key in `ParsedArguments.options`.
    let long: String
    let short: Character?
    let value: FlagValue
    let repeatable: Bool
    let group: FlagGroup
    /// One sentence, plain ASCII.
    let help: String

    init(
        _ long: String, short: Character? = nil, value: FlagValue = .none, repeatable: Bool = false,
        group: FlagGroup, help: String
    ) {
        self.long = long
        self.short = short
        self.value = value
        self.repeatable = repeatable
        self.group = group
        self.help = help
    }

    /// Whoever asks the executables inside images.
    static let evidence = Flag(
        "evidence", value: .optional("HOW", .choice(["bounded", "full"])), group: .selection,
        help: "How far to look for executables: bounded (the default), or full, to the end of every layer.")

    /// Whoever copies images.
    static let referrers = Flag(
        "referrers", group: .selection,
        help: "Let signatures, SBOMs and attestations follow that refer to what is written.")

    /// Whoever writes.
    static let sync = Flag("sync", group: .run, help: "Flush every file to the disk before the result appears.")
    /// Whoever goes through blobs.
    static let jobs = Flag(
        "jobs", short: "j", value: .required("N", .free), group: .run,
        help: """
            Work on N blobs at once, 1 to 64; as many as there are cores unless given, and to a registry at least \
            \(JobCount.leastConnections).
            """)

    static let help = Flag("help", short: "h", group: .about, help: "Print this help.")
    /// Understood without a command, so it stands in no command's row.
    static let version = Flag("version", group: .about, help: "Print the version.")

    /// `-o, --output DEST`, as help and man page show it; flags without a short form align with those that have one.
    var label: String {
        let prefix = short.map { "-\($0), " } ?? "    "
        return switch value {
        case .none: "\(prefix)--\(long)"
        case .required(let name, _): "\(prefix)--\(long) \(name)"
        case .optional(let name, _): "\(prefix)--\(long)[=\(name)]"
        }
    }

    /// `-o` where there is a short form, else `--long`: both spellings, short first.
    var spellings: [String] {
        (short.map { ["-\($0)"] } ?? []) + ["--\(long)"]
    }
}
