import TestSupport
import Testing

@Suite("Hostile inputs, each with every command and every destination")
struct HostileTests {
    @Test("a command succeeds, warns or fails in one line, and leaves nothing behind", arguments: HostileInput.all)
    func row(_ input: HostileInput) throws {
        let directory = try TemporaryDirectory()
        let source = try input.write(in: directory.path)
        for command in HostileCommand.all {
            let cell = HostileCell(command: command, input: input, source: source)
            guard cell.isMeaningful else { continue }
            let problems = try cell.problems()
            #expect(problems == [], "\(command.name)")
        }
    }

    @Test("every command that reads an image is in the table")
    func complete() throws {
        let help = try Program.ocimerge(["help"]).stdout.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(help.firstIndex(of: "Commands:"))
        let rows = help[(start + 1)...].prefix { !$0.isEmpty }
        let commands = Set(
            rows.filter { !$0.hasPrefix("   ") }.compactMap { $0.split(separator: " ").first.map(String.init) })
        let others: Set = ["completion", "man", "schema", "help", "version"]
        #expect(commands.count > others.count)
        #expect(
            Set(HostileCommand.all.compactMap { $0.name.split(separator: " ").first.map(String.init) })
                == commands.subtracting(others))
    }

    @Test("a registry that refuses connections or requests is reported in one line, and nothing is left behind")
    func unreachable() throws {
        let input = HostileInput.archive("a sound image") { try HostileInput.read("docker20/hello-amd64.tar") }
        let directory = try TemporaryDirectory()
        let source = try input.write(in: directory.path)
        for command in HostileCommand.all where command.needsRegistry {
            for registry in [HostileCell.denying, HostileCell.nowhere] {
                let cell = HostileCell(command: command, input: input, source: source, registry: registry)
                #expect(try cell.problems() == [], "\(command.name): \(registry)")
            }
        }
    }

    @Test("a registry that denies every request is a server")
    func denying() { #expect(HostileCell.denying != HostileCell.nowhere) }
}
