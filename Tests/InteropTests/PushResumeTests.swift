import Foundation
import TestSupport
import Testing

/// The next process resumes a killed upload; the relay counts the bytes.
/// For a broken body the relay acts as a registry that keeps the received bytes, as the specification defines it.
/// docker's own registry drops such a session and keeps only complete chunks.
extension Interop {
    @Suite(.needsRegistries)
    struct PushResumeTests {
        private static let reached = 3 << 20

        /// An image with one incompressible layer of 8 MiB.
        private func image(_ scratch: borrowing TemporaryDirectory) throws -> String {
            var state: UInt64 = 0x9e37_79b9_7f4a_7c15
            let noise = (0..<(1 << 20)).flatMap { _ -> [UInt8] in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return withUnsafeBytes(of: state) { Array($0) }
            }
            return try scratch.write(
                MadeImage("linux/amd64", [.program("data", noise)]).dockerArchive(), to: "image.tar")
        }

        /// Interrupts a push when the registry has `reached` bytes of the layer.
        private func interrupted(_ pusher: Pusher, _ image: String, _ repository: String, _ signal: Int32) async throws
        {
            let rule = try Relay.add(
                .keep(after: Self.reached, .hold, on: "PUT|PATCH", in: repository + "/blobs"))
            let child = try pusher.child([image, "-q", "-o", "docker://\(Relay.place)/\(repository):1.0"])
            while try uploads(repository).allSatisfy({ $0.sent < Self.reached }) {
                try await Task.sleep(for: .milliseconds(10))
            }
            child.send(signal)
            _ = child.wait()
            #expect(try rule.fired() == 1)
        }

        private func uploads(_ repository: String) throws -> [Relay.Request] {
            try Relay.requests(repository).filter {
                ["PUT", "PATCH"].contains($0.method) && $0.path.contains("/blobs/")
            }
        }

        /// The registry notices the end of an upload shortly after the connection ends.
        private func settled(_ repository: String) async throws {
            while try uploads(repository).contains(where: { $0.end == nil }) {
                try await Task.sleep(for: .milliseconds(10))
            }
        }

        @Test("the next push sends only the rest", arguments: [SIGKILL, SIGINT, SIGTERM])
        func resumes(_ signal: Int32) async throws {
            let scratch = try TemporaryDirectory()
            let (pusher, image, repository) = (Pusher(scratch.path), try image(scratch), Registries.repository())
            try await interrupted(pusher, image, repository, signal)
            try await settled(repository)
            #expect(try tagged(repository) == nil)
            let before = try uploads(repository).count
            let digest = try pusher([image, "-o", "docker://\(Relay.place)/\(repository):1.0"])
            #expect(try tagged(repository) == digest)
            let sent = try uploads(repository).dropFirst(before).map(\.sent).max() ?? 0
            // The bytes of an uninterrupted push.
            let whole = Registries.repository("whole")
            try pusher([image, "-o", "docker://\(Relay.place)/\(whole):1.0"])
            #expect(sent == (try uploads(whole).map(\.sent).max() ?? 0) - Self.reached)
            #expect((try? Tree.names(in: scratch.path("state/ocimerge/uploads"))) ?? [] == [])
        }

        @Test("a signal lets the current chunk end, and the chunk is kept", arguments: [SIGINT, SIGTERM])
        func chunk(_ signal: Int32) async throws {
            // Small: chunk and delay together must fit in the half second that a signal leaves, on a busy machine too.
            let chunk = 1 << 20
            let scratch = try TemporaryDirectory()
            let (pusher, image, repository) = (Pusher(scratch.path), try image(scratch), Registries.repository())
            let place = "docker://\(Relay.place)/\(repository):1.0"
            let rule = try Relay.add(.delay(0.15, on: "PATCH", in: repository + "/blobs"))
            let child = try pusher.child([image, "-q", "-o", place, "--chunk-size", "1M"])
            while try !uploads(repository).contains(where: { $0.method == "PATCH" }) {
                try await Task.sleep(for: .milliseconds(5))
            }
            child.send(signal)
            #expect(child.wait() != 0)
            #expect(try rule.fired() == 1)
            try await settled(repository)
            #expect(try tagged(repository) == nil)
            #expect(try uploads(repository).filter { $0.method == "PATCH" }.map(\.sent) == [chunk])
            let before = try uploads(repository).count
            let digest = try pusher([image, "-o", place])
            #expect(try tagged(repository) == digest)
            let whole = Registries.repository("whole")
            try pusher([image, "-o", "docker://\(Relay.place)/\(whole):1.0"])
            let sent = try uploads(repository).dropFirst(before).map(\.sent).max() ?? 0
            #expect(sent == (try uploads(whole).map(\.sent).max() ?? 0) - chunk)
        }

        @Test("a lost session causes one complete upload, and nothing else is sent twice")
        func forgotten() async throws {
            let scratch = try TemporaryDirectory()
            let (pusher, image, repository) = (Pusher(scratch.path), try image(scratch), Registries.repository())
            try await interrupted(pusher, image, repository, SIGKILL)
            try await settled(repository)
            let rule = try Relay.add(.lose(in: repository + "/blobs/uploads/[^?]"))
            let before = try uploads(repository).count
            let digest = try pusher([image, "-o", "docker://\(Relay.place)/\(repository):1.0"])
            #expect(try rule.fired() == 1)
            #expect(try tagged(repository) == digest)
            let sent = try uploads(repository).dropFirst(before).filter { $0.status == 201 }
            #expect(sent.filter { $0.sent > 8 << 20 }.count == 1)
        }

        @Test("an unusable upload state causes one complete upload", arguments: ["", "junk", "{}"])
        func stateless(_ content: String) async throws {
            let scratch = try TemporaryDirectory()
            let (pusher, image, repository) = (Pusher(scratch.path), try image(scratch), Registries.repository())
            try await interrupted(pusher, image, repository, SIGKILL)
            let state = scratch.path("state/ocimerge/uploads")
            let names = try Tree.names(in: state)
            #expect(names.count == 1)
            for name in names { try scratch.write(Array(content.utf8), to: "state/ocimerge/uploads/\(name)") }
            try await settled(repository)
            let before = try uploads(repository).count
            let digest = try pusher([image, "-o", "docker://\(Relay.place)/\(repository):1.0"])
            #expect(try tagged(repository) == digest)
            let sent = try uploads(repository).dropFirst(before)
            #expect(sent.filter { $0.sent > 8 << 20 }.map(\.status) == [201], "all of it, in a session of its own")
        }
    }
}
