import TestSupport
import Testing

@testable import ByteIO

/// Requests to a server of the tests, which controls every byte on the wire.
struct CurlTransportTests {
    private let transport = CurlTransport()

    private func address(_ server: WireServer, _ path: String = "/v2/") throws -> WebAddress {
        try #require(WebAddress(parsing: "http://127.0.0.1:\(server.port)\(path)"))
    }

    private static func answer(_ body: String, _ status: String = "200 OK") -> [WireServer.Step] {
        [.send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\nX-Word: one\r\n\r\n\(body)")]
    }

    @Test func anAnswerHasStatusHeadersAndBody() throws {
        let server = try WireServer { _ in Self.answer("hello") }
        var response = try transport.send(HTTPRequest(.get, address(server)))
        #expect(response.status == 200)
        #expect(response.headers["x-word"] == "one")
        #expect(try response.bytes(limit: 100) == Array("hello".utf8))
    }

    @Test(.enabled("NOT TESTED: no IPv6 on loopback") { WireServer.hasIPv6 })
    func aServerHasAnAddressOfIPv6() throws {
        let server = try WireServer(isIPv6: true) { _ in Self.answer("hello") }
        let address = try #require(WebAddress(parsing: "http://[::1]:\(server.port)/v2/"))
        #expect(try transport.send(HTTPRequest(.get, address)).status == 200)
    }

    @Test func aRequestHasItsMethodHeadersAndBody() throws {
        let server = try WireServer { _ in Self.answer("", "201 Created") }
        let headers = HTTPHeaders([("Content-Type", "application/x"), ("Authorization", "Bearer t")])
        let body = HTTPRequest.Body.bytes(Array("content".utf8))
        _ = try transport.send(HTTPRequest(.put, address(server, "/v2/x?digest=1"), headers: headers, body: body))
        let request = try #require(server.requests.first)
        #expect(request.line == "PUT /v2/x?digest=1 HTTP/1.1")
        #expect(request.body == Array("content".utf8))
        #expect(request.headers.contains("Content-Type: application/x"))
        #expect(request.headers.contains("Authorization: Bearer t"))
        #expect(request.headers.contains("Content-Length: 7"))
        #expect(!request.headers.contains { $0.lowercased().hasPrefix("expect") })
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .patch])
    func aRequestWithoutBodyStatesLengthZero(_ method: HTTPRequest.Method) throws {
        let server = try WireServer { _ in Self.answer("", "202 Accepted") }
        _ = try transport.send(HTTPRequest(method, address(server)))
        let request = try #require(server.requests.first)
        #expect(request.line.hasPrefix(method.rawValue + " "))
        #expect(request.headers.contains("Content-Length: 0"))
    }

    @Test func requestsShareAConnection() throws {
        let server = try WireServer { request in
            request.line.hasPrefix("HEAD")
                ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")] : Self.answer("hello")
        }
        for method in [HTTPRequest.Method.head, .get, .post, .put, .get, .delete] {
            _ = try transport.send(HTTPRequest(method, address(server)))
        }
        #expect(server.requests.count == 6)
        #expect(server.connectionCount == 1)
    }

    @Test func noRedirectIsFollowed() throws {
        let server = try WireServer { _ in
            [.send("HTTP/1.1 307 Temporary Redirect\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")]
        }
        let response = try transport.send(HTTPRequest(.get, address(server)))
        #expect(response.status == 307)
        #expect(response.headers["Location"] == "/other")
        #expect(server.requests.count == 1)
    }

