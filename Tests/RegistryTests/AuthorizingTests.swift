import ByteIO
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// Who we are is said when it is asked, once, and to the registry alone.
@Suite struct AuthorizingTests {
    typealias Answer = ScriptedTransport.Answer

    static let pull = "GET https://auth.example/token?service=registry.example&scope=repository%3Aapp%3Apull"
    static let head = "HEAD https://registry.example/v2/app/manifests/1.0"
    static let probe = "GET https://registry.example/v2/"
    static let ada = Credential.basic(user: "ada", password: "s:ecret")
    static let basicOfAda = "Basic YWRhOnM6ZWNyZXQ="

    @Test func aTokenIsAskedForBeforeTheFirstRequestAndServesTheNext() throws {
        let server = TokenRegistry()
        let registry = AskedRegistry { server.answer($0) }
        let app = try registry.repository()
        #expect(try app.manifestDigest(.tag("1.0"))?.description == TokenRegistry.digest)
        _ = try app.manifestDigest(.tag("1.0"))
        #expect(registry.transport.lines == [Self.probe, Self.pull, Self.head, Self.head])
        #expect(registry.transport.requests.last?.headers["Authorization"] == "Bearer token-1")
        #expect(registry.leaks(beyond: "registry.example").isEmpty)
    }

    @Test func aTokenThatAllowsMoreDoesToo() throws {
        let server = TokenRegistry()
        let registry = AskedRegistry { server.answer($0) }
        _ = try registry.repository(pushes: true).manifestDigest(.tag("1.0"))
        _ = try registry.repository().manifestDigest(.tag("1.0"))
        let push = Self.pull + "%2Cpush"
        #expect(registry.transport.lines == [Self.probe, push, Self.head, Self.head])
    }

