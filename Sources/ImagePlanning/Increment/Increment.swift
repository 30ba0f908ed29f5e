package import ImageModel

extension Increment {
    /// A merge without what the receiver has. nil: nobody has said what that is, and everything is carried.
    ///
    /// `reuses`: images may name the receiver's layers for their own where the content is the same.
    package static func plan(
        _ inputs: [MergeInput], _ options: MergeOptions, over known: BlobList?, reuses: Bool
    ) throws -> MergeOutcome {
        guard let known else { return try Merge.plan(inputs, options) }
        let reuse = try LayerReuse(of: inputs.map(\.graph), from: known)
        var options = options
        if reuses {
            // What was compressed on purpose stays so.
            options.recodings.merge(reuse.recodings) { first, _ in first }
        }
        var outcome = try Merge.plan(inputs, options)
        let (plan, leftOut) = try outcome.plan.without(known.digests)
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
