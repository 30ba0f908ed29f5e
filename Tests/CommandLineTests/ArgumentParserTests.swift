import Testing

@testable import ocimerge

@Suite struct ArgumentParserTests {
    struct Line: Sendable, CustomTestStringConvertible {
        let why: String
        let arguments: [String]
        let expected: ParsedArguments
        var testDescription: String { why }

        init(
            _ why: String, _ arguments: [String], _ command: String = "merge", _ options: [String: [String]] = [:],
            _ positionals: [String] = []
        ) {
            self.why = why
            self.arguments = arguments
            expected = ParsedArguments(command: command, options: options, positionals: positionals)
        }
    }

    static let lines = [
        Line("a line without a command is a merge", ["a", "b", "-o", "c"], "merge", ["output": ["c"]], ["a", "b"]),
        Line("the default command can be named", ["merge", "a", "-o", "c"], "merge", ["output": ["c"]], ["a"]),
        Line(
            "flags and positionals mix", ["a", "-q", "b", "--json"], "merge", ["quiet": [""], "json": [""]], ["a", "b"]),
        Line("a spec stands for the sources", ["--spec", "a", "-o", "b"], "merge", ["spec": ["a"], "output": ["b"]]),
        Line("a spec from standard input beside a source", ["--spec", "-", "a"], "merge", ["spec": ["-"]], ["a"]),
        Line("a dash is a positional", ["-", "-o", "c"], "merge", ["output": ["c"]], ["-"]),
        Line("a dash is a value", ["a", "-o", "-"], "merge", ["output": ["-"]], ["a"]),
        Line("a command after the first positional is a source", ["a", "inspect"], "merge", [:], ["a", "inspect"]),
        Line("a path is never a command", ["./inspect"], "merge", [:], ["./inspect"]),
        Line("after -- all are positionals", ["--", "-q", "--", "man"], "merge", [:], ["-q", "--", "man"]),
        Line("after -- help is a positional", ["a", "--", "--help"], "merge", [:], ["a", "--help"]),
        Line("a long value after =", ["--output=out", "a"], "merge", ["output": ["out"]], ["a"]),
        Line("only the first = splits", ["a", "--tag=b=c"], "merge", ["tag": ["b=c"]], ["a"]),
        Line("a combining mark cannot hide =", ["a", "--tag=\u{301}"], "merge", ["tag": ["\u{301}"]], ["a"]),
        Line("an attached value may look like an option", ["a", "--tag=-x"], "merge", ["tag": ["-x"]], ["a"]),
        Line("a short value is attached", ["-oout", "a"], "merge", ["output": ["out"]], ["a"]),
        Line("a short value may follow =", ["-o=x", "a"], "merge", ["output": ["x"]], ["a"]),
        Line("short flags cluster", ["-qo", "out", "a"], "merge", ["quiet": [""], "output": ["out"]], ["a"]),
        Line("a cluster ends in a value", ["-qoout", "a"], "merge", ["quiet": [""], "output": ["out"]], ["a"]),
        Line("repeatable flags keep their order", ["a", "-tx", "--tag", "y"], "merge", ["tag": ["x", "y"]], ["a"]),
        Line("--help alone shows the overview", ["--help"], "help"),
        Line("-h alone shows the overview", ["-h"], "help"),
        Line("--help after a command", ["inspect", "--help"], "help", [:], ["inspect"]),
        Line("--help before a command", ["--help", "inspect"], "help", [:], ["inspect"]),
        Line("--help among sources is about merge", ["a", "b", "--help"], "help", [:], ["merge"]),
        Line("--help wins over every mistake", ["inspect", "--bogus", "-o", "--help"], "help", [:], ["inspect"]),
        Line("-h in a cluster", ["a", "-qh"], "help", [:], ["merge"]),
        Line("help itself has help", ["help", "-h"], "help", [:], ["help"]),
        Line("help is a command", ["help", "inspect"], "help", [:], ["inspect"]),
        Line("help takes what is no command, for its request to refuse", ["help", "x"], "help", [:], ["x"]),
        Line("--version wins over every mistake", ["inspect", "--bogus", "--version"], "version", ["version": [""]]),
        Line("version is a command", ["version"], "version"),
        Line("man is a command", ["man"], "man"),
        Line("completion takes a shell", ["completion", "fish"], "completion", [:], ["fish"]),
        Line("an optional value may be missing", ["inspect", "--config", "x"], "inspect", ["config": [""]], ["x"]),
        Line("an optional value after =", ["inspect", "--config=x", "y"], "inspect", ["config": ["x"]], ["y"]),
        Line(
            "an optional value as the next argument", ["inspect", "--config", "linux/arm/v7", "x"], "inspect",
            ["config": ["linux/arm/v7"]], ["x"]),
        Line(
            "a path is no optional value", ["inspect", "--config", "linux/a"], "inspect", ["config": [""]], ["linux/a"]),
        Line("an optional value may be last", ["inspect", "x", "--config"], "inspect", ["config": [""]], ["x"]),
    ]

    @Test(arguments: lines)
    func reads(_ line: Line) throws {
        #expect(try ArgumentParser.parse(line.arguments) == line.expected)
    }

