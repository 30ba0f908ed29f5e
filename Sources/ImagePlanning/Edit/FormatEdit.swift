internal import ImageModel

extension ImageGraph {
    /// The same images in the words of a format: media types of indexes, manifests and of what they name; digests, sizes
    /// and the references of attestations follow. Configs keep their bytes, so an image keeps its ID. What is in that
    /// format already keeps its bytes too, and so does every member that both formats have or that one of them lacks:
    /// readers of docker's format pass over annotations and subjects.
    func converted(to format: ImageFormat) throws(GraphError) -> ImageGraph {
        var conversion = try Conversion(self, to: format)
        var rewrite = try conversion.rewrite()
        guard !rewrite.changes.isEmpty else { return self }
        var graph = self
        try rewrite.apply(to: &graph)
        return graph
    }
}

/// Which documents of a graph change with the format, and how.
private struct Conversion {
    private let graph: ImageGraph
    private let format: ImageFormat
    private let attestations: Set<Digest>
    private var leadsToImage: [Digest: Bool] = [:]

    init(_ graph: ImageGraph, to format: ImageFormat) throws(GraphError) {
        self.graph = graph
        self.format = format
        var attestations = Set(graph.roots.map(\.descriptor).filter(\.isAttestation).map(\.digest))
        for document in graph.documents.values where document.mediaType.isIndex {
            let entries = try graph.index(document.digest)?.manifests.map(\.descriptor) ?? []
            attestations.formUnion(entries.filter(\.isAttestation).map(\.digest))
        }
        self.attestations = attestations
    }

    mutating func rewrite() throws(GraphError) -> GraphRewrite {
        var rewrite = GraphRewrite()
        for document in graph.documents.values {
            if try isImage(document.digest) {
                rewrite.changes[document.digest] = try changes(ofManifest: document)
                rewrite.types[document.digest] = format.manifest
            } else if document.mediaType.isIndex, try holdsImages(document.digest) {
                rewrite.changes[document.digest] = try changes(ofIndex: document)
                rewrite.types[document.digest] = format.index
            }
        }
        return rewrite
    }

    /// Attestations and the signatures of cosign have the config of an image; what they hold tells them apart.
    private func isImage(_ digest: Digest) throws(GraphError) -> Bool {
        guard let manifest = try graph.manifest(ifManifest: digest), manifest.isImage, !attestations.contains(digest)
        else { return false }
        return manifest.layers.isEmpty || manifest.layers.contains { $0.mediaType.layerCompression != nil }
    }

    /// An index of artifacts alone is none of docker's lists.
    private mutating func holdsImages(_ index: Digest) throws(GraphError) -> Bool {
        if let known = leadsToImage[index] { return known }
        // Nothing can hold itself; a claim that it does leads nowhere.
        leadsToImage[index] = false
        for child in try graph.index(index)?.manifests.map(\.descriptor.digest) ?? [] {
            let isIndex = graph.documents[child]?.mediaType.isIndex == true
            if try isIndex ? holdsImages(child) : isImage(child) {
                leadsToImage[index] = true
                break
            }
        }
        return leadsToImage[index] ?? false
    }

    /// Types that have no counterpart stay as they are.
    private func changes(ofManifest document: Document) throws(GraphError) -> [JSONChange]? {
        guard let manifest = try graph.manifest(document.digest) else { return nil }
        var changes: [JSONChange] = []
        let layers = manifest.layers.enumerated().map { ([.key("layers"), .index($0)] as [JSONStep], $1) }
        for (place, descriptor) in [([.key("config")], manifest.config)] + layers {
            guard let type = format.counterpart(of: descriptor.mediaType), type != descriptor.mediaType else {
                continue
            }
            changes.append(JSONChange(place + [.key("mediaType")], to: .string(type.rawValue)))
        }
        return withOwnType(format.manifest, document, changes)
    }

    /// Docker's lists say a platform of every image; where the index says none, the config knows.
    private func changes(ofIndex document: Document) throws(GraphError) -> [JSONChange]? {
        guard format == .docker, document.mediaType != format.index else {
            return withOwnType(format.index, document, [])
        }
        var changes: [JSONChange] = []
        for (number, entry) in (try graph.index(document.digest)?.manifests ?? []).enumerated() {
            let digest = entry.descriptor.digest
            guard entry.descriptor.platform == nil, try isImage(digest),
                let config = try graph.manifest(digest)?.config.digest,
                let platform = try graph.config(config)?.platform
            else { continue }
            let place: [JSONStep] = [.key("manifests"), .index(number), .key("platform")]
            changes.append(JSONChange(place, to: platform.json))
        }
        return withOwnType(format.index, document, changes)
    }

    /// Docker's format demands that a document says what it is. OCI's only wants it: there a document that needs no other
    /// change keeps its bytes.
    private func withOwnType(_ type: MediaType, _ document: Document, _ changes: [JSONChange]) -> [JSONChange]? {
        if format == .oci, changes.isEmpty, document.mediaType == type { return nil }
        return [JSONChange([.key("mediaType")], to: .string(type.rawValue))] + changes
    }
}

/// What docker's format cannot say of what is about to be written.
enum ConversionLimits {
    /// A layer without a form there is refused; manifests that are no image stay what they were, and that is said.
    static func notes(_ plan: WritePlan, _ inputs: [MergeInput], _ options: MergeOptions) throws -> [MergeNote] {
        guard options.format == .docker else { return [] }
        let documents = Dictionary(plan.documents.map { ($0.digest, $0) }) { first, _ in first }
        let passing = try passing(plan, options)
        var mixed: Set<Digest> = []
        for document in plan.documents {
            if document.mediaType == .dockerManifest {
                try checkLayers(of: document, inputs, besides: passing)
            } else if document.mediaType == .dockerList {
                for entry in try IndexView(bytes: document.bytes).manifests {
                    let type = documents[entry.descriptor.digest]?.mediaType
                    if type == .ociManifest || type == .ociIndex { mixed.insert(entry.descriptor.digest) }
                }
            }
        }
        return mixed.isEmpty ? [] : [.notConverted(count: mixed.count)]
    }

    /// Layers that will have another form when it counts.
    private static func passing(_ plan: WritePlan, _ options: MergeOptions) throws -> Set<Digest> {
        guard let target = options.recompression, target != .zstd else { return [] }
        return Set(try RecodingChoice(plan, to: target, includesCompressed: true).layers.map(\.digest))
    }

    private static func checkLayers(
        of document: Document, _ inputs: [MergeInput], besides passing: Set<Digest>
    ) throws {
        let manifest = try ManifestView(bytes: document.bytes, expecting: .dockerManifest)
        guard
            let layer = manifest.layers.first(where: {
                ImageFormat.docker.cannotExpress($0.mediaType) && !passing.contains($0.digest)
            })
        else { return }
        let input = inputs.first { $0.graph.documents[document.digest] != nil }
        throw MergeConflict.zstandardForDocker(source: input?.source ?? "", layer: layer.digest)
    }
}
