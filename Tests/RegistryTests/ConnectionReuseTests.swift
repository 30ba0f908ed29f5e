import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// Connections are reused, even if the body of a response is not read.
@Suite struct ConnectionReuseTests {
    private static func late(_ status: String, _ headers: String = "") -> [WireServer.Step] {
        let body = #"{"errors":[]}"#
        return [
            .send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n"),
            .pause(milliseconds: 100), .send(body),
        ]
    }

    @Test func unreadBodiesDoNotCloseTheConnection() throws {
        let server = try WireServer { request in
            if request.line.hasPrefix("HEAD") { return [.send("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\n")] }
            if request.line.hasPrefix("GET /v2/ ") { return Self.late("200 OK") }
            if request.line.hasPrefix("GET") { return Self.late("404 Not Found") }
            let confirmed = "Docker-Content-Digest: \(Digest(of: Array(#""text""#.utf8)))\r\n"
            let place = request.line.hasPrefix("PUT") ? confirmed : "Location: /v2/app/blobs/uploads/1\r\n"
            return Self.late(request.line.hasPrefix("PUT") ? "201 Created" : "202 Accepted", place)
        }
        let access = RegistryAccess(RegistryOptions(encryption: .none))
        let app = access.repository(try name("127.0.0.1:\(server.port)/app"), pushes: true)
        let content = Array(#""text""#.utf8)
        let digest = Digest(of: content)
        #expect(try app.manifest(.tag("1")) == nil)
        #expect(try !app.hasBlob(digest, size: 6))
        #expect(throws: RegistryError.self) { _ = try app.blob(digest) }
        for _ in 0..<2 {
            let uploads = try app.endpoint.address("app/blobs/uploads/")
            for method in [HTTPRequest.Method.post, .patch, .put] {
                let request = HTTPRequest(method, uploads, body: .bytes(content))
                #expect(try (200..<300).contains(app.send(request, .init(.upload, "x"), pushes: true).status))
            }
        }
        _ = try app.put(Document.sample(content, mediaType: .ociManifest), as: .tag("1"))
        #expect(server.requests.count == 11)
        #expect(server.connectionCount == 1)
    }
}
