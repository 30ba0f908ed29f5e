internal import ImageModel

/// What the images of several graphs say of their layers, everything that any of them says.
struct LayerClaims {
    private var contents: [Digest: Set<Digest>] = [:]
    private var descriptors: [Digest: Set<Descriptor>] = [:]
    /// Bytes that must stay those that they are.
    private var kept: Set<Digest> = []

    mutating func add(_ graph: ImageGraph) throws(GraphError) {
        for document in graph.documents.values where document.mediaType.isManifest {
            guard let manifest = try graph.manifest(document.digest), manifest.isImage else { continue }
            let diffIDs = try graph.config(manifest.config.digest)?.diffIDs ?? []
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
