internal import Foundation

/// The relay of Tests/Servers. Tests tell it which faults to inject and read its log. Rules and queries select paths,
/// so tests with different repositories do not interfere.
package enum Relay {
    package static var place: String { Registries.Server.relay.place }

    package struct Rule: Encodable, Sendable {
        /// A regular expression for the whole method; `nil` if any method matches.
        package var method: String?
        /// A regular expression for a part of the path, the query included.
        package var path: String
        /// The number of matching requests that pass before the rule applies.
        package var skip = 0
        /// How often the rule applies; 0 means always.
        package var times = 1

        private let action: String
        private var side: String?
        private var after: Int?
        private var how: String?
        private var status: Int?
        private var headers: [String: String]?
        private var body: String?
        private var set: [String: String?]?
        private var seconds: Double?

        private init(_ action: String, _ method: String?, _ path: String) {
            self.action = action
            self.method = method
            self.path = path
        }

        package enum Side: String, Sendable { case request, answer, response }
        /// How a connection ends. `hold` keeps it open and silent until the rule is removed.
        package enum End: String, Sendable { case close, reset, hold }

        package static func answer(
            _ status: Int, _ headers: [String: String] = [:], body: String = "", on method: String? = nil,
            in path: String
        ) -> Rule {
            var rule = Rule("answer", method, path)
            (rule.status, rule.headers, rule.body) = (status, headers, body)
            return rule
        }

        /// Ends the connection after `after` bytes of the body. `.answer`: after the registry has handled the request.
        package static func cut(
            _ side: Side, after: Int = 0, _ how: End = .close, on method: String? = nil, in path: String
        ) -> Rule {
            var rule = Rule("cut", method, path)
            (rule.side, rule.after, rule.how) = (side.rawValue, after, how.rawValue)
            return rule
        }

        /// Cuts an upload so that its session survives. docker-registry itself drops a session whose request broke off.
        package static func keep(
            after: Int, _ how: End = .close, on method: String? = nil, in path: String
        ) -> Rule {
            var rule = Rule("keep", method, path)
            (rule.side, rule.after, rule.how) = (Side.request.rawValue, after, how.rawValue)
            return rule
        }

        package static func delay(_ seconds: Double, on method: String? = nil, in path: String) -> Rule {
            var rule = Rule("delay", method, path)
            rule.seconds = seconds
            return rule
        }

        /// Shortens a response, and its Content-Length too.
        package static func truncate(after: Int, on method: String? = nil, in path: String) -> Rule {
            var rule = Rule("truncate", method, path)
            rule.after = after
            return rule
        }

        package static func corrupt(_ side: Side, at place: Int, on method: String? = nil, in path: String) -> Rule {
            var rule = Rule("corrupt", method, path)
            (rule.side, rule.after) = (side.rawValue, place)
            return rule
        }

        /// Sets headers of the response; `nil` removes one.
        package static func set(_ headers: [String: String?], on method: String? = nil, in path: String) -> Rule {
            var rule = Rule("headers", method, path)
            rule.set = headers
            return rule
        }

        /// Makes the upload session of that request unknown.
        package static func lose(on method: String? = nil, in path: String) -> Rule { Rule("lose", method, path) }

        package func skipping(_ count: Int) -> Rule {
            var rule = self
            rule.skip = count
            return rule
        }

        package func times(_ count: Int) -> Rule {
            var rule = self
            rule.times = count
            return rule
        }

        package var always: Rule { times(0) }
    }

    /// A rule that applies until this value is destroyed.
    package struct ActiveRule: ~Copyable {
        let id: Int

        /// How often the rule applied.
        package func fired() throws -> Int {
            try decoded([String: Int].self, try Web.ask("GET", place, "/_relay/rules/\(id)"))["fired"] ?? 0
        }

        deinit { _ = try? Web.ask("DELETE", place, "/_relay/rules/\(id)") }
    }

    package static func add(_ rule: Rule) throws -> ActiveRule {
        let answer = try Web.ask("POST", place, "/_relay/rules", body: Array(try JSONEncoder().encode(rule)))
        return ActiveRule(id: try decoded([String: Int].self, answer)["id"] ?? 0)
    }

    package struct Request: Decodable, Sendable, CustomStringConvertible {
        package let method: String
        package let path: String
        /// Ticks of the relay's clock. `end` is `nil` if the request is in progress.
        package let begin: Int
        package let end: Int?
        package let status: Int?
        /// Bytes of the body that reached the registry.
        package let sent: Int
        /// Bytes of the response's body that the relay sent.
        package let received: Int
        package let range: String?

        package var description: String { "\(method) \(path.prefix { $0 != "?" }) \(status ?? 0)" }
    }

    /// The requests whose path matches, in the order of their begin.
    package static func requests(_ path: String) throws -> [Request] {
        let query = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
        return try decoded([Request].self, try Web.ask("GET", place, "/_relay/log?\(query)"))
    }

    private static func decoded<T: Decodable>(_ type: T.Type, _ answer: Web.Answer) throws -> T {
        try JSONDecoder().decode(type, from: Data(answer.body))
    }
}
