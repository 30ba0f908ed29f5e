package import ImageModel

/// Which layers of a result shall be compressed otherwise, found in a finished plan: only what is written is compressed,
/// and only after everything that can be refused has been.
package struct RecodingChoice: Sendable {
    /// Each once, the big ones first.
    package private(set) var layers: [LayerToRecode] = []
    /// What stays as it is though it was meant.
    package private(set) var notes: [MergeNote] = []

    private let target: LayerCompression
    private let includesCompressed: Bool
    private let blobs: [Digest: WritePlan.Blob]
    private var places: [Digest: Int] = [:]

    /// Layers that are not compressed, and with `includesCompressed` all others too: what they become does then not
    /// depend on who compressed them before.
    package init(
        _ plan: WritePlan, to target: LayerCompression, includesCompressed: Bool
    ) throws(GraphError) {
        self.target = target
        self.includesCompressed = includesCompressed
        blobs = Dictionary(plan.blobs.map { ($0.digest, $0) }) { first, _ in first }
        var graph = ImageGraph()
        for document in plan.documents { graph.insert(document) }
        for document in plan.documents where document.mediaType.isManifest {
            guard let manifest = try graph.manifest(document.digest), manifest.isImage else { continue }
            try add(manifest, graph)
        }
        layers.sort { ($1.size, $0.digest) < ($0.size, $1.digest) }
        places = [:]
        notes = Set(notes).sorted { "\($0)" < "\($1)" }
    }

    private mutating func add(_ manifest: ManifestView, _ graph: ImageGraph) throws(GraphError) {
        let diffIDs = try graph.config(manifest.config.digest)?.diffIDs ?? []
        // Which of them is whose nobody can tell where the numbers differ.
        let areMatched = diffIDs.count == manifest.layers.count
        for (number, layer) in manifest.layers.enumerated() {
            guard let blob = blobs[layer.digest] else { continue }
            guard let compression = layer.mediaType.layerCompression else {
                if !layer.mediaType.isStatement { notes.append(.layerKept(layer.mediaType, target)) }
                continue
            }
            guard isMeant(compression) else { continue }
            guard layer.mediaType.labelled(target) != nil else {
                notes.append(.layerKept(layer.mediaType, target))
                continue
            }
            guard layer.isRecodable else {
                notes.append(.layerElsewhere(layer.mediaType, target))
                continue
            }
            let place = places[layer.digest] ?? layers.count
            if place == layers.count {
                places[layer.digest] = place
                layers.append(LayerToRecode(blob, compression))
            }
            if areMatched { layers[place].diffIDs.insert(diffIDs[number]) }
        }
    }

    private func isMeant(_ compression: LayerCompression) -> Bool {
        compression == .none ? target != .none : includesCompressed
    }
}

extension MediaType {
    /// What an attestation is made of.
    fileprivate var isStatement: Bool { rawValue == "application/vnd.in-toto+json" }
}
