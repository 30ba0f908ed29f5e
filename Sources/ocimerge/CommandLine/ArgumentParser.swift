internal import ByteIO
internal import ImageModel

/// Reads a command line as getopt_long does. Flags and positionals come in any order, `--` ends the flags, and short
/// flags cluster. A value follows its flag directly, after `=` (long flags only) or as the next argument.
struct ArgumentParser {
    private let command: Command
    /// Whether the line names the command; else it is the default command.
    private let isNamed: Bool
    private var rest: ArraySlice<String>
    private var options: [String: [String]] = [:]
    private var positionals: [String] = []

    private init(_ command: Command, isNamed: Bool, rest: ArraySlice<String>) {
        self.command = command
        self.isNamed = isNamed
        self.rest = rest
    }

    /// `arguments` exclude the name of the program.
    static func parse(_ arguments: [String]) throws(UsageError) -> ParsedArguments {
        guard let first = arguments.first else { throw .noArguments }
        if let question = question(in: arguments) { return question }
        guard let command = CommandTable.command(named: first) else {
            return try parse(arguments[...], as: CommandTable.unnamed, isNamed: false)
        }
        return try parse(arguments.dropFirst(), as: command, isNamed: true)
    }

    static func parse(
        _ rest: ArraySlice<String>, as command: Command, isNamed: Bool
    ) throws(UsageError) -> ParsedArguments {
        var parser = ArgumentParser(command, isNamed: isNamed, rest: rest)
        return try parser.parsed()
    }

    /// `--help` and `--version` work even if the rest of the line is wrong.
    private static func question(in arguments: [String]) -> ParsedArguments? {
        let flags = arguments.prefix { $0 != "--" }
        if flags.contains(where: Flag.help.spellings.contains) {
            guard let word = flags.first(where: { !$0.utf8.starts(with: "-".utf8) }) else {
                return ParsedArguments(command: AboutRows.help.name)
            }
            let topic = CommandTable.command(named: word) ?? CommandTable.unnamed
            return ParsedArguments(command: AboutRows.help.name, positionals: [topic.name])
        }
        if flags.contains(where: Flag.version.spellings.contains) {
            return ParsedArguments(command: AboutRows.version.name, options: [Flag.version.long: [""]])
        }
        return nil
    }

    /// Whether the argument is `-`, with or without a suffix of a source: `-=linux/s390x`, `-:app`, `-@sha256:…`.
    static func isStandardInput(_ argument: String) -> Bool {
        argument == "-" || ["-=", "-:", "-@"].contains(where: argument.hasPrefix)
    }

    private mutating func parsed() throws(UsageError) -> ParsedArguments {
        while let argument = rest.popFirst() {
            if argument == "--" {
                positionals += rest
                rest = []
            } else if argument.utf8.starts(with: "--".utf8) {
                try takeLong(argument)
            } else if argument.utf8.starts(with: "-".utf8), !Self.isStandardInput(argument) {
                try takeCluster(argument)
            } else if !isNamed, positionals.isEmpty, CommandTable.command(named: argument) != nil {
                throw .commandNotFirst(argument)
            } else {
                positionals.append(argument)
            }
        }
        if options[Flag.help.long] != nil {
            return ParsedArguments(command: AboutRows.help.name, positionals: [command.name])
        }
        try checkExclusive()
        try checkPositionals()
        return ParsedArguments(command: command.name, options: options, positionals: positionals)
    }

    private mutating func takeLong(_ argument: String) throws(UsageError) {
        // By scalars: a combining mark after "=" would hide it among the characters.
        let scalars = argument.unicodeScalars
        let equals = scalars.firstIndex(of: "=")
        let spelling = String(scalars[..<(equals ?? scalars.endIndex)])
        let name = String(spelling.unicodeScalars.dropFirst(2))
        guard let flag = command.flag(long: name) else {
            if let advice = ForeignVerbs.advice(forOption: name, of: command.name) {
                throw .misplacedOption(spelling, command: command.name, advice: advice)
            }
            if let advice = ForeignVerbs.advice(forOption: name),
                !CommandTable.all.contains(where: { $0.flag(long: name) != nil })
            {
                throw .foreignOption(spelling, advice: advice)
            }
            throw unknown(spelling, suggestion: Spelling.nearest(to: name, among: command.flags.map(\.long))) {
                $0.flag(long: name) != nil
            }
        }
        try take(flag, spelling: spelling, attached: equals.map { String(scalars[$0...].dropFirst()) })
    }

