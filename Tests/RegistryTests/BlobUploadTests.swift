import ByteIO
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import Registry

@Suite struct BlobUploadTests {
    static let content = SampleBytes.text(100)
    static let digest = Digest(of: content)

    struct Case: Sendable {
        let why: String
        var habits = UploadRegistry.Habits()
        var faults: [(on: String, UploadRegistry.Fault)] = []
        var chunk: Int64?
        var candidates: [String] = []
        /// Whether the registry has the blob before.
        var hasBlob = false
        let log: [String]
        var outcome: BlobUpload.Outcome = .sent
    }

    static let cases: [Case] = [
        Case(why: "a whole blob needs two requests", log: ["POST mount", "PUT 100"]),
        Case(why: "a relative Location", habits: .init(isRelative: true), log: ["POST mount", "PUT 100"]),
        Case(
            why: "chunks on request, the last with PUT", chunk: 40,
            log: ["POST mount", "PATCH 0-39", "PATCH 40-79", "PUT 80-99"]),
        Case(why: "a blob no larger than a chunk is sent whole", chunk: 100, log: ["POST mount", "PUT 100"]),
        Case(
            why: "the minimum is smaller than the default chunk and the blob", habits: .init(leastChunk: 1),
            log: ["POST mount", "PUT 100"]),
        Case(
            why: "the larger of option and minimum is the chunk size", habits: .init(leastChunk: 60), chunk: 10,
            log: ["POST mount", "PATCH 0-59", "PUT 60-99"]),
        Case(
            why: "mounted from another repository", habits: .init(mountsFrom: "other"),
            candidates: ["registry.example/other"],
            log: ["POST mount from other"], outcome: .mounted),
        Case(
            why: "mounted automatically", habits: .init(mountsFromAnywhere: true), log: ["POST mount"],
            outcome: .mounted),
        Case(
            why: "no mount: the blob is asked for, and the session is used", candidates: ["registry.example/other"],
            log: ["POST mount from other", "HEAD", "PUT 100"]),
        Case(
            why: "no mount, because the repository has the blob: the session is given up",
            candidates: ["registry.example/other"],
            hasBlob: true, log: ["POST mount from other", "HEAD", "DELETE"], outcome: .present),
        Case(
            why: "candidates of other registries are ignored", candidates: ["elsewhere.example/other"],
            log: ["POST mount", "PUT 100"]),
        Case(
            why: "a refused mount is followed by a plain POST", habits: .init(mountRefusal: 404),
            candidates: ["registry.example/other"],
            log: ["POST mount from other", "POST", "HEAD", "PUT 100"]),
        Case(
            why: "a forbidden mount is followed by a plain POST", habits: .init(mountRefusal: 403),
            candidates: ["registry.example/other"],
            log: ["POST mount from other", "POST", "HEAD", "PUT 100"]),
        Case(
            why: "a broken connection: only the rest is sent", faults: [("PUT", .broken(after: 70))],
            log: ["POST mount", "PUT 100", "GET", "PUT 70-99"]),
        Case(
            why: "broken twice", faults: [("PUT", .broken(after: 70)), ("PUT", .broken(after: 10))],
            log: ["POST mount", "PUT 100", "GET", "PUT 70-99", "GET", "PUT 80-99"]),
        Case(
            why: "broken after the last byte", faults: [("PUT", .broken(after: 100))],
            log: ["POST mount", "PUT 100", "GET", "PUT 0"]),
        Case(
            why: "the last response is lost", faults: [("PUT", .lostResponse)],
            log: ["POST mount", "PUT 100", "GET", "HEAD"]),
        Case(
            why: "the response to a chunk is lost", faults: [("PATCH 0", .lostResponse)], chunk: 60,
            log: ["POST mount", "PATCH 0-59", "GET", "PUT 60-99"]),
        Case(
            why: "nothing arrived: 0-0 is ambiguous, so a new session starts", faults: [("PUT", .broken(after: 0))],
            log: ["POST mount", "PUT 100", "GET", "POST mount", "PUT 100"]),
        Case(
            why: "a registry that states no Range", habits: .init(isSilent: true),
            faults: [("PUT", .broken(after: 70))], log: ["POST mount", "PUT 100", "GET", "POST mount", "PUT 100"]),
        Case(
            why: "the session is lost", faults: [("PATCH 40", .lostSessions)], chunk: 40,
            log: [
                "POST mount", "PATCH 0-39", "PATCH 40-79", "POST mount", "PATCH 0-39", "PATCH 40-79", "PUT 80-99",
            ]),
        Case(
            why: "the status request of a lost session is refused",
            faults: [("PATCH 40", .broken(after: 0)), ("GET", .status(400))],
            chunk: 40,
            log: [
                "POST mount", "PATCH 0-39", "PATCH 40-79", "GET", "POST mount", "PATCH 0-39", "PATCH 40-79",
                "PUT 80-99",
            ]),
        Case(
            why: "416: the registry states the offset", faults: [("PATCH 40", .status(416))], chunk: 40,
            log: ["POST mount", "PATCH 0-39", "PATCH 40-79", "GET", "PATCH 40-79", "PUT 80-99"]),
        Case(
            why: "the registry is busy once", faults: [("PATCH 40", .status(503))], chunk: 40,
            log: ["POST mount", "PATCH 0-39", "PATCH 40-79", "GET", "PATCH 40-79", "PUT 80-99"]),
        Case(
            why: "a resumed upload with a wrong digest starts again",
            faults: [("PUT 100", .broken(after: 70)), ("PUT 70", .status(400, code: "DIGEST_INVALID"))],
            log: ["POST mount", "PUT 100", "GET", "PUT 70-99", "POST mount", "PUT 100"]),
        Case(
            why: "no digest in the last response: HEAD decides", habits: .init(statedDigest: ""),
            log: ["POST mount", "PUT 100", "HEAD"]),
        Case(
            why: "a digest of another algorithm in the last response: HEAD decides",
            habits: .init(statedDigest: sha512), log: ["POST mount", "PUT 100", "HEAD"]),
        Case(
            why: "no digest after chunks: HEAD decides", habits: .init(statedDigest: ""), chunk: 60,
            log: ["POST mount", "PATCH 0-59", "PUT 60-99", "HEAD"]),
        Case(
            why: "a mount without a digest: HEAD decides",
            habits: .init(mountsFrom: "other", statedDigest: ""), candidates: ["registry.example/other"],
            hasBlob: true, log: ["POST mount from other", "HEAD"], outcome: .mounted),
        Case(
            why: "an automatic mount with a digest of another algorithm: HEAD decides",
            habits: .init(mountsFromAnywhere: true, statedDigest: sha512), hasBlob: true,
            log: ["POST mount", "HEAD"], outcome: .mounted),
        Case(
            why: "a mount that is reported and not made is followed by a plain POST",
            habits: .init(statedDigest: "", claimsMounts: true), candidates: ["registry.example/other"],
            log: ["POST mount from other", "HEAD", "POST", "HEAD", "PUT 100", "HEAD"]),
        Case(
            why: "an automatic mount that is reported and not made is followed by a plain POST",
            habits: .init(statedDigest: "", claimsMounts: true), log: ["POST mount", "HEAD", "POST", "PUT 100", "HEAD"]
        ),
    ]

