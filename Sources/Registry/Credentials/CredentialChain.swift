internal import ByteIO
package import ImageModel
internal import Synchronization

/// Everybody who may know who we are, in the order in which they are asked. Files are read when a registry wants to
/// know us and those before them know nothing, each once; a helper is asked once for each registry.
package final class CredentialChain: CredentialSource {
    private struct Known {
        /// As many as were needed so far; nil: nothing stands there.
        var files: [CredentialFile?] = []
        var answers: [String: Credential?] = [:]
    }

    private let stated: (host: String, credential: Credential)?
    private let places: CredentialPlaces
    private let known = Mutex(Known())

    /// `stated`: what the user said; it is for that registry alone.
    package init(_ places: CredentialPlaces, stated: (host: String, credential: Credential)? = nil) {
        self.places = places
        self.stated = stated.map { (RegistryKey.familiar($0.host.lowercased()), $0.credential) }
    }

    package func credential(for repository: RepositoryName) throws(CredentialError) -> Credential? {
        if let stated, stated.host == RegistryKey.familiar(repository.domain.lowercased()) { return stated.credential }
        // Others wait: a helper may stand with a window open, and one is enough.
        let outcome: Result<Credential?, CredentialError> = known.withLock { known in
            do throws(CredentialError) { return .success(try look(for: repository, &known)) } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    private func look(
        for repository: RepositoryName, _ known: inout Known
    ) throws(CredentialError) -> Credential? {
        for number in 0..<places.count {
            if number == known.files.count { known.files.append(try places.read(number)) }
            guard let file = known.files[number] else { continue }
            if let helper = try file.helper(for: repository.domain) {
                if let found = try ask(helper, of: file, &known) { return found }
            }
            // podman writes into `auths` of a file whose `credsStore` it does not know.
            if let found = try file.credential(for: repository) { return found }
        }
        return nil
    }

    private func ask(
        _ helper: CredentialFile.Helper, of file: CredentialFile, _ known: inout Known
    ) throws(CredentialError) -> Credential? {
        let key = "\(helper.name) \(helper.server)"
        if let answer = known.answers[key] { return answer }
        let answer: Credential?
        do throws(CredentialError) {
            answer = try CredentialHelper(named: helper.name, by: file.path, folders: places.folders).get(helper.server)
        } catch {
            // A store that some desktop once wrote into the file and that is not installed keeps nobody from what
            // needs no password. One that is named for this very registry is meant.
            guard case .helperMissing = error, helper.isDefault else { throw error }
            answer = nil
        }
        known.answers[key] = .some(answer)
        return answer
    }
}
