import ByteIO
import TestSupport
import Testing

@testable import Registry

/// Requests for tokens, and the responses that are accepted.
@Suite struct TokenServerTests {
    typealias Answer = ScriptedTransport.Answer

    static let realm = WebAddress(scheme: .https, host: "auth.example", port: nil, path: "/token", query: "a=b")
    static let scopes = ScopeSet(parsing: "repository:a:pull repository:b:push,pull")

    static func server(
        service: String? = "my registry", _ script: @escaping ScriptedTransport.Script
    ) -> (TokenServer, ScriptedTransport) {
        let http = ScriptedTransport(script)
        return (TokenServer(realm: realm, service: service, domain: "registry.example", http: http), http)
    }

    @Test func anonymousTokensAreRequestedWithGET() throws {
        let (server, http) = Self.server { _ in Answer(200, [], #"{"token":"t"}"#) }
        #expect(try server.token(Self.scopes, as: nil).text == "t")
        #expect(
            http.lines == [
                "GET https://auth.example/token?a=b&service=my%20registry&scope=repository%3Aa%3Apull"
                    + "&scope=repository%3Ab%3Apull%2Cpush"
            ])
        #expect(http.requests[0].headers["Authorization"] == nil)
    }

    @Test func theUserIsInTheQueryAndThePasswordInTheHeaderOnly() throws {
        let (server, http) = Self.server(service: nil) { _ in Answer(200, [], #"{"access_token":"t","token":""}"#) }
        #expect(try server.token(ScopeSet(), as: .basic(user: "a&b", password: "geheim")).text == "t")
        #expect(http.lines == ["GET https://auth.example/token?a=b&account=a%26b"])
        #expect(http.requests[0].headers["Authorization"] == "Basic YSZiOmdlaGVpbQ==")
    }

    @Test(arguments: [404, 405]) func passwordsArePostedIfGETIsNotSupported(status: Int) throws {
        let (server, http) = Self.server { request in
            request.method == .get ? Answer(status) : Answer(200, [], #"{"access_token":"t"}"#)
        }
        for _ in 0..<2 {
            #expect(try server.token(Self.scopes, as: .basic(user: "ada", password: "a&b=c")).text == "t")
        }
        #expect(http.requests.map(\.method) == [.get, .post, .post])
        let form =
            "grant_type=password&username=ada&password=a%26b%3Dc&client_id=ocimerge&service=my%20registry"
            + "&scope=repository%3Aa%3Apull%20repository%3Ab%3Apull%2Cpush"
        #expect(String(decoding: http.requests[2].body, as: UTF8.self) == form)
        #expect(http.requests[2].headers["Content-Type"] == "application/x-www-form-urlencoded")
        #expect(http.requests[2].headers["Authorization"] == nil)
        #expect(http.requests[2].address == Self.realm)
    }

    @Test func identityTokensArePostedAndRenewed() throws {
        let (server, http) = Self.server { request in
            String(decoding: request.body, as: UTF8.self).contains("refresh_token=first")
                ? Answer(200, [], #"{"access_token":"t","refresh_token":"second"}"#)
                : Answer(200, [], #"{"access_token":"u"}"#)
        }
        #expect(try server.token(ScopeSet(), as: .identityToken("first")).text == "t")
        #expect(try server.token(ScopeSet(), as: .identityToken("first")).text == "u")
        let bodies = http.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(
            bodies == [
                "grant_type=refresh_token&refresh_token=first&client_id=ocimerge&service=my%20registry",
                "grant_type=refresh_token&refresh_token=second&client_id=ocimerge&service=my%20registry",
            ])
    }

    static let noTokens = [
        "", "[]", "{}", #"{"token":""}"#, #"{"token":7}"#, #"{"token":"a b"}"#, #"{"token":"a\r\nX-Evil: b"}"#,
        #"{"token":"é"}"#, "{\"token\":\"a\"",
    ]

    @Test(arguments: noTokens) func responsesWithoutATokenAreErrors(body: String) throws {
        let (server, _) = Self.server { _ in Answer(200, [], body) }
        #expect(throws: RegistryError.malformedToken(host: "registry.example", realm: "https://auth.example/token")) {
            _ = try server.token(ScopeSet(), as: nil)
        }
    }

    @Test(arguments: [
        (#""expires_in":300"#, 300), (#""expires_in":-1"#, 60), (#""expires_in":"300""#, 60), (#""x":1"#, 60),
        (#""expires_in":9000000000000000000"#, 86400),
    ]) func lifetimesAreReadAndBounded(member: String, seconds: Int) throws {
        let token = AccessToken(parsing: Array("{\"token\":\"t\",\(member)}".utf8))
        #expect(token?.lifetime == .seconds(seconds))
    }

    @Test func responsesBeyondTheLimitAreErrors() throws {
        let (server, _) = Self.server { _ in Answer(200, [], [UInt8](repeating: 0x20, count: 1 << 20 | 1)) }
        #expect(throws: RegistryError.tooLarge(.init(.token, "https://auth.example/token"), limit: 1 << 20)) {
            _ = try server.token(ScopeSet(), as: nil)
        }
    }

    @Test func errorsContainTheTextOfTheServer() throws {
        let (server, _) = Self.server { _ in
            Answer(400, [], #"{"error":"invalid_grant","error_description":"token is revoked"}"#)
        }
        #expect(
            throws: RegistryError.tokenServer(
                host: "registry.example", realm: "https://auth.example/token", status: 400,
                errors: [.init(code: "invalid_grant", message: "token is revoked")])
        ) { _ = try server.token(ScopeSet(), as: .identityToken("x")) }
    }

    @Test func connectionFailuresNameTheRegistry() throws {
        let failure = IOFailure(.send, "https://auth.example/token", .network(.unresolvedHost))
        let (server, _) = Self.server { _ throws(IOFailure) in throw failure }
        #expect(throws: RegistryError.tokenServerFault(host: "registry.example", failure)) {
            _ = try server.token(ScopeSet(), as: nil)
        }
    }

    @Test func redirectsWithinTheOriginAreFollowed() throws {
        let (server, http) = Self.server { request in
            request.address.path == "/token"
                ? Answer(307, [("Location", "/v2/token?c=d")])
                : Answer(200, [], #"{"token":"t"}"#)
        }
        #expect(try server.token(ScopeSet(), as: .basic(user: "a", password: "b")).text == "t")
        #expect(try server.token(ScopeSet(), as: .identityToken("i")).text == "t")
        #expect(http.requests.map(\.address.path) == ["/token", "/v2/token", "/token", "/v2/token"])
        #expect(http.requests[1].headers["Authorization"] != nil)
        #expect(http.requests[3].body == http.requests[2].body)
    }

    @Test(arguments: [
        (301, "https://evil.example/token?x=1"), (307, "https://evil.example/token?x=1"),
        (302, "http://auth.example/token"), (308, "https://auth.example:444/token"), (303, ""),
        (307, "https://auth.example@evil.example/"), (302, "//evil.example/"),
    ]) func redirectsToOtherOriginsAreRefused(status: Int, location: String) throws {
        for credential in [nil, .basic(user: "a", password: "b"), .identityToken("i")] as [Credential?] {
            let (server, http) = Self.server { _ in Answer(status, [("Location", location)]) }
            #expect(throws: RegistryError.self) { _ = try server.token(ScopeSet(), as: credential) }
            #expect(http.requests.map(\.address.origin) == ["https://auth.example"])
        }
    }

    @Test func redirectsThatChangePOSTToGETAreRefused() throws {
        let (server, http) = Self.server { _ in Answer(302, [("Location", "/other")]) }
        #expect(
            throws: RegistryError.unusableRedirect(
                .init(.token, "https://auth.example/token"), to: "https://auth.example/other")
        ) { _ = try server.token(ScopeSet(), as: .identityToken("i")) }
        #expect(http.requests.count == 1)
    }

    @Test func moreThanFiveRedirectsAreRefused() throws {
        let (server, http) = Self.server { _ in Answer(302, [("Location", "/token")]) }
        #expect(throws: RegistryError.self) { _ = try server.token(ScopeSet(), as: nil) }
        #expect(http.requests.count == 6)
    }
}
