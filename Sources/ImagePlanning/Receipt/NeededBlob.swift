package import ImageModel

/// A blob that an image needs, and the manifest that names it.
package struct NeededBlob: Sendable {
    package let descriptor: Descriptor
    package let manifest: Digest
    /// `nil` if the platform is unknown, or if the manifest is that of an attestation or artifact.
    package let platform: String?
}

extension ImageGraph {
    /// The configs and layers of all manifests below a record, each once. Content that may be stored elsewhere is left
    /// out.
    package func neededBlobs(of record: ImageRecord) -> [NeededBlob] {
        let platforms = Dictionary(
            record.platforms.map { ($0.digest, $0.name) }, uniquingKeysWith: { first, _ in first })
        var blobs: [NeededBlob] = []
        var walk = GraphVisitor<Digest>()
        let root = Descriptor(mediaType: record.mediaType, digest: record.digest, size: record.size)
        walk.start([GraphLink(root, .root)], mark: record.digest)
        while let step = walk.next() {
            if let document = documents[step.digest], document.manifest != nil || document.index != nil {
                walk.descend(document.links(.content), mark: step.digest)
                continue
            }
            // An absent manifest or index is no blob.
            let isAbsentChild = [.root, .child].contains(step.link.role) && !holds(step.digest)
            if isAbsentChild || step.descriptor.isForeign { continue }
            blobs.append(
                NeededBlob(
                    descriptor: step.descriptor, manifest: step.mark, platform: platforms[step.mark] ?? nil))
        }
        return blobs
    }
}
