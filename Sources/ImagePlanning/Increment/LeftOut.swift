package import ImageModel

/// What an increment leaves to its receiver, and how much that is.
package struct LeftOut: Sendable, Equatable {
    package let blobs: Int
    package let bytes: Int64
}

extension WritePlan {
    /// The same images without the blobs that somebody has. Documents stay: they are small, and say what is needed.
    package func without(_ known: Set<Digest>) throws -> (plan: WritePlan, leftOut: LeftOut) {
        let kept = blobs.filter { !known.contains($0.digest) }
        let present = Set(kept.map(\.digest)).union(documents.map(\.digest))
        var left: [Digest: Int64] = [:]
        for document in documents where document.mediaType.isManifest {
            let manifest = try ManifestView(bytes: document.bytes, expecting: document.mediaType)
            for blob in [manifest.config] + manifest.layers
            where known.contains(blob.digest) && !present.contains(blob.digest) && !blob.isForeign {
                left[blob.digest] = blob.size
            }
        }
        let bytes = left.values.totalSize(\.self)
        return (
            WritePlan(blobs: kept, documents: documents, roots: roots), LeftOut(blobs: left.count, bytes: bytes)
        )
    }
}
