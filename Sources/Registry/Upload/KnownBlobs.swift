package import ImageModel
internal import Synchronization

/// What this process knows of the blobs of registries, so that nothing is asked twice and what one repository has comes
/// into another without being sent.
package final class KnownBlobs: Sendable {
    private struct Knowledge {
        var places: [Digest: Set<RepositoryName>] = [:]
        /// Apart from blobs: what a repository has as the one it need not have as the other.
        var manifests: [Digest: Set<RepositoryName>] = [:]
        /// Registries that take no wish to mount from wherever it may be.
        var plain: Set<String> = []
        /// Where nothing can be mounted from.
        var closed: Set<RepositoryName> = []
    }

    private let knowledge = Mutex(Knowledge())

    package init() {}

    package func note(_ digest: Digest, in repository: RepositoryName) {
        knowledge.withLock { _ = $0.places[digest, default: []].insert(repository) }
    }

    package func contains(_ digest: Digest, in repository: RepositoryName) -> Bool {
        knowledge.withLock { $0.places[digest]?.contains(repository) ?? false }
    }

    package func note(manifest digest: Digest, in repository: RepositoryName) {
        knowledge.withLock { _ = $0.manifests[digest, default: []].insert(repository) }
    }

    package func contains(manifest digest: Digest, in repository: RepositoryName) -> Bool {
        knowledge.withLock { $0.manifests[digest]?.contains(repository) ?? false }
    }

    /// Where in the same registry it is, in the order of names.
    package func neighbours(of repository: RepositoryName, with digest: Digest) -> [RepositoryName] {
        knowledge.withLock { known in
            (known.places[digest] ?? []).filter {
                $0.domain == repository.domain && $0 != repository && !known.closed.contains($0)
            }.sorted()
        }
    }

    func isClosed(_ repository: RepositoryName) -> Bool { knowledge.withLock { $0.closed.contains(repository) } }

    func noteClosed(_ repository: RepositoryName) { knowledge.withLock { _ = $0.closed.insert(repository) } }

    func isPlain(_ domain: String) -> Bool { knowledge.withLock { $0.plain.contains(domain) } }

    func notePlain(_ domain: String) { knowledge.withLock { _ = $0.plain.insert(domain) } }
}
