import ByteIO
import Foundation
import ImageModel
import Synchronization
import TestSupport
import Testing

@testable import Registry

/// The events of --verbose: every request, and no secret.
@Suite("Traced requests") struct TracingTests {
    typealias Answer = ScriptedTransport.Answer

    private final class Events: RegistryTrace {
        private let events = Mutex<[RegistryEvent]>([])
        func note(_ event: RegistryEvent) { events.withLock { $0.append(event) } }
        var all: [RegistryEvent] { events.withLock { $0 } }

        /// `GET https://registry.example/v2/ 401`
        var requests: [String] {
            all.compactMap { event in
                switch event {
                case .answered(let request, let status, _, _):
                    "\(request.method.rawValue) \(request.address) \(status)"
                case .failed(let request, _, _): "\(request.method.rawValue) \(request.address) failed"
                default: nil
                }
            }
        }
    }

    private func access(
        _ events: Events, as credential: Credential? = nil, _ script: @escaping ScriptedTransport.Script
    ) -> RegistryAccess {
        let transport = ScriptedTransport(script)
        return RegistryAccess(
            RegistryOptions(
                credentials: FixedCredential(credential), backoff: Backoff(ScriptedTime(), fraction: { 1 }),
                trace: events),
            connecting: { transport.connecting($0) })
    }

    private static let digest = "sha256:" + String(repeating: "ab", count: 32)
    private static let ada = Credential.basic(user: "ada", password: "hunter2")

    private func expectNoSecret(_ events: Events, _ secrets: String...) {
        let text = String(describing: events.all)
        for secret in secrets { #expect(!text.contains(secret)) }
    }

    @Test("token requests and redirects are shown without query, path of other hosts, tokens and passwords")
    func tokenAndRedirect() throws {
        let events = Events()
        let access = access(events, as: Self.ada) { request in
            switch request.address.host {
            case "auth.example": return Answer(200, [], #"{"token":"s3cr3t-token"}"#)
            case "cdn.example": return Answer(200, [("Set-Cookie", "k=c00kie")], "blob")
            default:
                if request.headers["Authorization"] != "Bearer s3cr3t-token" {
                    let realm = #"Bearer realm="https://auth.example/token?key=qu3ry",service="s""#
                    return Answer(401, [("WWW-Authenticate", realm)])
                }
                return Answer(307, [("Location", "https://cdn.example/p4th/x?X-Amz-Signature=s1g")])
            }
        }
        let client = access.repository(try name("registry.example/app"))
        _ = try client.blob(Digest(parsing: Self.digest))
        #expect(
            events.requests == [
                "GET https://registry.example/v2/ 401", "GET https://auth.example/token 200",
                "GET https://registry.example/v2/app/blobs/\(Self.digest) 307", "GET https://cdn.example 200",
            ])
        #expect(events.all.contains(.connected(domain: "registry.example", to: "https://registry.example")))
        expectNoSecret(events, "s3cr3t", "hunter2", "ada", "qu3ry", "s1g", "p4th", "c00kie", "Basic", "Bearer")
    }

    @Test("Basic authorization is not shown")
    func basic() throws {
        let events = Events()
        let access = access(events, as: Self.ada) { request in
            request.headers["Authorization"] == nil
                ? Answer(401, [("WWW-Authenticate", "Basic realm=x")]) : Answer(404)
        }
        _ = try access.repository(try name("registry.example/app")).hasBlob(Digest(parsing: Self.digest), size: 1)
        #expect(
            events.requests == [
                "GET https://registry.example/v2/ 401",
                "HEAD https://registry.example/v2/app/blobs/\(Self.digest) 404",
            ])
        expectNoSecret(events, "hunter2", "ada", Data("ada:hunter2".utf8).base64EncodedString())
    }

    @Test("each attempt is shown, and the wait before the next one")
    func retries() throws {
        let events = Events()
        let answers = Counter()
        let access = access(events) { request in
            if request.address.path == "/v2/" { return Answer(200) }
            answers.add(1)
            return answers.value == 1 ? Answer(503) : Answer(404)
        }
        _ = try access.repository(try name("registry.example/app")).hasBlob(Digest(parsing: Self.digest), size: 1)
        let line = "HEAD https://registry.example/v2/app/blobs/\(Self.digest)"
        #expect(events.requests == ["GET https://registry.example/v2/ 200", "\(line) 503", "\(line) 404"])
        let waits = events.all.filter { if case .retry = $0 { true } else { false } }
        #expect(
            waits == [.retry(.init(.look, "registry.example/app@\(Self.digest)"), after: .milliseconds(250))])
    }

    @Test("a failed request is shown without the path of another host")
    func failure() throws {
        let events = Events()
        let access = access(events) { (request) throws(IOFailure) in
            if request.address.path == "/v2/" { return Answer(200) }
            if request.address.host == "registry.example" {
                return Answer(307, [("Location", "https://cdn.example/p4th?sig=s1g")])
            }
            throw IOFailure(.receive, request.address.shown, .network(.unresolvedHost))
        }
        let client = access.repository(try name("registry.example/app"))
        #expect(throws: RegistryError.self) { _ = try client.blob(Digest(parsing: Self.digest)) }
        #expect(events.requests.contains("GET https://cdn.example failed"))
        expectNoSecret(events, "p4th", "s1g")
    }

    @Test("an upload session is shown without its identifier")
    func session() throws {
        let address = try #require(
            WebAddress(parsing: "https://registry.example/v2/app/blobs/uploads/s3ss10n?_state=st4te"))
        let traced = TracedRequest(HTTPRequest(.put, address, body: .bytes([1, 2, 3])), showsPath: true)
        #expect(traced.address == "https://registry.example/v2/app/blobs/uploads/")
        #expect(traced.sent == 3)
    }

    @Test("the file of a credential is named, and not the credential")
    func credentialFile() throws {
        let scratch = try TemporaryDirectory()
        let file = try scratch.write(
            Array(#"{"auths": {"r.example": {"username": "ada", "password": "hunter2"}}}"#.utf8), to: "auth.json")
        let events = Events()
        let chain = CredentialChain(CredentialPlaces(only: file), trace: events)
        #expect(try chain.credential(for: try name("r.example/app")) == Self.ada)
        #expect(try chain.credential(for: try name("other.example/app")) == nil)
        let stated = CredentialChain(CredentialPlaces(only: file), stated: ("r.example", Self.ada), trace: events)
        #expect(try stated.credential(for: try name("r.example/app")) == Self.ada)
        #expect(
            events.all == [
                .credential(try name("r.example/app"), .file(file)), .credential(try name("other.example/app"), .none),
                .credential(try name("r.example/app"), .stated),
            ])
    }
}
