import TestSupport
import Testing

/// A pull resumes broken transfers of layers and refuses wrong content.
extension Interop {
    @Suite(.needs(.skopeo), .needsRegistries)
    struct PullFaultTests {
        typealias Fault = PushFaultTests.Fault

        private func pushed(_ home: String) throws -> (repository: String, layer: String, digest: String) {
            let repository = Registries.repository()
            let digest = try Pusher(home)([
                Program.fixture("docker20/hello-amd64.tar"), "-o",
                "docker://\(Registries.Server.plain.place)/\(repository):1.0",
            ])
            let layout = try Layout.pulled(repository, home)
            let layers = try #require(layout.images.first?.platforms.first?.layers)
            return (repository, try #require(layers.max { $0.size < $1.size }).digest, digest)
        }

        static let passing = [
            Fault("503") { .answer(503, on: "GET", in: $0) },
            Fault("429") { .answer(429, ["Retry-After": "1"], on: "GET", in: $0) },
            Fault("no answer") { .cut(.answer, on: "GET", in: $0) },
            Fault("cut at its begin") { .cut(.response, on: "GET", in: $0) },
            Fault("cut in its middle") { .cut(.response, after: 4000, on: "GET", in: $0) },
            Fault("reset in its middle") { .cut(.response, after: 4000, .reset, on: "GET", in: $0) },
            Fault("cut twice") { .cut(.response, after: 1000, on: "GET", in: $0).times(2) },
        ]

        @Test("a pull succeeds after a transient fault", arguments: passing)
        func passes(_ fault: Fault) throws {
            let scratch = try TemporaryDirectory()
            let (repository, layer, digest) = try pushed(scratch.path)
            let rule = try Relay.add(fault.rule("\(repository)/blobs/\(layer)"))
            let back = scratch.path("back/")
            #expect(try Pusher(scratch.path)(["docker://\(Relay.place)/\(repository):1.0", "-o", back]) == digest)
            #expect(try rule.fired() > 0)
            try Pusher(scratch.path)(["verify", back])
        }

        @Test("after a broken connection only the rest is requested")
        func resumes() throws {
            let scratch = try TemporaryDirectory()
            let (repository, layer, _) = try pushed(scratch.path)
            let rule = try Relay.add(.cut(.response, after: 4000, on: "GET", in: "\(repository)/blobs/\(layer)"))
            try Pusher(scratch.path)(["docker://\(Relay.place)/\(repository):1.0", "-o", scratch.path("back/")])
            #expect(try rule.fired() == 1)
            let requests = try Relay.requests("\(repository)/blobs/\(layer)").filter { $0.method == "GET" }
            #expect(requests.map(\.range) == [nil, "bytes=4000-"])
            #expect(requests.map(\.status) == [200, 206])
        }

        static let lasting = [
            Fault("a changed byte") { .corrupt(.response, at: 700, on: "GET", in: $0).always },
            // A complete response of another size is another blob. It is not a broken transfer.
            Fault("a short response with a matching length") { .truncate(after: 4000, on: "GET", in: $0) },
            Fault("a response that is always too short") { .truncate(after: 0, on: "GET", in: $0).always },
            Fault("an absent blob") { .answer(404, on: "GET", in: $0).always },
        ]

        @Test("a permanent fault ends the pull, and nothing is written", arguments: lasting)
        func fails(_ fault: Fault) throws {
            let scratch = try TemporaryDirectory()
            let (repository, layer, _) = try pushed(scratch.path)
            let rule = try Relay.add(fault.rule("\(repository)/blobs/\(layer)"))
            try Pusher(scratch.path).refused([
                "docker://\(Relay.place)/\(repository):1.0", "-o", scratch.path("back/"),
            ])
            #expect(try rule.fired() > 0)
            #expect(!(try Tree.names(in: scratch.path)).contains("back"))
        }
    }
}

extension Layout {
    /// The image in `plain`, copied by skopeo.
    static func pulled(_ repository: String, _ home: String) throws -> Layout {
        try Tool.skopeo(
            "copy", "-q", "--all", "--preserve-digests", "--src-tls-verify=false",
            "docker://\(Registries.Server.plain.place)/\(repository):1.0", "oci:\(home)/pulled")
        return try Layout("\(home)/pulled")
    }
}
