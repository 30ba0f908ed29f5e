internal import ImageModel
internal import Synchronization

/// The repositories whose registry keeps no lists of what refers to an image (distribution-spec 1.1, "Listing
/// Referrers"), so that it is asked for one once. Not the registries: behind one name some may keep lists, others not.
final class ListlessRepositories: Sendable {
    private let names = Mutex<Set<RepositoryName>>([])

    func contains(_ name: RepositoryName) -> Bool { names.withLock { $0.contains(name) } }

    func insert(_ name: RepositoryName) { names.withLock { _ = $0.insert(name) } }
}
