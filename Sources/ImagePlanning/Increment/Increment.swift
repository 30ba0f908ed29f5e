package import ImageModel

extension Increment {
    /// A merge that omits the blobs in `known`, which the receiver has. It carries everything if `known` is `nil`.
    ///
    /// `reuses`: whether images may name the receiver's layers instead of their own if the content is the same.
    package static func plan(
        _ inputs: [MergeInput], _ options: MergeOptions, over known: BlobList?, reuses: Bool
    ) throws(PlanError) -> MergeOutcome {
        guard let known else { return try Merge.plan(inputs, options) }
        let reuse = LayerReuse(of: inputs.map(\.graph), from: known)
        var options = options
        if reuses {
            // A layer that the user wants compressed is not replaced.
            options.recodings.merge(reuse.recodings) { first, _ in first }
        }
        var outcome = try Merge.plan(inputs, options)
        let (plan, leftOut) = outcome.plan.without(known.digests)
        outcome.plan = plan
        outcome.leftOut = leftOut
        if !reuses {
            let blobs = plan.blobs.filter { reuse.layers[$0.digest] != nil }
            if !blobs.isEmpty {
                outcome.notes.append(.reusable(layers: blobs.count, bytes: blobs.totalSize(\.size)))
            }
        }
        return outcome
    }
}

/// The blobs that an increment omits because its receiver has them.
package struct OmittedBlobs: Sendable, Equatable {
    package let blobs: Int
    package let bytes: Int64
}

extension WritePlan {
    /// The same images without the blobs that the receiver has. Documents stay: they are small and tell what is needed.
    package func without(_ known: Set<Digest>) -> (plan: WritePlan, leftOut: OmittedBlobs) {
        let kept = blobs.filter { !known.contains($0.digest) }
        let present = Set(kept.map(\.digest)).union(documents.map(\.digest))
        var left: [Digest: Int64] = [:]
        for manifest in documents.compactMap(\.manifest) {
            for blob in [manifest.config] + manifest.layers
            where known.contains(blob.digest) && !present.contains(blob.digest) && !blob.isForeign {
                left[blob.digest] = blob.size
            }
        }
        let bytes = left.values.totalSize(\.self)
        return (
            WritePlan(blobs: kept, documents: documents, roots: roots), OmittedBlobs(blobs: left.count, bytes: bytes)
        )
    }
}
