import Foundation
import TestSupport
import Testing

/// The README's commands, run as they stand there, say what it says they say.
@Suite("README")
struct ReadmeTests {
    struct Command {
        let line: String
        let output: String
    }

    /// Lines of ```console blocks: `$ command`, then what it prints.
    static func commands() throws -> [Command] {
        let text = try String(contentsOfFile: Program.repository + "/README.md", encoding: .utf8)
        var commands: [Command] = []
        var isInside = false
        var line: String?
        var output = ""
        func finish() {
            if let line { commands.append(Command(line: line, output: output)) }
            (line, output) = (nil, "")
        }
        for row in text.components(separatedBy: "\n") {
            if row.hasPrefix("```") {
                finish()
                isInside = row == "```console"
            } else if isInside, row.hasPrefix("$ ") {
                finish()
                line = String(row.dropFirst(2))
            } else if isInside {
                output += row + "\n"
            }
        }
        return commands
    }

    @Test("every command runs and prints what stands below it")
    func commandsDoWhatTheySay() throws {
        let clone = try TemporaryDirectory()
        for (name, target) in [
            ("scripts/ocimerge", Program.ocimerge), ("bin/ocimerge", Program.ocimerge),
            ("fixtures", Program.repository + "/fixtures"),
        ] {
            let link = clone.path(name)
            try FileManager.default.createDirectory(
                atPath: (link as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        }
        let commands = try Self.commands()
        #expect(commands.count >= 8)
        // What runs this test cannot be run by it.
        for command in commands where command.line != "scripts/test" {
            let run = try Program.run(
                "/bin/sh", ["-c", "PATH=$PWD/bin:$PATH; { \(command.line); } 2>&1"],
                environment: ["HOME": clone.path], directory: clone.path)
            if command.output.isEmpty {
                #expect(run.status == 0, "\(command.line): \(run.stdout)")
            } else {
                #expect(run.stdout == command.output, "\(command.line)")
            }
        }
    }
}
