import Testing

@testable import ocimerge

@Suite struct CommandTableTests {
    @Test func namesEveryCommandOnce() {
        #expect(
            CommandTable.all.map(\.name)
                == [
                    "merge", "copy", "pack", "push", "pull", "inspect", "digest", "cat", "fix", "edit", "verify",
                    "diff",
                    "ls", "tag", "rm",
                    "gc", "login", "logout",
                    "completion", "man", "schema", "help", "version",
                ])
    }

    @Test(arguments: CommandTable.all)
    func everyCommandIsComplete(_ command: Command) {
        let spellings = command.flags.flatMap(\.spellings)
        #expect(Set(spellings).count == spellings.count, "two flags share a spelling")
        #expect(command.flag(long: "help") == .help)
        #expect(Set(command.exclusive.joined()).isSubset(of: Set(command.flags.map(\.long))))
        #expect(command.positionals.dropLast().allSatisfy { $0.maximum != nil })
        #expect(command.flags.allSatisfy { $0.help.hasSuffix(".") && $0.help.utf8.allSatisfy { $0 < 0x80 } })
        #expect(!command.summary.hasSuffix("."))
        #expect(command.usage.allSatisfy { $0.hasPrefix("ocimerge ") })
    }

    @Test func examplesAreLinesThatParse() throws {
        for command in [MergeRow.command, InspectRow.command, FixRow.command, EditRow.command] {
            for example in command.examples {
                let words = example.line.split(separator: " ").map(String.init)
                let start = try #require(words.firstIndex(of: "ocimerge"))
                let parsed = try ArgumentParser.parse(Array(words[(start + 1)...]))
                #expect(parsed.command == command.name)
            }
        }
    }

    @Test(arguments: [
        ("inspcet", "inspect"), ("mrege", "merge"), ("hlep", "help"), ("mna", "man"), ("versions", "version"),
        ("inspect", nil), ("amd64.tar", nil), ("me", nil), ("mono", nil), ("", nil),
    ])
    func suggests(_ word: String, _ command: String?) {
        #expect(CommandTable.suggestion(for: word) == command)
    }

    @Test func countsPositionalsOverSeveralKinds() {
        let command = Command(
            name: "push", summary: "", usage: [],
            positionals: [
                Positional(name: "SOURCE", kind: .path, minimum: 1, maximum: 1),
                Positional(name: "REF", kind: .free, minimum: 1, maximum: nil),
            ])
        #expect(command.positional(at: 0)?.name == "SOURCE")
        #expect(command.positional(at: 1)?.name == "REF")
        #expect(command.positional(at: 9)?.name == "REF")
        #expect(command.positionalMissing(after: 0)?.name == "SOURCE")
        #expect(command.positionalMissing(after: 1)?.name == "REF")
        #expect(command.positionalMissing(after: 2) == nil)
    }

    @Test(arguments: [
        (InspectRow.command.flag(long: "config"), "    --config[=PLATFORM]"),
        (MergeRow.command.flag(short: "o"), "-o, --output DEST"),
        (MergeRow.command.flag(long: "force"), "    --force"),
    ])
    func labels(_ flag: Flag?, _ label: String) {
        #expect(flag?.label == label)
    }
}
