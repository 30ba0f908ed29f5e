import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// Credentials are sent after a challenge, once, and to the registry only.
@Suite struct AuthorizingTests {
    typealias Answer = ScriptedTransport.Answer

    static let pull = "GET https://auth.example/token?service=registry.example&scope=repository%3Aapp%3Apull"
    static let head = "HEAD https://registry.example/v2/app/manifests/1.0"
    static let probe = "GET https://registry.example/v2/"
    static let ada = Credential.basic(user: "ada", password: "s:ecret")
    static let basicOfAda = "Basic YWRhOnM6ZWNyZXQ="

    /// A registry may demand credentials for `/v2/` and not for public repositories.
    @Test func anUnknownSchemeIsAnErrorOnlyIfItIsNeeded() throws {
        let registry = ScriptedRegistry { request in
            request.address.path == "/v2/" ? Answer(401, [("WWW-Authenticate", "Negotiate")]) : Answer(404)
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) == nil)
    }

    @Test(arguments: [nil, ada] as [Credential?])
    func aSecondRefusalIsFinal(credential: Credential?) throws {
        let server = TokenRegistry { _ in true }
        let registry = ScriptedRegistry(as: credential) { server.answer($0) }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.look, "registry.example/app:1.0"), host: "registry.example", hasCredentials: credential != nil,
                errors: TokenRegistry.details)
        ) { try app.manifestDigest(.tag("1.0")) }
        let heads = registry.transport.requests.filter { $0.line == Self.head }
        #expect(heads.map { $0.headers["Authorization"] } == [nil, "Bearer token-1", "Bearer token-2"])
    }

    @Test(arguments: [401, 403]) func refusalsOfTheTokenServerAreReported(status: Int) throws {
        let registry = ScriptedRegistry(as: Self.ada) { request in
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

    @Test func forbiddenIsNotRetried() throws {
        let registry = ScriptedRegistry(as: Self.ada) { request in
            request.address.path == "/v2/" ? Answer(200) : Answer(403, [], #"{"errors":[{"code":"DENIED"}]}"#)
        }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.look, "registry.example/app:1.0"), host: "registry.example", hasCredentials: false,
                errors: [.init(code: "DENIED", message: "")])
        ) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.lines == [Self.head, Self.probe])
    }

    @Test func basicIsSentInAdvanceAfterAChallengeOfTheFirstRequest() throws {
        let registry = ScriptedRegistry(as: Self.ada) { request in
            request.headers["Authorization"] == Self.basicOfAda
                ? Answer(200, [("Docker-Content-Digest", TokenRegistry.digest)])
                : Answer(401, [("WWW-Authenticate", #"Basic realm="x""#)])
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) != nil)
        #expect(registry.transport.lines == [Self.head, Self.head])
        #expect(try registry.repository().manifestDigest(.tag("1.0")) != nil)
        #expect(registry.transport.lines == [Self.head, Self.head, Self.head])
    }

    @Test(arguments: [nil, ada, .identityToken("x")] as [Credential?])
    func refusedCredentialsAreNotSentAgain(credential: Credential?) throws {
        let registry = ScriptedRegistry(as: credential) { _ in Answer(401, [("WWW-Authenticate", "Basic realm=x")]) }
        let app = try registry.repository()
        #expect(
            throws: RegistryError.unauthorized(
                .init(.look, "registry.example/app:1.0"), host: "registry.example", hasCredentials: credential != nil,
                errors: [])
        ) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.lines == [Self.head, Self.head])
    }

    @Test func bearerTokensAreSentUnchanged() throws {
        let registry = ScriptedRegistry(as: .bearer("given")) { request in
            request.headers["Authorization"] == "Bearer given"
                ? Answer(200, [("Docker-Content-Digest", TokenRegistry.digest)])
                : Answer(401, [("WWW-Authenticate", TokenRegistry.challenge)])
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) != nil)
        #expect(registry.transport.lines == [Self.head, Self.head])
    }

    @Test(arguments: ["a\r\nX-Other: b", "", "a b", "\u{e9}"]) func bearerTokensCannotInjectHeaders(text: String) throws
    {
        let registry = ScriptedRegistry(as: .bearer(text)) { _ in
            Answer(401, [("WWW-Authenticate", TokenRegistry.challenge)])
        }
        let app = try registry.repository()
        #expect(throws: RegistryError.self) { try app.manifestDigest(.tag("1.0")) }
        #expect(registry.transport.requests.allSatisfy { $0.headers["Authorization"] == nil })
    }

    @Test func unknownSchemesAreReported() throws {
        let registry = ScriptedRegistry(as: Self.ada) { _ in Answer(401, [("WWW-Authenticate", "Negotiate")]) }
        let app = try registry.repository()
        #expect(throws: RegistryError.unknownScheme(host: "registry.example", scheme: "Negotiate")) {
            try app.manifestDigest(.tag("1.0"))
        }
    }

    @Test func openRegistriesNeedNoCredentials() throws {
        let source = FixedCredential(Self.ada)
        let registry = ScriptedRegistry(from: source) { _ in Answer(404) }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) == nil)
        #expect(source.lookups.isEmpty)
        #expect(registry.transport.requests.allSatisfy { $0.headers["Authorization"] == nil })
    }

    @Test func credentialsAreLookedUpOncePerRepository() throws {
        let source = FixedCredential(Self.ada)
        let registry = ScriptedRegistry(from: source) { _ in
            Answer(401, [("WWW-Authenticate", "Basic realm=x")])
        }
        for path in ["app", "other", "app", "app"] {
            let client = try registry.repository("registry.example/\(path)")
            #expect(throws: RegistryError.self) { try client.manifestDigest(.tag("1.0")) }
        }
        #expect(source.lookups == [try name("registry.example/app"), try name("registry.example/other")])
    }

    @Test func otherOriginsReceiveNoCredentials() throws {
        let registry = ScriptedRegistry(as: Self.ada) { request in
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

    @Test func challengesOfOtherOriginsAreIgnored() throws {
        let registry = ScriptedRegistry(as: Self.ada) { request in
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
    func passwordsAreSentOverPlainHTTPOnlyIfAllowed(challenge: String, allowsPlain: Bool) throws {
        let base = try #require(WebAddress(parsing: "http://registry.example/v2/"))
        let origin = RegistryOrigin(domain: "registry.example", base: base, allowsPlain: allowsPlain)
        let http = ScriptedTransport { _ in Answer(401, [("WWW-Authenticate", challenge)]) }
        for credential in [Self.ada, .bearer("secret")] {
            let authorizer = Authorizer(
                origin, FixedCredential(credential), http: http, otherHosts: http, ScriptedTime())
            let transport = AuthorizingTransport(
                next: DirectTransport(origin: origin, http: http, otherHosts: http), authorizer: authorizer)
            let request = try EndpointProbe.request("registry.example", base)
            #expect(throws: RegistryError.self) { _ = try transport.send(request) }
        }
        #expect(http.requests.contains { $0.headers["Authorization"] != nil } == allowsPlain)
    }

    /// With any permission of the user for the registry, and with any credential.
    @Test(
        arguments: [RegistryOptions.Encryption.none, .optional],
        [ada, .identityToken("secret"), nil] as [Credential?])
    func noSecretIsSentOverHTTPToAnotherHost(encryption: RegistryOptions.Encryption, credential: Credential?) throws {
        let realm = "http://auth.example/token"
        let registry = ScriptedRegistry(encryption, as: credential) { request throws(IOFailure) in
            if request.address.scheme == .https {
                throw IOFailure(.send, request.address.shown, .network(.notTLS))
            }
            return request.address.host == "auth.example"
                ? Answer(200, [], #"{"token":"t"}"#)
                : Answer(401, [("WWW-Authenticate", #"Bearer realm="\#(realm)""#)])
        }
        let app = try registry.repository(pushes: true)
        let refused = RegistryError.unusableRealm(host: "registry.example", realm: realm)
        #expect(throws: refused) { try app.manifestDigest(.tag("1.0")) }
        // This is what login does.
        #expect(throws: refused) { try registry.access.check("registry.example") }
        #expect(registry.transport.requests.allSatisfy { $0.address.host == "registry.example" })
        #expect(registry.transport.requests.allSatisfy { $0.headers["Authorization"] == nil })
    }

    @Test func checkVerifiesTheCredentials() throws {
        let server = TokenRegistry()
        let registry = ScriptedRegistry(as: Self.ada) { server.answer($0) }
        try registry.access.check("registry.example")
        let token = "GET https://auth.example/token?service=registry.example&account=ada"
        #expect(registry.transport.lines == [Self.probe, token, Self.probe])
        #expect(registry.transport.requests[1].headers["Authorization"] == Self.basicOfAda)

        let open = ScriptedRegistry(as: Self.ada) { _ in Answer(200) }
        try open.access.check("registry.example")
        #expect(open.transport.lines == [Self.probe])

        let refusing = ScriptedRegistry(as: Self.ada) { _ in Answer(401, [("WWW-Authenticate", "Basic realm=x")]) }
        #expect(
            throws: RegistryError.unauthorized(
                .init(.reach, "registry.example"), host: "registry.example", hasCredentials: true, errors: [])
        ) { try refusing.access.check("registry.example") }
    }

    /// A client certificate identifies the user as much as a password.
    @Test(arguments: [("auth.example", false), ("registry.example:5000", false), ("registry.example", true)])
    func tokenServersOfOtherOriginsSeeNoClientCertificate(host: String, isShown: Bool) throws {
        let tls = TLSSettings(authorities: [1], certificate: "/client.cert", key: "/client.key")
        let registry = ScriptedRegistry(tls: tls) { request in
            if request.address.path == "/token" { return Answer(200, [], #"{"token":"t"}"#) }
            return request.headers["Authorization"] == nil
                ? Answer(401, [("WWW-Authenticate", "Bearer realm=\"https://\(host)/token\"")]) : Answer(404)
        }
        #expect(try registry.repository().manifestDigest(.tag("1.0")) == nil)
        let anonymous = TLSSettings(authorities: [1])
        #expect(registry.transport.requests.map(\.tls) == [tls, isShown ? tls : anonymous, tls])
    }
}
