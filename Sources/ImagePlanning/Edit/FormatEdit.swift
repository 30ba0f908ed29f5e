internal import ImageModel

/// Converts indexes and manifests of images, and the descriptors in them, to the media types of a format. Configs keep
/// their bytes, so an image keeps its ID. A document that is in that format already keeps its bytes. All other members
/// keep theirs, also those that docker's format lacks: its readers ignore annotations and subjects.
struct FormatStage: GraphEditStage {
    private let graph: ImageGraph
    private let format: ImageFormat
    private let attestations: Set<Digest>
    /// Manifests whose entries get a platform from an earlier stage.
    private let retargeted: Set<Digest>
    /// Images, and indexes that lead to images, among the documents seen so far. Children come before parents.
    private var imagesAndHolders: Set<Digest> = []

    init(_ format: ImageFormat, _ graph: ImageGraph, retargeted: Set<Digest>) {
        self.retargeted = retargeted
        self.graph = graph
        self.format = format
        let entries = graph.indexes.flatMap(\.view.manifests).map(\.descriptor)
        attestations = Set((graph.roots.map(\.descriptor) + entries).filter(\.isAttestation).map(\.digest))
    }

    mutating func changes(to node: inout EditedNode) -> [JSONChange] {
        let document = node.document
        if let manifest = document.manifest {
            guard isImage(manifest, document.digest) else { return [] }
            imagesAndHolders.insert(document.digest)
            let changes = changes(ofManifest: document, config: manifest.config, layers: node.layers)
            if !changes.isEmpty { node.convertedType = format.manifest }
            return changes
        }
        // An index of artifacts alone is no list of images.
        guard let index = document.index,
            index.manifests.contains(where: { imagesAndHolders.contains($0.descriptor.digest) })
        else { return [] }
        imagesAndHolders.insert(document.digest)
        let changes = changes(ofIndex: document, index)
        if !changes.isEmpty { node.convertedType = format.index }
        return changes
    }

    /// Attestations and cosign's signatures have the config of an image; their layers tell them apart.
    private func isImage(_ manifest: ManifestView, _ digest: Digest) -> Bool {
        guard manifest.isImage, !attestations.contains(digest) else { return false }
        return manifest.layers.isEmpty || manifest.layers.contains { $0.mediaType.layerCompression != nil }
    }

    /// Types without a counterpart in the format stay as they are.
    private func changes(ofManifest document: Document, config: Descriptor, layers: [Descriptor]) -> [JSONChange] {
        var changes: [JSONChange] = []
        let numbered = layers.enumerated().map { ([.key("layers"), .index($0)] as [JSONStep], $1) }
        for (place, descriptor) in [([.key("config")], config)] + numbered {
            guard let type = format.counterpart(of: descriptor.mediaType), type != descriptor.mediaType else {
                continue
            }
            changes.append(JSONChange(place + [.key("mediaType")], to: .string(type.rawValue)))
        }
        return withOwnType(format.manifest, document, changes)
    }

    /// Docker's lists state a platform for every image. Where the index states none, the config's is taken.
    private func changes(ofIndex document: Document, _ index: IndexView) -> [JSONChange] {
        guard format == .docker, document.mediaType != format.index else {
            return withOwnType(format.index, document, [])
        }
        var changes: [JSONChange] = []
        for (number, entry) in index.manifests.enumerated() {
            let digest = entry.descriptor.digest
            guard entry.descriptor.platform == nil, !retargeted.contains(digest), imagesAndHolders.contains(digest),
                let platform = graph.manifest(digest).flatMap(graph.config(of:))?.platform
            else { continue }
            let place: [JSONStep] = [.key("manifests"), .index(number), .key("platform")]
            changes.append(JSONChange(place, to: platform.json))
        }
        return withOwnType(format.index, document, changes)
    }

    /// Docker's format requires that a document states its own type. OCI's only recommends it: a document that needs no
    /// other change keeps its bytes.
    private func withOwnType(_ type: MediaType, _ document: Document, _ changes: [JSONChange]) -> [JSONChange] {
        if format == .oci, changes.isEmpty, document.mediaType == type { return [] }
        return [JSONChange([.key("mediaType")], to: .string(type.rawValue))] + changes
    }
}

/// Content that docker's format cannot express.
enum ConversionLimits {
    /// Throws if a layer has no form in docker's format. Notes manifests that are no images and stay as they were.
    static func notes(
        _ plan: WritePlan, _ inputs: [MergeInput], _ options: MergeOptions
    ) throws(PlanError) -> [PlanNote] {
        guard options.format == .docker else { return [] }
        let documents = Dictionary(plan.documents.map { ($0.digest, $0) }) { first, _ in first }
        let passing = passing(plan, options)
        var mixed: Set<Digest> = []
        for document in plan.documents {
            if document.mediaType == .dockerManifest {
                try checkLayers(of: document, inputs, besides: passing)
            } else if document.mediaType == .dockerList {
                for entry in document.index?.manifests ?? [] {
                    let type = documents[entry.descriptor.digest]?.mediaType
                    if type == .ociManifest || type == .ociIndex { mixed.insert(entry.descriptor.digest) }
                }
            }
        }
        return mixed.isEmpty ? [] : [.notConverted(count: mixed.count)]
    }

    /// Layers that a second plan will hold in another compression.
    private static func passing(_ plan: WritePlan, _ options: MergeOptions) -> Set<Digest> {
        guard let target = options.recompression, target != .zstd else { return [] }
        return Set(LayersToRecode(plan, to: target, includesCompressed: true).layers.map(\.digest))
    }

    private static func checkLayers(
        of document: Document, _ inputs: [MergeInput], besides passing: Set<Digest>
    ) throws(PlanError) {
        let layers = document.manifest?.layers ?? []
        guard
            let layer = layers.first(where: {
                ImageFormat.docker.cannotExpress($0.mediaType) && !passing.contains($0.digest)
            })
        else { return }
        let input = inputs.first { $0.graph.documents[document.digest] != nil }
        throw .conflict(.zstandardForDocker(source: input?.source ?? "", layer: layer.digest))
    }
}