    static let mistakes: [(arguments: [String], error: UsageError)] = [
        ([], .noArguments),
        (["-q", "inspect", "x"], .commandNotFirst("inspect")),
        (["--plaform", "x"], .unknownOption("--plaform", command: "merge", suggestion: "--platform", owners: [])),
        (["a", "--raw"], .unknownOption("--raw", command: "merge", suggestion: nil, owners: ["inspect"])),
        (
            ["a", "--platforms"],
            .unknownOption("--platforms", command: "merge", suggestion: "--platform", owners: ["inspect"])
        ),
        (
            ["inspect", "-qx"],
            .unknownOption(
                "-q", command: "inspect", suggestion: nil,
                owners: [
                    "merge", "copy", "pack", "push", "pull", "fix", "edit", "verify", "diff", "ls", "tag", "rm", "gc",
                    "login",
                    "logout",
                ])
        ),
        (["a", "-qx"], .unknownOption("-x", command: "merge", suggestion: nil, owners: [])),
        (["a", "-q=x"], .unknownOption("-=", command: "merge", suggestion: nil, owners: [])),
        (["a", "--=x"], .unknownOption("--", command: "merge", suggestion: nil, owners: [])),
        (["a", "-o"], .missingValue(option: "-o", value: "DEST", found: nil)),
        (["a", "-o", "--force"], .missingValue(option: "-o", value: "DEST", found: "--force")),
        (["a", "--jobs", "-3"], .missingValue(option: "--jobs", value: "N", found: "-3")),
        (["a", "-t", "--", "b"], .missingValue(option: "-t", value: "NAME", found: "--")),
        (["a", "--output="], .emptyValue(option: "--output")),
        (["a", "-o", ""], .emptyValue(option: "-o")),
        (["inspect", "a", "--config="], .emptyValue(option: "--config")),
        (["a", "--quiet=yes"], .unexpectedValue(option: "--quiet", value: "yes")),
        (["a", "-o", "b", "--output", "c"], .repeatedOption("--output")),
        (["a", "-qq"], .repeatedOption("--quiet")),
        (["a", "--force", "--update"], .exclusiveOptions("--update", "--force")),
        (["inspect", "a", "--config", "--raw"], .exclusiveOptions("--raw", "--config")),
        (["merge"], .missingPositional("SOURCE", command: "merge")),
        (["-o", "b"], .missingPositional("SOURCE", command: "merge")),
        (["inspect", "--raw"], .missingPositional("SOURCE", command: "inspect")),
        (["completion"], .missingPositional("SHELL", command: "completion")),
        (["diff"], .missingPositionals(["A", "B"], command: "diff", given: [])),
        (["diff", "a"], .missingPositionals(["A", "B"], command: "diff", given: ["a"])),
        (
            ["pull", "--platform", "linux/amd64", "linux/arm64", "r.example/x:1", "d/"],
            .platformPositional("linux/arm64", command: "pull", given: "linux/amd64")
        ),
        (
            ["cat", "a.tar", "/etc/motd", "--platform", "linux/amd64", "linux/arm64"],
            .platformPositional("linux/arm64", command: "cat", given: nil)
        ),
        (["copy", "linux/arm64", "a.tar", "d/"], .unexpectedPositional("d/", command: "copy")),
        (["a", "", "-o", "b"], .emptyPositional("SOURCE", command: "merge")),
        ([""], .emptyPositional("SOURCE", command: "merge")),
        (["man", "fix", "x"], .unexpectedPositional("x", command: "man")),
        (["help", "man", "x"], .unexpectedPositional("x", command: "help")),
        (["completion", "tcsh"], .unknownChoice("tcsh", name: "SHELL", choices: ["bash", "zsh", "fish"])),
    ]

    @Test(arguments: mistakes)
    func refuses(_ arguments: [String], _ error: UsageError) {
        #expect(throws: error) { try ArgumentParser.parse(arguments) }
    }

    /// A command with a shape that the command table does not contain.
    static let future = Command(
        name: "push", summary: "", usage: [],
        positionals: [
            Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1),
            Positional(name: "REF", kind: .free, minimum: 1, maximum: nil),
        ],
        flags: [
            Flag(
                "format", short: "f", value: .required("FORMAT", .choice(["oci", "docker"])), group: .result, help: ""),
            Flag("level", short: "l", value: .optional("LEVEL", .choice(["fast", "best"])), group: .result, help: ""),
        ])

    @Test(arguments: [
        (["-f", "oci", "a", "b", "c"], ["format": ["oci"]], ["a", "b", "c"]),
        (["-l", "best", "a", "b"], ["level": ["best"]], ["a", "b"]),
        (["-lbest", "a", "b"], ["level": ["best"]], ["a", "b"]),
        (["-l", "a", "b"], ["level": [""]], ["a", "b"]),
    ])
    func readsChoices(_ arguments: [String], _ options: [String: [String]], _ positionals: [String]) throws {
        let parsed = try ArgumentParser.parse(arguments[...], as: Self.future, isNamed: true)
        #expect(parsed == ParsedArguments(command: "push", options: options, positionals: positionals))
    }

    static let futureMistakes: [(arguments: [String], error: UsageError)] = [
        (["--format=x", "a", "b"], .unknownChoice("x", name: "--format", choices: ["oci", "docker"])),
        (["-lx", "a", "b"], .unknownChoice("x", name: "-l", choices: ["fast", "best"])),
        (["a"], .missingPositionals(["SOURCE", "REF"], command: "push", given: ["a"])),
        (["a", "b", ""], .emptyPositional("REF", command: "push")),
    ]

    @Test(arguments: futureMistakes)
    func refusesChoices(_ arguments: [String], _ error: UsageError) {
        #expect(throws: error) { try ArgumentParser.parse(arguments[...], as: Self.future, isNamed: true) }
    }
}
