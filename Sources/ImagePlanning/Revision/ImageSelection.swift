package import ImageModel

/// The images of a source that an edit is about, and the content that it drops.
package struct ImageSelection: Sendable {
    /// The images to edit, each manifest once, in the order in which they are reached.
    package let images: [PlatformImage]
    package let dropped: DroppedContent

    /// `platforms`: those to edit; all that stay if there are none. A platform that no image has is an error.
    package init(
        of graph: ImageGraph, platforms: [Platform], dropping: [Platform], source: String
    ) throws(PlanError) {
        let all = try ImageFinder(graph).all().images
        guard !all.isEmpty else { throw .fix(.noImage(source: source)) }
        for wanted in platforms + dropping where !all.contains(where: { [wanted].match($0.platform?.normalized) }) {
            throw .fix(
                .platformAbsent(source: source, wanted: wanted, present: Set(all.compactMap(\.platform)).sorted()))
        }
        func isDropped(_ image: PlatformImage) -> Bool { dropping.match(image.platform?.normalized) }
        let stays = all.filter { !isDropped($0) }
        guard !stays.isEmpty else { throw .fix(.nothingLeft(source: source)) }
        var seen: Set<Digest> = []
        images = stays.filter { image in
            guard platforms.isEmpty || platforms.match(image.platform?.normalized) else {
                return false
            }
            return seen.insert(image.manifest).inserted
        }
        guard !images.isEmpty else {
            throw .fix(
                .platformAbsent(
                    source: source, wanted: platforms[0], present: Set(stays.compactMap(\.platform)).sorted()))
        }
        let kept = Set(stays.map(\.manifest))
        let gone = all.filter { !kept.contains($0.manifest) }
        var dropped = DroppedContent()
        if !gone.isEmpty {
            dropped.contents = Self.dropped(gone, besides: stays, of: graph)
            dropped.indexes = Set(graph.reachable(from: graph.roots.map(\.descriptor)).keys)
            dropped.places = Set(graph.roots.map(\.place))
        }
        self.dropped = dropped
    }

    /// The manifests, their attestations and referrers, and the indexes that then hold no image.
    private static func dropped(
        _ gone: [PlatformImage], besides stays: [PlatformImage], of graph: ImageGraph
    ) -> Set<Digest> {
        let manifests = Set(gone.map(\.manifest))
        let attested = Set(stays.flatMap(\.attestations).map(\.descriptor.digest))
        var dropped = manifests
        dropped.formUnion(gone.flatMap(\.attestations).map(\.descriptor.digest).filter { !attested.contains($0) })
        dropped.formUnion(graph.referrers(to: manifests).map(\.referrer))
        for root in graph.roots {
            let subjects = root.labels.compactMap { CosignTag($0)?.subject }
            if subjects.contains(where: manifests.contains) { dropped.insert(root.descriptor.digest) }
        }
        // Indexes hold indexes, so the deepest come first.
        var walk = GraphVisitor<Void>(givesLeaves: true)
        walk.start(graph.rootLinks)
        while let step = walk.next() {
            guard let document = graph.documents[step.digest], let index = document.index else { continue }
            guard step.phase == .leave else {
                walk.descend(document.links(.children))
                continue
            }
            let entries = index.manifests.map(\.descriptor.digest)
            if !entries.isEmpty, entries.allSatisfy(dropped.contains) { dropped.insert(step.digest) }
        }
        return dropped
    }
}
