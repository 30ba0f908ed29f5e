internal import ImageModel

/// The roots of one source that are one image: same digest, same name, or all without a name.
struct ImageGroup {
    var labels: [ImageLabel]
    var roots: [ImageGraph.Root]

    static func groups(of graph: ImageGraph) -> [ImageGroup] {
        var groups: [ImageGroup] = []
        for root in graph.roots {
            var joined = ImageGroup(labels: root.labels, roots: [root])
            groups.removeAll { group in
                guard group.isSameImage(as: joined) else { return false }
                joined.labels = group.labels + joined.labels.filter { !group.labels.contains($0) }
                joined.roots = group.roots + joined.roots
                return true
            }
            groups.append(joined)
        }
        return groups
    }

    private func isSameImage(as other: ImageGroup) -> Bool {
        if labels.isEmpty && other.labels.isEmpty { return true }
        if labels.contains(where: other.labels.contains) { return true }
        return roots.contains { one in other.roots.contains { $0.descriptor.digest == one.descriptor.digest } }
    }
}
