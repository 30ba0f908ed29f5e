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
        // The config of an image is a document; other artifacts have any blob there.
        if manifest.isImage ? graph.documents[config] == nil && graph.blobs[config] == nil : isMissing(manifest.config)
        {
            return (config, .config)
        }
        return manifest.layers.first(where: isMissing).map { ($0.digest, .layer) }
    }

    private func isMissing(_ blob: Descriptor) -> Bool {
        graph.documents[blob.digest] == nil && graph.blobs[blob.digest] == nil && !blob.isForeign
            && !graph.elsewhere.contains(blob.digest)
    }
}