    static let sha512 = "sha512:" + String(repeating: "0", count: 128)
    static let other = "sha256:" + String(repeating: "0", count: 64)

    @Test("an upload that the registry reports and does not have is an error", arguments: ["", sha512])
    func lost(_ stated: String) throws {
        let registry = UploadRegistry(.init(statedDigest: stated, losesBlobs: true))
        let operation = RegistryError.Operation(.upload, "registry.example/app@\(Self.digest)")
        #expect(throws: RegistryError.unconfirmed(operation)) { try Self.upload(to: registry) }
        #expect(registry.log == ["POST mount", "PUT 100", "HEAD"])
    }

    @Test("an upload of which the registry has another size is an error")
    func otherSize() throws {
        let registry = UploadRegistry(
            .init(statedDigest: "", losesBlobs: true), blobs: [Self.digest.description: [1, 2, 3]])
        let operation = RegistryError.Operation(.look, "registry.example/app@\(Self.digest)")
        #expect(throws: RegistryError.wrongSize(operation, expected: 100, found: 3)) {
            try Self.upload(to: registry)
        }
    }

    @Test("a mount or an upload with another digest is an error that names both", arguments: [true, false])
    func otherDigest(_ mounts: Bool) throws {
        let registry = UploadRegistry(.init(mountsFromAnywhere: mounts, statedDigest: Self.other))
        let operation = RegistryError.Operation(.upload, "registry.example/app@\(Self.digest)")
        #expect(throws: RegistryError.wrongDigest(operation, expected: Self.digest, found: Self.other)) {
            try Self.upload(to: registry)
        }
    }

    @Test("a plain POST answered 201 is no upload")
    func created() throws {
        let registry = UploadRegistry(.init(), [("POST", .status(201)), ("POST", .status(201))])
        #expect(throws: RegistryError.self) { try Self.upload(to: registry) }
        #expect(registry.log == ["POST mount", "HEAD", "POST"])
    }

    @Test("uploads recover from each fault", arguments: cases.indices)
    func transitions(_ number: Int) throws {
        let row = Self.cases[number]
        let blobs = row.hasBlob ? [Self.digest.description: Self.content] : [:]
        let registry = UploadRegistry(row.habits, row.faults, blobs: blobs)
        let outcome = try Self.upload(to: registry, chunk: row.chunk, from: row.candidates)
        #expect(registry.log == row.log, "\(row.why)")
        #expect(outcome == row.outcome, "\(row.why)")
        #expect(row.outcome == .mounted || registry.blob(Self.digest) == Self.content, "\(row.why)")
    }

    static let failures: [(why: String, faults: [(on: String, UploadRegistry.Fault)], count: Int)] = [
        ("not allowed", [("POST mount", .status(403)), ("POST", .status(403))], 2),
        ("a permanent error", [("PUT", .status(400, code: "NAME_INVALID"))], 2),
        (
            "another digest in the response",
            [("PUT", .header("Docker-Content-Digest", "sha256:" + String(repeating: "0", count: 64)))], 2
        ),
        ("the digest is refused in an upload that was not resumed", [("PUT", .status(400, code: "DIGEST_INVALID"))], 2),
        ("a Location of another host without TLS", [("POST", .header("Location", "http://elsewhere.example/x"))], 1),
        ("a Location with an unknown scheme", [("POST", .header("Location", "ftp://x"))], 1),
        ("every PUT fails", Array(repeating: ("PUT", .status(500)), count: 9), 14),
        ("every session is lost", Array(repeating: ("PUT", .status(404)), count: 9), 12),
    ]

    @Test("permanent faults end the upload after few requests", arguments: failures.indices)
    func refusals(_ number: Int) throws {
        let row = Self.failures[number]
        let registry = UploadRegistry(.init(), row.faults)
        #expect(throws: RegistryError.self, "\(row.why)") { try Self.upload(to: registry) }
        #expect(registry.log.count == row.count, "\(row.why): \(registry.log)")
    }

    /// The transport retries too; the attempts must not multiply.
    static let attempts: [(why: String, faults: [(on: String, UploadRegistry.Fault)], log: [String])] = [
        ("every POST is answered 503", Self.always("POST", .status(503)), Array(repeating: "POST mount", count: 5)),
        (
            "the connection breaks in every POST", Self.always("POST", .broken(after: 0)),
            Array(repeating: "POST mount", count: 5)
        ),
        (
            "every status request is answered 503", [("PUT", .broken(after: 70))] + Self.always("GET", .status(503)),
            ["POST mount", "PUT 100"] + Array(repeating: "GET", count: 5)
        ),
        (
            "Retry-After is an hour", [("PUT", .status(429, after: 3600))] + Self.always("GET", .status(429)),
            ["POST mount", "PUT 100"]
        ),
        (
            "every PUT is answered 429", Self.always("PUT", .status(429)),
            Array(repeating: ["POST mount", "PUT 100", "GET"], count: 5).flatMap(\.self).dropLast()
        ),
    ]

    static func always(_ line: String, _ fault: UploadRegistry.Fault) -> [(on: String, UploadRegistry.Fault)] {
        Array(repeating: (line, fault), count: 99)
    }

    @Test("each request gets at most five attempts in all layers together", arguments: attempts.indices)
    func fiveTimes(_ number: Int) throws {
        let row = Self.attempts[number]
        let registry = UploadRegistry(.init(), row.faults)
        #expect(throws: RegistryError.self, "\(row.why)") { try Self.upload(to: registry) }
        #expect(registry.log == row.log, "\(row.why)")
    }

    @Test("a minimum of the registry causes chunks of at least the default size", arguments: [1, 40 << 20])
    func leastChunk(_ least: Int) throws {
        let registry = UploadRegistry(.init(leastChunk: least))
        let size: Int64 = (41 << 20) + 1
        let content = [UInt8](repeating: 7, count: Int(size))
        _ = try BlobUpload(
            Digest(of: content), size: size, source: ScriptedSource(content), to: try Self.client(registry),
            UploadOptions(), progress: { _ in }
        ).run()
        let chunk = max(least, 32 << 20)
        #expect(registry.log == ["POST mount", "PATCH 0-\(chunk - 1)", "PUT \(chunk)-\(size - 1)"])
    }

    @Test(
        "a digest of another algorithm in the response is ignored",
        arguments: [
            ("sha512:" + String(repeating: "0", count: 128), true),
            ("sha256:" + String(repeating: "0", count: 64), false), ("sha256:0", false), ("", false),
        ])
    func algorithms(_ stated: String, _ isTaken: Bool) throws {
        let registry = UploadRegistry(.init(), [("PUT", .header("Docker-Content-Digest", stated))])
        let outcome = Result { try Self.upload(to: registry) }
        #expect((try? outcome.get()) == (isTaken ? .sent : nil))
    }

    @Test("damaged content never becomes a blob in the registry")
    func damaged() throws {
        var bytes = Self.content
        bytes[99] ^= 1
        for chunk in [nil, Int64(40)] {
            for (what, source) in [
                ("another byte", ScriptedSource(bytes)), ("too short", ScriptedSource(Array(bytes.dropLast()))),
                ("too long", ScriptedSource(Self.content + [0])),
            ] {
                let registry = UploadRegistry()
                #expect(throws: RegistryError.self, "\(what)") { try Self.upload(source, to: registry, chunk: chunk) }
                // The last bytes are held back, so the upload cannot be complete.
                #expect(registry.blob(Self.digest) == nil)
                #expect(registry.log.filter { $0.hasPrefix("PUT") }.isEmpty, "\(registry.log)")
            }
        }
    }

    @Test("an empty blob is uploaded")
    func empty() throws {
        let registry = UploadRegistry()
        let digest = Digest(of: [])
        let client = try Self.client(registry)
        _ = try BlobUpload(digest, size: 0, source: ScriptedSource([]), to: client, .init(), progress: { _ in }).run()
        #expect(registry.blob(digest) == [])
    }

    @Test("progress counts each byte once, even if it is sent again")
    func progress() throws {
        let registry = UploadRegistry(.init(), [("PUT", .broken(after: 70)), ("PUT", .broken(after: 0))])
        let sum = Mutex(0)
        try Self.upload(to: registry) { count in sum.withLock { $0 += count } }
        #expect(sum.withLock { $0 } == 100)
    }

    @Test("a signal ends the delay between attempts")
    func interrupted() throws {
        let time = ScriptedTime(interruptsAfter: 1)
        let registry = UploadRegistry(.init(), [("PUT", .broken(after: 70))])
        #expect(throws: RegistryError.self) { try Self.upload(to: registry, time: time) }
        #expect(time.slept == [.milliseconds(250)])
        #expect(registry.log == ["POST mount", "PUT 100"])
    }

    @Test("a registry that refuses automatic mounts receives no further ones")
    func plain() throws {
        let registry = UploadRegistry(.init(mountRefusal: 400))
        let access = registry.access()
        let options = UploadOptions()
        for content in [Self.content, SampleBytes.text(50)] {
            let client = access.repository(try #require(RepositoryName(parsing: "registry.example/app")))
            _ = try BlobUpload(
                Digest(of: content), size: Int64(content.count), source: ScriptedSource(content), to: client, options,
                progress: { _ in }
            ).run()
        }
        #expect(registry.log == ["POST mount", "POST", "PUT 100", "POST", "PUT 50"])
    }

    @Test(
        "the next request uses a safe Location",
        arguments: [
            ("https://r.example/v2/a", "/x?a=1", "https://r.example/x?a=1"),
            ("https://r.example/v2/a", "https://r.example:443/x", "https://r.example:443/x"),
            ("https://r.example/v2/a", "https://store.example/x", "https://store.example/x"),
            ("https://r.example/v2/a", "http://r.example/x", "https://r.example/x"),
            ("https://r.example:5000/v2/a", "http://r.example/x", "https://r.example:5000/x"),
            ("https://r.example/v2/a", "http://store.example/x", nil),
            ("http://r.example/v2/a", "http://store.example/x", nil),
            ("http://r.example/v2/a", "http://r.example:81/x", nil),
            ("http://r.example/v2/a", "https://store.example/x", "https://store.example/x"),
            ("https://r.example/v2/a", "https://u:p@r.example/x", nil),
        ] as [(String, String, String?)])
    func locations(_ from: String, _ location: String, _ expected: String?) throws {
        let address = try #require(WebAddress(parsing: from))
        #expect(RepositoryClient.location(location, after: address)?.text == expected)
    }

    @Test(
        "Range gives the number of received bytes",
        arguments: [
            ("0-99", 100), ("bytes=0-99", 100), ("0-0", nil), ("1-99", nil), ("0--5", nil), ("0-", nil), ("", nil),
            ("0-99999999999999999999", nil), ("0-9223372036854775807", nil), (nil, nil),
        ] as [(String?, Int64?)])
    func ranges(_ text: String?, _ expected: Int64?) {
        #expect(UploadSession.received(text) == expected)
    }

    // MARK: -

    static func client(_ registry: UploadRegistry, _ time: ScriptedTime = .init()) throws -> RepositoryClient {
        registry.access(time).repository(try #require(RepositoryName(parsing: "registry.example/app")))
    }

    @discardableResult
    static func upload(
        _ source: ScriptedSource = ScriptedSource(content), to registry: UploadRegistry, chunk: Int64? = nil,
        from candidates: [String] = [], time: ScriptedTime = .init(),
        ledger: UploadLedger = .none,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> BlobUpload.Outcome {
        try BlobUpload(
            digest, size: 100, source: source, to: try client(registry, time),
            UploadOptions(chunkSize: chunk, ledger: ledger), progress: progress
        ).run(
            mountingFrom: candidates.compactMap { RepositoryName(parsing: $0) },
            isKnownAbsent: !candidates.contains { $0.hasPrefix("registry.example/") })
    }
}
