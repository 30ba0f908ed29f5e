/// One row of the flag table. Parser, help, man page and completions read nothing else.
struct Flag: Sendable, Equatable {
    /// Without the dashes; also the key in `ParsedArguments.options`.
    let long: String
    let short: Character?
    let value: FlagValue
    let repeatable: Bool
    /// Whether an empty value means something.
    let takesEmpty: Bool
    let group: FlagGroup
    /// Short sentences in the imperative, plain ASCII, with the default in parentheses.
    let help: String

    init(
        _ long: String, short: Character? = nil, value: FlagValue = .none, repeatable: Bool = false,
        takesEmpty: Bool = false, group: FlagGroup, help: String
    ) {
        self.long = long
        self.short = short
        self.value = value
        self.repeatable = repeatable
        self.takesEmpty = takesEmpty
        self.group = group
        self.help = help
    }

    /// For commands that check executables.
    static let evidence = Flag(
        "evidence", value: .optional("HOW", .choice(["bounded", "full"])), group: .selection,
        help: "Search layers for executables: bounded, or full to the end of every layer (default: bounded).")

    /// For commands that check executables and write.
    static let trust = Flag(
        "trust", group: .selection,
        help: "Trust the declared platforms, also unknown ones; do not check the executables.")

    /// For commands that copy images.
    static let referrers = Flag(
        "referrers", group: .selection,
        help: "Also write signatures, SBOMs and attestations that refer to the written images.")

    static let allowIncomplete = Flag(
        "allow-incomplete", group: .selection,
        help: "Write images although configs or layers that they need are absent; warn about each.")

    /// For commands that write images.
    static let verify = Flag(
        "verify", group: .run,
        help: "Verify all content as the command verify does; write nothing if there is an error.")

    /// For commands that write files.
    static let sync = Flag("sync", group: .run, help: "Flush every file to disk before the result appears.")
    /// For commands that process blobs.
    static let jobs = Flag(
        "jobs", short: "j", value: .required("N", .free), group: .run,
        help: """
            Process N blobs at once, 1 to 64 (default: the number of cores; for a registry at least \
            \(JobCount.leastConnections)).
            """)

    /// For commands that copy from registries into files.
    static let fresh = Flag(
        "fresh", group: .run,
        help: "Start again: remove the layers that an interrupted run to DEST has kept.")

    static let help = Flag("help", short: "h", group: .about, help: "Print this help.")
    /// The flags of every command.
    static let common = [color, help]
    /// Needs no command, so no row of the command table contains it.
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

    /// All spellings, the short one first.
    var spellings: [String] {
        (short.map { ["-\($0)"] } ?? []) + ["--\(long)"]
    }
}

/// The heading under which help lists a flag; the raw value is that heading.
enum FlagGroup: String, Sendable, CaseIterable {
    case change = "Change"
    case result = "Result"
    case selection = "Selection"
    case run = "Run"
    case report = "Report"
    case registry = "Registry"
    case about = "About"
}

/// The value of a flag: none, required or optional, with its name in help.
enum FlagValue: Sendable, Equatable {
    case none
    case required(_ name: String, _ kind: ValueKind)
    /// Follows `=`, or is the next argument if the kind recognises that.
    case optional(_ name: String, _ kind: ValueKind)

    var kind: ValueKind? {
        switch self {
        case .none: nil
        case .required(_, let kind), .optional(_, let kind): kind
        }
    }
}

/// The kind of a value. Completions depend on it, and it recognises optional values.
enum ValueKind: Sendable, Equatable {
    case path
    case platform
    case platformList
    case command
    case choice([String])
    /// One of these words, with an optional suffix after a colon that the request parses.
    case leveled([String])
    /// A value that completion cannot suggest: a name, a number, a pair.
    case free

    /// Whether the argument after a flag is certainly its optional value.
    func recognises(_ argument: String) -> Bool {
        switch self {
        case .platform, .platformList: PlatformShape.matches(argument)
        case .choice(let words): words.contains(argument)
        case .leveled(let words): argument.split(separator: ":").first.map { words.contains(String($0)) } ?? false
        case .command: HelpSubject.names.contains(argument)
        case .path, .free: false
        }
    }
}
