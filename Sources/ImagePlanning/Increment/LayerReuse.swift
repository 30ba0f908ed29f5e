package import ImageModel

/// Layers whose content somebody has in another compression: an image that names theirs instead holds the same files,
/// has the same config and so the same image ID, and needs no byte of its own layer. Its manifest gets another digest.
package struct LayerReuse: Sendable {
    /// By the digest of the layer that is not needed.
    package private(set) var layers: [Digest: BlobList.Entry] = [:]

    /// What a config says of a layer's content is believed on both sides, as everywhere; loaders prove it. Only where all
    /// configs of all `graphs` and the list agree, though: else one image could change the layers of another.
    package init(of graphs: [ImageGraph], from known: BlobList) throws(GraphError) {
        var claims = LayerClaims()
        for graph in graphs { try claims.add(graph) }
        for entry in known.entries { entry.diffID.map { claims.add($0, of: entry.digest) } }
        let digests = known.digests
        let byContent = known.byContent { !claims.contradict($0) }
        for (layer, diffID) in claims.undisputed where !digests.contains(layer) && claims.isReplaceable(layer) {
            layers[layer] = byContent[diffID]
        }
    }

    /// The bytes are not needed: whoever gets the result has them.
    var recodings: [Digest: RecodedLayer] {
        layers.compactMapValues { entry in
            guard let size = entry.size, let compression = entry.mediaType?.layerCompression else { return nil }
            return RecodedLayer(absent: entry.digest, size: size, compression: compression)
        }
    }
}

extension BlobList {
    /// Layers by their content, where the list says it and how they are compressed.
    fileprivate func byContent(_ isBelieved: (Entry) -> Bool) -> [Digest: Entry] {
        var found: [Digest: Entry] = [:]
        for entry in entries {
            guard let diffID = entry.diffID, entry.size != nil, entry.mediaType?.layerCompression != nil,
                entry.mediaType?.isForeignLayer == false, isBelieved(entry)
            else { continue }
            // Entries are sorted: of several the same is taken every time.
            if found[diffID] == nil { found[diffID] = entry }
        }
        return found
    }
}

/// What the images of several graphs say of their layers, everything that any of them says.
struct LayerClaims {
    private var contents: [Digest: Set<Digest>] = [:]
    private var descriptors: [Digest: Set<Descriptor>] = [:]
    /// Bytes that must stay those that they are.
    private var kept: Set<Digest> = []

    mutating func add(_ graph: ImageGraph) throws(GraphError) {
        for manifest in graph.manifests.map(\.view) where manifest.isImage {
            let diffIDs = graph.config(of: manifest)?.diffIDs ?? []
            // Which of them is whose nobody can tell where the numbers differ.
            let isTold = diffIDs.count == manifest.layers.count
            for (number, layer) in manifest.layers.enumerated() {
                if isTold { add(diffIDs[number], of: layer.digest) }
                descriptors[layer.digest, default: []].insert(
                    Descriptor(
                        mediaType: graph.actualType(of: layer), digest: layer.digest, size: layer.size))
                if !layer.isRecodable || layer.isForeign { kept.insert(layer.digest) }
            }
        }
    }

    mutating func add(_ diffID: Digest, of layer: Digest) { contents[layer, default: []].insert(diffID) }

    /// Of layers of which all say the same: what they hold.
    var undisputed: [Digest: Digest] { contents.compactMapValues { $0.count == 1 ? $0.first : nil } }

    func isReplaceable(_ layer: Digest) -> Bool { descriptors[layer] != nil && !kept.contains(layer) }

    /// Whether anybody says anything else of this layer than the list does.
    func contradict(_ entry: BlobList.Entry) -> Bool {
        if contents[entry.digest].map({ $0.count > 1 || $0.first != entry.diffID }) ?? false { return true }
        return (descriptors[entry.digest] ?? []).contains {
            $0.size != entry.size || $0.mediaType.layerCompression != entry.mediaType?.layerCompression
        }
    }
}

extension ImageGraph {
    /// As every merge corrects it.
    fileprivate func actualType(of layer: Descriptor) -> MediaType {
        mislabelled[layer.digest].flatMap { layer.mediaType.labelled($0) } ?? layer.mediaType
    }
}
