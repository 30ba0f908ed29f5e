internal import Foundation

/// An HTTP client for servers on loopback. It uses one connection per request, returns every status, and times out
/// after 20 seconds without data.
package enum Web {
    package struct Answer: Sendable {
        package let status: Int
        /// Headers by their names in lower case.
        package let headers: [String: String]
        package let body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
    }

    package struct NoAnswer: Error { package let place: String }

    /// Sends a request to `place`, which is 127.0.0.1:PORT. HTTP/1.0 makes the body end with the connection.
    package static func ask(
        _ method: String = "GET", _ place: String, _ path: String, headers: [(String, String)] = [], body: [UInt8] = []
    ) throws -> Answer {
        let fields = [("Host", place), ("Content-Length", String(body.count))] + headers
        let head = fields.reduce("\(method) \(path) HTTP/1.0\r\n") { $0 + "\($1.0): \($1.1)\r\n" } + "\r\n"
        guard let port = place.split(separator: ":").last.flatMap({ UInt16($0) }) else { throw NoAnswer(place: place) }
        let bytes = try exchange(Array(head.utf8) + body, port: port)
        let end = Array("\r\n\r\n".utf8)
        guard
            let split = bytes.indices.first(where: { bytes[$0...].starts(with: end) }),
            case let lines = String(decoding: bytes[..<split], as: UTF8.self).components(separatedBy: "\r\n"),
            let status = lines[0].split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { throw NoAnswer(place: place) }
        let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces))
        }
        return Answer(
            status: status, headers: Dictionary(pairs) { first, _ in first }, body: Array(bytes[(split + end.count)...])
        )
    }

    private static func exchange(_ request: [UInt8], port: UInt16) throws -> [UInt8] {
        let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(connection) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let noAnswer = NoAnswer(place: "127.0.0.1:\(port)")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { throw noAnswer }
        var timeout = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw noAnswer }
            sent += count
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            if count == 0 { return answer }
            guard count > 0 else { throw noAnswer }
            answer += buffer[..<count]
        }
    }
}
