internal import ByteIO
internal import ImageModel
internal import Synchronization

/// Answers the challenges of one registry: decides which `Authorization` header a request carries.
final class Authorizer: Sendable {
    let origin: RegistryOrigin
    let sent = SentSecrets()
    private let http: any HTTPTransport
    /// For token servers of another origin: shows no client certificate.
    private let otherHosts: any HTTPTransport
    private let credentials: CredentialCache
    private let tokens: TokenCache
    private let time: any TimeSource
    private let learnt = Mutex(Learnt())
    /// Whether the probe of `/v2/` was answered.
    private let isProbed = Mutex(false)

    private struct Learnt {
        /// The registry's latest challenges; `nil` if it has sent none.
        var challenges: [Challenge]?
        /// By the scopes that a request needs: the scopes that the registry demanded for it.
        var widened: [ScopeSet: ScopeSet] = [:]
        var servers: [Server: TokenServer] = [:]
    }

    private struct Server: Hashable {
        let realm: WebAddress
        let service: String?
    }

    init(
        _ origin: RegistryOrigin, _ source: any CredentialSource, http: any HTTPTransport,
        otherHosts: any HTTPTransport, _ time: any TimeSource
    ) {
        self.origin = origin
        self.http = http
        self.otherHosts = otherHosts
        self.time = time
        credentials = CredentialCache(source)
        tokens = TokenCache(time)
    }

    /// Records the challenges of the probe of `/v2/`. Their scopes are ignored: the probe concerns no repository.
    func learn(fromProbe response: inout HTTPResponse) {
        record(&response)
        isProbed.withLock { $0 = true }
    }

    private func record(_ response: inout HTTPResponse) {
        if response.status == 401 {
            let challenges = Challenge.all(in: response.headers)
            learnt.withLock { $0.challenges = challenges }
        }
        response.drain()
    }

    /// Whether the registry demands credentials for any request. A registry may serve some images to all and hide
    /// others. So the probe is sent if no request was refused before.
    func hasChallenges(_ transport: any RegistryTransport) throws(RegistryError) -> Bool {
        try isProbed.withLock { (isProbed) throws(RegistryError) in
            if isProbed || learnt.withLock({ $0.challenges != nil }) { return }
            var response = try transport.send(try EndpointProbe.request(origin.domain, origin.base))
            record(&response)
            isProbed = true
        }
        return learnt.withLock { $0.challenges != nil }
    }

    /// Records the challenges that refused `request`, and returns the scopes that it needs.
    @discardableResult
    func learn(_ challenges: [Challenge], from request: RegistryRequest) -> ScopeSet {
        let scopes = ScopeSet(request.scopes)
        let all = Self.demanded(challenges).first.map(scopes.union) ?? scopes
        learnt.withLock { learnt in
            learnt.challenges = challenges
            if all != scopes { learnt.widened[scopes] = all }
        }
        return all
    }

    private static func demanded(_ challenges: [Challenge]) -> [ScopeSet] {
        challenges.compactMap { challenge in
            if case .bearer(_, _, let scope) = challenge { return ScopeSet(parsing: scope) }
            return nil
        }
    }

    /// The header of the first attempt; `nil` if the registry has sent no challenge yet.
    func expected(_ request: RegistryRequest) throws(RegistryError) -> String? {
        let scopes = ScopeSet(request.scopes)
        let (challenges, widened) = learnt.withLock { ($0.challenges, $0.widened[scopes]) }
        guard let challenges else { return nil }
        return try answer(challenges, request, widened ?? scopes, refused: nil)
    }

