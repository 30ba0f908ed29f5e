package import ImageModel

/// How a registry knows who we are.
package enum Credential: Equatable, Sendable {
    case basic(user: String, password: String)
    /// An identity token (OAuth2 refresh token): exchanged at the token server for tokens of each scope.
    case identityToken(String)
    /// A bearer token as it is sent.
    case bearer(String)
}

/// Where credentials come from. Asked once a registry; the answer may take as long as a helper's window stands open.
package protocol CredentialSource: Sendable {
    /// nil: nobody is known there; registries are then asked as anybody.
    func credential(for repository: RepositoryName) throws(CredentialError) -> Credential?
}

/// Nobody.
package struct AnonymousCredentials: CredentialSource {
    package init() {}
    package func credential(for repository: RepositoryName) -> Credential? { nil }
}
