package import ImageModel

/// Roots that are no images of their own: an index that is a root too leads to them, and they have no name that this index
/// lacks. oras lists each manifest of an index without a name, regctl with the name of the index.
struct RepeatedRoots {
    /// The content below all roots.
    private let children: Set<Digest>
    /// The names of the root indexes that list each image.
    private var names: [Digest: Set<ImageLabel>] = [:]

    init(_ graph: ImageGraph) {
        children = Self.children(in: graph)
        for root in graph.roots where !root.labels.isEmpty {
            for child in graph.index(root.descriptor.digest)?.manifests ?? [] {
                names[child.descriptor.digest, default: []].formUnion(root.labels)
            }
        }
    }

    /// The digests of everything that is reached through an index that is a root.
    static func children(in graph: ImageGraph) -> Set<Digest> {
        var children: Set<Digest> = []
        var walk = GraphVisitor<Void>(givesRepeats: true)
        walk.start(graph.rootLinks)
        while let step = walk.next() {
            if step.depth > 0 { children.insert(step.digest) }
            if let document = graph.documents[step.digest] { walk.descend(document.links(.children)) }
        }
        return children
    }

    func contains(_ root: ImageGraph.Root) -> Bool { contains(root.descriptor.digest, root.labels) }

    func contains(_ root: RootEntry) -> Bool { contains(root.descriptor.digest, root.label.map { [$0] } ?? []) }

    private func contains(_ digest: Digest, _ labels: [ImageLabel]) -> Bool {
        if labels.isEmpty { return children.contains(digest) }
        guard let names = names[digest] else { return false }
        return labels.allSatisfy(names.contains)
    }
}

extension WritePlan {
    /// The plan without roots that repeat a part of another, for destinations that take each root for an image.
    package var withDistinctRoots: WritePlan {
        let repeated = RepeatedRoots(graph)
        var plan = self
        plan.roots.removeAll { repeated.contains($0) }
        return plan
    }
}
