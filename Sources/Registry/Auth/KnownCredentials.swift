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
