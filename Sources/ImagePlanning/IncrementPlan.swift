package import ImageModel

extension Increment {
    /// A merge without what the receiver has. nil: nobody has said what that is, and everything is carried.
    ///
    /// `reuses`: images may name the receiver's layers for their own where the content is the same.
    package static func plan(
        _ inputs: [MergeInput], _ options: MergeOptions, over known: BlobList?, reuses: Bool
    ) throws -> MergeOutcome {
        guard let known else { return try Merge.plan(inputs, options) }
        let reuse = try inputs.map { try LayerReuse(of: $0.graph, from: known) }
        var options = options
        if reuses {
            for found in reuse { options.recodings.merge(found.recodings) { first, _ in first } }
        }
        var outcome = try Merge.plan(inputs, options)
        let (plan, leftOut) = try outcome.plan.without(known.digests)
        outcome.plan = plan
        outcome.leftOut = leftOut
        if !reuses {
            let needless = reuse.reduce(into: Set<Digest>()) { $0.formUnion($1.layers.keys) }
            let blobs = plan.blobs.filter { needless.contains($0.digest) }
            if !blobs.isEmpty {
                outcome.notes.append(.reusable(layers: blobs.count, bytes: blobs.totalSize(\.size)))
            }
        }
        return outcome
    }
}
