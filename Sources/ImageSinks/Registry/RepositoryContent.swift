internal import ByteIO
internal import ImageModel
internal import Registry
internal import Synchronization

/// Caches which tags, manifests and blobs the repository of a push has. Sends each HEAD once.
///
/// Registries take a manifest only with all of its blobs. So a manifest that is there proves them, and they are not asked
/// for. With `asksForBlobs` each of them is: a registry may have lost one.
final class RepositoryContent: Sendable {
    private let client: RepositoryClient
    private let asksForBlobs: Bool
    private let answers = Mutex(Answers())

    private struct Answers {
        var absent: Set<Digest> = []
        var proven: Set<Digest> = []
        /// By tag; `nil` if there is no such tag.
        var tags: [String: Digest?] = [:]
    }

    init(_ client: RepositoryClient, asksForBlobs: Bool) {
        self.client = client
        self.asksForBlobs = asksForBlobs
    }

    /// Asks for manifests, indexes and tags side by side. `image` is the document that the tags will name. Returns whether
    /// all of them are there.
    func look(
        for structures: [Document], tags: [String], of image: Document?, jobs: Int
    ) throws(RegistryError) -> Bool {
        try Threads.forEach(tags.count + structures.count, jobs: jobs) { [self] (number) throws(RegistryError) in
            if number < tags.count {
                _ = try digest(of: tags[number])
            } else {
                _ = try has(structures[number - tags.count])
            }
        }
        if asksForBlobs { return false }
        let found = answers.withLock { Array($0.tags.values) }
        let isNamed = image.map { image in found.map { $0.map(image.isNamed) ?? false } } ?? []
        var present = structures.filter { client.known.contains(manifest: $0.digest, in: client.name) }
        let hasAll = present.count == structures.count && isNamed.allSatisfy(\.self)
        if let image, image.manifest != nil {
            // It may be there under another tag.
            let isThere = isNamed.contains(true) ? true : try has(image)
            if isThere { present.append(image) }
        }
        let blobs = present.compactMap(\.manifest).flatMap { [$0.config] + $0.layers }.filter { !$0.isForeign }
        answers.withLock { $0.proven.formUnion(blobs.map(\.digest)) }
        return hasAll
    }

    /// Whether a manifest proves the blob.
    func proves(_ blob: Digest) -> Bool { answers.withLock { $0.proven.contains(blob) } }

    func has(_ blob: Digest, size: Int64) throws(RegistryError) -> Bool {
        if client.known.contains(blob, in: client.name) || proves(blob) { return true }
        return try client.hasBlob(blob, size: size)
    }

    /// For a manifest or an index.
    func has(_ structure: Document) throws(RegistryError) -> Bool {
        let digest = structure.digest
        if client.known.contains(manifest: digest, in: client.name) { return true }
        if answers.withLock({ $0.absent.contains(digest) }) { return false }
        guard let found = try client.manifestDigest(.digest(digest)),
            found == digest || found.algorithm != digest.algorithm
        else {
            answers.withLock { _ = $0.absent.insert(digest) }
            return false
        }
        client.known.note(manifest: digest, in: client.name)
        return true
    }

    /// `nil` if there is no such tag.
    func digest(of tag: String) throws(RegistryError) -> Digest? {
        if let known = answers.withLock({ $0.tags[tag] }) { return known }
        let found = try client.manifestDigest(.tag(tag))
        answers.withLock { $0.tags[tag] = .some(found) }
        return found
    }
}
