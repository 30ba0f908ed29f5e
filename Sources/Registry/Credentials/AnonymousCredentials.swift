package import ImageModel

/// Nobody.
package struct AnonymousCredentials: CredentialSource {
    package init() {}
    package func credential(for repository: RepositoryName) -> Credential? { nil }
}
