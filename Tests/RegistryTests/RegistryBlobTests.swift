import ByteIO
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Blobs are read to their end in spite of broken connections, and never further.
struct RegistryBlobTests {
    static let content = Array("0123456789".utf8)
    static let digest = Digest(of: content)
    static let broken = IOFailure(.receive, "x", .network(.broken("reset")))

    typealias Answer = ScriptedTransport.Answer

    /// A response: status, body range `b`, `Content-Range` `r`, `Content-Length` `l`. A final `!` breaks the connection.
    static func answer(_ text: String) -> Answer {
        let breaks = text.hasSuffix("!")
        var words = text.filter { $0 != "!" }.split(separator: " ").map(String.init)
        let status = Int(words.removeFirst()) ?? 500
        var headers: [(String, String)] = []
        var range = 0..<0
        for word in words {
            let bounds = word.dropFirst().split(separator: "-").compactMap { Int($0) }
            switch word.first {
            case "b": range = bounds[0]..<bounds[1]
            case "r": headers.append(("Content-Range", "bytes \(bounds[0])-\(bounds[1] - 1)/\(bounds.last ?? 0)"))
            case "l": headers.append(("Content-Length", "\(bounds[0])"))
            default: break
            }
        }
        var answer = Answer(status, headers, Array(content[range]))
        if breaks { answer.failure = broken }
        return answer
    }

