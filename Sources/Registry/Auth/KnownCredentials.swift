internal import ByteIO
internal import ImageModel
internal import Synchronization

/// What a source of credentials said: it is asked once for each repository, and not at all before a challenge.
final class KnownCredentials: Sendable {
    private let source: any CredentialSource
    private let known = Mutex<[RepositoryName: Result<Credential?, CredentialError>]>([:])

    init(_ source: any CredentialSource) { self.source = source }

    func credential(for repository: RepositoryName) throws(RegistryError) -> Credential? {
        // Held while the source is asked: a helper opens one window at a time.
        let outcome = known.withLock { known in
            if let outcome = known[repository] { return outcome }
            let outcome: Result<Credential?, CredentialError>
            do throws(CredentialError) { outcome = .success(try source.credential(for: repository)) } catch {
                outcome = .failure(error)
            }
            known[repository] = outcome
            return outcome
        }
        do throws(CredentialError) { return try outcome.get() } catch { throw .credentials(error) }
    }

    /// Nobody is asked.
    func hasAny(for repository: RepositoryName) -> Bool {
        if case .success(.some)? = known.withLock({ $0[repository] }) { return true }
        return false
    }
}

/// Where one registry is, and what may be sent there.
struct RegistrySite: Sendable {
    /// As people name it; messages say this.
    let domain: String
    /// Of `/v2/`.
    let base: WebAddress
    /// The user said that registries need no TLS.
    let allowsPlain: Bool

    func isHome(of address: WebAddress) -> Bool { base.hasSameOrigin(as: address) }

    /// Nobody on the way reads a password, or the user does not mind.
    var takesPasswords: Bool { base.scheme == .https || allowsPlain || base.isLoopback }

    /// The address of a token server that a challenge names. Nothing is asked of one that weakens what protects the
    /// registry, nor of what only this machine can see: a registry that is elsewhere has no business there.
    func realm(_ text: String) throws(RegistryError) -> WebAddress {
        guard let realm = WebAddress(parsing: text) else { throw unusable(text) }
        let isPlainAllowed = base.scheme == .http && (allowsPlain || realm.isLoopback)
        let isWithin = !realm.isLocal || base.isLoopback || base.host == realm.host
        guard realm.scheme == .https || isPlainAllowed, isWithin else { throw unusable(text) }
        return realm
    }

    /// Neither a query nor a user is shown.
    private func unusable(_ text: String) -> RegistryError {
        .unusableRealm(host: domain, realm: Redirect.shown(text))
    }
}
