import TestSupport
import Testing

/// A push to a faulty registry succeeds completely, or ends with one error and writes no tag.
extension Interop {
    @Suite(.needsRegistries)
    struct PushFaultTests {
        struct Fault: CustomTestStringConvertible, Sendable {
            let testDescription: String
            let rule: @Sendable (_ repository: String) -> Relay.Rule

            init(_ what: String, _ rule: @escaping @Sendable (String) -> Relay.Rule) {
                testDescription = what
                self.rule = rule
            }
        }

        static let passing = [
            Fault("the check for a blob gets 503") { .answer(503, on: "HEAD", in: $0 + "/blobs") },
            Fault("the check for a blob is reset") { .cut(.answer, .reset, on: "HEAD", in: $0 + "/blobs") },
            Fault("an upload must wait") { .answer(429, ["Retry-After": "1"], on: "POST", in: $0 + "/blobs") },
            Fault("an upload cannot begin") { .answer(500, on: "POST", in: $0 + "/blobs") },
            Fault("the response to the start of an upload is lost") { .cut(.answer, on: "POST", in: $0 + "/blobs") },
            Fault("everything is slow") { .delay(0.02, in: $0).always },
            Fault("a body is cut at its begin") { .cut(.request, on: "PUT|PATCH", in: $0 + "/blobs") },
            Fault("a body is cut in its middle") { .cut(.request, after: 400, on: "PUT|PATCH", in: $0 + "/blobs") },
            Fault("a body is reset in its middle") {
                .cut(.request, after: 400, .reset, on: "PUT|PATCH", in: $0 + "/blobs")
            },
            Fault("two bodies are cut") { .cut(.request, after: 400, on: "PUT|PATCH", in: $0 + "/blobs").times(2) },
            Fault("an upload's end is lost") { .cut(.answer, on: "PUT", in: $0 + "/blobs") },
            Fault("an upload is answered 500") { .answer(500, on: "PUT|PATCH", in: $0 + "/blobs") },
            Fault("an upload is answered 503") { .answer(503, on: "PUT|PATCH", in: $0 + "/blobs") },
            Fault("a part is out of order") { .answer(416, on: "PUT|PATCH", in: $0 + "/blobs") },
            Fault("a session is lost") { .lose(on: "PUT|PATCH", in: $0 + "/blobs") },
            Fault("a manifest is answered 503") { .answer(503, on: "PUT", in: $0 + "/manifests/sha256") },
            Fault("a manifest must wait") {
                .answer(429, ["Retry-After": "1"], on: "PUT", in: $0 + "/manifests/sha256")
            },
            Fault("a manifest is cut") { .cut(.request, after: 9, .reset, on: "PUT", in: $0 + "/manifests/sha256") },
            Fault("the answer to a tag is lost") { .cut(.answer, on: "PUT", in: $0 + "/manifests/1.0") },
            Fault("a tag is answered 500") { .answer(500, on: "PUT", in: $0 + "/manifests/1.0") },
            Fault("no response to PUT states a digest") {
                .set(["Docker-Content-Digest": nil], on: "PUT", in: $0).always
            },
            Fault("the response to a mount is made up") { .answer(201, on: "POST", in: $0 + "/blobs.*mount=").always },
        ]

        @Test("a push succeeds after transient faults", arguments: passing)
        func passes(_ fault: Fault) throws {
            let scratch = try TemporaryDirectory()
            let repository = Registries.repository()
            let rule = try Relay.add(fault.rule(repository))
            let digest = try Pusher(scratch.path)(
                MergeCase.plain.sources.map(Program.fixture) + ["-o", "docker://\(Relay.place)/\(repository):1.0"])
            #expect(try rule.fired() > 0)
            #expect(try tagged(repository) == digest)
            let requests = try Relay.requests(repository)
            #expect(requests.last?.path.hasSuffix("/manifests/1.0") == true)
            // The pushed image is complete, byte for byte.
            try Pusher(scratch.path)([
                "docker://\(Registries.Server.plain.place)/\(repository):1.0", "-o", scratch.path("back/"),
            ])
            try Pusher(scratch.path)(["verify", scratch.path("back")])
        }

        static let lasting = [
            Fault("the registry reports another digest of a blob") {
                .set(
                    ["Docker-Content-Digest": "sha256:" + String(repeating: "0", count: 64)], on: "PUT",
                    in: $0 + "/blobs"
                )
                .always
            },
            Fault("the registry reports another digest of a manifest") {
                .set(
                    ["Docker-Content-Digest": "sha256:" + String(repeating: "0", count: 64)], on: "PUT",
                    in: $0 + "/manifests/sha256"
                ).always
            },
            Fault("the connection damages bodies") {
                .corrupt(.request, at: 5, on: "PUT|PATCH", in: $0 + "/blobs").always
            },
            Fault("uploads are forbidden") { .answer(403, on: "POST", in: $0 + "/blobs").always },
            Fault("manifests are refused") { .answer(400, on: "PUT", in: $0 + "/manifests/sha256").always },
            Fault("manifests are too large") { .answer(413, on: "PUT", in: $0 + "/manifests/sha256").always },
            Fault("tags are refused") { .answer(403, on: "PUT", in: $0 + "/manifests/1.0").always },
            Fault("the beginning of an upload is answered 201") { .answer(201, on: "POST", in: $0 + "/blobs").always },
            Fault("the end of an upload is answered 201 and never arrives") {
                .answer(201, on: "PUT", in: $0 + "/blobs").always
            },
            Fault("a manifest is answered 201 and never arrives") {
                .answer(201, on: "PUT", in: $0 + "/manifests/sha256").always
            },
            Fault("a tag is answered 201 and never arrives") {
                .answer(201, on: "PUT", in: $0 + "/manifests/1.0").always
            },
            Fault("there is no upload to be had") { .answer(404, on: "POST", in: $0 + "/blobs").always },
        ]

        @Test("a push ends after a permanent fault", arguments: lasting)
        func fails(_ fault: Fault) throws {
            let scratch = try TemporaryDirectory()
            let repository = Registries.repository()
            let rule = try Relay.add(fault.rule(repository))
            try Pusher(scratch.path).refused(
                MergeCase.plain.sources.map(Program.fixture) + ["-o", "docker://\(Relay.place)/\(repository):1.0"])
            #expect(try rule.fired() > 0)
            #expect(try tagged(repository) == nil)
        }

        @Test("a registry that is always busy gets a few requests only")
        func busy() throws {
            let scratch = try TemporaryDirectory()
            let repository = Registries.repository()
            let rule = try Relay.add(.answer(503, on: "PUT", in: repository + "/manifests/1.0").always)
            let said = try Pusher(scratch.path).refused([
                Program.fixture("docker20/hello-amd64.tar"), "-o", "docker://\(Relay.place)/\(repository):1.0",
            ])
            #expect(said.hasSuffix("; uploaded layers are kept: run the command again to go on\n"), "\(said)")
            #expect(try (2...5).contains(rule.fired()))
            #expect(try tagged(repository) == nil)
        }
    }
}
