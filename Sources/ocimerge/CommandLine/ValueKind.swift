/// What a value stands for: the completions offer by it, and an optional value is recognised by it.
enum ValueKind: Sendable, Equatable {
    case path
    case platform
    case platformList
    case command
    case choice([String])
    /// One of these words, and behind a colon what the request makes of it.
    case leveled([String])
    /// Anything a completion cannot guess: a name, a number, a pair.
    case free

    /// Whether the argument after a flag can only be meant as the flag's optional value.
    func recognises(_ argument: String) -> Bool {
        switch self {
        case .platform, .platformList: PlatformShape.matches(argument)
        case .choice(let words): words.contains(argument)
        case .leveled(let words): argument.split(separator: ":").first.map { words.contains(String($0)) } ?? false
        case .command: CommandTable.command(named: argument) != nil
        case .path, .free: false
        }
    }
}
