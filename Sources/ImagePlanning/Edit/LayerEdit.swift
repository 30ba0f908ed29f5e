package import ImageModel

extension ImageGraph {
    /// Layers that were found to be compressed otherwise than their manifest says get the right media type.
    package func relabelled() throws(GraphError) -> ImageGraph {
        guard !mislabelled.isEmpty else { return self }
        var rewrite = GraphRewrite()
        for document in documents.values where document.mediaType.isManifest {
            guard let manifest = try manifest(document.digest) else { continue }
            for (number, layer) in manifest.layers.enumerated() {
                guard let actual = mislabelled[layer.digest], layer.mediaType.layerCompression != actual,
                    let right = layer.mediaType.labelled(actual)
                else { continue }
                let place: [JSONStep] = [.key("layers"), .index(number), .key("mediaType")]
                rewrite.changes[document.digest, default: []].append(JSONChange(place, to: .string(right.rawValue)))
            }
        }
        var graph = self
        try rewrite.apply(to: &graph)
        return graph
    }
}

extension ImageGraph {
    /// Manifests of images name the layers that were compressed otherwise; diffIDs, and so configs, are what they were.
    func recoded(_ layers: [Digest: RecodedLayer]) throws(GraphError) -> ImageGraph {
        guard !layers.isEmpty else { return self }
        var rewrite = GraphRewrite()
        var graph = self
        for document in documents.values where document.mediaType.isManifest {
            guard let manifest = try manifest(document.digest), manifest.isImage else { continue }
            for (number, layer) in manifest.layers.enumerated() {
                guard let new = layers[layer.digest], layer.isRecodable, blobs[layer.digest] != nil,
                    let type = layer.mediaType.labelled(new.compression)
                else { continue }
                graph.blobs[new.digest] = new.source
                let place: [JSONStep] = [.key("layers"), .index(number)]
                rewrite.changes[document.digest, default: []] += layer.changes(to: new, type, at: place)
            }
        }
        try rewrite.apply(to: &graph)
        return graph
    }
}

extension Descriptor {
    /// Bytes that can be had elsewhere, or that the descriptor carries itself, stay those that they are.
    var isRecodable: Bool { urls.isEmpty && !hasEmbeddedData }

    fileprivate func changes(to layer: RecodedLayer, _ type: MediaType, at place: [JSONStep]) -> [JSONChange] {
        guard layer.digest != digest else { return [] }
        var changes = [
            JSONChange(place + [.key("mediaType")], to: .string(type.rawValue)),
            JSONChange(place + [.key("digest")], to: .string(layer.digest.description)),
            JSONChange(place + [.key("size")], to: .integer(layer.size)),
        ]
        let kept = annotations.filter { !Self.speaksOfBytes($0.key) }
        if kept.count < annotations.count {
            let members = kept.sorted { $0.key < $1.key }.map { JSONText.Member($0.key, .string($0.value)) }
            // Replaced as a whole: ten thousand layers are changed in one go.
            changes.append(JSONChange(place + [.key("annotations")], to: .object(members)))
        }
        return changes
    }

    /// Where in the compressed bytes a table of contents lies, and what its digest is (eStargz, zstd:chunked).
    private static func speaksOfBytes(_ annotation: String) -> Bool {
        annotation.hasPrefix("io.github.containers.zstd-chunked.")
            || annotation.hasPrefix("containerd.io/snapshot/stargz/")
            || annotation == "io.containers.estargz.uncompressed-size"
    }
}
