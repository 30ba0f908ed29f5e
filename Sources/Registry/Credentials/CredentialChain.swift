internal import ByteIO
package import ImageModel
internal import Synchronization

/// Looks up credentials in this order: the stated credential, then each place of `CredentialPlaces`.
///
/// A file is read only if the places before it have no credential, and once. A helper is called once per registry, also if
/// it fails.
package final class CredentialChain: CredentialSource {
    private struct Known {
        /// The places read so far; `nil` for an absent file.
        var files: [CredentialFile?] = []
        var answers: [String: Result<Credential?, CredentialError>] = [:]
    }

    private let stated: (host: String, credential: Credential)?
    private let places: CredentialPlaces
    private let requiredFile: String?
    private let trace: (any RegistryTrace)?
    private let known = Mutex(Known())

    /// `stated` is the user's own credential, for its host only. `requiredFile` must exist when a connection is made.
    package init(
        _ places: CredentialPlaces, stated: (host: String, credential: Credential)? = nil,
        requiredFile: String? = nil, trace: (any RegistryTrace)? = nil
    ) {
        self.trace = trace
        self.places = places
        self.stated = stated.map { (RegistryKey.canonical($0.host.lowercased()), $0.credential) }
        self.requiredFile = requiredFile
    }

    package func prepare() throws(CredentialError) {
        guard let requiredFile else { return }
        _ = try ConfigurationFile.credentialBytes(of: requiredFile, limit: CredentialFile.limit)
    }

    package func credential(for repository: RepositoryName) throws(CredentialError) -> Credential? {
        if let stated, stated.host == RegistryKey.canonical(repository.domain.lowercased()) {
            trace?.note(.credential(repository, .stated))
            return stated.credential
        }
        // The lock is held during the look-up, so that a credential helper shows one window at a time.
        let outcome = known.withLock { known in
            Result { () throws(CredentialError) in try lookUp(repository, &known) }
        }
        return try outcome.get()
    }

    private func lookUp(_ repository: RepositoryName, _ known: inout Known) throws(CredentialError) -> Credential? {
        for number in 0..<places.count {
            if number == known.files.count { known.files.append(try places.read(number)) }
            guard let file = known.files[number] else { continue }
            if let helper = try file.helper(for: repository.domain) {
                if let found = try answer(of: helper, in: file, &known) {
                    trace?.note(.credential(repository, .helper(helper.name, named: file.path)))
                    return found
                }
            }
            // podman ignores `credsStore` and writes into `auths` of the same file.
            if let found = try file.credential(for: repository) {
                trace?.note(.credential(repository, .file(file.path)))
                return found
            }
        }
        trace?.note(.credential(repository, .none))
        return nil
    }

    private func answer(
        of helper: CredentialFile.Helper, in file: CredentialFile, _ known: inout Known
    ) throws(CredentialError) -> Credential? {
        let key = "\(helper.name) \(helper.server)"
        let answer =
            known.answers[key]
            ?? Result { () throws(CredentialError) in
                try CredentialHelper(helper, of: file, in: places).get(helper.server)
            }
        known.answers[key] = answer
        do { return try answer.get() } catch {
            // A default helper (`credsStore`) that is not installed is ignored: public repositories need no password. A
            // helper named for this registry is required.
            guard case .helperMissing = error, helper.isDefault else { throw error }
            return nil
        }
    }
}
