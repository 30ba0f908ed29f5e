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
