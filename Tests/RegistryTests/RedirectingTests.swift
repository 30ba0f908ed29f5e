import ByteIO
import TestSupport
import Testing

@testable import Registry

/// Redirects are followed, and other origins receive no credentials.
@Suite struct RedirectingTests {
    typealias Answer = ScriptedTransport.Answer

    static let ada = Credential.basic(user: "ada", password: "secret")
    static let blob = "https://registry.example/v2/app/blobs/sha256:x"

    /// A registry that redirects authorized requests to `location`. All other hosts answer 200.
    static func registry(
        _ encryption: RegistryOptions.Encryption = .required, status: Int = 307, to location: String,
        tls: TLSSettings = TLSSettings()
    ) -> ScriptedRegistry {
        ScriptedRegistry(encryption, as: ada, tls: tls) { request in
            if request.address.host != "registry.example" || request.address.path == "/moved" { return Answer(200) }
            if request.headers["Authorization"] == nil {
                return Answer(401, [("WWW-Authenticate", "Basic realm=x")])
            }
            return Answer(status, location.isEmpty ? [] : [("Location", location)])
        }
    }

    static func send(
        _ method: HTTPRequest.Method, _ registry: ScriptedRegistry, _ scheme: WebAddress.Scheme = .https,
        body: HTTPRequest.Body = .none
    ) throws -> HTTPResponse {
        let headers = HTTPHeaders([
            ("Accept", "a"), ("Range", "bytes=1-2"), ("Content-Type", "c"), ("X-Client", "d"), ("User-Agent", "e"),
        ])
        let address = WebAddress(scheme: scheme, host: "registry.example", port: nil, path: "/v2/app/x")
        return try registry.repository().send(
            HTTPRequest(method, address, headers: headers, body: body), .init(.read, "x"), pushes: true)
    }

    @Test(arguments: [301, 302, 303, 307, 308], [.get, .head] as [HTTPRequest.Method])
    func anotherOriginReceivesOnlyTransferHeaders(status: Int, method: HTTPRequest.Method) throws {
        let registry = Self.registry(status: status, to: "https://cdn.example/blob?sig=x")
        #expect(try Self.send(method, registry).status == 200)
        let last = try #require(registry.transport.requests.last)
        #expect(last.line == "\(method.rawValue) https://cdn.example/blob?sig=x")
        #expect(last.headers.fields.map(\.name) == ["Accept", "Range"])
        #expect(registry.leaks(beyond: "registry.example").isEmpty)
    }

    @Test func anotherPortIsAnotherOrigin() throws {
        let registry = Self.registry(to: "https://registry.example:8443/moved")
        #expect(try Self.send(.get, registry).status == 200)
        #expect(registry.transport.requests.last?.headers["Authorization"] == nil)
    }

    @Test func otherOriginsSeeNoClientCertificate() throws {
        let tls = TLSSettings(authorities: [1], certificate: "/client.cert", key: "/client.key")
        let registry = Self.registry(to: "https://cdn.example/blob", tls: tls)
        _ = try Self.send(.get, registry)
        for request in registry.transport.requests {
            let isHome = request.address.host == "registry.example"
            #expect(request.tls == (isHome ? tls : TLSSettings(authorities: [1])))
        }
    }

