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
    private let state = Mutex(State())
    /// How many requests have ended: who waited while one failed need not fail by itself.
    private let attempts = Atomic<Int>(0)
    /// The last request was in vain, or what it brought was.
    private let doubtful = Atomic<Bool>(false)

    private struct State {
        var token: AccessToken?
        var renewal = Duration.zero
        var failure: RegistryError?
    }

    private static let longestMargin = Duration.seconds(10)

    init(_ key: TokenCache.Key) { self.key = key }

    var isDoubtful: Bool { doubtful.load(ordering: .relaxed) }

    /// The registry did not take it: it is shown no more, and nobody counts on what comes in its place allowing more than
    /// was asked for.
    func forget(_ text: String) {
        state.withLock { state in
            guard state.token?.text == text else { return }
            state.token = nil
            doubtful.store(true, ordering: .relaxed)
        }
    }

    func token(
        refused: String?, _ timepiece: any Timepiece, asking: () throws(RegistryError) -> AccessToken
    ) throws(RegistryError) -> String {
        let seen = attempts.load(ordering: .acquiring)
        let outcome: Result<String, RegistryError> = state.withLock { state in
            if let token = state.token, token.text != refused, timepiece.now < state.renewal {
                return .success(token.text)
            }
            if let failure = state.failure, attempts.load(ordering: .acquiring) != seen { return .failure(failure) }
            defer { attempts.add(1, ordering: .releasing) }
            // The life of a token begins when it is given, which is not before it is asked for.
            let start = timepiece.now
            do throws(RegistryError) {
                let token = try asking()
                state.token = token
                state.renewal = start + token.lifetime - min(Self.longestMargin, token.lifetime / 4)
                state.failure = nil
            } catch {
                (state.token, state.failure) = (nil, error)
            }
            doubtful.store(state.failure != nil, ordering: .relaxed)
            if let failure = state.failure { return .failure(failure) }
            return .success(state.token?.text ?? "")
        }
        return try outcome.get()
    }
}
