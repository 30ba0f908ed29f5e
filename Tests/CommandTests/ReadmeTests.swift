import Foundation
import TestSupport
import Testing

@testable import ocimerge

/// The commands of the README files print the output that they state. InteropTests runs those that need a registry.
@Suite("README")
struct ReadmeTests {
    @Test("every command runs and prints the stated output")
    func commandsPrintTheStatedOutput() throws {
        let clone = try TemporaryDirectory()
        try ReadmeCommand.clone(at: clone)
        let commands = try ReadmeCommand.all().filter { !$0.needsRegistry }
        #expect(commands.count >= 25)
        #expect(Set(commands.map(\.file)) == Set(ReadmeCommand.files))
        var outputs: [(command: ReadmeCommand, output: String)] = []
        for command in commands {
            let run = try ReadmeCommand.run(command.line, in: clone.path)
            outputs.append((command, run.stdout))
            if ReadmeCommand.updates { continue }
            #expect(run.stdout == command.output, "\(command.line)")
            #expect(run.status == 0 || !command.output.isEmpty, "\(command.line): \(run.stdout)")
        }
        if ReadmeCommand.updates { try ReadmeCommand.update(outputs) }
    }

    @Test("the README has at most 1,500 words outside code blocks")
    func length() throws {
        let blocks = try ReadmeCommand.text(of: "README.md").components(separatedBy: "```")
        let prose = blocks.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        #expect(prose.flatMap { $0.split(whereSeparator: \.isWhitespace) }.count <= 1500)
    }

    @Test("the README names every topic of help")
    func topics() throws {
        let text = try ReadmeCommand.text(of: "README.md")
        for topic in HelpTopic.all { #expect(text.contains("`\(topic.name)`"), "\(topic.name)") }
    }

    @Test(
        "every topic that a page names exists",
        arguments: ["README.md", "Sources/README.md", "Sources/CI.md", "CHANGELOG.md"])
    func helpLines(_ file: String) throws {
        for match in try ReadmeCommand.text(of: file).matches(of: /`ocimerge help ([a-z]+)`/) {
            #expect(throws: Never.self) { try HelpSubject(named: String(match.output.1)) }
        }
    }

    @Test(
        "every link to a file or a heading leads there",
        arguments: ["README.md", "Sources/README.md", "Sources/CI.md", "CHANGELOG.md", "CONTRIBUTING.md"])
    func links(_ file: String) throws {
        let folder = (file as NSString).deletingLastPathComponent
        for match in try ReadmeCommand.text(of: file).matches(of: /\]\(([^)]+)\)/) {
            let target = String(match.output.1)
            guard !target.hasPrefix("https://") else { continue }
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let path = parts[0].isEmpty ? file : folder.isEmpty ? parts[0] : "\(folder)/\(parts[0])"
            #expect(FileManager.default.fileExists(atPath: "\(Program.repository)/\(path)"), "\(target)")
            guard parts.count == 2 else { continue }
            let headings = try ReadmeCommand.text(of: path).split(separator: "\n").filter { $0.hasPrefix("#") }.map {
                $0.drop { $0 == "#" || $0 == " " }.lowercased().replacingOccurrences(of: " ", with: "-")
            }
            #expect(headings.contains(parts[1]), "\(target)")
        }
    }
}
