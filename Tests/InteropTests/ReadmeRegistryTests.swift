import Foundation
import TestSupport
import Testing

/// The registry commands of the README, with a real registry instead of localhost:5000.
extension Interop {
    @Suite(.needsRegistries)
    struct ReadmeRegistryTests {
        @Test("every command runs and prints the stated output")
        func commandsPrintTheStatedOutput() throws {
            let clone = try TemporaryDirectory()
            try ReadmeCommand.clone(at: clone)
            let place = "\(Registries.Server.plain.place)/\(Registries.repository("readme"))"
            let layout = try #require(try ReadmeCommand.all(in: "console").first { $0.line.hasSuffix("-o multi/") })
            #expect(try ReadmeCommand.run(layout.line, in: clone.path).status == 0)
            let commands = try ReadmeCommand.all(in: "console registry")
            #expect(commands.count >= 8)
            for command in commands {
                let line = command.line.replacingOccurrences(of: "localhost:5000", with: place)
                let run = try ReadmeCommand.run(line, in: clone.path)
                #expect(run.status == 0, "\(command.line): \(run.stdout)")
                #expect(run.stdout.replacingOccurrences(of: place, with: "localhost:5000") == command.output)
            }
        }
    }
}
