internal import ByteIO

/// One challenge of a `WWW-Authenticate` header (RFC 9110, 11.6.1).
enum Challenge: Equatable, Sendable {
    case basic
    /// Demands a token from the server at `realm` (distribution-spec, "token"). `scope` is the header's text, empty if
    /// there is none.
    case bearer(realm: String, service: String?, scope: String)
    case other(String)

    /// All challenges of a response, in the order of the headers. Malformed challenges are ignored.
    static func all(in headers: HTTPHeaders) -> [Challenge] {
        headers.values("WWW-Authenticate").flatMap { text in
            var parser = ChallengeParser(text)
            var found: [Challenge] = []
            while let (scheme, parameters) = parser.next() {
                guard let parameters else { continue }
                found.append(Challenge(scheme, parameters))
            }
            return found
        }
    }

    private init(_ scheme: String, _ parameters: [String: String]) {
        switch scheme.lowercased() {
        case "basic": self = .basic
        case "bearer":
            self = .bearer(
                realm: parameters["realm"] ?? "", service: parameters["service"], scope: parameters["scope"] ?? "")
        default: self = .other(scheme)
        }
    }
}

/// Parses one `WWW-Authenticate` header. A comma separates both parameters and challenges: the text after a comma is a
/// parameter if `=` follows its name.
struct ChallengeParser {
    private let bytes: [UInt8]
    private var at = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next scheme, and its parameters by lower-case name; `nil` parameters if one is given twice with different
    /// values. Returns `nil` at the end or at malformed text.
    mutating func next() -> (scheme: String, parameters: [String: String]?)? {
        skip { Self.isBlank($0) || $0 == UInt8(ascii: ",") }
        let scheme = take(Self.isTokenByte)
        guard !scheme.isEmpty else { return nil }
        var parameters: [String: String] = [:]
        var isAmbiguous = false
        if skipsToken68() { return (scheme, parameters) }
        while let (name, value) = parameter() {
            if let known = parameters[name], known != value { isAmbiguous = true }
            parameters[name] = value
        }
        return (scheme, isAmbiguous ? nil : parameters)
    }

    private mutating func parameter() -> (String, String)? {
        let start = at
        skip { Self.isBlank($0) || $0 == UInt8(ascii: ",") }
        let name = take(Self.isTokenByte)
        skip(Self.isBlank)
        guard !name.isEmpty, peek == UInt8(ascii: "=") else {
            at = start
            return nil
        }
        at += 1
        skip(Self.isBlank)
        guard let value = peek == UInt8(ascii: "\"") ? quoted() : take(Self.isValueByte) else { return nil }
        return (name.lowercased(), value)
    }

    /// A quoted string; `nil` if the closing quote is missing.
    private mutating func quoted() -> String? {
        at += 1
        var value: [UInt8] = []
        while let byte = peek {
            at += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: value, as: UTF8.self) }
            if byte == UInt8(ascii: "\\"), let escaped = peek {
                at += 1
                value.append(escaped)
            } else {
                value.append(byte)
            }
        }
        return nil
    }

    /// Skips the value of a scheme that has no named parameters, as in `Negotiate YII=`.
    private mutating func skipsToken68() -> Bool {
        let start = at
        skip(Self.isBlank)
        let value = take { Self.isTokenByte($0) || $0 == UInt8(ascii: "/") }
        skip { $0 == UInt8(ascii: "=") }
        skip(Self.isBlank)
        if !value.isEmpty, peek == nil || peek == UInt8(ascii: ",") { return true }
        at = start
        return false
    }

    private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func skip(_ condition: (UInt8) -> Bool) {
        while let byte = peek, condition(byte) { at += 1 }
    }

    private mutating func take(_ condition: (UInt8) -> Bool) -> String {
        let start = at
        skip(condition)
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Accepts more than a token allows: addresses and scopes are often written without quotes.
    private static func isValueByte(_ byte: UInt8) -> Bool { !isBlank(byte) && byte != UInt8(ascii: ",") }
}
