import ByteIO
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// The first request for a manifest opens the connection. Its outcome counts as its first attempt.
@Suite struct FirstRequestTests {
    typealias Answer = ScriptedTransport.Answer

    static let head = "HEAD https://registry.example/v2/app/manifests/1"
    static let get = "GET https://registry.example/v2/app/manifests/1"
    static let probe = "GET https://registry.example/v2/"
    static let manifest = Document.sample(
        Array(#"{"schemaVersion":2,"manifests":[]}"#.utf8), mediaType: .ociIndex)

    static var found: Answer {
        Answer(
            200,
            [("Docker-Content-Digest", "\(manifest.digest)"), ("Content-Type", manifest.mediaType.rawValue)],
            manifest.bytes)
    }

    @Test func aSuccessOpensTheConnection() throws {
        let source = FixedCredential(.basic(user: "a", password: "b"))
        let registry = ScriptedRegistry(from: source) { request in
            request.method == .get ? Self.found : Answer(200, Self.found.headers)
        }
        let app = try registry.repository()
        #expect(try app.manifestDigest(.tag("1")) == Self.manifest.digest)
        #expect(registry.transport.lines == [Self.head])
        // The outcome of the first request is used once.
        #expect(try app.manifestDigest(.tag("1")) == Self.manifest.digest)
        #expect(try app.manifest(.tag("1"))?.content.bytes == Self.manifest.bytes)
        #expect(registry.transport.lines == [Self.head, Self.head, Self.get])
        #expect(source.lookups.isEmpty)

        let reading = ScriptedRegistry { _ in Self.found }
        #expect(try reading.repository().manifest(.tag("1"))?.content.bytes == Self.manifest.bytes)
        #expect(reading.transport.lines == [Self.get])
    }

    @Test func aRefusalForLackOfCredentialsIsFollowedByTheSameRequest() throws {
        let basic = ScriptedRegistry(as: .basic(user: "a", password: "b")) { request in
            request.headers["Authorization"] == "Basic YTpi"
                ? Self.found : Answer(401, [("WWW-Authenticate", "Basic realm=x")])
        }
        #expect(try basic.repository().manifest(.tag("1"))?.content.bytes == Self.manifest.bytes)
        #expect(basic.transport.lines == [Self.get, Self.get])
        #expect(basic.transport.requests.map { $0.headers["Authorization"] } == [nil, "Basic YTpi"])

        let server = TokenRegistry()
        let token = ScriptedRegistry { server.answer($0) }
        _ = try token.repository().manifestDigest(.tag("1"))
        #expect(token.transport.lines == [Self.head, AuthorizingTests.pull, Self.head])
    }

    /// A registry may hide an image from requests without credentials.
    @Test func anAbsentImageIsRequestedAgainWithCredentials() throws {
        let source = FixedCredential(.basic(user: "a", password: "b"))
        let hiding = ScriptedRegistry(from: source) { request in
            if request.headers["Authorization"] == "Basic YTpi" { return Answer(200, Self.found.headers) }
            return request.address.path == "/v2/" ? Answer(401, [("WWW-Authenticate", "Basic realm=x")]) : Answer(404)
        }
        #expect(try hiding.repository().manifestDigest(.tag("1")) == Self.manifest.digest)
        #expect(hiding.transport.lines == [Self.head, Self.probe, Self.head])

        let server = TokenRegistry()
        let token = ScriptedRegistry { request in
            request.headers["Authorization"] == nil && request.address.path.hasSuffix("/manifests/1")
                ? Answer(404) : server.answer(request)
        }
        #expect(try token.repository().manifestDigest(.tag("1"))?.description == TokenRegistry.digest)
        #expect(token.transport.lines == [Self.head, Self.probe, AuthorizingTests.pull, Self.head])

        let open = ScriptedRegistry(from: source) { $0.address.path == "/v2/" ? Answer(200) : Answer(404) }
        #expect(try open.repository().manifestDigest(.tag("1")) == nil)
        #expect(open.transport.lines == [Self.head, Self.probe])
        #expect(source.lookups.count == 1)
    }

    /// The registry serves one image to all, and hides the other.
    @Test(arguments: [403, 404]) func anImageThatIsHiddenLaterIsRequestedAgainWithCredentials(status: Int) throws {
        let registry = ScriptedRegistry(as: .basic(user: "a", password: "b")) { request in
            let isKnown = request.headers["Authorization"] == "Basic YTpi"
            if request.address.path == "/v2/" {
                return isKnown ? Answer(200) : Answer(401, [("WWW-Authenticate", "Basic realm=x")])
            }
            return isKnown || request.address.path.hasPrefix("/v2/app/")
                ? Answer(200, Self.found.headers) : Answer(status)
        }
        #expect(try registry.repository().manifestDigest(.tag("1")) == Self.manifest.digest)
        let hidden = try registry.repository("registry.example/hidden")
        #expect(try hidden.manifestDigest(.tag("1")) == Self.manifest.digest)
        let head = "HEAD https://registry.example/v2/hidden/manifests/1"
        #expect(registry.transport.lines == [Self.head, head, Self.probe, head])
        // From now on credentials are sent at once.
        #expect(try hidden.manifestDigest(.tag("2")) == Self.manifest.digest)
        #expect(registry.transport.lines.count == 5)
    }

    @Test func aRefusalThatNamesNoCredentialsIsFollowedByTheProbe() throws {
        let registry = ScriptedRegistry(as: .basic(user: "a", password: "b")) { request in
            if request.headers["Authorization"] == "Basic YTpi" { return Answer(200, Self.found.headers) }
            return Answer(401, request.address.path == "/v2/" ? [("WWW-Authenticate", "Basic realm=x")] : [])
        }
        #expect(try registry.repository().manifestDigest(.tag("1")) == Self.manifest.digest)
        #expect(registry.transport.lines == [Self.head, Self.probe, Self.head])
    }

    @Test func aFirstManifestThatBreaksOffIsRequestedAgain() throws {
        let isSecond = Atomic<Bool>(false)
        let registry = ScriptedRegistry { _ in
            var answer = Self.found
            if !isSecond.exchange(true, ordering: .relaxed) {
                answer.body.removeLast()
                answer.failure = IOFailure(.receive, "x", .network(.broken("reset")))
            }
            return answer
        }
        #expect(try registry.repository().manifest(.tag("1"))?.content.bytes == Self.manifest.bytes)
        #expect(registry.transport.lines == [Self.get, Self.get])
        #expect(registry.time.slept == [.milliseconds(250)])
    }

    /// The first request counts as an attempt, and a delay that the registry demands is kept.
    @Test func aBusyRegistryDelaysTheSecondAttemptOfTheFirstRequest() throws {
        let isSecond = Atomic<Bool>(false)
        let registry = ScriptedRegistry { request in
            if request.address.path == "/v2/" { return Answer(200) }
            return isSecond.exchange(true, ordering: .relaxed)
                ? Answer(200, Self.found.headers) : Answer(429, [("Retry-After", "7")])
        }
        #expect(try registry.repository().manifestDigest(.tag("1")) == Self.manifest.digest)
        #expect(registry.transport.lines == [Self.head, Self.head])
        #expect(registry.time.slept == [.milliseconds(7250)])
    }

    @Test func aRedirectOfTheFirstRequestIsFollowedWithoutCredentials() throws {
        let registry = ScriptedRegistry(as: .basic(user: "a", password: "b")) { request in
            if request.address.host == "store.example" { return Self.found }
            return request.address.path == "/v2/" ? Answer(200) : Answer(307, [("Location", "https://store.example/x")])
        }
        #expect(try registry.repository().manifest(.tag("1"))?.content.bytes == Self.manifest.bytes)
        #expect(registry.transport.lines == [Self.get, Self.probe, "GET https://store.example/x"])
        #expect(registry.leaks(beyond: "registry.example").isEmpty)
    }
}
