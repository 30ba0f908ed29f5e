internal import ImageModel

/// The documents of a plan by what they need before them: blobs of a registry, then manifests, then indexes of these, then
/// indexes of indexes. Those of one wave do not know each other.
struct DocumentWaves {
    /// Configs, and whatever else is neither manifest nor index.
    let leaves: [Document]
    let waves: [[Document]]

    /// Children stand before parents in a plan.
    init(_ plan: WritePlan) throws {
        let graph = plan.graph
        leaves = plan.documents.filter { !$0.isStructure }
        var depths: [Digest: Int] = [:]
        var waves: [[Document]] = []
        for document in plan.documents where document.isStructure {
            var depth = 0
            if document.mediaType.isIndex {
                let children = try graph.index(document.digest)?.manifests ?? []
                depth = 1 + children.reduce(0) { max($0, depths[$1.descriptor.digest] ?? 0) }
            }
            depths[document.digest] = depth
            while waves.count <= depth { waves.append([]) }
            waves[depth].append(document)
        }
        self.waves = waves.filter { !$0.isEmpty }
    }
}
