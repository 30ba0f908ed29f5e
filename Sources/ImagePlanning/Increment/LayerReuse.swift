package import ImageModel

/// Layers whose content the receiver has in another compression. An image that names the receiver's layer has the same
/// files, config and image ID, and needs no byte of its own layer. Its manifest gets another digest.
package struct LayerReuse: Sendable {
    /// The receiver's layers, by the digest of the layer that is not needed.
    package private(set) var layers: [Digest: BlobList.Entry] = [:]

    /// The diffIDs of configs are believed, as loaders verify them. All configs of all `graphs` and the list must
    /// agree; else one image could change the layers of another.
    package init(of graphs: [ImageGraph], from known: BlobList) {
        var claims = LayerClaims()
        for graph in graphs { claims.add(graph) }
        for entry in known.entries { entry.diffID.map { claims.add($0, of: entry.digest) } }
        let digests = known.digests
        let byContent = known.byContent { !claims.contradict($0) }
        for (layer, diffID) in claims.undisputed where !digests.contains(layer) && claims.isReplaceable(layer) {
            layers[layer] = byContent[diffID]
        }
    }

    /// The receiver has these layers, so that their bytes are not needed.
    var recodings: [Digest: RecodedLayer] {
        layers.compactMapValues { entry in
            guard let size = entry.size, let compression = entry.mediaType?.layerCompression else { return nil }
            return RecodedLayer(absent: entry.digest, size: size, compression: compression)
        }
    }
}

extension BlobList {
    /// Layers by their content, if the list states it and the compression.
    fileprivate func byContent(_ isBelieved: (Entry) -> Bool) -> [Digest: Entry] {
        var found: [Digest: Entry] = [:]
        for entry in entries {
            guard let diffID = entry.diffID, entry.size != nil, entry.mediaType?.layerCompression != nil,
                entry.mediaType?.isForeignLayer == false, isBelieved(entry)
            else { continue }
            // Entries are sorted, so that the choice among several is always the same.
            if found[diffID] == nil { found[diffID] = entry }
        }
        return found
    }
}

/// All claims of the images of several graphs about their layers.
struct LayerClaims {
    private var contents: [Digest: Set<Digest>] = [:]
    private var descriptors: [Digest: Set<Descriptor>] = [:]
    /// Layers whose bytes must not change.
    private var kept: Set<Digest> = []

    mutating func add(_ graph: ImageGraph) {
        for manifest in graph.manifests.map(\.view) where manifest.isImage {
            let diffIDs = graph.config(of: manifest)?.diffIDs ?? []
            // With different numbers, no diffID can be assigned to a layer.
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

    /// The content of layers about which all claims agree.
    var undisputed: [Digest: Digest] { contents.compactMapValues { $0.count == 1 ? $0.first : nil } }

    func isReplaceable(_ layer: Digest) -> Bool { descriptors[layer] != nil && !kept.contains(layer) }

    /// Whether a claim contradicts this entry of the list.
    func contradict(_ entry: BlobList.Entry) -> Bool {
        if contents[entry.digest].map({ $0.count > 1 || $0.first != entry.diffID }) ?? false { return true }
        return (descriptors[entry.digest] ?? []).contains {
            $0.size != entry.size || $0.mediaType.layerCompression != entry.mediaType?.layerCompression
        }
    }
}

extension ImageGraph {
    /// The media type that matches the bytes, as every merge corrects it.
    fileprivate func actualType(of layer: Descriptor) -> MediaType {
        mislabelled[layer.digest].flatMap { layer.mediaType.labelled($0) } ?? layer.mediaType
    }
}