    private mutating func takeCluster(_ argument: String) throws(UsageError) {
        var letters = argument.unicodeScalars.dropFirst()
        while let scalar = letters.popFirst() {
            let letter = Character(scalar)
            guard let flag = command.flag(short: letter) else {
                if FileSystem.kind(of: argument) != nil { throw .dashedFile(argument) }
                if let advice = ForeignVerbs.advice(forOption: String(letter), of: command.name) {
                    throw .misplacedOption("-\(letter)", command: command.name, advice: advice)
                }
                throw unknown("-\(letter)", suggestion: nil) { $0.flag(short: letter) != nil }
            }
            var attached: String?
            if flag.value != .none, !letters.isEmpty {
                // Other tools read -o=DEST as -o DEST.
                attached = String(letters.first == "=" ? letters.dropFirst() : letters)
                letters = letters[letters.endIndex...]
            }
            try take(flag, spelling: "-\(letter)", attached: attached)
        }
    }

    private func unknown(
        _ spelling: String, suggestion: String?, owned: (Command) -> Bool
    ) -> UsageError {
        .unknownOption(
            spelling, command: command.name, suggestion: suggestion.map { "--\($0)" },
            owners: CommandTable.all.filter(owned).map(\.name))
    }

    private mutating func take(_ flag: Flag, spelling: String, attached: String?) throws(UsageError) {
        let value: String
        switch flag.value {
        case .none:
            if let attached { throw .unexpectedValue(option: spelling, value: attached) }
            value = ""
        case .required(let name, _):
            value = if let attached { attached } else { try next(for: spelling, name: name) }
            if value.isEmpty, !flag.takesEmpty { throw .emptyValue(option: spelling) }
        case .optional(_, let kind):
            if attached == "" { throw .emptyValue(option: spelling) }
            if attached == nil, let following = rest.first, kind.recognises(following) {
                value = following
                rest.removeFirst()
            } else {
                value = attached ?? ""
            }
        }
        if case .choice(let choices)? = flag.value.kind, !value.isEmpty, !choices.contains(value) {
            throw .unknownChoice(value, name: spelling, choices: choices)
        }
        if !flag.repeatable, options[flag.long] != nil { throw .repeatedOption("--\(flag.long)") }
        options[flag.long, default: []].append(value)
    }

    /// An option is never taken for a value: `-o --force` forgot the destination. `--output=--force` is explicit.
    private mutating func next(for spelling: String, name: String) throws(UsageError) -> String {
        guard let following = rest.first, following == "-" || !following.utf8.starts(with: "-".utf8) else {
            throw .missingValue(option: spelling, value: name, found: rest.first)
        }
        rest.removeFirst()
        return following
    }

    private func checkExclusive() throws(UsageError) {
        for set in command.exclusive {
            let given = set.filter { options[$0] != nil }
            if given.count > 1 { throw .exclusiveOptions("--\(given[0])", "--\(given[1])") }
        }
    }

    private func checkPositionals() throws(UsageError) {
        for (index, argument) in positionals.enumerated() {
            guard let positional = command.positional(at: index) else {
                if let platform = strayPlatform { throw platform }
                throw .unexpectedPositional(argument, command: command.name)
            }
            // An empty argument is a shell variable that was not set.
            if argument.isEmpty { throw .emptyPositional(positional.name, command: command.name) }
            if case .choice(let choices) = positional.kind, !choices.contains(argument) {
                throw .unknownChoice(argument, name: positional.name, choices: choices)
            }
        }
        if let missing = command.positionalMissing(after: positionals.count),
            missing.substitutes.allSatisfy({ options[$0] == nil })
        {
            let needed = command.positionals.filter { $0.minimum > 0 }.map(\.name)
            throw needed.count > 1
                ? .missingPositionals(needed, command: command.name, given: positionals)
                : .missingPositional(missing.name, command: command.name)
        }
    }

    /// `--platform A B` makes the second platform an argument of its own.
    private var strayPlatform: UsageError? {
        guard let flag = command.flag(long: "platform"), let value = options[flag.long]?.last,
            let platform = positionals.first(where: Self.isPlatform)
        else { return nil }
        return .platformPositional(
            platform, command: command.name, given: flag.value.kind == .platformList ? value : nil)
    }

    private static func isPlatform(_ argument: String) -> Bool {
        guard let platform = try? Platform(parsing: argument) else { return false }
        return platform.normalized.isKnown && FileSystem.kind(of: argument) == nil
    }
}
