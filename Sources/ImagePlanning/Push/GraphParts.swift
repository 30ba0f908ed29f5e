package import ImageModel

/// A graph, divided by its images. The part of an image holds everything below it and all its referrers. So planning
/// one image does not depend on the number of the others.
package struct GraphParts: Sendable {
    private let graph: ImageGraph
    private var roots: [Digest: [ImageGraph.Root]] = [:]
    /// Manifests and indexes, by their subjects.
    private var referrers: [Digest: [Document]] = [:]
    /// Indexes, by the images of which they list an attestation.
    private var attesting: [Digest: [Document]] = [:]
    private var tags: [Digest: [CosignTag]] = [:]

    /// The limit of what the roots share is that of the whole graph.
    package init(_ graph: ImageGraph) throws(PlanError) {
        try ImageFinder(graph).checkListings()
        self.graph = graph
        for root in graph.roots { roots[root.descriptor.digest, default: []].append(root) }
        for document in graph.documents.values {
            if let subject = document.manifest?.subject ?? document.index?.subject {
                referrers[subject.digest, default: []].append(document)
            }
            var attested: Set<Digest> = []
            for entry in document.index?.manifests ?? [] where entry.descriptor.isAttestation {
                if let image = entry.descriptor.attested.flatMap({ try? Digest(parsing: $0) }) {
                    attested.insert(image)
                }
            }
            for image in attested { attesting[image, default: []].append(document) }
        }
        for tag in graph.cosigned.keys { tags[tag.subject, default: []].append(tag) }
    }

    /// The part of the graph whose root has this digest. Only the first root is kept: a registry takes no name from a root.
    package func part(_ image: Digest) -> ImageGraph {
        var part = ImageGraph()
        part.roots = Array((roots[image] ?? []).prefix(1))
        part.isIncrement = graph.isIncrement
        var walk = GraphVisitor<Void>()
        walk.start(part.roots.map(\.link))
        while let step = walk.next() {
            let digest = step.digest
            if let document = graph.documents[digest] {
                part.insert(document, inPlaceOf: digest)
                walk.descend(document.links(.content))
            } else if let blob = graph.blobs[digest] {
                part.blobs[digest] = blob
            }
            part.mislabelled[digest] = graph.mislabelled[digest]
            if graph.elsewhere.contains(digest) { part.elsewhere.insert(digest) }
            // Of such an index only its list is needed.
            for index in attesting[digest] ?? [] { part.insert(index) }
            for tag in tags[digest] ?? [] { part.cosigned[tag] = graph.cosigned[tag] }
            let signatures = (tags[digest] ?? []).compactMap { graph.cosigned[$0] }
            let others = (referrers[digest] ?? []).map(\.descriptor)
            walk.start((signatures + others).map { GraphLink($0, .root) })
        }
        return part
    }
}
