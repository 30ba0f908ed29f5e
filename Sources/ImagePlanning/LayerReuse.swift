package import ImageModel

/// Layers whose content somebody has in another compression: an image that names theirs instead holds the same files,
/// has the same config and so the same image ID, and needs no byte of its own layer. Its manifest gets another digest.
package struct LayerReuse: Sendable {
    /// By the digest of the layer that is not needed.
    package private(set) var layers: [Digest: BlobList.Entry] = [:]

    /// What a config says of a layer's content is believed on both sides, as everywhere; loaders prove it.
    package init(of graph: ImageGraph, from known: BlobList) throws(GraphError) {
        let byContent = known.byContent
        let digests = known.digests
        var contradictory: Set<Digest> = []
        for document in graph.documents.values where document.mediaType.isManifest {
            guard let manifest = try graph.manifest(document.digest), manifest.isImage,
                let diffIDs = try graph.config(manifest.config.digest)?.diffIDs, diffIDs.count == manifest.layers.count
            else { continue }
            for (layer, diffID) in zip(manifest.layers, diffIDs) where !digests.contains(layer.digest) {
                guard let other = byContent[diffID], layer.isRecodable, !layer.isForeign else { continue }
                if let earlier = layers[layer.digest], earlier != other { contradictory.insert(layer.digest) }
                layers[layer.digest] = other
            }
        }
        for digest in contradictory { layers[digest] = nil }
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
    fileprivate var byContent: [Digest: Entry] {
        var found: [Digest: Entry] = [:]
        for entry in entries {
            guard let diffID = entry.diffID, entry.size != nil, entry.mediaType?.layerCompression != nil,
                entry.mediaType?.isForeignLayer == false
            else { continue }
            // Entries are sorted: of several the same is taken every time.
            if found[diffID] == nil { found[diffID] = entry }
        }
        return found
    }
}
