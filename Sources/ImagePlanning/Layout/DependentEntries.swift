internal import ImageModel

/// The entries of a layout that depend on other entries: lists of referrers, and artifacts under cosign's tags. Unnamed
/// artifacts with a subject and unnamed children of an index belong to them.
struct DependentEntries {
    private let graph: ImageGraph
    /// The numbers of referrers, by the tags of their subjects.
    private var referrers: [ReferrersTag: [Int]] = [:]
    /// The numbers of children, by their digests.
    private var children: [Digest: [Int]] = [:]
    private var numbers: Set<Int> = []

    init(_ graph: ImageGraph) {
        self.graph = graph
        let lists = ReferrersLists(graph)
        let repeated = RepeatedRoots(graph)
        for (number, root) in graph.roots.enumerated() {
            if let subject = subjectTag(of: root, lists) {
                referrers[subject, default: []].append(number)
            } else if root.labels.isEmpty, repeated.contains(root) {
                children[root.descriptor.digest, default: []].append(number)
            } else {
                continue
            }
            numbers.insert(number)
        }
    }

    private func subjectTag(of root: ImageGraph.Root, _ lists: ReferrersLists) -> ReferrersTag? {
        if let tag = lists.tag(of: root) { return tag }
        if let tag = root.labels.lazy.compactMap({ CosignTag($0) }).first { return ReferrersTag(tag.subject) }
        guard root.labels.isEmpty, let document = graph.documents[root.descriptor.digest],
            document.manifest?.isImage != true
        else { return nil }
        return document.subject.map { ReferrersTag($0.digest) }
    }

    /// The numbers of the dependent entries that belong to the `removed` entries and to no entry that stays.
    func orphaned(by removed: Set<Int>) -> Set<Int> {
        if numbers.isEmpty { return [] }
        let staying = graph.roots.indices.filter { !removed.contains($0) && !numbers.contains($0) }
        let before = dependents(of: removed.sorted(), following: .children)
        // An artifact with a name keeps its subject.
        let after = dependents(of: staying, following: [.children, .subject])
        return before.subtracting(after).subtracting(removed)
    }

    private func dependents(of entries: [Int], following kinds: LinkKinds) -> Set<Int> {
        var found: Set<Int> = []
        var walk = GraphVisitor<Void>()
        walk.start(entries.map { graph.roots[$0].link })
        while let step = walk.next() {
            if let document = graph.documents[step.digest] { walk.descend(document.links(kinds)) }
            let here = (referrers[ReferrersTag(step.digest)] ?? []) + (children[step.digest] ?? [])
            walk.start(here.filter { found.insert($0).inserted }.map { graph.roots[$0].link })
        }
        return found
    }
}
