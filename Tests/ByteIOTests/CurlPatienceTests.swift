import Foundation
import TestSupport
import Testing

@testable import ByteIO

/// A request times out after the stated time without traffic. A request with traffic does not time out.
struct CurlPatienceTests {
    private static let ever = Duration.seconds(3600)
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    private static func send(
        _ method: HTTPRequest.Method, _ body: HTTPRequest.Body, to server: WireServer, _ limits: TransportLimits
    ) throws -> HTTPResponse {
        let address = try #require(WebAddress(parsing: "http://127.0.0.1:\(server.port)/v2/"))
        return try CurlTransport(limits: limits).send(HTTPRequest(method, address, body: body))
    }

    static let questions: [(HTTPRequest.Method, HTTPRequest.Body)] = [
        (.get, .none), (.head, .none), (.delete, .none), (.post, .none), (.post, .bytes([1])),
    ]

    @Test(arguments: questions.indices) func aSilentServerTimesOut(_ number: Int) throws {
        let server = try WireServer { _ in [.pause(milliseconds: 5000), .send(Self.answer)] }
        let (method, body) = Self.questions[number]
        let failure = #expect(throws: IOFailure.self) {
            _ = try Self.send(
                method, body, to: server, TransportLimits(silence: .milliseconds(300), storing: Self.ever))
        }
        #expect(failure?.cause == .network(.stalled(seconds: 0)))
    }

    static let pieces: [(HTTPRequest.Method, HTTPRequest.Body)] = [
        (.put, .bytes([1])), (.put, .none), (.patch, .bytes([1])),
    ]

    @Test(arguments: pieces.indices) func aServerThatStoresABlobHasALongerTimeout(_ number: Int) throws {
        let server = try WireServer { _ in [.pause(milliseconds: 1500), .send(Self.answer)] }
        let (method, body) = Self.pieces[number]
        let patient = TransportLimits(silence: .milliseconds(300), storing: Self.ever)
        #expect(try Self.send(method, body, to: server, patient).status == 200)
        let failure = #expect(throws: IOFailure.self) {
            _ = try Self.send(
                method, body, to: server, TransportLimits(silence: Self.ever, storing: .milliseconds(300)))
        }
        #expect(failure?.cause == .network(.stalled(seconds: 0)))
    }

    private static func dripping(_ piece: Int, times: Int) throws -> WireServer {
        try WireServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(piece * times)\r\n\r\n")]
                + (0..<times).flatMap { _ in
                    [WireServer.Step.pause(milliseconds: 100), .bytes(.init(repeating: 1, count: piece))]
                }
        }
    }

    /// 10 and 500 bytes per second.
    @Test(arguments: [1, 50]) func aTransferBelowTheLeastRateIsEnded(piece: Int) throws {
        let server = try Self.dripping(piece, times: 100)
        var response = try Self.send(.get, .none, to: server, TransportLimits(silence: .seconds(1)))
        let failure = #expect(throws: IOFailure.self) { _ = try response.bytes(limit: 10_000) }
        #expect(failure?.cause == .network(.slow(seconds: 1)))
    }

    @Test func silenceAfterDataIsEnded() throws {
        let server = try WireServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"), .bytes(.init(repeating: 1, count: 100_000)),
                .pause(milliseconds: 5000),
            ]
        }
        var response = try Self.send(.get, .none, to: server, TransportLimits(silence: .milliseconds(300)))
        let failure = #expect(throws: IOFailure.self) { _ = try response.bytes(limit: 1 << 20) }
        #expect(failure?.cause == .network(.stalled(seconds: 0)))
    }

    @Test func aServerThatDoesNotReadIsEnded() throws {
        let server = try WireServer { _ in [.pause(milliseconds: 5000), .send(Self.answer)] }
        server.bodyReadLimit = 0
        // More than the buffers of the system.
        let body = HTTPRequest.Body.bytes([UInt8](repeating: 1, count: 64 << 20))
        let failure = #expect(throws: IOFailure.self) {
            _ = try Self.send(.put, body, to: server, TransportLimits(silence: .milliseconds(300), storing: Self.ever))
        }
        #expect(failure?.cause == .network(.stalled(seconds: 0)))
    }

    /// It accepts the connection and never answers the greeting of the client.
    @Test func aSilentTLSHandshakeIsEnded() throws {
        let server = try WireServer { _ in [] }
        let address = try #require(WebAddress(parsing: "https://127.0.0.1:\(server.port)/v2/"))
        let limits = TransportLimits(connection: .milliseconds(300), silence: Self.ever)
        let failure = #expect(throws: IOFailure.self) {
            _ = try CurlTransport(limits: limits).send(HTTPRequest(.get, address))
        }
        guard case .network(.unanswered) = failure?.cause else {
            Issue.record("another error: \(String(describing: failure))")
            return
        }
    }

    /// Bytes per wait of 100 milliseconds, and the time behind after 100 waits.
    static let rates: [(bytes: Int64, behind: Duration, isSilent: Bool)] = [
        (0, .seconds(10), true), (1, .milliseconds(9900), false), (50, .seconds(5), false),
        (99, .milliseconds(100), false), (100, .zero, true), (100_000, .zero, true),
    ]

    @Test(arguments: rates) func eachByteOffsetsOneMillisecond(bytes: Int64, behind: Duration, isSilent: Bool) {
        var pace = TransferPace()
        for _ in 0..<100 {
            pace.wait(.milliseconds(100))
            pace.move(bytes)
        }
        #expect(pace.behind == behind)
        #expect(pace.isSilent == isSilent)
    }

    @Test func theTimeInWhichThisProcessIsStoppedDoesNotCount() {
        var pace = TransferPace()
        pace.wait(.seconds(3600))
        #expect(pace.behind == TransferPace.longestWait)
    }

    @Test func aSlowTransferDoesNotTimeOut() throws {
        let server = try Self.dripping(1024, times: 30)
        var response = try Self.send(.get, .none, to: server, TransportLimits(silence: .seconds(2)))
        #expect(try response.bytes(limit: 1 << 20).count == 30 * 1024)
    }

    /// The caller may read a response as slowly as it likes.
    @Test func theTimeOfTheReaderDoesNotCountAsSilence() throws {
        let server = try Self.dripping(600, times: 4)
        var response = try Self.send(.get, .none, to: server, TransportLimits(silence: .seconds(1)))
        var buffer = [UInt8](repeating: 0, count: 600)
        for _ in 0..<4 {
            #expect(try response.body.fill(&buffer, count: 600) == 600)
            Foundation.Thread.sleep(forTimeInterval: 0.6)
        }
    }

    /// All received bytes are returned in order. The broken connection behind them is still reported.
    @Test(arguments: [1000, 65_536, 300_000]) func bytesBeforeABrokenConnectionAreGiven(piece: Int) throws {
        let content = [UInt8]((0..<150_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let server = try WireServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"), .pause(milliseconds: 200),
                .bytes(content), .close,
            ]
        }
        var response = try Self.send(.get, .none, to: server, TransportLimits())
        // Content and broken connection have both arrived before the first read.
        Foundation.Thread.sleep(forTimeInterval: 0.6)
        var found: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: piece)
        let failure = #expect(throws: IOFailure.self) {
            while true {
                var span = buffer.mutableSpan
                let got = try response.body.read(into: &span)
                if got == 0 { return }
                found += buffer[..<got]
            }
        }
        #expect(failure?.isTransientNetworkFault == true)
        #expect(found == content)
    }
}
