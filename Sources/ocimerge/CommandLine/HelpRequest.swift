/// On what help was asked.
struct HelpRequest: Sendable, Equatable {
    /// nil: on ocimerge as a whole.
    let topic: Command?

    init(_ parsed: ParsedArguments) throws(UsageError) {
        guard let word = parsed.positionals.first else {
            topic = nil
            return
        }
        guard let command = CommandTable.command(named: word) else {
            throw .unknownCommand(word, suggestion: CommandTable.suggestion(for: word))
        }
        topic = command
    }
}
