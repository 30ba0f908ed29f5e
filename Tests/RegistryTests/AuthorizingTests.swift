import ByteIO
import ImageModel
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

    /// Whoever asks for a ticket at the door may still let anybody into some rooms.
    @Test func aMethodThatWeDoNotKnowMayNotBeNeeded() throws {
        let registry = AskedRegistry { request in
            request.address.path == "/v2/" ? Answer(401, [("WWW-Authenticate", "Negotiate")]) : Answer(404)
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) == nil)
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
                .init(.look, "registry.example/app:1.0"), host: "registry.example", hasCredentials: true,
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

    @Test(arguments: [("Basic realm=x", true), ("Basic realm=x", false)])
    func aPasswordCrossesNoOpenNetworkUnlessTheUserSaysSo(challenge: String, allowsPlain: Bool) throws {
        let base = try #require(WebAddress(parsing: "http://registry.example/v2/"))
        let origin = RegistryOrigin(domain: "registry.example", base: base, allowsPlain: allowsPlain)
        let http = ScriptedTransport { _ in Answer(401, [("WWW-Authenticate", challenge)]) }
        for credential in [Self.ada, .bearer("secret")] {
            let authorizer = Authorizer(
                origin, OneCredential(credential), http: http, otherHosts: http, ScriptedTimepiece())
            let road = AuthorizingTransport(
                next: DirectTransport(origin: origin, http: http, otherHosts: http), authorizer: authorizer)
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

    /// By a certificate we are known as well as by a password.
    @Test(arguments: [("auth.example", false), ("registry.example:5000", false), ("registry.example", true)])
    func aCertificateOfOursIsShownToTheRegistryAlone(host: String, isShown: Bool) throws {
        let tls = TLSSettings(authorities: [1], certificate: "/our.cert", key: "/our.key")
        let registry = AskedRegistry(tls: tls) { request in
            if request.address.path == "/token" { return Answer(200, [], #"{"token":"t"}"#) }
            return request.headers["Authorization"] == nil
                ? Answer(401, [("WWW-Authenticate", "Bearer realm=\"https://\(host)/token\"")]) : Answer(404)
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) == nil)
        let strangers = TLSSettings(authorities: [1])
        #expect(registry.transport.requests.map(\.tls) == [tls, isShown ? tls : strangers, tls])
    }
}
