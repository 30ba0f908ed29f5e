package import ImageModel

/// All changes that one merge, fix or edit makes to one graph. Stages run in the order of the properties; each sees what the
/// earlier ones made. Every document is edited once, children before parents, and bytes that no change names stay.
package struct GraphEdit: Sendable {
    /// The new platform of an image, by the digest of its manifest.
    package var platforms: [Digest: Platform] = [:]
    /// Changes to configs, and new layers, by the digest of the manifest.
    package var images: [Digest: ImageEdit] = [:]
    package var dropped = DroppedContent()
    /// Whether layers get the media type of the compression that their bytes have.
    package var correctsLabels = false
    /// Layers that were compressed again, by the digest that they had.
    package var recodings: [Digest: RecodedLayer] = [:]
    package var annotations: [Annotation] = []
    /// Whether annotations for the index, or for no place in particular, go to what the roots lead to.
    package var annotatesRoots = false
    /// Whether annotations for descriptors go to the entries of the indexes.
    package var annotatesEntries = false
    /// The documents that annotations concern; `nil` if they concern all.
    package var annotated: AnnotatedDocuments?
    /// The format that images and their indexes get. `nil` if every document keeps its own.
    package var format: ImageFormat?
    /// The `index.json` of a layout if it is a document of the graph. It need not state platforms.
    package var layoutIndex: Digest?

    package init() {}

    /// The platform that an image declares after the edit.
    package func platform(of image: PlatformImage) -> Platform? {
        PlatformEdit.result(of: platforms[image.manifest], on: image.platform)
    }

    /// New layers, each once, sorted by the digests of the manifests that get them.
    package var newLayers: [AddedLayer] {
        var seen: Set<Digest> = []
        let all = images.sorted { $0.key < $1.key }.flatMap(\.value.layers)
        return all.filter { seen.insert($0.digest).inserted }
    }

    /// Whether the edit is about this image.
    func concerns(_ manifest: Digest) -> Bool {
        platforms[manifest] != nil || images[manifest] != nil
    }

    /// The edited graph. `source` names it in errors. Returns the graph itself, without a walk, if nothing is to be changed.
    package func applied(to graph: ImageGraph, source: String = "") throws(PlanError) -> EditedGraph {
        let stages = try stages(for: graph, source)
        guard !platforms.isEmpty || !images.isEmpty || !dropped.isEmpty || !stages.isEmpty else {
            return EditedGraph(graph: graph, changes: [], roots: graph.roots.map { ($0, $0) })
        }
        var rewrite = GraphRewrite(graph, self, stages: stages)
        return try rewrite.run()
    }

    private func stages(for graph: ImageGraph, _ source: String) throws(PlanError) -> [any GraphEditStage] {
        var stages: [any GraphEditStage] = []
        if correctsLabels, !graph.mislabelled.isEmpty { stages.append(LabelStage(actual: graph.mislabelled)) }
        if !recodings.isEmpty { stages.append(RecodingStage(recodings, available: Set(graph.blobs.keys))) }
        let annotating = try AnnotationStage(self, graph)
        if !annotating.changes.isEmpty { stages.append(annotating) }
        if let format { stages.append(FormatStage(format, graph, retargeted: Set(platforms.keys))) }
        let adding = try AddedLayerStage(images, graph, source: source)
        if !adding.isEmpty { stages.append(adding) }
        return stages
    }
}

/// The content that the chosen names lose.
package struct DroppedContent: Sendable {
    /// Manifests, what refers to them, and indexes of which nothing is left.
    package var contents: Set<Digest> = []
    /// The indexes that lose entries: those to which the chosen names lead.
    package var indexes: Set<Digest> = []
    /// Where the source has the chosen names.
    package var places: Set<DescriptorPath> = []

    package init() {}

    package var isEmpty: Bool { contents.isEmpty }

    func contains(_ root: ImageGraph.Root) -> Bool {
        contents.contains(root.descriptor.digest) && places.contains(root.place)
    }

    /// The entries that a document loses. `isLayoutIndex`: its entries are the roots.
    func entries(of index: IndexView, _ digest: Digest, isLayoutIndex: Bool) -> [Int] {
        guard isLayoutIndex || indexes.contains(digest) else { return [] }
        return index.manifests.indices.filter { number in
            guard contents.contains(index.manifests[number].descriptor.digest) else { return false }
            return !isLayoutIndex || places.contains { $0.steps.last?.index == number }
        }
    }
}

/// One kind of change. Called once for each document, after all documents below it.
protocol GraphEditStage: Sendable {
    /// The changes to the members of this document. A stage updates `node` for the stages after it.
    mutating func changes(to node: inout EditedNode) -> [JSONChange]
}

/// A document under edit, as the stages so far describe it.
struct EditedNode {
    /// The document before the edit.
    let document: Document
    /// The layers of a manifest; empty for other documents.
    var layers: [Descriptor]
    /// The media type that the document gets. `nil` if no stage converts it.
    var convertedType: MediaType?
    /// Layers whose bytes must be part of the graph from now on.
    var newBlobs: [WritePlan.Blob] = []

    init(_ document: Document) {
        self.document = document
        layers = document.manifest?.layers ?? []
    }
}

/// The result of a `GraphEdit`.
package struct EditedGraph: Sendable {
    package struct Change: Sendable, Equatable {
        package let before: Document
        package let after: Document

        package static func == (left: Change, right: Change) -> Bool {
            (left.before.digest, left.after.digest) == (right.before.digest, right.after.digest)
        }
    }

    package let graph: ImageGraph
    /// Every document that changed, children before parents.
    package let changes: [Change]
    /// Every root of the graph before the edit, and what it became; `nil` if it was dropped.
    package let roots: [(before: ImageGraph.Root, after: ImageGraph.Root?)]
    private let current: [Digest: Digest]

    init(
        graph: ImageGraph, changes: [Change], roots: [(before: ImageGraph.Root, after: ImageGraph.Root?)],
        current: [Digest: Digest] = [:]
    ) {
        self.roots = roots
        self.graph = graph
        self.changes = changes
        self.current = current
    }

    /// The digest that took the place of this one, or the digest itself if the document did not change.
    package func current(_ digest: Digest) -> Digest { current[digest] ?? digest }
}