    /// The header of the second attempt, after `challenges` refused the header `refused`; `nil` if there is no other.
    func answer(
        _ challenges: [Challenge], to request: RegistryRequest, refused: String?
    ) throws(RegistryError) -> String? {
        let all = learn(challenges, from: request)
        if let answer = try answer(challenges, request, all, refused: refused) {
            return answer == refused ? nil : answer
        }
        // Only Basic and Bearer are implemented; any other scheme is reported by name.
        guard Self.demanded(challenges).isEmpty, !challenges.contains(.basic) else { return nil }
        for case .other(let scheme) in challenges { throw .unknownScheme(host: origin.domain, scheme: scheme) }
        return nil
    }

    func hasCredentials(_ request: RegistryRequest) -> Bool { credentials.hasAny(for: request.repository) }

    private func answer(
        _ challenges: [Challenge], _ request: RegistryRequest, _ scopes: ScopeSet, refused: String?
    ) throws(RegistryError) -> String? {
        guard !challenges.isEmpty else { return nil }
        let credential = try credentials.credential(for: request.repository)
        if case .bearer(let text) = credential {
            return AccessToken.isHeaderSafe(text) && origin.takesPasswords ? Self.bearer + text : nil
        }
        for case .bearer(let realm, let service, _) in challenges {
            let key = TokenCache.Key(
                realm: try origin.realm(realm), service: service, scopes: scopes, credential: credential)
            return try Self.bearer + token(key, for: request, refused: refused)
        }
        if challenges.contains(.basic) {
            guard case .basic(let user, let password) = credential, origin.takesPasswords else { return nil }
            return BasicAuthorization.text(user: user, password: password)
        }
        return nil
    }

    private func token(
        _ key: TokenCache.Key, for request: RegistryRequest, refused: String?
    ) throws(RegistryError) -> String {
        let server = server(key)
        let old = refused.flatMap { $0.hasPrefix(Self.bearer) ? String($0.dropFirst(Self.bearer.count)) : nil }
        do {
            return try tokens.token(key, refused: old) { () throws(RegistryError) in
                try server.token(key.scopes, as: key.credential)
            }
        } catch {
            // Requests that wait for one token share its error, so the operation is replaced by that of this request.
            guard case .unauthorized(_, let host, let hasCredentials, let errors) = error else { throw error }
            throw .unauthorized(request.operation, host: host, hasCredentials: hasCredentials, errors: errors)
        }
    }

    private func server(_ key: TokenCache.Key) -> TokenServer {
        learnt.withLock { learnt in
            let name = Server(realm: key.realm, service: key.service)
            if let server = learnt.servers[name] { return server }
            let server = TokenServer(
                realm: key.realm, service: key.service, domain: origin.domain,
                http: origin.contains(key.realm) ? http : otherHosts, time)
            learnt.servers[name] = server
            return server
        }
    }

    private static let bearer = "Bearer "
}

/// The `Authorization` header of the Basic scheme (RFC 7617). The text is UTF-8, as every registry reads it.
enum BasicAuthorization {
    static func text(user: String, password: String) -> String {
        "Basic " + Base64.text(Array("\(user):\(password)".utf8))
    }
}

/// The secrets that were sent to a server. Error texts of that server that contain one of them are not shown.
final class SentSecrets: Sendable {
    private let known = Mutex<Set<String>>([])

    func note(_ secret: String) {
        if !secret.isEmpty { known.withLock { _ = $0.insert(secret) } }
    }

    func note(authorization: String?) {
        guard let secret = authorization?.split(separator: " ", maxSplits: 1).last.map(String.init) else { return }
        note(secret)
        guard authorization?.hasPrefix("Basic ") == true, let bytes = Base64.bytes(secret) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        if let colon = text.firstIndex(of: ":") { note(String(text[text.index(after: colon)...])) }
    }

    func note(_ credential: Credential) {
        switch credential {
        case .basic(let user, let password):
            note(authorization: BasicAuthorization.text(user: user, password: password))
        case .identityToken(let token), .bearer(let token): note(token)
        }
    }

    /// Whether `text` contains one of the secrets.
    func appear(in text: String) -> Bool { known.withLock { $0.contains { text.contains(text: $0) } } }
}
