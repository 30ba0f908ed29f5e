/// The commands about ocimerge itself.
enum AboutRows {
    static let completion = Command(
        name: "completion",
        summary: "print a completion script for a shell",
        usage: ["ocimerge completion bash|zsh|fish"],
        positionals: [
            Positional(name: "SHELL", kind: .choice(Shell.allCases.map(\.rawValue)), minimum: 1, maximum: 1)
        ],
        examples: [
            CommandExample(line: "source <(ocimerge completion bash)", what: "Enable completion in this bash."),
            CommandExample(
                line: "ocimerge completion zsh > \"${fpath[1]}/_ocimerge\"", what: "Enable completion in every new zsh."
            ),
            CommandExample(
                line: "ocimerge completion fish > ~/.config/fish/completions/ocimerge.fish",
                what: "Enable completion in every new fish."),
        ])

    static let man = Command(
        name: "man",
        summary: "print the manual page",
        usage: ["ocimerge man"],
        examples: [
            CommandExample(line: "ocimerge man | man -l -", what: "Read the manual page without installing it.")
        ])

    static let schema = Command(
        name: "schema",
        summary: "print the JSON schema of a command's --json output",
        usage: ["ocimerge schema [COMMAND]"],
        details: [
            """
            Prints a JSON Schema (draft 2020-12) for the output of COMMAND --json in this version. Without COMMAND, \
            lists the commands that have one.
            """
        ],
        positionals: [Positional(name: "COMMAND", kind: .choice(Schemas.commands), minimum: 0, maximum: 1)],
        examples: [
            CommandExample(line: "ocimerge schema inspect > inspect.json", what: "Store the schema of inspect --json.")
        ])

    static let help = Command(
        name: "help",
        summary: "print help, for one command if named",
        usage: ["ocimerge help [COMMAND]"],
        positionals: [Positional(name: "COMMAND", kind: .command, minimum: 0, maximum: 1)],
        examples: [CommandExample(line: "ocimerge help inspect", what: "Print the help of inspect.")])

    static let version = Command(
        name: "version",
        summary: "print the version, the commit and the libraries",
        usage: ["ocimerge version [--json]"],
        details: [
            """
            Prints the version, the commit from which the program was built, and the version of each library. modified \
            means that the sources differed from the commit. --version prints only the version.
            """
        ],
        flags: [Flag("json", group: .report, help: "Print the versions as JSON.")],
        examples: [CommandExample(line: "ocimerge version", what: "Print all versions, for a report of an error.")])
}

/// The arguments of `help`.
struct HelpRequest: Sendable, Equatable {
    /// `nil` for help on ocimerge as a whole.
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

/// The arguments of `completion`.
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
