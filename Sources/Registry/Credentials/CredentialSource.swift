package import ByteIO
package import ImageModel

/// Where credentials come from. Asked once a repository, and only when its registry wants to know; the answer may take as
/// long as a helper's window stands open.
package protocol CredentialSource: Sendable {
    /// nil: nobody is known there; registries are then asked as anybody.
    func credential(for repository: RepositoryName) throws(CredentialError) -> Credential?
}

/// How a registry knows who we are.
package enum Credential: Equatable, Sendable {
    case basic(user: String, password: String)
    /// An identity token (OAuth2 refresh token): exchanged at the token server for tokens of each scope.
    case identityToken(String)
    /// A bearer token as it is sent.
    case bearer(String)
}

/// Nobody.
package struct AnonymousCredentials: CredentialSource {
    package init() {}
    package func credential(for repository: RepositoryName) -> Credential? { nil }
}

/// Credentials cannot be had or kept. Facts only, never a secret.
package enum CredentialError: Error, Equatable, Sendable {
    case io(IOFailure)
    /// A file of credentials is no JSON that we accept.
    case notJSON(path: String, JSONError)
    /// It is JSON, and this member of it is not what it must be.
    case malformed(path: String, member: String)
    /// The entry of a registry says who we are in no form that is known.
    case malformedEntry(path: String, key: String)
    /// The name of a helper that is none: it would be a path or an option.
    case helperName(path: String, name: String)
    case helperMissing(helper: String)
    /// What the helper said, bounded, when it failed.
    case helperFailed(helper: String, status: Int32, said: String)
    case helperAnswer(helper: String)
    /// HOME says nothing, so there is no file to keep them in.
    case noPlace
    /// A file that should hold certificates or a key holds none.
    case notCertificate(path: String)
    case notKey(path: String)
    /// One half of a pair: what stands there, and what should stand beside it.
    case otherHalfMissing(path: String, other: String)
    /// A password that holds nothing, more than we take, or what is no text.
    case emptyPassword
    case unusablePassword
    /// Basic authentication has no place for it: a user's name with a colon.
    case unusableUser(String)
    /// Nobody can be asked: there is no terminal.
    case noTerminal
}
