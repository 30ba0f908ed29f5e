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
        summary: "print a manual page, or write all of them",
        usage: ["ocimerge man [COMMAND|TOPIC]", "ocimerge man --output-dir DIR [--dry-run]"],
        details: [
            """
            Print ocimerge(1), which has every command with its options. With COMMAND, print ocimerge-COMMAND(1); \
            with TOPIC, print ocimerge-TOPIC(7). --output-dir writes the pages into DIR/man1 and \
            DIR/man7.
            """
        ],
        positionals: [Positional(name: "COMMAND|TOPIC", kind: .command, minimum: 0, maximum: 1)],
        flags: [
            Flag(
                "output-dir", value: .required("DIR", .path), group: .result,
                help: "Write every page below DIR and list the files; replace older pages (default: print one page)."),
            Flag("dry-run", group: .run, help: "List the files of --output-dir; write nothing."),
        ],
        examples: [
            CommandExample(line: "ocimerge man | man -l -", what: "Read the manual page without installing it."),
            CommandExample(line: "ocimerge man fix | man -l -", what: "Read the page of one command."),
            CommandExample(
                line: "ocimerge man --output-dir /usr/local/share/man", what: "Install every page for man(1)."),
        ])

    static let schema = Command(
        name: "schema",
        summary: "print the JSON schema of a command's --json output",
        usage: ["ocimerge schema [COMMAND|receipt]"],
        details: [
            """
            Print a JSON Schema (draft 2020-12) for the output of COMMAND --json in this version. The word receipt \
            stands for the file of verify --receipt. Without an argument, list all words.
            """
        ],
        positionals: [Positional(name: "COMMAND", kind: .choice(Schemas.words), minimum: 0, maximum: 1)],
        examples: [
            CommandExample(line: "ocimerge schema inspect > inspect.json", what: "Store the schema of inspect --json.")
        ])

    static let help = Command(
        name: "help",
        summary: "print help, for one command or topic if named",
        usage: ["ocimerge help [COMMAND|TOPIC]"],
        positionals: [Positional(name: "COMMAND|TOPIC", kind: .command, minimum: 0, maximum: 1)],
        examples: [
            CommandExample(line: "ocimerge help inspect", what: "Print the help of inspect."),
            CommandExample(line: "ocimerge help registries", what: "Print the topic about registries."),
        ])

    static let version = Command(
        name: "version",
        summary: "print the version, the commit and the libraries",
        usage: ["ocimerge version [--json]"],
        details: [
            """
            Print the version, the commit from which the program was built, and the version of each library. modified \
            means that the sources differed from the commit. --version prints only the version.
            """
        ],
        flags: [Flag("json", group: .report, help: "Print the versions as JSON.")],
        examples: [CommandExample(line: "ocimerge version", what: "Print all versions, for a report of an error.")])
}

/// The arguments of `help`.
struct HelpRequest: Sendable, Equatable {
    /// `nil` for help on ocimerge as a whole.
    let subject: HelpSubject?

    init(_ parsed: ParsedArguments) throws(UsageError) {
        subject = try parsed.positionals.first.map { (word) throws(UsageError) in try HelpSubject(named: word) }
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
