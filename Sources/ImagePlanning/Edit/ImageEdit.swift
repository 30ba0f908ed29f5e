package import ImageModel

/// The changes to one image beside its platform: to its config, and the layers on top of it.
package struct ImageEdit: Sendable {
    package var config = ConfigEdit()
    /// From the lowest to the highest.
    package var layers: [AddedLayer] = []
    /// The time of the new entries of the history, as RFC 3339 writes it; `nil` if they state none.
    package var layerTime: String?

    package init() {}

    /// The changes to the config, whose bytes these are.
    func changes(toConfig bytes: [UInt8]) throws(JSONEditError) -> [JSONChange] {
        let root = try JSONEdit.root(of: bytes)
        var changes = config.changes(to: root)
        guard !layers.isEmpty else { return changes }
        changes += layers.map {
            JSONChange([.key("rootfs"), .key("diff_ids"), .end], to: .string($0.diffID.description))
        }
        if root["rootfs"]?["type"] == nil {
            changes.append(JSONChange([.key("rootfs"), .key("type")], to: "layers"))
        }
        // If the history lacks an entry for a layer, none is added: readers would give it to the wrong layer.
        let told = (root["history"]?.elements ?? []).count { $0["empty_layer"]?.boolean != true }
        if told == root["rootfs"]?["diff_ids"]?.elements.count ?? 0 {
            changes += layers.map { JSONChange([.key("history"), .end], to: entry($0)) }
        }
        return changes
    }

    private func entry(_ layer: AddedLayer) -> JSONText {
        var members: [JSONText.Member] = []
        if let layerTime { members.append(.init("created", .string(layerTime))) }
        members.append(.init("created_by", .string(layer.origin)))
        return .object(members)
    }

    /// The descriptor of a new layer in a manifest of that format. `nil` if the format has none for its compression.
    static func descriptor(of layer: AddedLayer, in format: ImageFormat) -> Descriptor? {
        let type: MediaType = format == .oci ? .ociLayer : .dockerLayer
        guard let labelled = type.labelled(layer.compression), format == .oci || layer.compression != .zstd else {
            return nil
        }
        return Descriptor(mediaType: labelled, digest: layer.digest, size: layer.size)
    }
}

/// Puts new layers on top of those of manifests. The last stage: the others count the layers that a manifest has.
struct AddedLayerStage: GraphEditStage {
    private struct Addition {
        let descriptors: [Descriptor]
        let layers: [AddedLayer]
    }

    /// By the digest of the manifest before the edit.
    private var additions: [Digest: Addition] = [:]

    init(_ images: [Digest: ImageEdit], _ graph: ImageGraph, source: String) throws(PlanError) {
        for (digest, edit) in images where !edit.layers.isEmpty {
            let format: ImageFormat = graph.documents[digest]?.mediaType == .dockerManifest ? .docker : .oci
            let descriptors = try edit.layers.map { (layer) throws(PlanError) in
                guard let descriptor = ImageEdit.descriptor(of: layer, in: format) else {
                    throw .conflict(.zstandardForDocker(source: source, layer: layer.digest))
                }
                return descriptor
            }
            additions[digest] = Addition(descriptors: descriptors, layers: edit.layers)
        }
    }

    var isEmpty: Bool { additions.isEmpty }

    func changes(to node: inout EditedNode) -> [JSONChange] {
        guard let addition = additions[node.document.digest] else { return [] }
        node.layers += addition.descriptors
        node.newBlobs += addition.layers.map(\.blob)
        return addition.descriptors.map { JSONChange([.key("layers"), .end], to: $0.json) }
    }
}
