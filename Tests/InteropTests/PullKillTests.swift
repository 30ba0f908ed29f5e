import Foundation
import TestSupport
import Testing

/// A pull that a kill, a signal or a broken network ends goes on in the next process.
extension Interop {
    @Suite(.serialized, .needsRegistries)
    struct PullKillTests {
        private let repository = Registries.repository()
        private static let layerSize = 24 << 20
        private static let layerCount = 3
        /// What may be in transit, or be fetched twice, for each connection. The contract allows 32 MiB.
        private static let slack = 8 << 20

        private var reference: String { "docker://\(Relay.place)/\(repository):1" }

        /// Pushes an image with layers of noise.
        private func push(_ directory: String) throws {
            var image = MadeImage()
            let random = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
            image.layers = try (0..<Self.layerCount).map { number in
                let noise = Array(try random.read(upToCount: Self.layerSize) ?? Data())
                return [LayerEntry.file("noise\(number)", noise)]
            }
            let path = directory + "/image.tar"
            try Data(try image.archive()).write(to: URL(fileURLWithPath: path))
            try Pusher(directory)([
                path, "--trust", "-o", "docker://\(Registries.Server.plain.place)/\(repository):1",
            ])
        }

        /// The bytes of blobs that the relay has sent.
        private func sent() throws -> Int {
            try Relay.requests("\(repository)/blobs/").reduce(0) { $0 + $1.received }
        }

        /// The size of the layers and of the config, which one pull without a kill receives.
        private func blobsSize(_ image: String) throws -> Int {
            let lines = try Program.ocimerge(["inspect", "--blobs", image]).stdout.split(separator: "\n")
            let rows = lines.map { $0.split(separator: "\t").map(String.init) }
            try #require(rows.count == Self.layerCount + 2)
            return rows.filter { !$0[2].contains("manifest") }.reduce(0) { $0 + (Int($1[1]) ?? 0) }
        }

        private static func partial(_ name: String) -> String { ".\(name).ocimerge-partial" }

        /// Lets one layer stop in its middle, and waits until the others have come.
        private func pullUntilHeld(_ destination: String, _ home: String, end: (Child) -> Void) async throws -> Child {
            let rule = try Relay.add(
                .cut(.response, after: 10 << 20, .hold, on: "GET", in: repository + "/blobs").skipping(2))
            let child = try Pusher(home).child([reference, "--trust", "-o", destination])
            while try rule.fired() == 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(1000))
            end(child)
            return child
        }

        private func verify(_ destination: String, _ home: String) throws {
            try Pusher(home)(["verify", destination])
        }

        static let destinations = [
            "out", "out.tar", "out.tar.gz", "dir:out", "oci-archive:out.tar", "docker-archive:out.tar",
        ]

        private func path(_ destination: String, in home: String) -> (text: String, path: String, name: String) {
            let colon = destination.lastIndex(of: ":").map { destination.index(after: $0) } ?? destination.startIndex
            let name = String(destination[colon...])
            return ("\(destination[..<colon])\(home)/\(name)", "\(home)/\(name)", name)
        }

