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
