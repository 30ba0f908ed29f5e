internal import Foundation

/// The real registries and proxies that scripts/registries starts, if they run.
package enum Registries {
    package enum Server: String, Sendable, CaseIterable {
        case plain = "PLAIN"
        /// A registry with Basic authentication.
        case htpasswd = "HTPASSWD"
        /// A registry with a certificate of the tests' own authority.
        case tls = "TLS"
        /// A registry like `tls` that also requires a client certificate.
        case mutual = "MUTUAL"
        /// A registry that requires bearer tokens of `tokens`.
        case token = "TOKEN"
        case tokens = "TOKENS"
        /// `plain` behind the relay, which injects faults.
        case relay = "RELAY"
        case proxy = "PROXY"
        /// A proxy that requires `user` and `password`.
        case guardedProxy = "GUARDED_PROXY"
        /// A proxy that uses TLS itself, with a certificate of the tests' own authority.
        case secureProxy = "SECURE_PROXY"
        /// A server that speaks only HTTP/2, with a certificate of the tests' own authority.
        case http2 = "HTTP2"

        /// The address: 127.0.0.1:PORT
        package var place: String { value(rawValue) }
        package var port: String { String(place.drop { $0 != ":" }.dropFirst()) }
    }

    package static var areAvailable: Bool { folder != nil }

    package static var user: String { value("USER") }
    package static var password: String { value("PASSWORD") }

    package static var authority: String { value("AUTHORITY") }
    package static var certificate: String { value("CERTIFICATE") }
    package static var key: String { value("KEY") }

    /// A host name that only the proxies resolve. A connection to it went through a proxy.
    package static let proxiedName = "registry.test"

    /// A repository that no other test uses.
    package static func repository(_ word: String = "app") -> String {
        "test/\(UUID().uuidString.lowercased().prefix(13))/\(word)"
    }

    /// A request that reached `tokens`, without secrets.
    package struct TokenRequest: Decodable, Sendable {
        /// One of anonymous, basic, password and refresh_token.
        package let grant: String
        package let user: String?
        package let scopes: [String]
        package let status: Int
    }

    /// The requests with a scope that contains `repository`.
    package static func tokenRequests(_ repository: String) throws -> [TokenRequest] {
        let answer = try Web.ask("GET", Server.tokens.place, "/_tokens/log")
        return try JSONDecoder().decode([TokenRequest].self, from: Data(answer.body)).filter {
            $0.scopes.contains { $0.contains(repository) }
        }
    }

    private static let folder = ProcessInfo.processInfo.environment["OCIMERGE_REGISTRIES"]

    private static let values: [String: String] = {
        let text = folder.flatMap { try? String(contentsOfFile: $0 + "/registries.env", encoding: .utf8) } ?? ""
        let pairs = text.split(separator: "\n").compactMap { line in
            line.firstIndex(of: "=").map { (String(line[..<$0]), String(line[line.index(after: $0)...])) }
        }
        return Dictionary(pairs) { first, _ in first }
    }()

    private static func value(_ name: String) -> String { values[name] ?? "" }
}
