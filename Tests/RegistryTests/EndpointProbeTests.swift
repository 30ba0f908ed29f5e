import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import Registry

/// https is used, unless an option or the loopback rule of docker allows http.
@Suite struct EndpointProbeTests {
    typealias Answer = ScriptedTransport.Answer

    /// A registry whose https port fails with `fault`.
    static func plain(
        _ encryption: RegistryOptions.Encryption, _ fault: NetworkFault, as credential: Credential? = nil
    ) -> ScriptedRegistry {
        ScriptedRegistry(encryption, as: credential) { request throws(IOFailure) in
            if request.address.scheme == .https {
                throw IOFailure(.send, request.address.shown, .network(fault))
            }
            return Answer(404)
        }
    }

    static let fallbacks: [(RegistryOptions.Encryption, String, NetworkFault)] = [
        (.optional, "r.example", .notTLS),
        (.optional, "r.example", .notConnected("refused")), (.optional, "localhost:5000", .notConnected("refused")),
        (.optional, "r.example", .unanswered("SSL connection timeout")),
    ]

    @Test(arguments: fallbacks)
    func httpIsUsedIfAllowed(encryption: RegistryOptions.Encryption, domain: String, fault: NetworkFault) throws {
        let registry = Self.plain(encryption, fault)
        _ = try registry.repository("\(domain)/app").manifestDigest(.tag("1"))
        #expect(
            registry.transport.lines == [
                "HEAD https://\(domain)/v2/app/manifests/1", "GET http://\(domain)/v2/",
                "HEAD http://\(domain)/v2/app/manifests/1",
            ])
        #expect(registry.time.slept.isEmpty)
    }

    static let refusals: [(RegistryOptions.Encryption, String, NetworkFault, Int)] = [
        (.required, "r.example", .notTLS, 1), (.required, "10.0.0.1:5000", .notTLS, 1),
        (.required, "r.example", .notConnected("refused"), 5),
        (.required, "r.example", .unanswered("SSL connection timeout"), 2),
        (.optional, "r.example", .tls("no common protocol"), 1), (.optional, "r.example", .broken("reset"), 5),
        (.optional, "r.example", .proxy(status: 403), 1),
    ]

    @Test(arguments: refusals) func httpIsNotUsedOtherwise(
        encryption: RegistryOptions.Encryption, domain: String, fault: NetworkFault, requests: Int
    ) throws {
        let registry = Self.plain(encryption, fault)
        let app = try registry.repository("\(domain)/app")
        #expect(throws: RegistryError.io(IOFailure(.send, "https://\(domain)/v2/", .network(fault)))) {
            try app.manifestDigest(.tag("1"))
        }
        #expect(
            registry.transport.lines
                == ["HEAD https://\(domain)/v2/app/manifests/1"]
                + Array(repeating: "GET https://\(domain)/v2/", count: requests - 1))
    }

    @Test(arguments: [200, 401, 403, 404])
    func httpIsTriedFirstOnLoopback(status: Int) throws {
        for domain in ["localhost:5000", "127.0.0.1:5000"] {
            let registry = ScriptedRegistry { request in Answer(request.method == .get ? status : 404) }
            _ = try registry.repository("\(domain)/app").manifestDigest(.tag("1"))
            let head = "HEAD http://\(domain)/v2/app/manifests/1"
            #expect(registry.transport.lines == [head, "GET http://\(domain)/v2/"] + (status == 401 ? [head] : []))
        }
    }

    @Test(arguments: [301, 307, 400, 500, nil])
    func httpsIsTriedIfTheLoopbackServerIsNoRegistry(status: Int?) throws {
        let registry = ScriptedRegistry { request throws(IOFailure) in
            if request.address.scheme == .https { return Answer(404) }
            guard let status else { throw IOFailure(.send, request.address.shown, .network(.broken("reset"))) }
            return Answer(status, [("Location", "https://evil.example/")])
        }
        _ = try registry.repository("localhost:5000/app").manifestDigest(.tag("1"))
        #expect(
            registry.transport.lines
                == ["HEAD http://localhost:5000/v2/app/manifests/1"]
                + (status == nil ? [] : ["GET http://localhost:5000/v2/"])
                + ["GET https://localhost:5000/v2/", "HEAD https://localhost:5000/v2/app/manifests/1"])
    }

    /// A server of another kind has no such path either.
    @Test(arguments: [301, 307, 400, 500])
    func aLoopbackServerWithoutTheImageMustBeARegistry(status: Int) throws {
        let registry = ScriptedRegistry { request in
            request.address.scheme == .http && request.method == .get ? Answer(status) : Answer(404)
        }
        _ = try registry.repository("localhost:5000/app").manifestDigest(.tag("1"))
        #expect(
            registry.transport.lines == [
                "HEAD http://localhost:5000/v2/app/manifests/1", "GET http://localhost:5000/v2/",
                "GET https://localhost:5000/v2/", "HEAD https://localhost:5000/v2/app/manifests/1",
            ])
    }

    @Test func aConfiguredCertificateRequiresTLSOnLoopback() throws {
        let tls = TLSSettings(authorities: [1])
        let registry = ScriptedRegistry(tls: tls) { _ in Answer(404) }
        _ = try registry.repository("localhost:5000/app").manifestDigest(.tag("1"))
        #expect(registry.transport.requests.allSatisfy { $0.address.scheme == .https })
    }

    @Test func plainHTTPSendsNoTLSRequest() throws {
        let registry = Self.plain(.none, .notTLS)
        _ = try registry.repository("r.example/app").manifestDigest(.tag("1"))
        #expect(registry.transport.requests.allSatisfy { $0.address.scheme == .http })
    }

    @Test func plainHTTPToATLSServerIsReported() throws {
        let registry = ScriptedRegistry(.none) { _ in
            Answer(400, [], "Client sent an HTTP request to an HTTPS server.\n")
        }
        #expect(
            throws: RegistryError.io(IOFailure(.receive, "http://r.example/v2/", .network(.wantsTLS)))
        ) { try registry.repository("r.example/app").manifestDigest(.tag("1")) }
        #expect(
            registry.transport.lines == ["HEAD http://r.example/v2/app/manifests/1", "GET http://r.example/v2/"])
    }

    @Test func insecureDisablesCertificateChecks() throws {
        for encryption in [RegistryOptions.Encryption.required, .optional] {
            let registry = ScriptedRegistry(encryption, tls: TLSSettings(authorities: [1])) { _ in Answer(404) }
            _ = try registry.repository().manifestDigest(.tag("1"))
            let tls = TLSSettings(authorities: [1], isUnchecked: encryption == .optional)
            #expect(registry.transport.requests.allSatisfy { $0.tls == tls })
        }
    }

    @Test(arguments: ["docker.io/library/busybox", "busybox", "index.docker.io/busybox"])
    func dockerHubHasItsOwnHost(text: String) throws {
        let registry = ScriptedRegistry { _ in Answer(404) }
        _ = try registry.repository(text).manifestDigest(.tag("1"))
        #expect(
            registry.transport.lines == [
                "HEAD https://registry-1.docker.io/v2/library/busybox/manifests/1",
                "GET https://registry-1.docker.io/v2/",
            ])
    }

    @Test(arguments: [200, 301, 400, 403, 404, 405, 500, 503])
    func anyStatusOfTheProbeIsAccepted(status: Int) throws {
        let registry = ScriptedRegistry { request in
            request.address.path == "/v2/" ? Answer(status, [("Location", "https://evil.example/")]) : Answer(404)
        }
        #expect(try registry.repository().manifestDigest(.tag("1")) == nil)
        #expect(registry.leaks(beyond: "registry.example").isEmpty)
        #expect(registry.transport.requests.allSatisfy { $0.address.host == "registry.example" })
    }

    @Test func concurrentRequestsProbeARegistryOnce() throws {
        let registry = ScriptedRegistry { _ in Answer(404) }
        try Threads.run(8) { number in
            _ = try registry.repository("registry.example/app\(number % 2)").manifestDigest(.tag("1"))
        }
        #expect(registry.transport.lines.count { $0 == "GET https://registry.example/v2/" } == 1)
        #expect(registry.transport.requests.count == 9)
    }

    @Test func passwordsMayBeSentOverPlainLoopback() throws {
        let registry = ScriptedRegistry(as: .basic(user: "a", password: "b")) { request throws(IOFailure) in
            if request.address.scheme == .https {
                throw IOFailure(.send, request.address.shown, .network(.notTLS))
            }
            return request.headers["Authorization"] == "Basic YTpi"
                ? Answer(404) : Answer(401, [("WWW-Authenticate", "Basic realm=x")])
        }
        #expect(try registry.repository("localhost:5000/app").manifestDigest(.tag("1")) == nil)
    }

    @Test func unreadableCertificatesAreReportedBeforeTheFirstRequest() throws {
        let failure = CredentialError.io(IOFailure(.open, "/ca.crt", .truncated))
        let transport = ScriptedTransport { _ in Answer(200) }
        let access = RegistryAccess(
            RegistryOptions(tls: { _ throws(CredentialError) in throw failure }),
            connecting: { transport.connecting($0) })
        let app = access.repository(try name("registry.example/app"))
        #expect(throws: RegistryError.credentials(failure)) { try app.manifestDigest(.tag("1")) }
        #expect(transport.requests.isEmpty)
    }

    @Test func aMissingCredentialFileIsReportedBeforeTheFirstRequest() throws {
        let transport = ScriptedTransport { _ in Answer(200) }
        let chain = CredentialChain(CredentialPlaces(only: "/nowhere/auth.json"), requiredFile: "/nowhere/auth.json")
        for encryption in [RegistryOptions.Encryption.required, .none] {
            let access = RegistryAccess(
                RegistryOptions(encryption: encryption, credentials: chain), connecting: { transport.connecting($0) })
            let app = access.repository(try name("registry.example/app"))
            let error = #expect(throws: RegistryError.self) { try app.manifestDigest(.tag("1")) }
            guard case .credentials(.io(let failure)) = error else {
                Issue.record("another error: \(String(describing: error))")
                continue
            }
            #expect(failure.isAbsence && failure.path == "/nowhere/auth.json")
        }
        #expect(transport.requests.isEmpty)
    }

    /// Concurrent and later requests share the failure.
    @Test func anUnreachableRegistryIsTriedOnce() throws {
        let registry = ScriptedRegistry { request throws(IOFailure) in
            throw IOFailure(.send, request.address.shown, .network(.notConnected("refused")))
        }
        let failure = RegistryError.io(
            IOFailure(.send, "https://registry.example/v2/", .network(.notConnected("refused"))))
        try Threads.run(8) { _ in
            let app = try registry.repository()
            #expect(throws: failure) { try app.manifestDigest(.tag("1")) }
        }
        let app = try registry.repository("registry.example/other")
        #expect(throws: failure) { try app.manifestDigest(.tag("1")) }
        #expect(
            registry.transport.lines == [FirstRequestTests.head] + Array(repeating: FirstRequestTests.probe, count: 4))
        #expect(registry.time.slept.count == 4)
    }
}
