internal import ImageModel

/// A selection of platforms under which every index keeps its bytes and its digest. The images of other platforms are left
/// out, so that the index names content that the result lacks.
enum SparseSelection {
    static func plan(_ inputs: [MergeInput], _ options: MergeOptions) throws(PlanError) -> MergeOutcome {
        var left: Set<Digest> = []
        var names: [ImageLabel] = []
        let selected = try inputs.map { (input) throws(PlanError) in
            let (graph, dropped) = try graph(of: input, options.platforms, &names)
            left.formUnion(dropped)
            return input.with(graph)
        }
        var whole = options
        (whole.platforms, whole.isSparse) = ([], false)
        var outcome = try Merge.plan(selected.filter { !$0.graph.roots.isEmpty }, whole)
        outcome.notes.removeAll { note in
            if case .incomplete(_, let digest, _, _) = note { left.contains(digest) } else { false }
        }
        let kept = Set(outcome.plan.roots.compactMap(\.label))
        outcome.notes += Set(names).subtracting(kept).sorted().map { .nameLeftOut($0.description) }
        return outcome
    }

    /// The graph without the manifests of other platforms, and the digests of these. `names` gets the names of roots that
    /// are left out.
    private static func graph(
        of input: MergeInput, _ platforms: [Platform], _ names: inout [ImageLabel]
    ) throws(PlanError) -> (ImageGraph, Set<Digest>) {
        let images = try ImageFinder(input.graph).all().images
        let wanted = images.filter { platforms.match($0.platform?.normalized) }
        let kept = Set(wanted.map(\.manifest))
        let others = images.filter { !kept.contains($0.manifest) }
        // An attestation goes with its image.
        let attested = Set(wanted.flatMap(\.attestations).map(\.descriptor.digest))
        let left = Set(others.map(\.manifest)).union(
            others.flatMap(\.attestations).map(\.descriptor.digest).filter { !attested.contains($0) })
        var graph = input.graph
        for digest in left { graph.remove(digest) }
        for root in graph.roots where isEmpty(root, input.graph, left) { names += root.labels }
        graph.roots.removeAll { isEmpty($0, input.graph, left) }
        return (graph, left)
    }

    /// Whether nothing is left of a root: a manifest that was left out, or an index of such ones alone.
    private static func isEmpty(_ root: ImageGraph.Root, _ graph: ImageGraph, _ left: Set<Digest>) -> Bool {
        if left.contains(root.descriptor.digest) { return true }
        guard let index = graph.index(root.descriptor.digest), !index.manifests.isEmpty else { return false }
        let present = index.manifests.map(\.descriptor.digest).filter(graph.holds)
        return !present.isEmpty && present.allSatisfy(left.contains)
    }
}
