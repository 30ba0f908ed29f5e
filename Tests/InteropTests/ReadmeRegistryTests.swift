import Foundation
import TestSupport
import Testing

/// The registry commands of the README files, with a real registry instead of localhost:5000.
extension Interop {
    @Suite(.needsRegistries)
    struct ReadmeRegistryTests {
        @Test("every command runs and prints the stated output")
        func commandsPrintTheStatedOutput() throws {
            let clone = try TemporaryDirectory()
            try ReadmeCommand.clone(at: clone)
            let place = "\(Registries.Server.plain.place)/\(Registries.repository("readme"))"
            let commands = try ReadmeCommand.all()
            #expect(commands.filter(\.needsRegistry).count >= 8)
            var outputs: [(command: ReadmeCommand, output: String)] = []
            // The other commands make the files that these use.
            for command in commands {
                let line = command.line.replacingOccurrences(of: "localhost:5000", with: place)
                let run = try ReadmeCommand.run(line, in: clone.path)
                guard command.needsRegistry else { continue }
                #expect(run.status == 0, "\(command.line): \(run.stdout)")
                let output = run.stdout.replacingOccurrences(of: place, with: "localhost:5000")
                outputs.append((command, output))
                if !ReadmeCommand.updates { #expect(output == command.output, "\(command.line)") }
            }
            if ReadmeCommand.updates { try ReadmeCommand.update(outputs) }
        }
    }
}
