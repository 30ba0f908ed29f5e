internal import ByteIO
package import ImageModel
internal import Synchronization

/// The blobs and manifests that this run has found in repositories. Avoids repeated existence checks, and names the
/// repositories from which a blob can be mounted.
package final class KnownBlobs: Sendable {
    private struct Knowledge {
        var blobs: [Digest: Set<RepositoryName>] = [:]
        /// Apart from blobs: a repository may have one digest as a manifest and not as a blob.
        var manifests: [Digest: Set<RepositoryName>] = [:]
        /// The blobs whose reading has ended with a timeout.
        var timeouts: [Digest: [RepositoryName: IOFailure.Cause]] = [:]
        /// The registries that refuse a mount without a source repository.
        var withoutAutomaticMounts: Set<String> = []
        /// The repositories from which a mount was refused.
        var unmountable: Set<RepositoryName> = []
        /// The repositories from which a mount has opened a session instead.
        var withoutMounts: Set<RepositoryName> = []
        var hasWritten = false
    }

    private let knowledge = Mutex(Knowledge())

    package init() {}

    package func note(_ digest: Digest, in repository: RepositoryName) {
        knowledge.withLock { _ = $0.blobs[digest, default: []].insert(repository) }
    }

    package func contains(_ digest: Digest, in repository: RepositoryName) -> Bool {
        knowledge.withLock { $0.blobs[digest]?.contains(repository) ?? false }
    }

    package func note(manifest digest: Digest, in repository: RepositoryName) {
        knowledge.withLock { _ = $0.manifests[digest, default: []].insert(repository) }
    }

    package func contains(manifest digest: Digest, in repository: RepositoryName) -> Bool {
        knowledge.withLock { $0.manifests[digest]?.contains(repository) ?? false }
    }

    /// Records that reading the blob has ended with a timeout, after all attempts.
    func note(timeout cause: IOFailure.Cause, of digest: Digest, in repository: RepositoryName) {
        knowledge.withLock { $0.timeouts[digest, default: [:]][repository] = cause }
    }

    /// The timeout that an earlier read has ended with; `nil` if there was none.
    func timeout(of digest: Digest, in repository: RepositoryName) -> IOFailure.Cause? {
        knowledge.withLock { $0.timeouts[digest]?[repository] }
    }

    /// The other repositories of the same registry that have the blob and allow mounts, sorted.
    package func neighbours(of repository: RepositoryName, with digest: Digest) -> [RepositoryName] {
        knowledge.withLock { known in
            (known.blobs[digest] ?? []).filter {
                $0.domain == repository.domain && $0 != repository && !known.unmountable.contains($0)
            }.sorted()
        }
    }

    /// Whether a mount from the repository has opened a session instead.
    package func opensSessions(insteadOfMountsFrom repository: RepositoryName) -> Bool {
        knowledge.withLock { $0.withoutMounts.contains(repository) }
    }

    func noteSession(insteadOfMountFrom repository: RepositoryName) {
        knowledge.withLock { _ = $0.withoutMounts.insert(repository) }
    }

    /// Whether this run has written anything to a registry.
    package var hasWritten: Bool { knowledge.withLock { $0.hasWritten } }

    package func noteWrite() { knowledge.withLock { $0.hasWritten = true } }

    package func refusesMounts(from repository: RepositoryName) -> Bool {
        knowledge.withLock { $0.unmountable.contains(repository) }
    }

    func noteRefusedMount(from repository: RepositoryName) {
        knowledge.withLock { _ = $0.unmountable.insert(repository) }
    }

    func refusesAutomaticMounts(_ domain: String) -> Bool {
        knowledge.withLock { $0.withoutAutomaticMounts.contains(domain) }
    }

    func noteRefusedAutomaticMount(_ domain: String) {
        knowledge.withLock { _ = $0.withoutAutomaticMounts.insert(domain) }
    }
}