    @Test(arguments: [(300, 289, 2), (60, 49, 11), (8, 5, 2), (nil, 49, 11), (0, 49, 11)] as [(Int?, Int, Int)])
    func aTokenIsRenewedShortlyBeforeItEnds(lifetime: Int?, still: Int, beyond: Int) throws {
        let server = TokenRegistry(lifetime: lifetime)
        let registry = AskedRegistry { server.answer($0) }
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

    @Test func aTokenThatTheRegistryForgotIsReplacedOnce() throws {
        let server = TokenRegistry { $0 == "Bearer token-1" }
        let registry = AskedRegistry { server.answer($0) }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) != nil)
        #expect(registry.transport.lines == [Self.probe, Self.pull, Self.head, Self.pull, Self.head])
    }

    @Test(arguments: [nil, ada] as [Credential?])
    func aSecondRefusalIsFinal(credential: Credential?) throws {
        let server = TokenRegistry { _ in true }
        let registry = AskedRegistry(as: credential) { server.answer($0) }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.look, "registry.example/app:1.0"), host: "registry.example", hasCredentials: credential != nil,
                errors: TokenRegistry.said)
        ) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.lines.count { $0 == Self.head } == 2)
    }

    @Test(arguments: [401, 403]) func aTokenServerThatRefusesIsHeard(status: Int) throws {
        let registry = AskedRegistry(as: Self.ada) { request in
            request.address.host == "auth.example"
                ? Answer(status, [], #"{"details":"incorrect username or password"}"#)
                : Answer(401, [("WWW-Authenticate", TokenRegistry.challenge)])
        }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.token, "https://auth.example/token"), host: "registry.example", hasCredentials: true,
                errors: [.init(code: "", message: "incorrect username or password")])
        ) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.lines.count == 2)
    }

    @Test func forbiddenIsAnAnswerOfItsOwn() throws {
        let registry = AskedRegistry(as: Self.ada) { request in
            request.address.path == "/v2/" ? Answer(200) : Answer(403, [], #"{"errors":[{"code":"DENIED"}]}"#)
        }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.look, "registry.example/app:1.0"), host: "registry.example", hasCredentials: false,
                errors: [.init(code: "DENIED", message: "")])
        ) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.lines == [Self.probe, Self.head])
    }

    @Test func basicIsSaidAtOnceWhereEverybodyIsAsked() throws {
        let registry = AskedRegistry(as: Self.ada) { request in
            request.headers["Authorization"] == Self.basicOfAda
                ? Answer(200, [("Docker-Content-Digest", TokenRegistry.digest)])
                : Answer(401, [("WWW-Authenticate", #"Basic realm="x""#)])
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) != nil)
        #expect(registry.transport.lines == [Self.probe, Self.head])
    }

    @Test(arguments: [nil, ada, .identityToken("x")] as [Credential?])
    func whatWasRefusedIsNotSentAgain(credential: Credential?) throws {
        let registry = AskedRegistry(as: credential) { _ in Answer(401, [("WWW-Authenticate", "Basic realm=x")]) }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.look, "registry.example/app:1.0"), host: "registry.example", hasCredentials: credential != nil,
                errors: [])
        ) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.lines == [Self.probe, Self.head])
    }

    @Test func aBearerTokenIsSentAsItIs() throws {
        let registry = AskedRegistry(as: .bearer("given")) { request in
            request.headers["Authorization"] == "Bearer given"
                ? Answer(200, [("Docker-Content-Digest", TokenRegistry.digest)])
                : Answer(401, [("WWW-Authenticate", TokenRegistry.challenge)])
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) != nil)
        #expect(registry.transport.lines == [Self.probe, Self.head])
    }

    @Test(arguments: ["a\r\nX-Other: b", "", "a b", "\u{e9}"]) func aBearerTokenWritesNoOtherHeader(text: String) throws
    {
        let registry = AskedRegistry(as: .bearer(text)) { _ in
            Answer(401, [("WWW-Authenticate", TokenRegistry.challenge)])
        }
        let app = try registry.repository()
        #expect(throws: RegistryError.self) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.requests.allSatisfy { $0.headers["Authorization"] == nil })
    }

    @Test func anUnknownMethodIsNamed() throws {
        let registry = AskedRegistry(as: Self.ada) { _ in Answer(401, [("WWW-Authenticate", "Negotiate")]) }
        let app = try registry.repository()
        #expect(throws: RegistryError.unknownScheme(host: "registry.example", scheme: "Negotiate")) {
            try app.manifestDigest(.tag("1.0"))
        }
    }

    @Test func nobodyIsAskedForCredentialsWhereTheRegistryAsksNobody() throws {
        let source = OneCredential(Self.ada)
        let registry = AskedRegistry(from: source) { _ in Answer(404) }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) == nil)
        #expect(source.askers.isEmpty)
        #expect(registry.transport.requests.allSatisfy { $0.headers["Authorization"] == nil })
    }

    @Test func credentialsAreLookedUpOnceForEachRepository() throws {
        let source = OneCredential(Self.ada)
        let registry = AskedRegistry(from: source) { _ in
            Answer(401, [("WWW-Authenticate", "Basic realm=x")])
        }
        for path in ["app", "other", "app", "app"] {
            let client = try registry.repository("registry.example/\(path)")
            #expect(throws: RegistryError.self) { try client.manifestDigest(.tag("1.0")) }
        }
        #expect(source.askers == [try name("registry.example/app"), try name("registry.example/other")])
    }

    /// One server gives both a 401 for the write and asks for more than a read needs.
    @Test func whatTheRegistryAsksForBeyondIsRemembered() throws {
        let registry = AskedRegistry { request in
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
        #expect(registry.transport.lines == [Self.probe, Self.head, token, Self.head, Self.head])
    }

    @Test func aMountNeedsTwoRepositoriesInOneToken() throws {
        let server = TokenRegistry()
        let registry = AskedRegistry { server.answer($0) }
        let app = try registry.repository()
        let address = try #require(WebAddress(parsing: "https://registry.example/v2/app/blobs/uploads/?mount=x"))
        _ = try app.send(
            HTTPRequest(.post, address), .init(.mount, "x"), pushes: true, from: try name("registry.example/base/os"))
        #expect(
            registry.transport.lines == [
                Self.probe, Self.pull + "%2Cpush&scope=repository%3Abase%2Fos%3Apull", "POST \(address.text)",
            ])
    }

    @Test func whatIsSentElsewhereBearsNoCredentials() throws {
        let registry = AskedRegistry(as: Self.ada) { request in
            request.address.host == "registry.example" && request.headers["Authorization"] == nil
                ? Answer(401, [("WWW-Authenticate", "Basic realm=x")])
                : Answer(200, [("Docker-Content-Digest", TokenRegistry.digest)])
        }
        let app = try registry.repository()
        _ = try app.manifestDigest(.tag("1.0"))
        for host in ["evil.example", "registry.example:444", "registry.example.evil.example"] {
            let address = try #require(WebAddress(parsing: "https://\(host)/upload?_state=x"))
            _ = try app.send(HTTPRequest(.put, address), .init(.upload, "x"), pushes: true)
            #expect(registry.transport.requests.last?.address == address)
            #expect(registry.transport.requests.last?.headers["Authorization"] == nil)
        }
        #expect(registry.transport.requests.contains { $0.headers["Authorization"] == Self.basicOfAda })
    }

    @Test func aChallengeOfSomebodyElseIsNotAnswered() throws {
        let registry = AskedRegistry(as: Self.ada) { request in
            request.address.host == "evil.example"
                ? Answer(401, [("WWW-Authenticate", "Basic realm=x")]) : Answer(200)
        }
        let app = try registry.repository()
        let address = try #require(WebAddress(parsing: "https://evil.example/upload"))
        let answer = try app.send(HTTPRequest(.put, address), .init(.upload, "x"), pushes: true)
        #expect(answer.status == 401)
        #expect(registry.transport.lines == [Self.probe, "PUT https://evil.example/upload"])
    }

    @Test func manyWorkersAskForOneToken() throws {
        let server = TokenRegistry()
        let begun = Atomic<Int>(0)
        let workers = 12
        let registry = AskedRegistry { request in
            // The token comes when all of them want it.
            while request.address.host == "auth.example", begun.load(ordering: .relaxed) < workers {}
            return server.answer(request)
        }
        let app = try registry.repository()
        try Threads.run(workers) { _ in
            begun.add(1, ordering: .relaxed)
            _ = try app.manifestDigest(.tag("1.0"))
        }
        #expect(registry.transport.lines.prefix(2) == [Self.probe, Self.pull])
        #expect(registry.transport.lines.dropFirst(2).allSatisfy { $0 == Self.head })
        #expect(registry.transport.lines.count == 2 + workers)
    }

    @Test(arguments: [("Basic realm=x", true), ("Basic realm=x", false)])
    func aPasswordCrossesNoOpenNetworkUnlessTheUserSaysSo(challenge: String, allowsPlain: Bool) throws {
        let base = try #require(WebAddress(parsing: "http://registry.example/v2/"))
        let site = RegistrySite(domain: "registry.example", base: base, allowsPlain: allowsPlain)
        let http = ScriptedTransport { _ in Answer(401, [("WWW-Authenticate", challenge)]) }
        for credential in [Self.ada, .bearer("secret")] {
            let authority = Authority(site, OneCredential(credential), http: http, ScriptedTimepiece())
            let road = AuthorizingTransport(
                next: DirectTransport(site: site, http: http, abroad: http), authority: authority)
            let request = try EndpointProbe.request("registry.example", base)
            #expect(throws: RegistryError.self) { _ = try road.send(request) }
        }
        #expect(http.requests.contains { $0.headers["Authorization"] != nil } == allowsPlain)
    }

    @Test func credentialsAreCheckedForALogin() throws {
        let server = TokenRegistry()
        let registry = AskedRegistry(as: Self.ada) { server.answer($0) }
        try registry.access.check("registry.example")
        let token = "GET https://auth.example/token?service=registry.example&account=ada"
        #expect(registry.transport.lines == [Self.probe, token, Self.probe])
        #expect(registry.transport.requests[1].headers["Authorization"] == Self.basicOfAda)

        let open = AskedRegistry(as: Self.ada) { _ in Answer(200) }
        try open.access.check("registry.example")
        #expect(open.transport.lines == [Self.probe])

        let refusing = AskedRegistry(as: Self.ada) { _ in Answer(401, [("WWW-Authenticate", "Basic realm=x")]) }
        #expect(
            throws: RegistryError.unauthorized(
                .init(.reach, "registry.example"), host: "registry.example", hasCredentials: true, errors: [])
        ) { try refusing.access.check("registry.example") }
    }
}
