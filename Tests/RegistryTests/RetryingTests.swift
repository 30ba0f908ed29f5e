import ByteIO
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Transient failures are retried and others are not. The clock is scripted, so no test waits.
@Suite struct RetryingTests {
    typealias Answer = ScriptedTransport.Answer

    struct Setup {
        let http: ScriptedTransport
        let time: ScriptedTime
        let transport: RetryingTransport
        let request: RegistryRequest
        let once: RegistryRequest

        init(
            _ time: ScriptedTime = ScriptedTime(), fraction: Double = 1,
            _ script: @escaping ScriptedTransport.Script
        ) throws {
            let base = try #require(WebAddress(parsing: "https://registry.example/v2/"))
            http = ScriptedTransport(script)
            self.time = time
            let origin = RegistryOrigin(domain: "registry.example", base: base, allowsPlain: false)
            transport = RetryingTransport(
                DirectTransport(origin: origin, http: http, otherHosts: http), Backoff(time, fraction: { fraction }))
            request = try EndpointProbe.request("registry.example", base)
            once = RegistryRequest(
                HTTPRequest(.post, base), repository: request.repository, scopes: [], operation: request.operation,
                isRepeatable: false)
        }
    }

    static let waits: [Duration] = [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2)]

    @Test(arguments: [408, 425, 500, 502, 503, 504]) func transientStatusesGetFiveAttempts(status: Int) throws {
        let setup = try Setup { _ in Answer(status) }
        #expect(try setup.transport.send(setup.request).status == status)
        #expect(setup.http.requests.count == 5)
        #expect(setup.time.slept == Self.waits)
    }

    @Test(arguments: [200, 201, 206, 304, 400, 401, 403, 404, 405, 409, 413, 416, 501, 505])
    func otherStatusesAreReturnedAtOnce(status: Int) throws {
        let setup = try Setup { _ in Answer(status, [("Retry-After", "1")]) }
        #expect(try setup.transport.send(setup.request).status == status)
        #expect(setup.http.requests.count == 1)
        #expect(setup.time.slept.isEmpty)
    }

    @Test func noAttemptBeginsAfterFiveMinutes() throws {
        let time = ScriptedTime()
        let slow = try Setup(time) { _ in
            time.pass(.seconds(100))
            return Answer(503)
        }
        #expect(try slow.transport.send(slow.request).status == 503)
        #expect(slow.http.requests.count == 3)
        let failure = IOFailure(.send, "https://registry.example/v2/", .network(.broken("reset")))
        let broken = try Setup(time) { _ throws(IOFailure) in
            time.pass(.seconds(150))
            throw failure
        }
        #expect(throws: RegistryError.io(failure)) { _ = try broken.transport.send(broken.request) }
        #expect(broken.http.requests.count == 2)
    }

    /// The time passes while this request waits, and the registry delays all requests once more.
    private final class DelayedTime: TimeSource {
        let scripted = ScriptedTime()
        private let whileAsleep = Mutex<(@Sendable () -> Void)?>(nil)

        var now: Duration { scripted.now }
        var unixTime: Int64 { scripted.unixTime }

        func onSleep(_ body: @escaping @Sendable () -> Void) { whileAsleep.withLock { $0 = body } }

        func sleep(_ duration: Duration, for subject: String) throws(IOFailure) {
            try scripted.sleep(duration, for: subject)
            whileAsleep.withLock { $0 }?()
        }
    }

    @Test func otherRequestsCannotDelayARequestForEver() throws {
        let time = DelayedTime()
        let base = try #require(WebAddress(parsing: "https://registry.example/v2/"))
        let http = ScriptedTransport { _ in Answer(429, [("Retry-After", "50")]) }
        let origin = RegistryOrigin(domain: "registry.example", base: base, allowsPlain: false)
        let direct = DirectTransport(origin: origin, http: http, otherHosts: http)
        let transport = RetryingTransport(direct, Backoff(time, fraction: { 0 }))
        let request = try EndpointProbe.request("registry.example", base)
        let other = RegistryRequest(
            HTTPRequest(.post, base), repository: request.repository, scopes: [], operation: request.operation,
            isRepeatable: false)
        let start = time.now
        time.onSleep { _ = try? transport.send(other) }
        #expect(throws: RegistryError.busy(request.operation, status: 429)) { _ = try transport.send(request) }
        #expect((.seconds(300) ... .seconds(400)).contains(time.now - start))
    }

    @Test func aLaterSuccessIsReturned() throws {
        let count = Atomic<Int>(0)
        let setup = try Setup { _ in Answer(count.add(1, ordering: .relaxed).newValue < 3 ? 502 : 200) }
        #expect(try setup.transport.send(setup.request).status == 200)
        #expect(setup.http.requests.count == 3)
    }

    @Test(arguments: [408, 429, 500, 503]) func unrepeatableRequestsAreSentOnce(status: Int) throws {
        let setup = try Setup { _ in Answer(status) }
        #expect(try setup.transport.send(setup.once).status == status)
        #expect(setup.http.requests.count == 1)
    }

    static let faults: [(NetworkFault, Int)] = [
        (.unresolvedHost, 2), (.unresolvedProxy, 2), (.unanswered("x"), 2), (.stalled(seconds: 60), 2),
        (.slow(seconds: 60), 2), (.notConnected("refused"), 5),
        (.broken("reset"), 5),
        (.proxy(status: 503), 5), (.proxy(status: 407), 1), (.tls("self-signed"), 1), (.notTLS, 1),
        (.unusableCertificate("x"), 1), (.malformed("x"), 1),
    ]

    @Test(arguments: faults) func transientNetworkFaultsAreRetried(fault: NetworkFault, attempts: Int) throws {
        let failure = IOFailure(.send, "https://registry.example/v2/", .network(fault))
        let setup = try Setup { _ throws(IOFailure) in throw failure }
        #expect(throws: RegistryError.io(failure)) { _ = try setup.transport.send(setup.request) }
        #expect(setup.http.requests.count == attempts)
        #expect(throws: RegistryError.io(failure)) { _ = try setup.transport.send(setup.once) }
        #expect(setup.http.requests.count == attempts + 1)
    }

    @Test(arguments: [
        IOFailure(.read, "/layer", .system(5)), IOFailure(.send, "https://registry.example/v2/", .interrupted),
        IOFailure(.read, "/layer", .wrongContent(.sha256, expected: [1], found: [2])),
    ]) func otherFailuresAreNotRetried(failure: IOFailure) throws {
        let setup = try Setup { _ throws(IOFailure) in throw failure }
        #expect(throws: RegistryError.io(failure)) { _ = try setup.transport.send(setup.request) }
        #expect(setup.http.requests.count == 1)
    }

    @Test func persistent429IsReportedAsBusy() throws {
        let setup = try Setup { _ in Answer(429) }
        #expect(throws: RegistryError.busy(.init(.reach, "registry.example"), status: 429)) {
            _ = try setup.transport.send(setup.request)
        }
        #expect(setup.http.requests.count == 5)
    }

    @Test(arguments: [
        ("7", 7), ("0", 0), ("60", 60), (" 5 ", 5), ("Tue, 14 Nov 2023 22:13:50 GMT", 30),
        ("Tue, 14 Nov 2023 22:00:00 GMT", 0),
    ]) func retryAfterIsObeyed(text: String, seconds: Int) throws {
        let count = Atomic<Int>(0)
        let setup = try Setup(fraction: 0) { _ in
            count.add(1, ordering: .relaxed).newValue == 1 ? Answer(503, [("Retry-After", text)]) : Answer(200)
        }
        #expect(try setup.transport.send(setup.request).status == 200)
        #expect(setup.time.slept == (seconds == 0 ? [] : [.seconds(seconds)]))
    }

    @Test(arguments: [429, 503], ["61", "86400", "99999999999999999999", "Wed, 15 Nov 2023 22:13:50 GMT"])
    func aLongRetryAfterIsAnError(status: Int, text: String) throws {
        let setup = try Setup { _ in Answer(status, [("Retry-After", text)]) }
        #expect(throws: RegistryError.busy(.init(.reach, "registry.example"), status: status)) {
            _ = try setup.transport.send(setup.request)
        }
        #expect(setup.http.requests.count == 1)
        #expect(setup.time.slept.isEmpty)
    }

    @Test(arguments: [
        "", "soon", "-1", "1.5", "7 s", "Tue, 14 Foo 2023 22:13:50 GMT", "14 Nov 2023", "Tue, 14 Nov 2023 25:13:50 GMT",
    ])
    func malformedRetryAfterIsIgnored(text: String) {
        #expect(RetryAfter.delay(text, unixTime: 1_700_000_000) == nil)
    }

    @Test func retryAfterDatesFollowTheCalendar() {
        #expect(RetryAfter.delay("Sun, 06 Nov 1994 08:49:37 GMT", unixTime: 784_111_770) == .seconds(7))
        #expect(RetryAfter.delay("Thu, 29 Feb 2024 00:00:00 GMT", unixTime: 1_709_164_799) == .seconds(1))
        #expect(RetryAfter.delay("Fri, 01 Mar 2024 00:00:00 GMT", unixTime: 1_709_251_200) == .seconds(0))
        #expect(RetryAfter.delay("Mon, 01 Mar 2100 00:00:00 GMT", unixTime: 4_107_542_399) == .seconds(1))
    }

    @Test func aDelayAppliesToAllRequests() throws {
        let setup = try Setup(fraction: 0) { request in
            request.method == .post ? Answer(429, [("Retry-After", "20")]) : Answer(200)
        }
        #expect(try setup.transport.send(setup.once).status == 429)
        #expect(setup.time.slept.isEmpty)
        #expect(try setup.transport.send(setup.request).status == 200)
        #expect(setup.time.slept == [.seconds(20)])
        #expect(try setup.transport.send(setup.request).status == 200)
        #expect(setup.time.slept == [.seconds(20)])
    }

    @Test func anInterruptedDelayEndsTheRequest() throws {
        for status in [429, 503] {
            let setup = try Setup(ScriptedTime(interruptsAfter: 2)) { _ in Answer(status) }
            let interrupted = IOFailure(.send, "https://registry.example/v2/", .interrupted)
            #expect(throws: RegistryError.io(interrupted)) { _ = try setup.transport.send(setup.request) }
            #expect(setup.http.requests.count == 2)
        }
    }

    @Test func delaysGrowToABoundAndAreRandom() {
        let longest = Backoff(ScriptedTime(), fraction: { 1 })
        #expect(
            (1...9).map(longest.delay(after:)).suffix(4) == [.seconds(8), .seconds(10), .seconds(10), .seconds(10)])
        #expect(longest.delay(after: .max) == .seconds(10))
        let shortest = Backoff(ScriptedTime(), fraction: { 0 })
        #expect((1...9).allSatisfy { shortest.delay(after: $0) == .zero })
        let real = Backoff(ScriptedTime())
        #expect(Set((0..<20).map { _ in real.delay(after: 3) }).count > 1)
        #expect((0..<100).allSatisfy { _ in (.zero ... .seconds(1)).contains(real.delay(after: 3)) })
    }

    /// The request itself was not sent yet, so nothing can happen twice.
    @Test func tokenRequestsAreRetriedForUnrepeatableRequests() throws {
        let count = Atomic<Int>(0)
        let server = TokenRegistry()
        let registry = ScriptedRegistry { request throws(IOFailure) in
            if request.address.host == "auth.example" {
                switch count.add(1, ordering: .relaxed).newValue {
                case 1: throw IOFailure(.send, request.address.shown, .network(.broken("reset")))
                case 2: return Answer(503)
                default: break
                }
            }
            return server.answer(request)
        }
        let app = try registry.repository()
        let address = try #require(WebAddress(parsing: "https://registry.example/v2/app/blobs/uploads/"))
        let answer = try app.send(HTTPRequest(.post, address), .init(.upload, "x"), pushes: true, isRepeatable: false)
        #expect(answer.status == 200)
        #expect(registry.transport.lines.count { $0.hasPrefix("POST") } == 1)
        #expect(count.load(ordering: .relaxed) == 3)
    }

    /// A buffered response is complete, or the request is repeated.
    @Test(arguments: [1, 4, 5]) func brokenBufferedBodiesAreRetried(breaks: Int) throws {
        let count = Atomic<Int>(0)
        let broken = IOFailure(.receive, "x", .network(.broken("reset")))
        let setup = try Setup { _ in
            var answer = Answer(200, [], "content")
            if count.add(1, ordering: .relaxed).newValue <= breaks { answer.failure = broken }
            return answer
        }
        var whole = setup.request
        whole.bufferedBodyLimit = 7
        if breaks < 5 {
            var response = try setup.transport.send(whole)
            #expect(try response.bytes(limit: 7) == Array("content".utf8))
        } else {
            #expect(throws: RegistryError.io(broken)) { _ = try setup.transport.send(whole) }
        }
        #expect(setup.http.requests.count == min(breaks + 1, 5))
        #expect(setup.time.slept == Array(Self.waits.prefix(breaks)))
    }

    @Test func bodiesBeyondTheLimitAreNotRetried() throws {
        let setup = try Setup { _ in Answer(200, [], "content") }
        var whole = setup.request
        whole.bufferedBodyLimit = 6
        #expect(throws: RegistryError.tooLarge(.init(.reach, "registry.example"), limit: 6)) {
            _ = try setup.transport.send(whole)
        }
        #expect(setup.http.requests.count == 1)
    }

    /// The clock starts at 22:13:20.
    @Test(
        arguments: [
            ("20", [.seconds(20), .milliseconds(500)]),
            ("Tue, 14 Nov 2023 22:13:50 GMT", [.seconds(30), .milliseconds(500)]),
            ("soon", [.milliseconds(250), .milliseconds(500)]),
        ] as [(String, [Duration])]) func retryAfterOfATokenServerIsObeyed(text: String, waits: [Duration]) throws
    {
        let count = Atomic<Int>(0)
        let server = TokenRegistry()
        let registry = ScriptedRegistry { request in
            if request.address.host == "auth.example" {
                switch count.add(1, ordering: .relaxed).newValue {
                case 1: return Answer(429, [("Retry-After", text)])
                case 2: return Answer(503)
                default: break
                }
            }
            return server.answer(request)
        }
        #expect(try registry.repository().manifestDigest(.tag("1")) != nil)
        #expect(registry.time.slept == waits)
    }

    @Test func aLongRetryAfterOfATokenServerIsAnError() throws {
        let registry = ScriptedRegistry { request in
            request.address.host == "auth.example"
                ? Answer(429, [("Retry-After", "3600")]) : Answer(401, [("WWW-Authenticate", TokenRegistry.challenge)])
        }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.tokenServer(
                host: "registry.example", realm: "https://auth.example/token", status: 429, errors: [],
                retryAfter: .seconds(3600))
        ) { try app.manifestDigest(.tag("1")) }
        #expect(registry.transport.requests.count == 2)
        #expect(registry.time.slept.isEmpty)
    }
}
