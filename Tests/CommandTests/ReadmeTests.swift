import Foundation
import TestSupport
import Testing

/// The README's commands, run as they stand there, say what it says they say. Those that want a registry are run by
/// InteropTests.
@Suite("README")
struct ReadmeTests {
    @Test("every command runs and prints what stands below it")
    func commandsDoWhatTheySay() throws {
        let clone = try TemporaryDirectory()
        try ReadmeCommand.clone(at: clone)
        let commands = try ReadmeCommand.all(in: "console")
        #expect(commands.count >= 8)
        // What runs this test cannot be run by it.
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
