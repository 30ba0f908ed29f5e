package import ImageModel

/// A layout may lack what its indexes name; a registry is given no tag that leads to something that is not there.
package enum WholeImage {
    /// `inputs`: by them it can be told what is lacking.
    package static func check(_ plan: WritePlan, from inputs: [MergeInput]) throws {
        let graph = plan.graph
        let written = Set(graph.documents.keys).union(graph.blobs.keys)
        for document in plan.documents where document.mediaType.isIndex {
            for child in try graph.index(document.digest)?.manifests ?? []
            where !written.contains(child.descriptor.digest) {
                throw try missing(child.descriptor, inputs)
            }
        }
    }

    private static func missing(_ child: Descriptor, _ inputs: [MergeInput]) throws -> MergeConflict {
        for input in inputs where input.graph.documents[child.digest] != nil {
            guard let missing = try Completeness(graph: input.graph).missing(child) else { continue }
            return .missing(source: input.source, digest: missing.digest, what: missing.what)
        }
        return .missing(source: inputs.first?.source ?? "", digest: child.digest, what: .manifest)
    }
}
