/// A page of help about one subject of several commands.
struct HelpTopic: Sendable, Equatable {
    enum Block: Sendable, Equatable {
        case heading(String)
        case paragraph(String)
        /// Words with their meanings.
        case terms([HelpTable.Word])
        /// Command lines with their meanings.
        case examples([CommandExample])
        /// Lines that are shown as they are.
        case lines([String])
    }

    let name: String
    /// One line for lists of topics: lower case, no full stop.
    let summary: String
    /// The names of the commands whose help refers to the topic.
    let commands: [String]
    let blocks: [Block]

    /// The order of lists. No topic has the name of a command.
    static let all: [HelpTopic] = [
        sources, destinations, platforms, evidence, transfer, registries, layouts, json, migrating,
    ]

    static func named(_ name: String) -> HelpTopic? { all.first { $0.name == name } }

    static func about(_ command: Command) -> [HelpTopic] { all.filter { $0.commands.contains(command.name) } }
}

/// A subject of `help` and `man`: a command or a topic.
enum HelpSubject: Sendable, Equatable {
    case command(Command)
    case topic(HelpTopic)

    /// Throws an error with the nearest name.
    init(named word: String) throws(UsageError) {
        if let command = CommandTable.command(named: word) {
            self = .command(command)
        } else if let topic = HelpTopic.named(word) {
            self = .topic(topic)
        } else if let topic = Spelling.nearest(to: word, among: HelpTopic.all.map(\.name)) {
            throw .unknownSubject(word, suggestion: topic)
        } else if let advice = ForeignVerbs.advice(for: word) {
            throw .foreignVerb(word, advice: advice)
        } else {
            throw .unknownSubject(word, suggestion: Spelling.nearest(to: word, among: Self.names))
        }
    }

    var name: String {
        switch self {
        case .command(let command): command.name
        case .topic(let topic): topic.name
        }
    }

    static let all: [HelpSubject] = CommandTable.all.map(Self.command) + HelpTopic.all.map(Self.topic)
    static let names: [String] = all.map(\.name)
}
