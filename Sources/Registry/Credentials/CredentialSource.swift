package import ByteIO
package import ImageModel
internal import Synchronization

/// Supplies credentials for repositories. `CredentialCache` asks once per repository, and only after a challenge.
package protocol CredentialSource: Sendable {
    /// Called before the first request to a registry. Throws if a file that the user named cannot be read.
    func prepare() throws(CredentialError)

    /// The credential for a repository; `nil` for anonymous access. May block while a credential helper asks the user.
    func credential(for repository: RepositoryName) throws(CredentialError) -> Credential?
}

extension CredentialSource {
    package func prepare() throws(CredentialError) {}
}

/// A secret that identifies the user to a registry.
package enum Credential: Equatable, Sendable {
    case basic(user: String, password: String)
    /// An identity token (OAuth2 refresh token), which the token server exchanges for access tokens.
    case identityToken(String)
    /// A bearer token, sent unchanged.
    case bearer(String)
}

/// Supplies no credentials.
package struct AnonymousCredentials: CredentialSource {
    package init() {}
    package func credential(for repository: RepositoryName) -> Credential? { nil }
}

/// The answers of a credential source, including its errors. Each repository is looked up once.
final class CredentialCache: Sendable {
    private let source: any CredentialSource
    private let known = Mutex<[RepositoryName: Result<Credential?, CredentialError>]>([:])

    init(_ source: any CredentialSource) { self.source = source }

    func credential(for repository: RepositoryName) throws(RegistryError) -> Credential? {
        // The lock is held during the look-up, so that a credential helper shows one window at a time.
        let outcome = known.withLock { known in
            if let outcome = known[repository] { return outcome }
            let outcome = Result { () throws(CredentialError) in try source.credential(for: repository) }
            known[repository] = outcome
            return outcome
        }
        do { return try outcome.get() } catch { throw .credentials(error) }
    }

    /// Whether an earlier look-up found a credential.
    func hasAny(for repository: RepositoryName) -> Bool {
        if case .success(.some)? = known.withLock({ $0[repository] }) { return true }
        return false
    }
}

/// A failure to read or store credentials. Holds facts only, and no secret.
package enum CredentialError: Error, Equatable, Sendable {
    case io(IOFailure)
    /// A file with credentials or certificates is a FIFO, a device or a directory.
    case notAFile(path: String)
    /// A credential file is not valid JSON.
    case notJSON(path: String, JSONError)
    /// A member of a credential file has the wrong type; the name is empty for the root.
    case malformed(path: String, member: String)
    /// The entry of a registry has no known form.
    case malformedEntry(path: String, key: String)
    /// The name of a helper in `path` is a path or an option, or has other invalid characters.
    case helperName(path: String, name: String)
    case helperMissing(helper: String)
    /// `output` is the helper's error text, bounded and without secrets.
    case helperFailed(helper: String, status: Int32, output: String)
    case helperAnswer(helper: String)
    /// The helper was ended because it gave no answer in time.
    case helperOverdue(helper: String, seconds: Int)
    /// `HOME` is not set, so there is no credential file.
    case noPlace
    /// A certificate file contains no certificate.
    case notCertificate(path: String)
    /// A key file contains no private key.
    case notKey(path: String)
    /// A certificate without its key, or a key without its certificate: the present and the missing file.
    case otherHalfMissing(path: String, other: String)
    case emptyPassword
    /// The password is too long or not UTF-8.
    case unusablePassword
    /// The user name contains a colon, which Basic authentication does not allow.
    case unusableUser(String)
    /// No terminal is available to ask for the password.
    case noTerminal
}

extension ConfigurationFile {
    /// The same for a file with credentials or certificates.
    static func credentialBytes(of path: String, limit: Int) throws(CredentialError) -> [UInt8] {
        do { return try bytes(of: path, limit: limit) } catch {
            throw error.cause == .notRegularFile ? .notAFile(path: path) : .io(error)
        }
    }
}
