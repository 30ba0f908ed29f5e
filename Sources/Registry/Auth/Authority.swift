internal import ByteIO
internal import ImageModel
internal import Synchronization

/// Answers the challenges of one registry: which `Authorization` a request needs.
final class Authority: Sendable {
    let site: RegistrySite
    let sent = SentSecrets()
    private let http: any HTTPTransport
    /// For token servers that are elsewhere: our certificate is not shown there.
    private let abroad: any HTTPTransport
    private let credentials: KnownCredentials
    private let tokens: TokenCache
    private let timepiece: any Timepiece
    private let learnt = Mutex(Learnt())

    private struct Learnt {
        /// How the registry asked last; nil: never.
        var challenges: [Challenge]?
        /// What it asked for beyond what a request needs.
        var widened: [ScopeSet: ScopeSet] = [:]
        var servers: [Server: TokenServer] = [:]
    }

    private struct Server: Hashable {
        let realm: WebAddress
        let service: String?
    }

    init(
        _ site: RegistrySite, _ source: any CredentialSource, http: any HTTPTransport, abroad: any HTTPTransport,
        _ timepiece: any Timepiece
    ) {
        self.site = site
        self.http = http
        self.abroad = abroad
        self.timepiece = timepiece
        credentials = KnownCredentials(source)
        tokens = TokenCache(timepiece)
    }

    /// What the registry asks whoever comes; the scope of such a question means nothing.
    func learn(_ challenges: [Challenge]) { learnt.withLock { $0.challenges = challenges } }

    /// What is sent at once, since the registry asks everybody; nil: it never asked.
    func expected(_ request: RegistryRequest) throws(RegistryError) -> String? {
        let scopes = ScopeSet(request.scopes)
        let (challenges, widened) = learnt.withLock { ($0.challenges, $0.widened[scopes]) }
        guard let challenges else { return nil }
        return try answer(challenges, request, widened ?? scopes, refused: nil)
    }

    /// What is sent after a request was refused with `challenges`; nil: there is nothing else.
    func answer(
        _ challenges: [Challenge], to request: RegistryRequest, refused: String?
    ) throws(RegistryError) -> String? {
        let scopes = ScopeSet(request.scopes)
        let asked = challenges.compactMap { challenge in
            if case .bearer(_, _, let scope) = challenge { return ScopeSet(parsing: scope) }
            return nil
        }
        let all = asked.first.map(scopes.union) ?? scopes
        learnt.withLock { learnt in
            learnt.challenges = challenges
            if all != scopes { learnt.widened[scopes] = all }
        }
        if let answer = try answer(challenges, request, all, refused: refused) {
            return answer == refused ? nil : answer
        }
        // Passwords and tokens are what we know; whoever takes neither is named.
        guard asked.isEmpty, !challenges.contains(.basic) else { return nil }
        for case .other(let scheme) in challenges { throw .unknownScheme(host: site.domain, scheme: scheme) }
        return nil
    }

    func hasCredentials(_ request: RegistryRequest) -> Bool { credentials.hasAny(for: request.repository) }

    private func answer(
        _ challenges: [Challenge], _ request: RegistryRequest, _ scopes: ScopeSet, refused: String?
    ) throws(RegistryError) -> String? {
        guard !challenges.isEmpty else { return nil }
        let credential = try credentials.credential(for: request.repository)
        if case .bearer(let text) = credential {
            let isSafe = !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
            return isSafe && site.takesPasswords ? Self.bearer + text : nil
        }
        for case .bearer(let realm, let service, _) in challenges {
            let key = TokenCache.Key(
                realm: try site.realm(realm), service: service, scopes: scopes, credential: credential)
            return try Self.bearer + token(key, for: request, refused: refused)
        }
        if challenges.contains(.basic) {
            guard case .basic(let user, let password) = credential, site.takesPasswords else { return nil }
            return BasicAuthorization.text(user: user, password: password)
        }
        return nil
    }

    private func token(
        _ key: TokenCache.Key, for request: RegistryRequest, refused: String?
    ) throws(RegistryError) -> String {
        let server = server(key)
        let old = refused.flatMap { $0.hasPrefix(Self.bearer) ? String($0.dropFirst(Self.bearer.count)) : nil }
        do throws(RegistryError) {
            return try tokens.token(key, refused: old) { () throws(RegistryError) in
                try server.token(key.scopes, as: key.credential)
            }
        } catch {
            // Whoever waited for the same token wanted something else.
            guard case .unauthorized(_, let host, let hasCredentials, let errors) = error else { throw error }
            throw .unauthorized(request.operation, host: host, hasCredentials: hasCredentials, errors: errors)
        }
    }

    private func server(_ key: TokenCache.Key) -> TokenServer {
        learnt.withLock { learnt in
            let name = Server(realm: key.realm, service: key.service)
            if let server = learnt.servers[name] { return server }
            let server = TokenServer(
                realm: key.realm, service: key.service, domain: site.domain,
                http: site.isHome(of: key.realm) ? http : abroad, timepiece)
            learnt.servers[name] = server
            return server
        }
    }

    private static let bearer = "Bearer "
}

/// RFC 7617. UTF-8, as every registry reads it.
enum BasicAuthorization {
    static func text(user: String, password: String) -> String {
        "Basic " + Base64.text(Array("\(user):\(password)".utf8))
    }
}

/// What we have shown of ourselves: words of those who have seen it are not repeated when it stands in them.
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

    func stand(in text: String) -> Bool { known.withLock { $0.contains { text.contains($0) } } }
}
