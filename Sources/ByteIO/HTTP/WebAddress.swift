/// An absolute http or https address. It has no user, no password and no fragment, and no byte that can end a line or a
/// header.
package struct WebAddress: Sendable, Hashable {
    package enum Scheme: String, Sendable { case http, https }

    package let scheme: Scheme
    /// Lower case; an IPv6 address in brackets.
    package let host: String
    /// `nil` for the default of the scheme.
    package let port: Int?
    /// From the first slash on, percent-encoded as it was given.
    package let path: String
    /// Without the question mark; `nil` if there is none.
    package let query: String?

    /// `nil` if the text is no address to which a request can safely be sent.
    package init?(parsing text: String) {
        guard text.utf8.count <= Self.longest, text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        let whole = text.prefix { $0 != "#" }
        let scheme: Scheme
        let rest: Substring
        if let https = Self.dropping("https://", whole) {
            (scheme, rest) = (.https, https)
        } else if let http = Self.dropping("http://", whole) {
            (scheme, rest) = (.http, http)
        } else {
            return nil
        }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        guard let (host, port) = Self.authority(rest[..<end]) else { return nil }
        let (path, query) = Self.split(rest[end...])
        self.init(scheme: scheme, host: host, port: port, path: path, query: query)
    }

    package init(scheme: Scheme, host: String, port: Int?, path: String, query: String? = nil) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.query = query
    }

    /// Resolves a `Location` that was received from this address; `nil` if it must not be followed.
    package func resolving(_ location: String) -> WebAddress? {
        guard let first = location.first, location.utf8.allSatisfy(Self.isAllowed) else { return nil }
        if location.hasPrefix("//") { return WebAddress(parsing: "\(scheme.rawValue):\(location)") }
        if first == "/" { return WebAddress(parsing: origin + location) }
        if first == "?" { return WebAddress(parsing: origin + path + location) }
        let colon = location.firstIndex(of: ":")
        let other = location.firstIndex { "/?#".contains($0) } ?? location.endIndex
        if let colon, colon < other { return WebAddress(parsing: location) }
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return WebAddress(parsing: origin + folder + location)
    }

    /// Adds query parameters behind the existing ones.
    package func adding(_ parameters: [(name: String, value: String)]) -> WebAddress {
        let more = parameters.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }
        let all = (query.map { $0.isEmpty ? [] : [$0] } ?? []) + more
        return WebAddress(
            scheme: scheme, host: host, port: port, path: path, query: all.isEmpty ? query : all.joined(separator: "&"))
    }

    package var effectivePort: Int { port ?? (scheme == .https ? 443 : 80) }

    /// Whether both addresses have the same scheme, host and port.
    package func hasSameOrigin(as other: WebAddress) -> Bool {
        scheme == other.scheme && host == other.host && effectivePort == other.effectivePort
    }

    package var origin: String { "\(scheme.rawValue)://\(host)\(port.map { ":\($0)" } ?? "")" }

    /// The whole address with secrets in its query: only for requests.
    package var text: String { origin + path + (query.map { "?" + $0 } ?? "") }

    /// For messages: without the query, which may hold tokens.
    package var shown: String { origin + path }

    /// Whether the host is localhost or a loopback address.
    package var isLoopback: Bool { Self.isLoopback(host: host) }

    package static func isLoopback(host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Percent-encoded for a query or a form.
    package static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let longest = 16 * 1024

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// Visible ASCII: no spaces, no control characters, and nothing that servers read in two ways.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7f && byte != UInt8(ascii: "\\")
    }

    private static func dropping(_ prefix: String, _ text: Substring) -> Substring? {
        text.prefix(prefix.count).lowercased() == prefix ? text.dropFirst(prefix.count) : nil
    }

    private static func split(_ text: Substring) -> (path: String, query: String?) {
        let mark = text.firstIndex(of: "?") ?? text.endIndex
        let path = text[..<mark].isEmpty ? "/" : String(text[..<mark])
        return (path, mark == text.endIndex ? nil : String(text[text.index(after: mark)...]))
    }

    /// A user before an `@` is refused: it is ambiguous which host is meant.
    private static func authority(_ text: Substring) -> (host: String, port: Int?)? {
        let hostEnd =
            text.first == "["
            ? text.firstIndex(of: "]").map { text.index(after: $0) } : text.firstIndex(of: ":") ?? text.endIndex
        guard let hostEnd else { return nil }
        let host = text[..<hostEnd].lowercased()
        guard !host.isEmpty, isHost(host) else { return nil }
        let rest = text[hostEnd...]
        if rest.isEmpty { return (host, nil) }
        guard rest.first == ":", rest.dropFirst().allSatisfy(\.isNumber), let port = Int(rest.dropFirst()),
            (1...65535).contains(port)
        else { return nil }
        return (host, port)
    }

    private static func isHost(_ host: String) -> Bool {
        if host.first == "[" {
            return host.utf8.dropFirst().dropLast().allSatisfy { byte in
                byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || isHex(byte)
            }
        }
        return host.utf8.allSatisfy { byte in isUnreserved(byte) && byte != UInt8(ascii: "~") }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
