internal import ByteIO

/// By what a server wants to know who asks: one challenge of a `WWW-Authenticate` (RFC 9110, 11.6.1).
enum Challenge: Equatable, Sendable {
    case basic
    /// A token from the server at `realm` (distribution-spec, "token"). `scope` as it was written; empty: none.
    case bearer(realm: String, service: String?, scope: String)
    case other(String)

    /// All of a 401, in the order of the headers. What cannot be read is left out: it can ask for nothing.
    static func all(in headers: HTTPHeaders) -> [Challenge] {
        headers.values("WWW-Authenticate").flatMap { text in
            var scan = ChallengeScan(text)
            var found: [Challenge] = []
            while let (scheme, parameters) = scan.next() {
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
