import ByteIO
import Foundation
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Tokens are requested once for all uses and reused until they expire.
@Suite struct TokenReuseTests {
    typealias Answer = ScriptedTransport.Answer

    static let probe = AuthorizingTests.probe
    static let pull = AuthorizingTests.pull
    static let head = AuthorizingTests.head

    @Test func aTokenIsRequestedInAdvanceAndReused() throws {
        let server = TokenRegistry()
        let registry = ScriptedRegistry { server.answer($0) }
        let app = try registry.repository()
        #expect(try app.manifestDigest(.tag("1.0"))?.description == TokenRegistry.digest)
        _ = try app.manifestDigest(.tag("1.0"))
        #expect(registry.transport.lines == [Self.head, Self.pull, Self.head, Self.head])
        #expect(registry.transport.requests.last?.headers["Authorization"] == "Bearer token-1")
        #expect(registry.leaks(beyond: "registry.example").isEmpty)
    }

    @Test func aTokenWithWiderScopesIsReused() throws {
        let server = TokenRegistry()
        let registry = ScriptedRegistry { server.answer($0) }
        _ = try registry.repository(pushes: true).manifestDigest(.tag("1.0"))
        _ = try registry.repository().manifestDigest(.tag("1.0"))
        let push = Self.pull + "%2Cpush"
        #expect(registry.transport.lines == [Self.head, push, Self.head, Self.head])
    }

