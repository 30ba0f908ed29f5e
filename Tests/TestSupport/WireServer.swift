internal import Foundation

/// A server on loopback. It sends exactly the bytes that a test gives and records every request that arrives up to the
/// limit of its body.
package final class WireServer: @unchecked Sendable {
    package struct Request: Sendable {
        /// `GET /v2/ HTTP/1.1`
        package let line: String
        package let headers: [String]
        /// The part of the body that the server read.
        package let body: [UInt8]
        /// The number of the connection.
        package let connection: Int
    }

    package enum Step: Sendable {
        case send(String)
        case bytes([UInt8])
        case pause(milliseconds: Int)
        /// Sends the bytes one by one, with a pause after each, until the peer ends the connection.
        case drip([UInt8], milliseconds: Int)
        /// Sends the bytes again and again until the peer ends the connection.
        case endless([UInt8])
        /// Sends nothing until the peer ends the connection.
        case silence
        /// Ends the connection with a reset.
        case reset
        case close
    }

    /// The limit of bytes that the server reads of a body before it answers.
    package var bodyReadLimit = Int.max
    /// The requests to which `bodyReadLimit` applies, by a part of their first line; empty for all.
    package var limitedRequests = ""
    /// Whether the server answers the first bytes, even if they are no request.
    package var answersAnyBytes = false
    package private(set) var port = 0
    private let listener: Int32
    private let answer: @Sendable (Request) -> [Step]
    private let lock = NSLock()
    private var seen: [Request] = []
    private var connections = 0

    /// Whether the loopback device has an IPv6 address.
    package static var hasIPv6: Bool {
        let addresses = try? String(contentsOfFile: "/proc/net/if_inet6", encoding: .utf8)
        return addresses?.contains("00000000000000000000000000000001 ") == true
    }

    package init(isIPv6: Bool = false, _ answer: @escaping @Sendable (Request) -> [Step]) throws {
        self.answer = answer
        listener = socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if isIPv6 {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_addr = in6addr_loopback
            guard Self.listen(listener, on: &address) else { throw POSIXError(.EADDRINUSE) }
            port = Int(UInt16(bigEndian: address.sin6_port))
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            guard Self.listen(listener, on: &address) else { throw POSIXError(.EADDRINUSE) }
            port = Int(UInt16(bigEndian: address.sin_port))
        }
        Foundation.Thread { [weak self, listener] in
            // Only this thread closes the descriptor: another server may reuse its number at once.
            defer { close(listener) }
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                guard let server = self else {
                    close(connection)
                    return
                }
                let number = server.lock.withLock {
                    server.connections += 1
                    return server.connections
                }
                Foundation.Thread { server.serve(connection, number) }.start()
            }
        }.start()
    }

    /// Listens on a free port and sets it in the address.
    private static func listen<Address>(_ listener: Int32, on address: inout Address) -> Bool {
        var size = socklen_t(MemoryLayout<Address>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, size) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, generic, &size) == 0
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    package var requests: [Request] { lock.withLock { seen } }
    package var connectionCount: Int { lock.withLock { connections } }

    private func serve(_ connection: Int32, _ number: Int) {
        defer { close(connection) }
        var pending: [UInt8] = []
        while let request = read(connection, number, &pending) {
            lock.withLock { seen.append(request) }
            for step in answer(request) {
                switch step {
                case .send(let text): write(connection, Array(text.utf8))
                case .bytes(let bytes): write(connection, bytes)
                case .pause(let milliseconds): usleep(UInt32(milliseconds * 1000))
                case .drip(let bytes, let milliseconds):
                    for byte in bytes where write(connection, [byte]) { usleep(UInt32(milliseconds * 1000)) }
                case .endless(let bytes): while write(connection, bytes) {}
                case .silence: while more(connection, &pending) { pending = [] }
                case .reset:
                    var hard = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(connection, SOL_SOCKET, SO_LINGER, &hard, socklen_t(MemoryLayout<linger>.size))
                    return
                case .close: return
                }
            }
        }
    }

    private func read(_ connection: Int32, _ number: Int, _ pending: inout [UInt8]) -> Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if answersAnyBytes, !pending.isEmpty {
                defer { pending = [] }
                return Request(line: "", headers: [], body: pending, connection: number)
            }
            if let split = pending.firstRange(of: end) {
                let lines = String(decoding: pending[..<split.lowerBound], as: UTF8.self).components(
                    separatedBy: "\r\n")
                pending.removeSubrange(..<split.upperBound)
                let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
                let size = length.flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) } ?? 0
                while pending.count < min(size, limit(of: lines[0])) {
                    guard more(connection, &pending) else { return nil }
                }
                let taken = min(size, pending.count)
                let body = Array(pending[..<taken])
                pending.removeFirst(taken)
                return Request(
                    line: lines[0], headers: Array(lines.dropFirst()), body: body, connection: number)
            }
            if !more(connection, &pending) { return nil }
        }
    }

    private func limit(of line: String) -> Int {
        limitedRequests.isEmpty || line.contains(limitedRequests) ? bodyReadLimit : Int.max
    }

    private func more(_ connection: Int32, _ pending: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        let got = recv(connection, &buffer, buffer.count, 0)
        if got > 0 { pending += buffer[..<got] }
        return got > 0
    }

    /// Returns whether the peer takes bytes.
    @discardableResult
    private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let sent = bytes[done...].withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if sent <= 0 { return false }
            done += sent
        }
        return true
    }
}
