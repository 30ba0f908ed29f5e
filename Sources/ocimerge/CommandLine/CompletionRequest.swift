/// For which shell completion was asked.
struct CompletionRequest: Sendable, Equatable {
    let shell: Shell

    init(_ parsed: ParsedArguments) throws(UsageError) {
        guard let word = parsed.positionals.first else {
            throw .missingPositional("SHELL", command: parsed.command)
        }
        guard let shell = Shell(rawValue: word) else {
            throw .unknownChoice(word, name: "SHELL", choices: Shell.allCases.map(\.rawValue))
        }
        self.shell = shell
    }
}