    @Test func aRejectedWiderTokenIsNotReused() throws {
        let isReading = Atomic<Bool>(false)
        let server = TokenRegistry { $0 == "Bearer token-1" && isReading.load(ordering: .relaxed) }
        let registry = ScriptedRegistry { server.answer($0) }
        _ = try registry.repository(pushes: true).manifestDigest(.tag("1.0"))
        isReading.store(true, ordering: .relaxed)
        for _ in 0..<2 { _ = try registry.repository().manifestDigest(.tag("1.0")) }
        let push = Self.pull + "%2Cpush"
        #expect(
            registry.transport.lines
                == [Self.head, push, Self.head, Self.head, Self.pull, Self.head, Self.head])
    }

    @Test(arguments: [(300, 289, 2), (60, 49, 11), (8, 5, 2), (nil, 49, 11), (0, 49, 11)] as [(Int?, Int, Int)])
    func aTokenIsRenewedShortlyBeforeItEnds(lifetime: Int?, still: Int, beyond: Int) throws {
        let server = TokenRegistry(lifetime: lifetime)
        let registry = ScriptedRegistry { server.answer($0) }
        let app = try registry.repository()
        _ = try app.manifestDigest(.tag("1.0"))
        registry.time.pass(.seconds(still))
        _ = try app.manifestDigest(.tag("1.0"))
        #expect(registry.transport.lines.count { $0 == Self.pull } == 1)
        registry.time.pass(.seconds(beyond))
        _ = try app.manifestDigest(.tag("1.0"))
        #expect(registry.transport.lines.count { $0 == Self.pull } == 2)
        #expect(registry.transport.requests.last?.headers["Authorization"] == "Bearer token-2")
    }

    @Test func aRejectedTokenIsReplacedOnce() throws {
        let server = TokenRegistry { $0 == "Bearer token-1" }
        let registry = ScriptedRegistry { server.answer($0) }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) != nil)
        #expect(registry.transport.lines == [Self.head, Self.pull, Self.head, Self.pull, Self.head])
    }

    /// The challenge demands a scope in addition to those of the request.
    @Test func additionalScopesOfAChallengeAreRemembered() throws {
        let registry = ScriptedRegistry { request in
            if request.address.host == "auth.example" {
                return Answer(200, [], #"{"access_token":"\#(request.address.query?.contains("aws") ?? false)"}"#)
            }
            if request.address.path == "/v2/" || request.headers["Authorization"] == "Bearer true" {
                return Answer(200, [("Docker-Content-Digest", TokenRegistry.digest)])
            }
            return Answer(401, [("WWW-Authenticate", TokenRegistry.challenge + #",scope="aws""#)])
        }
        let app = try registry.repository()
        _ = try app.manifestDigest(.tag("1.0"))
        _ = try app.manifestDigest(.tag("1.0"))
        let token = "GET https://auth.example/token?service=registry.example&scope=aws&scope=repository%3Aapp%3Apull"
        #expect(registry.transport.lines == [Self.head, token, Self.head, Self.head])
    }

    @Test func aMountRequestsOneTokenForBothRepositories() throws {
        let server = TokenRegistry()
        let registry = ScriptedRegistry { server.answer($0) }
        let app = try registry.repository()
        let address = try #require(WebAddress(parsing: "https://registry.example/v2/app/blobs/uploads/?mount=x"))
        _ = try app.send(
            HTTPRequest(.post, address), .init(.mount, "x"), pushes: true, from: try name("registry.example/base/os"))
        #expect(
            registry.transport.lines == [
                Self.probe, Self.pull + "%2Cpush&scope=repository%3Abase%2Fos%3Apull", "POST \(address.text)",
            ])
    }

    /// Token servers may refuse the whole request if one of its repositories is inaccessible.
    @Test func anInaccessibleMountSourceDoesNotPreventTheUpload() throws {
        let registry = ScriptedRegistry { request in
            if request.address.host == "auth.example" {
                return request.address.query?.contains("base") == true
                    ? Answer(400, [], #"{"error":"invalid_scope"}"#) : Answer(200, [], #"{"token":"t"}"#)
            }
            if request.address.path == "/v2/" { return Answer(401, [("WWW-Authenticate", TokenRegistry.challenge)]) }
            return Answer(202, [("Location", "/v2/app/blobs/uploads/1")])
        }
        let digest = try Digest(parsing: TokenRegistry.digest)
        let candidates = [try name("registry.example/base/os")]
        guard case .session = try registry.repository().beginUpload(of: digest, size: 1, mountingFrom: candidates)
        else {
            Issue.record("mounted")
            return
        }
        let push = Self.pull + "%2Cpush"
        #expect(
            registry.transport.lines == [
                Self.probe, push + "&scope=repository%3Abase%2Fos%3Apull", push,
                "POST https://registry.example/v2/app/blobs/uploads/",
            ])
    }

    @Test func concurrentRequestsShareOneToken() throws {
        let server = TokenRegistry()
        let begun = Atomic<Int>(0)
        let workers = 12
        let registry = ScriptedRegistry { request in
            // The token is issued after all workers have started.
            while request.address.host == "auth.example", begun.load(ordering: .relaxed) < workers {}
            return server.answer(request)
        }
        let app = try registry.repository()
        try Threads.run(workers) { _ in
            begun.add(1, ordering: .relaxed)
            _ = try app.manifestDigest(.tag("1.0"))
        }
        #expect(registry.transport.lines.prefix(2) == [Self.head, Self.pull])
        #expect(registry.transport.lines.dropFirst(2).allSatisfy { $0 == Self.head })
        #expect(registry.transport.lines.count == 2 + workers)
    }

    /// A pending request for one scope must not delay a token for another.
    @Test func aSlowTokenRequestDoesNotBlockOtherScopes() throws {
        let realm = try #require(WebAddress(parsing: "https://auth.example/token"))
        let keys = ["a", "b"].map {
            TokenCache.Key(
                realm: realm, service: nil, scopes: ScopeSet(parsing: "repository:\($0):pull"), credential: nil)
        }
        let token = try #require(AccessToken(parsing: Array(#"{"token":"new"}"#.utf8)))
        let cache = TokenCache(ScriptedTime())
        let isAsking = Atomic<Bool>(false)
        let isThrough = Atomic<Bool>(false)
        let seen = Atomic<Bool>(false)
        try Threads.run(2) { number in
            if number == 0 {
                _ = try cache.token(keys[0], refused: nil) {
                    isAsking.store(true, ordering: .releasing)
                    for _ in 0..<500 where !isThrough.load(ordering: .acquiring) { usleep(10_000) }
                    seen.store(isThrough.load(ordering: .acquiring), ordering: .releasing)
                    return token
                }
            } else {
                while !isAsking.load(ordering: .acquiring) { usleep(1000) }
                _ = try cache.token(keys[1], refused: "old") { token }
                isThrough.store(true, ordering: .releasing)
            }
        }
        let wasThrough = seen.load(ordering: .acquiring)
        #expect(wasThrough)
    }

    /// Requests that waited share the failure; a later one requests again.
    @Test func waitingRequestsShareAFailure() throws {
        let realm = try #require(WebAddress(parsing: "https://auth.example/token"))
        let key = TokenCache.Key(realm: realm, service: nil, scopes: ScopeSet(), credential: nil)
        let cache = TokenCache(ScriptedTime())
        let failure = RegistryError.malformedToken(host: "registry.example", realm: "x")
        let begun = Atomic<Int>(0)
        let asked = Atomic<Int>(0)
        Threads.run(6) { _ in
            begun.add(1, ordering: .relaxed)
            #expect(throws: failure) {
                _ = try cache.token(key, refused: nil) { () throws(RegistryError) in
                    asked.add(1, ordering: .relaxed)
                    while begun.load(ordering: .relaxed) < 6 {}
                    usleep(200_000)
                    throw failure
                }
            }
        }
        #expect(asked.load(ordering: .relaxed) == 1)
        let token = try #require(AccessToken(parsing: Array(#"{"token":"new"}"#.utf8)))
        #expect(try cache.token(key, refused: nil) { token } == "new")
    }
}
