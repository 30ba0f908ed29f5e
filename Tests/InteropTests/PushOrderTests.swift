import TestSupport
import Testing

/// The order and number of the requests of a push, and the bytes that it sends.
extension Interop {
    @Suite(.needsRegistries)
    struct PushOrderTests {
        private let repository = Registries.repository()

        private func pushed(_ merge: MergeCase, in home: String) throws -> Layout {
            let layout = try merge.layout(at: home + "/layout")
            try Pusher(home)([layout.path, "-o", "docker://\(Relay.place)/\(repository):1.0"])
            return layout
        }

        @Test("a manifest is written after its blobs, and the tag last")
        func order() throws {
            let scratch = try TemporaryDirectory()
            _ = try pushed(.mixed, in: scratch.path)
            let requests = try Relay.requests(repository)
            let tag = try #require(requests.last)
            #expect(tag.method == "PUT" && tag.path.hasSuffix("/manifests/1.0"))
            #expect(requests.dropLast().allSatisfy { ($0.end ?? .max) < tag.begin })
            let manifests = requests.filter { $0.method == "PUT" && $0.path.contains("/manifests/sha256:") }
            let uploads = requests.filter { $0.path.contains("/blobs/uploads/") }
            let end = uploads.map { $0.end ?? .max }.max() ?? .max
            #expect(manifests.count == 3)
            #expect(manifests.allSatisfy { $0.begin > end })
            #expect(requests.filter { $0.path.hasSuffix("/manifests/1.0") && $0.method == "PUT" }.count == 1)
        }

        @Test("if all content exists, a push takes one request for the tag and one per manifest, and sends nothing")
        func again() throws {
            let scratch = try TemporaryDirectory()
            let layout = try pushed(.mixed, in: scratch.path)
            let before = try Relay.requests(repository).count
            try Pusher(scratch.path)([layout.path, "-o", "docker://\(Relay.place)/\(repository):1.0"])
            let requests = try Relay.requests(repository).dropFirst(before)
            let targets = ["1.0"] + layout.images.flatMap(\.platforms).map(\.manifest)
            #expect(
                requests.map { "\($0.method) \($0.path)" }.sorted()
                    == targets.map { "HEAD /v2/\(repository)/manifests/\($0)" }.sorted())
            #expect(requests.allSatisfy { $0.sent == 0 })
        }

        @Test("a push between repositories of one registry transfers no layer")
        func mounts() throws {
            let scratch = try TemporaryDirectory()
            let layout = try pushed(.mixed, in: scratch.path)
            let before = try Relay.requests(repository).count
            let other = Registries.repository("other")
            let image = try #require(layout.images.first)
            let digest = try Pusher(scratch.path)([
                "docker://\(Relay.place)/\(repository):1.0", "-o", "docker://\(Relay.place)/\(other):2.0", "--trust",
            ])
            #expect(digest == image.digest)
            #expect(try tagged(other, "2.0") == digest)
            let layers = Set(image.platforms.flatMap { $0.layers.map(\.digest) })
            let reading = try Relay.requests(repository).dropFirst(before)
            #expect(reading.filter { one in layers.contains { one.path.contains($0) } && one.method == "GET" }.isEmpty)
            let writing = try Relay.requests(other)
            #expect(writing.filter { $0.path.contains("from=") && $0.status == 201 }.count >= layers.count)
            let documents = [image.digest] + image.platforms.flatMap { [$0.manifest, $0.config] }
            let small = try documents.reduce(0) { $0 + (try layout.bytes($1).count) }
            #expect(writing.reduce(0) { $0 + $1.sent } <= small)
        }

        @Test("two images of one registry are merged there without transferring layers")
        func joins() throws {
            let scratch = try TemporaryDirectory()
            let pusher = Pusher(scratch.path)
            let place = "docker://\(Relay.place)/\(repository)"
            try pusher([Program.fixture("docker20/hello-amd64.tar"), "-o", "\(place):amd64"])
            try pusher([Program.fixture("docker20/hello-s390x.tar"), "-o", "\(place):s390x"])
            let before = try Relay.requests(repository).count
            let digest = try pusher(["\(place):amd64", "\(place):s390x=linux/s390x", "-o", "\(place):1.0"])
            #expect(digest == (try MergeCase.plain.layout(at: scratch.path("layout"))).images.first?.digest)
            let requests = try Relay.requests(repository).dropFirst(before)
            #expect(requests.filter { $0.sent > 0 }.map(\.method) == ["PUT"])
            #expect(try tagged(repository) == digest)
        }
    }
}