        @Test("after kill -9 the next run fetches only the rest, and leaves nothing behind", arguments: destinations)
        func killed(_ destination: String) async throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            let (text, path, name) = path(destination, in: directory.path)
            let child = try await pullUntilHeld(text, directory.path) { $0.send(SIGKILL) }
            #expect(child.wait() == -SIGKILL)
            let kept = try Tree.read(directory.path(Self.partial(name))).values.reduce(0) { $0 + $1.count }
            #expect(kept > (Self.layerCount - 1) * Self.layerSize)
            let before = try sent()
            try Pusher(directory.path)([reference, "--trust", "-o", text])
            let rest = Self.layerCount * Self.layerSize - kept
            #expect(try sent() - before < rest + 64 * 1024)
            let names = try Tree.names(in: directory.path)
            #expect(!names.contains { $0.contains("ocimerge-") }, "\(names)")
            try verify(path, directory.path)
        }

        @Test("kills at random moments cost little, and the result is whole")
        func killedAtRandom() throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            var kills = 0
            while kills < 12 {
                let child = try Pusher(directory.path).child([reference, "--trust", "-o", directory.path("out")])
                usleep(UInt32.random(in: 1_000...200_000))
                child.send(SIGKILL)
                if child.wait() != -SIGKILL { break }
                kills += 1
            }
            if kills == 12 { try Pusher(directory.path)([reference, "--trust", "-o", directory.path("out")]) }
            #expect(try sent() <= blobsSize(directory.path("image.tar")) + kills * Self.layerCount * Self.slack)
            try verify(directory.path("out"), directory.path)
            #expect(try Tree.names(in: directory.path).filter { $0.contains("ocimerge-") } == [])
        }

        @Test("a signal and a lost network say what is kept", arguments: [true, false])
        func announced(_ isSignal: Bool) async throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            let out = directory.path("out.tar")
            let child: Child
            if isSignal {
                child = try await pullUntilHeld(out, directory.path) { $0.send(SIGTERM) }
                #expect(child.wait() == -SIGTERM)
            } else {
                let blobs = repository + "/blobs"
                let first = try Relay.add(.cut(.response, after: 10 << 20, on: "GET", in: blobs).skipping(1).times(3))
                // This rule sees the requests to which the first one does not apply: the config and all repetitions.
                let second = try Relay.add(.cut(.response, on: "GET", in: blobs).skipping(1).always)
                child = try Pusher(directory.path).child([reference, "--trust", "-o", out])
                #expect(child.wait() == 1)
                #expect(try first.fired() == 3 && second.fired() > 0)
            }
            let lines = child.stderr.split(separator: "\n")
            let kept = try #require(lines.last)
            #expect(kept.hasPrefix("ocimerge: kept "), "\(child.stderr)")
            #expect(
                kept.hasSuffix(
                    " MB in \(directory.path(Self.partial("out.tar")))/; run the same command again to go on "
                        + "(--fresh starts again)"), "\(child.stderr)")
            let names = try Tree.names(in: directory.path).filter { $0.contains("out") }
            #expect(names == [Self.partial("out.tar")])
        }

        @Test("--fresh starts again, and --dry-run changes nothing")
        func fresh() async throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            let out = directory.path("out")
            let child = try await pullUntilHeld(out, directory.path) { $0.send(SIGKILL) }
            #expect(child.wait() == -SIGKILL)
            let kept = try Tree.read(directory.path(Self.partial("out")))
            try Pusher(directory.path)([reference, "--dry-run", "--fresh", "--trust", "-o", out])
            #expect(try Tree.read(directory.path(Self.partial("out"))) == kept)
            let before = try sent()
            try Pusher(directory.path)([reference, "--fresh", "--trust", "-o", out])
            #expect(try sent() - before >= Self.layerCount * Self.layerSize)
            #expect(try Tree.names(in: directory.path).filter { $0.contains("out") } == ["out"])
        }

        @Test("bytes that another program has changed are fetched again")
        func damaged() async throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            let out = directory.path("out")
            let child = try await pullUntilHeld(out, directory.path) { $0.send(SIGKILL) }
            #expect(child.wait() == -SIGKILL)
            let partial = directory.path(Self.partial("out"))
            for name in try Tree.names(in: partial) {
                let file = try #require(FileHandle(forWritingAtPath: partial + "/" + name))
                try file.seek(toOffset: 5 << 20)
                try file.write(contentsOf: Data("damage".utf8))
            }
            try Pusher(directory.path)([reference, "--trust", "-o", out])
            try verify(out, directory.path)
        }

        @Test("a second run at the same time works without the kept bytes")
        func concurrent() async throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            let rule = try Relay.add(
                .cut(.response, after: 10 << 20, .hold, on: "GET", in: repository + "/blobs").skipping(2))
            let first = try Pusher(directory.path).child([reference, "--trust", "-o", directory.path("out")])
            while try rule.fired() == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let second = try Pusher(directory.path).run([reference, "--trust", "-o", directory.path("out")])
            #expect(second.status == 0)
            #expect(second.stderr.contains("another run uses "), "\(second.stderr)")
            first.send(SIGTERM)
            #expect(first.wait() == -SIGTERM)
            try verify(directory.path("out"), directory.path)
        }

        @Test("a run from files removes what an earlier run to the same place has kept")
        func removedByAnotherRun() async throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            let child = try await pullUntilHeld(directory.path("out"), directory.path) { $0.send(SIGKILL) }
            #expect(child.wait() == -SIGKILL)
            try Pusher(directory.path)([directory.path("image.tar"), "--trust", "-o", directory.path("out")])
            #expect(try Tree.names(in: directory.path).filter { $0.contains("out") } == ["out"])
        }

        @Test("an update goes on too")
        func update() async throws {
            let directory = try TemporaryDirectory()
            try push(directory.path)
            let out = directory.path("out")
            try Pusher(directory.path)([Program.fixture("docker20/hello-amd64.tar"), "-o", out])
            let before = try sent()
            let rule = try Relay.add(
                .cut(.response, after: 10 << 20, .hold, on: "GET", in: repository + "/blobs").skipping(2))
            let updating = try Pusher(directory.path).child([
                reference, "--update", "-t", "other:1", "--trust", "-o", out,
            ])
            while try rule.fired() == 0 { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(1000))
            updating.send(SIGKILL)
            #expect(updating.wait() == -SIGKILL)
            let middle = try sent()
            #expect(middle - before > Self.layerSize)
            try verify(out, directory.path)
            try Pusher(directory.path)([reference, "--update", "-t", "other:1", "--trust", "-o", out])
            #expect(try sent() - before < Self.layerCount * Self.layerSize + Self.slack)
            try verify(out, directory.path)
            #expect(try Tree.names(in: out) == ["blobs", "index.json", "oci-layout"])
        }
    }
}
