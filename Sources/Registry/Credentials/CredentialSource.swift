package import ImageModel

/// Where credentials come from. Asked once a repository, and only when its registry wants to know; the answer may take as
/// long as a helper's window stands open.
package protocol CredentialSource: Sendable {
    /// nil: nobody is known there; registries are then asked as anybody.
    func credential(for repository: RepositoryName) throws(CredentialError) -> Credential?
}
