import Foundation
import TestSupport
import Testing

/// The commands of the README print the output that it states. InteropTests runs those that need a registry.
@Suite("README")
struct ReadmeTests {
    @Test("every command runs and prints the stated output")
    func commandsPrintTheStatedOutput() throws {
        let clone = try TemporaryDirectory()
        try ReadmeCommand.clone(at: clone)
        let commands = try ReadmeCommand.all(in: "console")
        #expect(commands.count >= 8)
        // This test is a part of scripts/test and cannot run it.
        for command in commands where command.line != "scripts/test" {
            let run = try ReadmeCommand.run(command.line, in: clone.path)
            if command.output.isEmpty {
                #expect(run.status == 0, "\(command.line): \(run.stdout)")
            } else {
                #expect(run.stdout == command.output, "\(command.line)")
            }
        }
    }
}