    @Test(arguments: ["http://registry.example/moved", "http://cdn.example/blob"])
    func aRedirectToHTTPIsRefused(location: String) throws {
        let registry = Self.registry(to: location)
        #expect(throws: RegistryError.unusableRedirect(.init(.read, "x"), to: location)) {
            _ = try Self.send(.get, registry)
        }
        #expect(registry.transport.requests.allSatisfy { $0.address.scheme == .https })
    }

    @Test(arguments: [
        ("", ""), ("https://registry.example@evil.example/", "https://evil.example/"),
        ("http://me:SECRET@cdn.example/x", "http://cdn.example/x"), ("//me:SEC?RET@cdn.example/x", "//cdn.example/x"),
        ("ftp://cdn.example/?secret", "ftp://cdn.example/"),
        ("https://cdn.example/a b?secret", "https://cdn.example/a b"),
    ]) func unusableRedirectsAreRefusedWithoutSecretsInTheError(location: String, shown: String) throws {
        let registry = Self.registry(to: location)
        #expect(throws: RegistryError.unusableRedirect(.init(.read, "x"), to: shown)) {
            _ = try Self.send(.get, registry)
        }
        #expect(registry.transport.requests.count == 2)
    }

    @Test func redirectsWithinTheOriginKeepAllHeaders() throws {
        let registry = Self.registry(to: "/moved?x=y")
        _ = try Self.send(.get, registry)
        let last = try #require(registry.transport.requests.last)
        #expect(last.line == "GET https://registry.example/moved?x=y")
        #expect(last.headers["Authorization"] != nil)
        #expect(last.headers["X-Client"] == "d")
    }

    @Test func redirectsBackToTheRegistryCarryNoCredentials() throws {
        let registry = ScriptedRegistry(as: Self.ada) { request in
            switch (request.address.host, request.address.path) {
            case ("registry.example", "/v2/app/x"):
                request.headers["Authorization"] == nil
                    ? Answer(401, [("WWW-Authenticate", "Basic realm=x")])
                    : Answer(302, [("Location", "https://cdn.example/")])
            case ("cdn.example", _): Answer(302, [("Location", "https://registry.example/v2/secret/manifests/1")])
            default: Answer(401, [("WWW-Authenticate", "Basic realm=x")])
            }
        }
        #expect(try Self.send(.get, registry).status == 401)
        #expect(registry.transport.requests.last?.line == "GET https://registry.example/v2/secret/manifests/1")
        #expect(registry.transport.requests.last?.headers["Authorization"] == nil)
    }

    @Test func theSixthRedirectIsAnError() throws {
        let registry = ScriptedRegistry { request in
            let step = Int(request.address.query ?? "0") ?? 0
            let last = request.headers["Accept"] == "five" ? 5 : .max
            if request.address.path == "/v2/" || step == last { return Answer(200) }
            return Answer(302, [("Location", "?\(step + 1)")])
        }
        let app = try registry.repository()
        let address = try #require(WebAddress(parsing: "https://registry.example/x"))
        let five = HTTPRequest(.get, address, headers: HTTPHeaders([("Accept", "five")]))
        #expect(try app.send(five, .init(.read, "x"), pushes: false).status == 200)
        #expect(throws: RegistryError.tooManyRedirects(.init(.read, "x"), limit: 5)) {
            _ = try app.send(HTTPRequest(.get, address), .init(.read, "x"), pushes: false)
        }
        #expect(registry.transport.requests.count == 1 + 6 + 6)
    }

    @Test(arguments: [307, 308], [.post, .put, .patch] as [HTTPRequest.Method])
    func redirectedUploadsSendTheirWholeBodyAgain(status: Int, method: HTTPRequest.Method) throws {
        let body = HTTPRequest.Body.stream(size: 3) { MemoryBytes([1, 2, 3], path: "x").open() }
        let home = Self.registry(status: status, to: "/moved")
        _ = try Self.send(method, home, body: body)
        #expect(home.transport.requests.last?.body == [1, 2, 3])
        #expect(home.transport.requests.last?.headers["Authorization"] != nil)

        let otherHosts = Self.registry(status: status, to: "https://cdn.example/up")
        _ = try Self.send(method, otherHosts, body: body)
        let last = try #require(otherHosts.transport.requests.last)
        #expect(last.line == "\(method.rawValue) https://cdn.example/up")
        #expect(last.body == [1, 2, 3])
        #expect(last.headers.fields.map(\.name) == ["Accept", "Range", "Content-Type"])
    }

    @Test(arguments: [
        (301, WebAddress.Scheme.https, "/moved"), (302, .https, "https://cdn.example/up"), (303, .https, "/moved"),
        (307, .https, "http://cdn.example/up"), (307, .http, "http://cdn.example/up"),
        (307, .http, "https://cdn.example/up"), (307, .https, "http://registry.example/moved"),
    ]) func unsafeRedirectsOfUploadsAreRefused(status: Int, scheme: WebAddress.Scheme, location: String) throws {
        let registry = Self.registry(scheme == .http ? .none : .required, status: status, to: location)
        #expect(throws: RegistryError.self) {
            _ = try Self.send(.put, registry, scheme, body: .bytes([1, 2, 3]))
        }
        #expect(registry.transport.requests.allSatisfy { $0.address.path != "/up" && $0.address.path != "/moved" })
    }
}