    private final class Script: Sendable {
        let answers: Mutex<[Answer]>
        init(_ texts: [String]) { answers = Mutex(texts.map(RegistryBlobTests.answer)) }
        func next() -> Answer { answers.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    private static func blob(
        _ answers: [String], size: Int64 = 10
    ) throws -> (blob: RegistryBlob, transport: ScriptedTransport, clock: ScriptedTime) {
        let script = Script(answers)
        let transport = ScriptedTransport { request in
            request.address.path == "/v2/" ? Answer(200) : script.next()
        }
        let clock = ScriptedTime()
        let options = RegistryOptions(backoff: Backoff(clock, fraction: { 1 }))
        let access = RegistryAccess(options) { transport.connecting($0) }
        let name = try #require(RepositoryName(parsing: "registry.example/app"))
        return (RegistryBlob(digest, size: size, in: access.repository(name)), transport, clock)
    }

    private static func ranges(_ transport: ScriptedTransport) -> [String] {
        transport.requests.filter { $0.address.path != "/v2/" }.map { $0.headers["Range"] ?? "whole" }
    }

    static let whole: [(why: String, answers: [String], asked: [String])] = [
        ("one response", ["200 b0-10 l10"], ["whole"]),
        ("a body without a length", ["200 b0-10"], ["whole"]),
        ("Content-Length exceeds the descriptor", ["200 b0-10 l99"], ["whole"]),
        ("broken before the first byte", ["200 b0-0 l10!", "200 b0-10"], ["whole", "whole"]),
        ("broken in the middle", ["200 b0-4 l10!", "206 b4-10 r4-10"], ["whole", "bytes=4-"]),
        ("broken at the last byte", ["200 b0-9 l10!", "206 b9-10 r9-10"], ["whole", "bytes=9-"]),
        ("broken after the last byte", ["200 b0-10 l10!"], ["whole"]),
        ("ended early without an error", ["200 b0-4", "206 b4-10 r4-10"], ["whole", "bytes=4-"]),
        (
            "broken repeatedly", ["200 b0-2!", "206 b2-5 r2-10!", "206 b5-6 r5-10!", "206 b6-10 r6-10"],
            ["whole", "bytes=2-", "bytes=5-", "bytes=6-"]
        ),
        ("ranges are not supported", ["200 b0-4!", "200 b0-10 l10"], ["whole", "bytes=4-"]),
        (
            "ranges are not supported, and the skipped part breaks", ["200 b0-4!", "200 b0-2!", "200 b0-10"],
            ["whole", "bytes=4-", "bytes=4-"]
        ),
        ("a range is refused", ["200 b0-4!", "416", "200 b0-10"], ["whole", "bytes=4-", "whole"]),
        (
            "another range than requested", ["200 b0-4!", "206 b0-10 r0-10", "200 b0-10"],
            ["whole", "bytes=4-", "whole"]
        ),
        ("a range without Content-Range", ["200 b0-4!", "206 b4-10", "200 b0-10"], ["whole", "bytes=4-", "whole"]),
    ]

    @Test(arguments: whole.indices)
    func interruptedReadsResume(_ number: Int) throws {
        let (why, answers, asked) = Self.whole[number]
        for piece in [1, 3, 100] {
            let (blob, transport, _) = try Self.blob(answers)
            #expect(try blob.all(piece: piece) == Self.content, "\(why), by \(piece)")
            #expect(Self.ranges(transport) == asked, "\(why), by \(piece)")
        }
    }

    static let rests: [(why: String, answers: [String], asked: [String])] = [
        ("the range is sent", ["206 b4-10 r4-10"], ["bytes=4-"]),
        ("the rest breaks off", ["206 b4-6 r4-10!", "206 b6-10 r6-10"], ["bytes=4-", "bytes=6-"]),
        ("ranges are not supported", ["200 b0-10 l10"], ["bytes=4-"]),
        ("the range is refused", ["416", "200 b0-10"], ["bytes=4-", "whole"]),
        ("another range is sent", ["206 b0-10 r0-10", "200 b0-10"], ["bytes=4-", "whole"]),
    ]

    @Test("a caller that has the first bytes gets the others", arguments: rests.indices)
    func restsAreRequested(_ number: Int) throws {
        let (why, answers, asked) = Self.rests[number]
        let (blob, transport, _) = try Self.blob(answers)
        var reader = blob.open(from: 4)
        #expect(try reader.all(piece: 3) == Array(Self.content[4...]), "\(why)")
        #expect(Self.ranges(transport) == asked, "\(why)")
    }

    @Test("a caller that has all bytes causes no request")
    func nothingIsRequestedAtTheEnd() throws {
        let (blob, transport, _) = try Self.blob(["500"])
        var reader = blob.open(from: 10)
        #expect(try reader.all() == [])
        #expect(Self.ranges(transport) == [])
    }

    /// The caller then finds that the size differs from the descriptor.
    @Test(arguments: [["200 b0-6 l6"], ["200 b0-6!", "206 b0-0 r6-6", "200 b0-6 l6"]])
    func aShorterBlobEndsAtTheStatedSize(_ answers: [String]) throws {
        #expect(try Self.blob(answers).blob.all() == Array(Self.content[..<6]))
    }

    @Test(
        arguments: [
            (["404"], IOFailure.Cause.answered(status: 404)),
            (["206 b0-10 r0-10"], .answered(status: 206)),
            (["200 b0-4!", "404"], .answered(status: 404)),
            (["200 b0-4!", "206 b4-4 r4-10!"], .network(.broken("reset"))),
            (["200 b0-0"], .truncated),
        ])
    func permanentFailuresAreErrors(_ answers: [String], _ cause: IOFailure.Cause) throws {
        let blob = try Self.blob(answers).blob
        let error = #expect(throws: IOFailure.self) { try blob.all() }
        #expect(error == IOFailure(.read, "docker://registry.example/app@\(Self.digest)", cause))
    }

    /// The first retry has no delay, and the number of attempts is limited.
    @Test func delaysBetweenAttemptsGrow() throws {
        let (blob, transport, clock) = try Self.blob(["200 b0-4!", "206 b4-4 r4-10!"])
        #expect(throws: IOFailure.self) { try blob.all() }
        #expect(Self.ranges(transport).count == 5)
        #expect(clock.slept == [.milliseconds(250), .milliseconds(500), .seconds(1)])
    }

    /// A blob that is sent too slowly costs two time limits in a run, however often it is read.
    @Test(arguments: [NetworkFault.slow(seconds: 60), .stalled(seconds: 60)])
    func aTimeoutIsFinalAfterTwoAttempts(_ fault: NetworkFault) throws {
        let failure = IOFailure(.receive, "x", .network(fault))
        let registry = ScriptedRegistry { request in
            if request.address.path == "/v2/" { return Answer(200) }
            let isRest = request.headers["Range"] == "bytes=4-"
            var answer =
                isRest
                ? Answer(206, [("Content-Range", "bytes 4-9/10")], [])
                : Answer(200, [("Content-Length", "10")], Array(Self.content[..<4]))
            answer.failure = failure
            return answer
        }
        let blob = RegistryBlob(Self.digest, size: 10, in: try registry.repository())
        let expected = IOFailure(.read, blob.path, .network(fault))
        #expect(throws: expected) { try blob.all() }
        #expect(Self.ranges(registry.transport) == ["whole", "bytes=4-"])
        #expect(throws: expected) { try blob.all() }
        #expect(Self.ranges(registry.transport).count == 2)
        // Another blob is another matter.
        let other = RegistryBlob(Digest(of: [1]), size: 10, in: try registry.repository())
        #expect(throws: IOFailure.self) { try other.all() }
        #expect(Self.ranges(registry.transport).count == 4)
    }

    @Test func theHeadIsRequestedAsARange() throws {
        let (blob, transport, _) = try Self.blob(["206 b0-4 r0-10"])
        #expect(try blob.head(4) == Array(Self.content[..<4]))
        #expect(Self.ranges(transport) == ["bytes=0-3"])
        let (careless, other, _) = try Self.blob(["200 b0-10 l10"])
        #expect(try careless.head(4) == Array(Self.content[..<4]))
        #expect(Self.ranges(other) == ["bytes=0-3"])
        let (small, third, _) = try Self.blob(["200 b0-10 l10"])
        #expect(try small.head(512) == Self.content)
        #expect(Self.ranges(third) == ["whole"])
    }

    @Test("a reader in parts requests growing ranges, and one range if it stops early", arguments: [true, false])
    func readsInParts(supportsRanges: Bool) throws {
        let content = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        let transport = ScriptedTransport { request in
            guard request.address.path != "/v2/" else { return Answer(200) }
            guard supportsRanges, let range = request.headers["Range"] else { return Answer(200, [], content) }
            let bounds = range.dropFirst("bytes=".count).split(separator: "-").compactMap { Int($0) }
            let end = bounds.count > 1 ? bounds[1] : content.count - 1
            let header = ("Content-Range", "bytes \(bounds[0])-\(end)/\(content.count)")
            return Answer(206, [header], Array(content[bounds[0]...end]))
        }
        let access = RegistryAccess(RegistryOptions(backoff: Backoff(ScriptedTime(), fraction: { 1 }))) {
            transport.connecting($0)
        }
        let name = try #require(RepositoryName(parsing: "registry.example/app"))
        let blob = RegistryBlob(Digest(of: content), size: Int64(content.count), in: access.repository(name))
        var buffer = [UInt8](repeating: 0, count: 1000)
        var reader = blob.openInParts()
        #expect(try reader.fill(&buffer, count: 1000) == 1000)
        #expect(Self.ranges(transport) == ["bytes=0-262143"])
        var whole = blob.openInParts()
        var bytes = [UInt8](repeating: 0, count: content.count + 1)
        #expect(try whole.fill(&bytes, count: bytes.count) == content.count && bytes.dropLast() == content[...])
        let rest = supportsRanges ? ["bytes=262144-1310719", "bytes=1310720-"] : []
        #expect(Self.ranges(transport) == ["bytes=0-262143", "bytes=0-262143"] + rest)
    }

    @Test func emptyBlobsNeedNoRequest() throws {
        let (blob, transport, _) = try Self.blob(["500"], size: 0)
        #expect(try blob.all() == [])
        #expect(blob.window == nil)
        #expect(transport.requests.isEmpty)
    }

    static let operation = RegistryError.Operation(.read, "registry.example/app@\(digest)")
    static let refusals: [(Answer, RegistryError)] = [
        (
            Answer(403, [], #"{"errors":[{"code":"DENIED","message":"not for you"}]}"#),
            .unauthorized(
                operation, host: "registry.example", hasCredentials: false,
                errors: [.init(code: "DENIED", message: "not for you")])
        ),
        (
            Answer(451, [], #"{"errors":[{"code":"BLOCKED"}]}"#),
            .refused(operation, status: 451, errors: [.init(code: "BLOCKED", message: "")])
        ),
        (Answer(307, [("Location", "ftp://evil.example/")]), .unusableRedirect(operation, to: "ftp://evil.example/")),
        (Answer(429, [("Retry-After", "3600")]), .busy(operation, status: 429)),
        (
            Answer(401, [("WWW-Authenticate", "Negotiate")]),
            .unknownScheme(host: "registry.example", scheme: "Negotiate")
        ),
        (
            Answer(401, [("WWW-Authenticate", "Bearer realm=\"http://auth.example/t?secret\"")]),
            .unusableRealm(host: "registry.example", realm: "http://auth.example/t")
        ),
    ]

    /// The error report needs all details of the registry's response.
    @Test(arguments: refusals.indices) func registryErrorsAreCarriedByReadFailures(_ number: Int) throws {
        let (answer, expected) = Self.refusals[number]
        let registry = ScriptedRegistry { $0.address.path == "/v2/" ? Answer(200) : answer }
        let blob = RegistryBlob(Self.digest, size: 10, in: try registry.repository())
        let error = #expect(throws: IOFailure.self) { try blob.all() }
        #expect(error == IOFailure(.read, blob.path, .carried(CarriedError(expected))))
    }

    /// Found by fuzzing: a negative size was taken for the size of the blob.
    @Test(
        arguments: [
            ("bytes 5-9/10", 5, 10), ("bytes 5-9/*", 5, nil), ("Bytes 5-9/0", 5, 0), ("bytes 5-9/-3", 5, nil),
            ("bytes -5-9/10", nil, nil), ("bytes 5-9", nil, nil),
        ] as [(String, Int64?, Int64?)])
    func aRangeAndASizeAreNotNegative(_ text: String, _ start: Int64?, _ total: Int64?) {
        let range = ContentRange(text)
        #expect(range?.start == start)
        #expect(range?.total == total)
    }
}
