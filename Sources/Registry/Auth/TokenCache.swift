internal import ByteIO
internal import Synchronization

/// The tokens of one registry while they last. However many ask for one at a time, one request is sent.
final class TokenCache: Sendable {
    private let timepiece: any Timepiece
    private let slots = Mutex<[TokenSlot]>([])

    init(_ timepiece: any Timepiece) { self.timepiece = timepiece }

    /// What a token is good for, and how it is had.
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

    /// `refused`: a token that the registry did not take. Without one, a token that allows more does as well.
    func token(
        _ key: Key, refused: String?, asking: () throws(RegistryError) -> AccessToken
    ) throws(RegistryError) -> String {
        if let refused { for slot in slots.withLock({ $0 }) { slot.forget(refused) } }
        let slot = slots.withLock { slots in
            let known = slots.first { $0.key == key || (refused == nil && !$0.isDoubtful && $0.key.covers(key)) }
            if let known { return known }
            let slot = TokenSlot(key)
            slots.append(slot)
            return slot
        }
        return try slot.token(refused: refused, timepiece, asking: asking)
    }
}

/// One token, renewed when it is about to end.
final class TokenSlot: Sendable {
    let key: TokenCache.Key
    /// Never held while somebody waits for a server.
    private let state = Mutex(State())
    /// Held by whoever asks for a token.
    private let asking = Mutex(())

    private struct State {
        var token: AccessToken?
        var renewal = Duration.zero
        var failure: RegistryError?
        /// How many requests have ended: who waited while one failed need not fail by itself.
        var attempts = 0
        /// The last request was in vain, or what it brought was.
        var isDoubtful = false

        func usable(_ now: Duration, refused: String?) -> String? {
            guard let token, token.text != refused, now < renewal else { return nil }
            return token.text
        }
    }

    private static let longestMargin = Duration.seconds(10)

    init(_ key: TokenCache.Key) { self.key = key }

    var isDoubtful: Bool { state.withLock { $0.isDoubtful } }

    /// The registry did not take it: it is shown no more, and nobody counts on what comes in its place allowing more than
    /// was asked for.
    func forget(_ text: String) {
        state.withLock { state in
            guard state.token?.text == text else { return }
            state.token = nil
            state.isDoubtful = true
        }
    }

    func token(
        refused: String?, _ timepiece: any Timepiece, asking ask: () throws(RegistryError) -> AccessToken
    ) throws(RegistryError) -> String {
        let (known, seen) = state.withLock { ($0.usable(timepiece.now, refused: refused), $0.attempts) }
        if let known { return known }
        let outcome: Result<String, RegistryError> = asking.withLock { _ in
            let meanwhile: Result<String, RegistryError>? = state.withLock { state in
                if let known = state.usable(timepiece.now, refused: refused) { return .success(known) }
                return state.attempts == seen ? nil : state.failure.map { .failure($0) }
            }
            if let meanwhile { return meanwhile }
            // The life of a token begins when it is given, which is not before it is asked for.
            let start = timepiece.now
            let outcome = Result { () throws(RegistryError) in try ask() }
            note(outcome, askedAt: start)
            return outcome.map(\.text)
        }
        return try outcome.get()
    }

    private func note(_ outcome: Result<AccessToken, RegistryError>, askedAt start: Duration) {
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
