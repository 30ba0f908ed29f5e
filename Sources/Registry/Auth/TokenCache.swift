internal import ByteIO
internal import Synchronization

/// The unexpired tokens of one registry. Concurrent requests for one token send one request to the token server.
final class TokenCache: Sendable {
    private let time: any TimeSource
    private let tokens = Mutex<[CachedToken]>([])

    init(_ time: any TimeSource) { self.time = time }

    /// The token server, the scopes and the credential of a token.
    struct Key: Equatable, Sendable {
        let realm: WebAddress
        let service: String?
        let scopes: ScopeSet
        let credential: Credential?

        func covers(_ other: Key) -> Bool {
            realm == other.realm && service == other.service && credential == other.credential
                && scopes.covers(other.scopes)
        }
    }

    /// A token for `key`, from the cache or from `fetch`. `refused` is a token that the registry rejected; without one, a
    /// cached token with wider scopes is used too.
    func token(
        _ key: Key, refused: String?, fetch: () throws(RegistryError) -> AccessToken
    ) throws(RegistryError) -> String {
        if let refused { for token in tokens.withLock({ $0 }) { token.discard(refused) } }
        let token = tokens.withLock { tokens in
            let known = tokens.first { $0.key == key || (refused == nil && !$0.isDoubtful && $0.key.covers(key)) }
            if let known { return known }
            let token = CachedToken(key)
            tokens.append(token)
            return token
        }
        return try token.text(refused: refused, time, fetch: fetch)
    }
}

/// One token, fetched again shortly before it expires.
final class CachedToken: Sendable {
    let key: TokenCache.Key
    /// Never held during a request.
    private let state = Mutex(State())
    /// Held during a request to the token server.
    private let fetching = Mutex(())

    private struct State {
        var token: AccessToken?
        var renewal = Duration.zero
        var failure: RegistryError?
        /// The number of requests that have ended. A thread that waited for a failed request shares its error.
        var attempts = 0
        /// Whether the last request failed or the registry rejected its token.
        var isDoubtful = false

        func usable(_ now: Duration, refused: String?) -> String? {
            guard let token, token.text != refused, now < renewal else { return nil }
            return token.text
        }
    }

    /// A token is renewed this long before it expires, or after three quarters of its lifetime if that is later.
    private static let longestMargin = Duration.seconds(10)

    init(_ key: TokenCache.Key) { self.key = key }

    var isDoubtful: Bool { state.withLock { $0.isDoubtful } }

    /// Discards the token `text`, which the registry rejected. From now on this entry serves its exact key only: a new
    /// token may again have fewer scopes than it claims.
    func discard(_ text: String) {
        state.withLock { state in
            guard state.token?.text == text else { return }
            state.token = nil
            state.isDoubtful = true
        }
    }

    func text(
        refused: String?, _ time: any TimeSource, fetch: () throws(RegistryError) -> AccessToken
    ) throws(RegistryError) -> String {
        let (known, seen) = state.withLock { ($0.usable(time.now, refused: refused), $0.attempts) }
        if let known { return known }
        let outcome: Result<String, RegistryError> = fetching.withLock { _ in
            let meanwhile: Result<String, RegistryError>? = state.withLock { state in
                if let known = state.usable(time.now, refused: refused) { return .success(known) }
                return state.attempts == seen ? nil : state.failure.map { .failure($0) }
            }
            if let meanwhile { return meanwhile }
            // The lifetime counts from the start of the request, which is never later than the issue of the token.
            let start = time.now
            let outcome = Result { () throws(RegistryError) in try fetch() }
            note(outcome, requestedAt: start)
            return outcome.map(\.text)
        }
        return try outcome.get()
    }

    private func note(_ outcome: Result<AccessToken, RegistryError>, requestedAt start: Duration) {
        state.withLock { state in
            state.attempts += 1
            switch outcome {
            case .success(let token):
                (state.token, state.failure, state.isDoubtful) = (token, nil, false)
                state.renewal = start + token.lifetime - min(Self.longestMargin, token.lifetime / 4)
            case .failure(let error): (state.token, state.failure, state.isDoubtful) = (nil, error, true)
            }
        }
    }
}
