package import ImageModel

/// The layers of a finished plan that are to be compressed again. Only layers that are written are compressed, and only
/// after every check that can refuse the plan.
package struct LayersToRecode: Sendable {
    /// Each once, largest first.
    package private(set) var layers: [LayerToRecode] = []
    /// Layers that keep their compression although it was to be changed.
    package private(set) var notes: [PlanNote] = []

    private let target: LayerCompression
    private let includesCompressed: Bool
    private let blobs: [Digest: WritePlan.Blob]
    private var places: [Digest: Int] = [:]

    /// Takes layers that are not compressed. With `includesCompressed` takes all others too: the result then does not
    /// depend on the tool that compressed them before.
    package init(_ plan: WritePlan, to target: LayerCompression, includesCompressed: Bool) {
        self.target = target
        self.includesCompressed = includesCompressed
        blobs = Dictionary(plan.blobs.map { ($0.digest, $0) }) { first, _ in first }
        let graph = plan.graph
        for document in plan.documents {
            guard let manifest = document.manifest, manifest.isImage else { continue }
            add(manifest, graph)
        }
        layers.sort { ($1.size, $0.digest) < ($0.size, $1.digest) }
        places = [:]
        notes = Set(notes).sorted { "\($0)" < "\($1)" }
    }

    private mutating func add(_ manifest: ManifestView, _ graph: ImageGraph) {
        let diffIDs = graph.config(of: manifest)?.diffIDs ?? []
        // If the numbers differ, diffIDs cannot be assigned to layers.
        let areMatched = diffIDs.count == manifest.layers.count
        for (number, layer) in manifest.layers.enumerated() {
            guard let blob = blobs[layer.digest] else { continue }
            guard let compression = layer.mediaType.layerCompression else {
                if !layer.mediaType.isStatement { notes.append(.layerKept(layer.mediaType, target)) }
                continue
            }
            guard isSelected(compression) else { continue }
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

    private func isSelected(_ compression: LayerCompression) -> Bool {
        compression == .none ? target != .none : includesCompressed
    }
}

extension MediaType {
    /// Whether this is the content of an attestation.
    fileprivate var isStatement: Bool { rawValue == "application/vnd.in-toto+json" }
}