    @Test func aLargeBodyArrivesWholeWhileMemoryHoldsLittleOfIt() throws {
        let piece = [UInt8]((0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let count = 20
        let server = try WireServer { _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(piece.count * count)\r\n\r\n")]
                + Array(repeating: .bytes(piece), count: count)
        }
        var response = try transport.send(HTTPRequest(.get, address(server)))
        var hasher = ContentHasher()
        var buffer = [UInt8](repeating: 0, count: 100_000)
        var total = 0
        while true {
            let got = try response.body.fill(&buffer, count: buffer.count)
            if got == 0 { break }
            hasher.update(buffer.span.extracting(0..<got))
            total += got
        }
        #expect(total == piece.count * count)
        #expect(hasher.digest() == ContentHasher.hash(Array(repeating: piece, count: count).flatMap { $0 }))
    }

    @Test func aBodyThatBreaksOffIsAnError() throws {
        let server = try WireServer { _ in
            [
                .send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"), .bytes(.init(repeating: 1, count: 70000)),
                .close,
            ]
        }
        var response = try transport.send(HTTPRequest(.get, address(server)))
        let failure = #expect(throws: IOFailure.self) { _ = try response.bytes(limit: 1 << 20) }
        #expect(failure?.isTransientNetworkFault == true)
    }

    @Test func aReleasedBodyEndsTheConnectionAndNotTheTransport() throws {
        let server = try WireServer { request in
            request.line.contains("/big")
                ? [
                    .send("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"),
                    .bytes(.init(repeating: 1, count: 9_000_000)),
                ]
                : Self.answer("hello")
        }
        _ = try transport.send(HTTPRequest(.get, address(server, "/big")))
        var response = try transport.send(HTTPRequest(.get, address(server)))
        #expect(try response.bytes(limit: 10) == Array("hello".utf8))
        #expect(server.connectionCount == 2)
    }

    @Test func moreThanTheLimitIsRefused() throws {
        let server = try WireServer { _ in Self.answer(String(repeating: "x", count: 101)) }
        var response = try transport.send(HTTPRequest(.get, address(server)))
        let failure = #expect(throws: IOFailure.self) { _ = try response.bytes(limit: 100) }
        #expect(failure?.cause == .tooLarge(limit: 100))
    }

    @Test func endlessHeadersAreRefused() throws {
        let server = try WireServer { _ in
            [.send("HTTP/1.1 200 OK\r\n")]
                + Array(repeating: .send("X: " + String(repeating: "y", count: 1000) + "\r\n"), count: 2000)
        }
        #expect(throws: IOFailure.self) { _ = try transport.send(HTTPRequest(.get, address(server))) }
    }

    @Test func anEndlessHeaderIsRefused() throws {
        let server = try WireServer { _ in
            [.send("HTTP/1.1 200 OK\r\nX: ")] + Array(repeating: .send(String(repeating: "y", count: 1000)), count: 400)
        }
        let failure = #expect(throws: IOFailure.self) { _ = try transport.send(HTTPRequest(.get, address(server))) }
        #expect(failure?.cause == .network(.malformed("a header of its answer has no end")))
    }

    @Test func status407IsAnErrorOfAProxy() throws {
        let server = try WireServer { _ in Self.answer("", "407 Proxy Authentication Required") }
        let failure = #expect(throws: IOFailure.self) { _ = try transport.send(HTTPRequest(.get, address(server))) }
        #expect(failure?.cause == .network(.proxy(status: 407)))
    }

    @Test func aStreamedBodyIsSentAsItsReaderGivesIt() throws {
        let server = try WireServer { _ in Self.answer("", "201 Created") }
        let content = [UInt8]((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) })
        let body = HTTPRequest.Body.stream(size: Int64(content.count)) { () throws(IOFailure) in
            MemoryBytes(content, path: "x").open()
        }
        let response = try transport.send(HTTPRequest(.patch, address(server), body: body))
        #expect(response.status == 201)
        #expect(server.requests.first?.body == content)
    }

    @Test func anErrorOfTheReaderEndsTheRequest() throws {
        let server = try WireServer { _ in Self.answer("", "201 Created") }
        let damage = IOFailure(.read, "layer", .corrupt("gzip"))
        let body = HTTPRequest.Body.stream(size: 10_000_000) { () throws(IOFailure) in FailingReader(failure: damage) }
        let failure = #expect(throws: IOFailure.self) {
            _ = try transport.send(HTTPRequest(.put, address(server), body: body))
        }
        #expect(failure == damage)
        #expect(server.requests.isEmpty)
    }

    @Test func aReaderThatEndsEarlyEndsTheRequest() throws {
        let server = try WireServer { _ in Self.answer("", "201 Created") }
        let body = HTTPRequest.Body.stream(size: 100) { () throws(IOFailure) in
            MemoryBytes([1, 2, 3], path: "x").open()
        }
        let failure = #expect(throws: IOFailure.self) {
            _ = try transport.send(HTTPRequest(.put, address(server), body: body))
        }
        #expect(failure?.cause == .truncated)
    }

    @Test func anAnswerDuringAnUploadIsRead() throws {
        let server = try WireServer { _ in Self.answer("no", "401 Unauthorized") + [.pause(milliseconds: 300), .close] }
        server.bodyReadLimit = 1000
        let body = HTTPRequest.Body.bytes(.init(repeating: 7, count: 200_000))
        var response = try transport.send(HTTPRequest(.put, address(server), body: body))
        #expect(response.status == 401)
        #expect(try response.bytes(limit: 10) == Array("no".utf8))
    }

    @Test func aClosedKeptConnectionIsReplaced() throws {
        let server = try WireServer { _ in Self.answer("hello") + [.close] }
        for _ in 0..<3 {
            let body = HTTPRequest.Body.bytes(Array("again".utf8))
            let response = try transport.send(HTTPRequest(.put, address(server), body: body))
            #expect(response.status == 200)
        }
        #expect(server.requests.map(\.body) == Array(repeating: Array("again".utf8), count: 3))
    }

    @Test func aRefusedConnectionIsATransientFault() throws {
        let nowhere = try #require(WebAddress(parsing: "http://127.0.0.1:1/"))
        let failure = #expect(throws: IOFailure.self) { _ = try transport.send(HTTPRequest(.get, nowhere)) }
        #expect(failure?.cause == .network(.notConnected("Connection refused")))
        #expect(failure?.isTransientNetworkFault == true)
    }

    @Test(arguments: [[WireServer.Step.reset], [.close], [.send("HTTP/1.1 200 OK\r\nContent-Le"), .reset]])
    func aBrokenConnectionIsATransientFault(_ steps: [WireServer.Step]) throws {
        let server = try WireServer { _ in steps }
        let failure = #expect(throws: IOFailure.self) { _ = try transport.send(HTTPRequest(.get, address(server))) }
        #expect(failure?.isTransientNetworkFault == true)
    }

    @Test func aServerWithoutTLSIsRecognised() throws {
        let server = try WireServer { _ in Self.answer("", "400 Bad Request") + [.close] }
        server.answersAnyBytes = true
        let plain = try #require(WebAddress(parsing: "https://127.0.0.1:\(server.port)/v2/"))
        let failure = #expect(throws: IOFailure.self) { _ = try transport.send(HTTPRequest(.get, plain)) }
        #expect(failure?.cause == .network(.notTLS))
    }

    @Test func aHeaderCannotContainALineBreak() throws {
        let server = try WireServer { _ in Self.answer("") }
        let headers = HTTPHeaders([("Authorization", "Bearer a\r\nX-Other: b")])
        #expect(throws: IOFailure.self) { _ = try transport.send(HTTPRequest(.get, address(server), headers: headers)) }
        #expect(server.requests.isEmpty)
    }

    private struct FailingReader: ByteReader {
        let failure: IOFailure
        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int { throw failure }
    }
}
