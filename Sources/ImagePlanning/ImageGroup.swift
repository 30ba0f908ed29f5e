internal import ImageModel

/// The roots of one source that are one image: same digest, same name, or all without a name.
struct ImageGroup {
    private(set) var labels: [ImageLabel] = []
    private(set) var roots: [ImageGraph.Root] = []

    /// In the order in which their first roots stand.
    static func groups(of graph: ImageGraph) -> [ImageGroup] {
        var sets = DisjointSets(count: graph.roots.count)
        var byDigest: [Digest: Int] = [:]
        var byLabel: [ImageLabel?: Int] = [:]
        for (number, root) in graph.roots.enumerated() {
            let labels: [ImageLabel?] = root.labels.isEmpty ? [nil] : root.labels
            for label in labels { sets.join(number, byLabel[label, default: number]) }
            for label in labels { byLabel[label] = number }
            sets.join(number, byDigest[root.descriptor.digest, default: number])
            byDigest[root.descriptor.digest] = number
        }
        var groups: [Int: ImageGroup] = [:]
        var order: [Int] = []
        for (number, root) in graph.roots.enumerated() {
            let set = sets.representative(of: number)
            if groups[set] == nil { order.append(set) }
            groups[set, default: ImageGroup()].add(root)
        }
        return order.compactMap { groups[$0] }
    }

    private mutating func add(_ root: ImageGraph.Root) {
        roots.append(root)
        for label in root.labels where !labels.contains(label) { labels.append(label) }
    }
}
