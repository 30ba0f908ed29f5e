/// One row of the command table.
struct Command: Sendable, Equatable {
    let name: String
    /// One line for lists of commands: lower case, no full stop.
    let summary: String
    let usage: [String]
    /// Paragraphs.
    let details: [String]
    let positionals: [Positional]
    let flags: [Flag]
    /// Sets of long names of which one may be given.
    let exclusive: [[String]]
    let examples: [CommandExample]

    /// Adds `--help`, so that no row can forget it.
    init(
        name: String, summary: String, usage: [String], details: [String] = [], positionals: [Positional] = [],
        flags: [Flag] = [], exclusive: [[String]] = [], examples: [CommandExample] = []
    ) {
        self.name = name
        self.summary = summary
        self.usage = usage
        self.details = details
        self.positionals = positionals
        self.flags = flags + [.help]
        self.exclusive = exclusive
        self.examples = examples
    }

    func flag(long name: String) -> Flag? {
        flags.first { $0.long == name }
    }

    func flag(short letter: Character) -> Flag? {
        flags.first { $0.short == letter }
    }

    /// The positional that the argument at `index` fills; nil when the command takes no more.
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
