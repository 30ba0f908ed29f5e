/// One row of the command table.
struct Command: Sendable, Equatable {
    let name: String
    /// Other words for the command, as other tools name it.
    let aliases: [String]
    let work: CommandWork
    /// One line for lists of commands: lower case, no full stop.
    let summary: String
    let usage: [String]
    /// Paragraphs.
    let details: [String]
    /// `nil` if help has no table.
    let table: HelpTable?
    let positionals: [Positional]
    let flags: [Flag]
    /// Sets of long names of which at most one may be given.
    let exclusive: [[String]]
    let examples: [CommandExample]

    /// Adds the flags of every command, so that no row can forget them.
    init(
        name: String, aliases: [String] = [], work: CommandWork = .other, summary: String, usage: [String],
        details: [String] = [], table: HelpTable? = nil,
        positionals: [Positional] = [], flags: [Flag] = [], exclusive: [[String]] = [], examples: [CommandExample] = []
    ) {
        self.name = name
        self.aliases = aliases
        self.work = work
        self.summary = summary
        self.usage = usage
        self.details = details
        self.table = table
        self.positionals = positionals
        self.flags = flags.filter { !Flag.common.contains($0) } + Flag.common
        self.exclusive = exclusive
        self.examples = examples
    }

    func flag(long name: String) -> Flag? {
        flags.first { $0.long == name }
    }

    func flag(short letter: Character) -> Flag? {
        flags.first { $0.short == letter }
    }

    /// The positional that the argument at `index` fills; `nil` if the command takes no more.
    func positional(at index: Int) -> Positional? {
        var end = 0
        for positional in positionals {
            guard let maximum = positional.maximum else { return positional }
            end += maximum
            if index < end { return positional }
        }
        return nil
    }

    /// The first positional that `count` arguments leave short of its minimum.
    func positionalMissing(after count: Int) -> Positional? {
        var needed = 0
        return positionals.first { positional in
            needed += positional.minimum
            return count < needed
        }
    }
}

/// The kind of work of a command: its sources and its result.
enum CommandWork: Sendable, Equatable {
    /// Reads sources and writes no files.
    case reading
    /// Reads sources and writes to --output.
    case writing
    /// Reads a source and writes to the last argument.
    case copying
    /// Reads a source and writes to registries.
    case pushing
    /// Changes the names of a layout.
    case changing
    /// Removes blobs of a layout.
    case collecting
    /// Reads no source, or checks the list of its volumes itself.
    case other

    /// Whether damage in a source can be that of a volume.
    var readsVolumes: Bool { [.reading, .writing, .copying, .pushing].contains(self) }
}

/// A complete command line and its effect.
struct CommandExample: Sendable, Equatable {
    let line: String
    let what: String
}

/// Every command, in the order help lists them.
enum CommandTable {
    static let all: [Command] = [
        MergeRow.command, CopyRows.copy, PackRow.command, PushRow.command, CopyRows.pull, InspectRow.command,
        InspectRow.digest, CatRow.command, FixRow.command, EditRow.command, VerifyRow.command, DiffRow.command,
        ListRow.command,
        LayoutRows.tag,
        LayoutRows.remove, LayoutRows.collect, LoginRows.login, LoginRows.logout, AboutRows.completion, AboutRows.man,
        AboutRows.schema, AboutRows.help, AboutRows.version,
    ]

    /// The default command.
    static let unnamed = MergeRow.command

    static func command(named name: String) -> Command? {
        all.first { $0.name == name || $0.aliases.contains(name) }
    }

    /// The command that `word` misspells; `nil` if it is the exact name of a command or similar to none.
    static func suggestion(for word: String) -> String? {
        command(named: word) == nil ? Spelling.nearest(to: word, among: all.flatMap { [$0.name] + $0.aliases }) : nil
    }
}

/// One kind of argument that is not a flag.
struct Positional: Sendable, Equatable {
    /// The name in help: `SOURCE`.
    let name: String
    let kind: ValueKind
    let minimum: Int
    /// `nil` if there is no limit; allowed only for the last positional of a command.
    let maximum: Int?
    /// The long names of options each of which makes this positional optional.
    var substitutes: [String] = []
}
