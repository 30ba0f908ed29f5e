import ByteIO
import ImageModel
import Synchronization
import TestSupport

@testable import Registry

/// A command's access to scripted registries, with one credential.
struct ScriptedRegistry {
    let transport: ScriptedTransport
    let time: ScriptedTime
    let access: RegistryAccess

    init(
        _ encryption: RegistryOptions.Encryption = .required, as credential: Credential? = nil,
        tls: TLSSettings = TLSSettings(), time: ScriptedTime = ScriptedTime(),
        _ script: @escaping ScriptedTransport.Script
    ) {
        self.init(encryption, from: FixedCredential(credential), tls: tls, time: time, script)
    }

    init(
        _ encryption: RegistryOptions.Encryption = .required, from source: any CredentialSource,
        tls: TLSSettings = TLSSettings(), time: ScriptedTime = ScriptedTime(),
        _ script: @escaping ScriptedTransport.Script
    ) {
        let transport = ScriptedTransport(script)
        self.transport = transport
        self.time = time
        access = RegistryAccess(
            RegistryOptions(
                encryption: encryption, tls: { _ in tls }, credentials: source,
                backoff: Backoff(time, fraction: { 1 })),
            connecting: { transport.connecting($0) })
    }

    func repository(_ text: String = "registry.example/app", pushes: Bool = false) throws -> RepositoryClient {
        access.repository(try name(text), pushes: pushes)
    }

    /// The requests to hosts other than `host` that carried secrets.
    func leaks(beyond host: String) -> [String] {
        transport.requests.filter { request in
            request.address.host != host
                && (request.headers["Authorization"] != nil || request.headers["Cookie"] != nil)
        }.map(\.line)
    }
}

func name(_ text: String) throws -> RepositoryName {
    guard let name = RepositoryName(parsing: text) else { throw IOFailure(.open, text, .truncated) }
    return name
}

/// Supplies one credential for all repositories and records the look-ups.
final class FixedCredential: CredentialSource {
    private let credential: Credential?
    private let asked = Mutex<[RepositoryName]>([])

    init(_ credential: Credential?) { self.credential = credential }

    var lookups: [RepositoryName] { asked.withLock { $0 } }

    func credential(for repository: RepositoryName) -> Credential? {
        asked.withLock { $0.append(repository) }
        return credential
    }
}

/// A registry that demands tokens, and its token server, which issues `token-1`, `token-2`, …
final class TokenRegistry: Sendable {
    typealias Request = ScriptedTransport.Request
    typealias Answer = ScriptedTransport.Answer

    static let challenge = #"Bearer realm="https://auth.example/token",service="registry.example""#
    private let given = Atomic<Int>(0)
    private let lifetime: Int?
    private let isStale: @Sendable (String) -> Bool

    init(lifetime: Int? = 300, isStale: @escaping @Sendable (String) -> Bool = { _ in false }) {
        self.lifetime = lifetime
        self.isStale = isStale
    }

    func answer(_ request: Request) -> Answer {
        if request.address.host == "auth.example" {
            let number = given.add(1, ordering: .relaxed).newValue
            let life = lifetime.map { ",\"expires_in\":\($0)" } ?? ""
            return Answer(200, [], "{\"token\":\"token-\(number)\"\(life)}")
        }
        guard let shown = request.headers["Authorization"], shown.hasPrefix("Bearer token-"), !isStale(shown) else {
            return Answer(401, [("WWW-Authenticate", Self.challenge)], Self.refusal)
        }
        return Answer(200, [("Docker-Content-Digest", Self.digest)])
    }

    static let refusal = #"{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}"#
    static let details = [RegistryError.Detail(code: "UNAUTHORIZED", message: "authentication required")]
    static let digest = "sha256:" + String(repeating: "ab", count: 32)
}
