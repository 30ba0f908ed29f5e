internal import ImageModel

/// Gives layers that are labelled wrongly the media type of the compression that their bytes have.
struct LabelStage: GraphEditStage {
    /// The compression of the bytes, by the digest of the layer.
    let actual: [Digest: LayerCompression]

    func changes(to node: inout EditedNode) -> [JSONChange] {
        var changes: [JSONChange] = []
        for (number, layer) in node.layers.enumerated() {
            guard let actual = actual[layer.digest], layer.mediaType.layerCompression != actual,
                let type = layer.mediaType.labelled(actual)
            else { continue }
            node.layers[number].mediaType = type
            changes.append(
                JSONChange([.key("layers"), .index(number), .key("mediaType")], to: .string(type.rawValue)))
        }
        return changes
    }
}

/// Makes manifests of images name the layers that were compressed again. diffIDs, and so configs, stay.
struct RecodingStage: GraphEditStage {
    private let recodings: [Digest: RecodedLayer]

    /// Only layers whose bytes are available in the graph are replaced.
    init(_ recodings: [Digest: RecodedLayer], available blobs: Set<Digest>) {
        self.recodings = recodings.filter { blobs.contains($0.key) }
    }

    func changes(to node: inout EditedNode) -> [JSONChange] {
        guard node.document.manifest?.isImage == true else { return [] }
        var changes: [JSONChange] = []
        for (number, layer) in node.layers.enumerated() {
            guard let new = recodings[layer.digest], layer.isRecodable,
                let type = layer.mediaType.labelled(new.compression)
            else { continue }
            node.newBlobs.append(new.blob)
            guard new.digest != layer.digest else { continue }
            node.layers[number].mediaType = type
            changes += layer.changes(to: new, type, at: [.key("layers"), .index(number)])
        }
        return changes
    }
}

extension Descriptor {
    /// Whether the bytes may be replaced: not if they can be had elsewhere, or are embedded in the descriptor.
    var isRecodable: Bool { urls.isEmpty && !hasEmbeddedData }

    fileprivate func changes(to layer: RecodedLayer, _ type: MediaType, at place: [JSONStep]) -> [JSONChange] {
        var changes = [
            JSONChange(place + [.key("mediaType")], to: .string(type.rawValue)),
            JSONChange(place + [.key("digest")], to: .string(layer.digest.description)),
            JSONChange(place + [.key("size")], to: .integer(layer.size)),
        ]
        let kept = annotations.filter { !Self.describesBytes($0.key) }
        if kept.count < annotations.count {
            let members = kept.sorted { $0.key < $1.key }.map { JSONText.Member($0.key, .string($0.value)) }
            // Replaced as a whole: ten thousand layers are changed in one pass.
            changes.append(JSONChange(place + [.key("annotations")], to: .object(members)))
        }
        return changes
    }

    /// Whether the annotation locates, or hashes, a table of contents in the compressed bytes (eStargz, zstd:chunked).
    private static func describesBytes(_ annotation: String) -> Bool {
        annotation.hasPrefix("io.github.containers.zstd-chunked.")
            || annotation.hasPrefix("containerd.io/snapshot/stargz/")
            || annotation == "io.containers.estargz.uncompressed-size"
    }
}
