/// Roots that are not images of their own: another root, an index, lists them, and they have no name that this index
/// lacks. oras writes such an entry without a name, regctl with the name of the index.
package struct RepeatedRoots: Sendable {
    /// The content below all roots.
    private let children: Set<Digest>
    /// The digests that an index of the same name lists, by name.
    private var listed: [ImageLabel: Set<Digest>] = [:]

    package init(_ graph: ImageGraph) {
        children = Self.children(in: graph)
        var named: [ImageLabel: (indexes: Set<Digest>, others: Set<Digest>)] = [:]
        for root in graph.roots {
            let digest = root.descriptor.digest
            let isIndex = graph.index(digest) != nil
            for label in root.labels {
                if isIndex {
                    named[label, default: ([], [])].indexes.insert(digest)
                } else {
                    named[label, default: ([], [])].others.insert(digest)
                }
            }
        }
        // Most names have one root. The children of an index are collected once, also if it has many names.
        var known: [Digest: Set<Digest>] = [:]
        for (label, roots) in named where !roots.indexes.isEmpty && !roots.others.isEmpty {
            for index in roots.indexes {
                let children = known[index] ?? Self.children(of: index, in: graph)
                known[index] = children
                listed[label, default: []].formUnion(roots.others.intersection(children))
            }
        }
    }

    private static func children(of index: Digest, in graph: ImageGraph) -> Set<Digest> {
        Set((graph.index(index)?.manifests ?? []).map(\.descriptor.digest))
    }

    /// The digests of everything that is reached through an index that is a root.
    package static func children(in graph: ImageGraph) -> Set<Digest> {
        var children: Set<Digest> = []
        var walk = GraphVisitor<Void>(givesRepeats: true)
        walk.start(graph.rootLinks)
        while let step = walk.next() {
            if step.depth > 0 { children.insert(step.digest) }
            // The links of a document with many names are listed once.
            guard step.phase == .enter else { continue }
            if let document = graph.documents[step.digest] { walk.descend(document.links(.children)) }
        }
        return children
    }

    package func contains(_ root: ImageGraph.Root) -> Bool { contains(root.descriptor.digest, root.labels) }

    package func contains(_ root: RootEntry) -> Bool { contains(root.descriptor.digest, root.label.map { [$0] } ?? []) }

    private func contains(_ digest: Digest, _ labels: [ImageLabel]) -> Bool {
        if labels.isEmpty { return children.contains(digest) }
        return labels.allSatisfy { listed[$0]?.contains(digest) ?? false }
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
