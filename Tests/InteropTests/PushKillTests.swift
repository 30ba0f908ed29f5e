import Foundation
import TestSupport
import Testing

/// Uploads that a kill or a fault interrupts. docker-registry 2.8 drops a session after a part of a body. Therefore
/// only an upload between two chunks can be resumed.
extension Interop {
    @Suite(.needsRegistries)
    struct PushKillTests {
        private let repository = Registries.repository()
        private static let size = 20 << 20
        private static let piece = 4 << 20

        /// An image with one layer that is new to the registry.
        private func archive(in directory: String) throws -> String {
            var layer = [UInt8](repeating: 0, count: Self.size)
            var generator = SystemRandomNumberGenerator()
            let salt = UInt8.random(in: 1...255, using: &generator)
            for index in stride(from: 0, to: layer.count, by: 511) {
                layer[index] = UInt8(truncatingIfNeeded: index) ^ salt
            }
            let entries = [LayerEntry.file("big", layer)]
            let path = directory + "/image.tar"
            try Data(try MadeImage("linux/amd64", entries).archive()).write(to: URL(fileURLWithPath: path))
            return path
        }

        private func arguments(_ archive: String, _ more: [String] = []) -> [String] {
            [archive, "-o", "docker://\(Relay.place)/\(repository):1", "--plain-http", "--trust"] + more
        }

        private func sent(_ log: [Relay.Request]) -> Int { log.reduce(0) { $0 + $1.sent } }

        @Test("after a kill between two chunks the next push sends only the rest")
        func killed() async throws {
            let directory = try TemporaryDirectory()
            let archive = try archive(in: directory.path)
            let state = "XDG_STATE_HOME=\(directory.path)/state"
            let more = ["--chunk-size", "4M"]
            do {
                let rule = try Relay.add(.cut(.request, after: 0, .hold, on: "PATCH", in: repository).skipping(3))
                let child = try Child(
                    "env", [state, Program.ocimerge] + arguments(archive, more), directory: directory.path)
                while try rule.fired() == 0 { try await Task.sleep(for: .milliseconds(5)) }
                child.send(SIGKILL)
                #expect(child.wait() == -SIGKILL)
            }
            let before = try Relay.requests(repository)
            let run = try Program.run("env", [state, Program.ocimerge] + arguments(archive, more))
            #expect(run.status == 0, "\(run.stderr)")
            let after = try Relay.requests(repository).dropFirst(before.count)
            let layers = after.filter { $0.sent > 64 * 1024 }
            #expect(sent(Array(layers)) < Self.size - 3 * Self.piece + 64 * 1024)
            #expect(after.filter { $0.method == "GET" && $0.path.contains("/uploads/") }.count == 1)
        }

        @Test("a broken connection costs only the upload of that blob", arguments: [[], ["--chunk-size", "4M"]])
        func broken(_ more: [String]) throws {
            let directory = try TemporaryDirectory()
            let archive = try archive(in: directory.path)
            let rule = try Relay.add(
                .cut(.request, after: 1 << 20, .reset, on: "P(UT|ATCH)", in: repository + "/blobs"))
            let state = "XDG_STATE_HOME=\(directory.path)/state"
            let run = try Program.run("env", [state, Program.ocimerge] + arguments(archive, more))
            #expect(run.status == 0, "\(run.stderr)")
            #expect(try rule.fired() == 1)
        }
    }
}
