internal import ImageModel

/// Whether everything that an image needs is in its graph. Layers that stand elsewhere by right are not missed.
struct Completeness {
    let graph: ImageGraph

    func missing(_ descriptor: Descriptor) throws -> (digest: Digest, what: MergeConflict.Missing)? {
        guard let document = graph.documents[descriptor.digest] else {
            return graph.blobs[descriptor.digest] == nil ? (descriptor.digest, .manifest) : nil
        }
        guard document.mediaType.isManifest, let manifest = try graph.manifest(document.digest) else { return nil }
        let config = manifest.config.digest
        if graph.documents[config] == nil && graph.blobs[config] == nil { return (config, .config) }
        let layer = manifest.layers.first { layer in
            graph.blobs[layer.digest] == nil && graph.documents[layer.digest] == nil && layer.urls.isEmpty
                && !layer.mediaType.isForeignLayer
        }
        return layer.map { ($0.digest, .layer) }
    }
}
