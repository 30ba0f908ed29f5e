internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The content of one source, collected once for the tree and for JSON.
struct SourceSummary {
    let source: String
    let dialect: String
    let isIncrement: Bool
    /// One for each root digest, in the order of the roots.
    private(set) var images: [Image]
    /// Whether the executables were searched.
    let hasEvidence: Bool
    /// The manifests and blobs that an index names and the source lacks.
    let absent: [SourceNote]

    struct Image {
        let labels: [ImageLabel]
        let root: Descriptor
        var platforms: [PlatformEntry]
    }

    struct PlatformEntry {
        let platform: Platform?
        let descriptor: Descriptor
        let config: Digest
        let created: String?
        let layers: [Layer]
        let attestations: [Descriptor]
        /// `nil` if the executables were not searched or the config is absent.
        var evidence: Evidence?

        var size: Int64 { layers.totalSize(\.descriptor.size) }
    }

    struct Layer {
        let descriptor: Descriptor
        /// The compression of the bytes; `nil` if the media type states it correctly.
        let actual: LayerCompression?
        let isPresent: Bool
    }

    /// `evidence`: how far the layers are searched for executables; `nil` if they are not searched.
    init(_ source: Source, evidence depth: EvidenceDepth?) throws {
        let graph = source.graph
        self.source = source.reference.text
        dialect = source.dialect
        isIncrement = graph.isIncrement
        absent = source.notes.filter { if case .absent = $0 { true } else { false } }
        images = try Self.images(of: graph)
        hasEvidence = depth != nil
        if let depth { try addEvidence(from: graph, depth) }
    }

    private static func images(of graph: ImageGraph) throws -> [Image] {
        var order: [Digest] = []
        var labels: [Digest: [ImageLabel]] = [:]
        var roots: [Digest: ImageGraph.Root] = [:]
        for root in graph.roots {
            let digest = root.descriptor.digest
            if roots.updateValue(root, forKey: digest) == nil { order.append(digest) }
            labels[digest, default: []] += root.labels
        }
        let finder = ImageFinder(graph)
        // The entries of one manifest share its layers.
        var layers: [Digest: [Layer]] = [:]
        return try order.compactMap { digest in
            guard let root = roots[digest] else { return nil }
            let platforms = try finder.below([root]).images.map { image in
                let own = layers[image.manifest] ?? Layer.all(of: image.manifest, in: graph)
                layers[image.manifest] = own
                return PlatformEntry(image, own, graph)
            }
            return Image(labels: labels[digest] ?? [], root: root.descriptor, platforms: platforms)
        }
    }

    private mutating func addEvidence(from graph: ImageGraph, _ depth: EvidenceDepth) throws {
        var places: [(image: Int, platform: Int)] = []
        var contents: [ImageContents] = []
        for (number, image) in images.enumerated() {
            for (place, entry) in image.platforms.enumerated() {
                let stated = entry.descriptor.platform
                guard let content = ImageContents(entry.descriptor.digest, in: graph, stated: stated) else {
                    continue
                }
                places.append((number, place))
                contents.append(content)
            }
        }
        let found = try EvidenceSearch.evidence(of: contents, depth: depth, jobs: Threads.coreCount)
        for (place, evidence) in zip(places, found) {
            images[place.image].platforms[place.platform].evidence = evidence
        }
    }
}

extension SourceSummary.Layer {
    fileprivate static func all(of manifest: Digest, in graph: ImageGraph) -> [SourceSummary.Layer] {
        (graph.manifest(manifest)?.layers ?? []).map { layer in
            SourceSummary.Layer(
                descriptor: layer, actual: graph.mislabelled[layer.digest],
                isPresent: graph.blobs[layer.digest] != nil || graph.documents[layer.digest] != nil)
        }
    }
}

extension SourceSummary.PlatformEntry {
    fileprivate init(_ image: PlatformImage, _ layers: [SourceSummary.Layer], _ graph: ImageGraph) {
        let manifest = graph.manifest(image.manifest)
        platform = image.platform
        descriptor = image.descriptor
        config = manifest?.config.digest ?? image.manifest
        created = graph.config(config)?.created
        self.layers = layers
        attestations = image.attestations.map(\.descriptor)
    }
}
