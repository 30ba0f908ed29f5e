internal import ImageModel

/// The roots of one source that are one image: they share a digest or a name, or have no name.
struct ImageGroup {
    private(set) var labels: [ImageLabel] = []
    private(set) var roots: [ImageGraph.Root] = []

    /// In the order of their first roots.
    static func groups(of roots: [ImageGraph.Root]) -> [ImageGroup] {
        var sets = DisjointSets(count: roots.count)
        var byDigest: [Digest: Int] = [:]
        var byLabel: [ImageLabel?: Int] = [:]
        for (number, root) in roots.enumerated() {
            let labels: [ImageLabel?] = root.labels.isEmpty ? [nil] : root.labels
            for label in labels { sets.join(number, byLabel[label, default: number]) }
            for label in labels { byLabel[label] = number }
            sets.join(number, byDigest[root.descriptor.digest, default: number])
            byDigest[root.descriptor.digest] = number
        }
        var groups: [Int: ImageGroup] = [:]
        var order: [Int] = []
        for (number, root) in roots.enumerated() {
            let set = sets.representative(of: number)
            if groups[set] == nil { order.append(set) }
            groups[set, default: ImageGroup()].roots.append(root)
        }
        return order.compactMap { groups[$0]?.withLabels() }
    }

    /// Groups of container images alone. Layouts written by oras also list each manifest that an index names, and keep
    /// signatures and other artifacts beside the images. Neither of these is an image of its own.
    static func images(of graph: ImageGraph, _ finder: ImageFinder) throws(PlanError) -> Images {
        let repeated = RepeatedRoots(graph)
        var roots: [ImageGraph.Root] = []
        var others: [Digest] = []
        // The artifacts below roots that have no image; `nil` below the others.
        var artifacts: [RootKey: [Digest]?] = [:]
        for root in graph.roots where !repeated.contains(root) {
            if root.descriptor.isAttestation { continue }
            let key = RootKey(root)
            if artifacts[key] == nil {
                let found = try finder.below([root])
                artifacts[key] = .some(found.images.isEmpty && found.absent.isEmpty ? found.others.map(\.digest) : nil)
            }
            if let found = artifacts[key] ?? nil { others += found } else { roots.append(root) }
        }
        return Images(groups: groups(of: roots), others: others)
    }

    struct Images {
        let groups: [ImageGroup]
        let others: [Digest]
    }

    private func withLabels() -> ImageGroup {
        var seen: Set<ImageLabel> = []
        var group = self
        group.labels = roots.flatMap(\.labels).filter { seen.insert($0).inserted }
        return group
    }
}
