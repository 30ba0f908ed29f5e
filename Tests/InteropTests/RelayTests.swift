import Foundation
import TestSupport
import Testing

/// The relay applies exactly the given rules and counts correctly.
extension Interop {
    @Suite(.needsRegistries)
    struct RelayTests {
        private let repository = Registries.repository()
        private let content = Array("the content of a layer, which need not be one".utf8)

        private func ask(
            _ method: String, _ path: String, _ headers: [(String, String)] = [], _ body: [UInt8] = []
        ) throws -> Web.Answer {
            try Web.ask(method, Relay.place, path, headers: headers, body: body)
        }

        /// The path of a new upload session, with its query.
        private func session() throws -> String {
            let answer = try ask("POST", "/v2/\(repository)/blobs/uploads/")
            let location = try #require(answer.headers["location"])
            try #require(location.hasPrefix("http://\(Relay.place)/"))
            return String(location.dropFirst("http://\(Relay.place)".count))
        }

        private func put(_ path: String) throws -> Web.Answer {
            try ask("PUT", "\(path)&digest=\(try digest(content))", [], content)
        }

        private func stored() throws -> String {
            #expect(try put(try session()).status == 201)
            return "/v2/\(repository)/blobs/\(try digest(content))"
        }

        @Test("the relay forwards requests unchanged and counts bodies in both directions")
        func counts() throws {
            let blob = try stored()
            #expect(try ask("GET", blob).body == content)
            let log = try Relay.requests(repository)
            #expect(log.map(\.method) == ["POST", "PUT", "GET"])
            #expect(log.map(\.status) == [202, 201, 200])
            #expect(log.map(\.sent) == [0, content.count, 0])
            #expect(log.map(\.received) == [0, 0, content.count])
            #expect(zip(log, log.dropFirst()).allSatisfy { ($0.end ?? .max) < $1.begin })
        }

        @Test("a rule answers a request once, at the given position")
        func answers() throws {
            let rule = try Relay.add(.answer(429, ["Retry-After": "1"], on: "GET", in: repository).skipping(1))
            let blob = try stored()
            let answers = try (0..<3).map { _ in try ask("GET", blob) }
            #expect(answers.map(\.status) == [200, 429, 200])
            #expect(answers[1].headers["retry-after"] == "1")
            #expect(try rule.fired() == 1)
        }

        @Test("a rule ends with its value")
        func ends() throws {
            let blob = try stored()
            do {
                let rule = try Relay.add(.answer(503, in: repository).always)
                #expect(try ask("GET", blob).status == 503)
                #expect(try ask("GET", blob).status == 503)
                #expect(try rule.fired() == 2)
            }
            #expect(try ask("GET", blob).status == 200)
        }

        @Test("the registry keeps the bytes before a cut, and no more", arguments: [Relay.Rule.End.close, .reset])
        func cutsRequests(_ how: Relay.Rule.End) throws {
            let path = try session()
            let rule = try Relay.add(.cut(.request, after: 10, how, on: "PATCH", in: repository))
            #expect(throws: Web.NoAnswer.self) { try ask("PATCH", path, [], content) }
            #expect(try rule.fired() == 1)
            #expect(try Relay.requests(repository).last?.sent == 10)
        }

        @Test("the registry has handled a request whose response is lost")
        func losesAnswers() throws {
            let rule = try Relay.add(.cut(.answer, on: "PUT", in: repository))
            #expect(throws: Web.NoAnswer.self) { try put(try session()) }
            #expect(try rule.fired() == 1)
            #expect(try ask("GET", "/v2/\(repository)/blobs/\(try digest(content))").body == content)
        }

        @Test("responses are cut, shortened, corrupted and stripped of headers")
        func spoilsAnswers() throws {
            let blob = try stored()
            do {
                let rule = try Relay.add(.cut(.response, after: 7, on: "GET", in: repository))
                let answer = try ask("GET", blob)
                #expect(answer.headers["content-length"] == String(content.count))
                #expect(answer.body == Array(content.prefix(7)))
                #expect(try rule.fired() == 1)
            }
            do {
                let rule = try Relay.add(.truncate(after: 7, on: "GET", in: repository))
                let answer = try ask("GET", blob)
                #expect(answer.headers["content-length"] == "7")
                #expect(answer.body == Array(content.prefix(7)))
                #expect(try rule.fired() == 1)
            }
            do {
                let rule = try Relay.add(.corrupt(.response, at: 7, on: "GET", in: repository))
                let body = try ask("GET", blob).body
                #expect(zip(body, content).enumerated().filter { $1.0 != $1.1 }.map(\.offset) == [7])
                #expect(try rule.fired() == 1)
            }
            let rule = try Relay.add(
                .set(["Docker-Content-Digest": nil, "ETag": "another"], on: "GET", in: repository))
            let answer = try ask("GET", blob)
            #expect(answer.headers["docker-content-digest"] == nil)
            #expect(answer.headers["etag"] == "another")
            #expect(try rule.fired() == 1)
        }

        @Test("a lost session stays lost, and others stay usable")
        func losesSessions() throws {
            let path = try session()
            let rule = try Relay.add(.lose(on: "PUT", in: repository))
            #expect(try put(path).status == 404)
            #expect(try put(path).text.contains("BLOB_UPLOAD_UNKNOWN"))
            #expect(try put(try session()).status == 201)
            #expect(try rule.fired() == 1)
        }

        @Test("a held connection is silent until its rule is removed")
        func holds() async throws {
            let path = try session()
            let request = Thread { [content] in _ = try? Web.ask("PATCH", Relay.place, path, body: content) }
            do {
                let rule = try Relay.add(.cut(.request, after: 3, .hold, on: "PATCH", in: repository))
                request.start()
                while try Relay.requests(repository).last?.sent != 3 { try await Task.sleep(for: .milliseconds(5)) }
                #expect(try rule.fired() == 1)
                #expect(try Relay.requests(repository).last?.end == nil)
            }
            while try Relay.requests(repository).last?.end == nil { try await Task.sleep(for: .milliseconds(5)) }
        }
    }
}
