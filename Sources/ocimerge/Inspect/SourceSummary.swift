internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// What inspect has to say of a source, gathered once for all of its forms.
struct SourceSummary {
    struct Layer {
        let descriptor: Descriptor
        let actual: LayerCompression?
        let isPresent: Bool
    }

    struct PlatformEntry {
        let platform: Platform?
        let descriptor: Descriptor
        let config: Digest
        let created: String?
        let layers: [Layer]
        let attestations: [Descriptor]
        /// nil: the executables inside were not asked, or there is no config to ask them of.
        var evidence: Evidence?
    }

    struct Image {
        let labels: [ImageLabel]
        let root: Descriptor
        var platforms: [PlatformEntry]
    }

    let source: String
    let dialect: String
    let isIncrement: Bool
    private(set) var images: [Image]
    /// The executables inside were asked.
    private(set) var isWitnessed = false
    /// Named by an index and not here.
    let absent: [SourceNote]

    init(_ source: OpenedSource) throws {
        let graph = source.graph
        self.source = source.reference.text
        dialect = source.dialect
        isIncrement = graph.isIncrement
        var order: [Digest] = []
        var labels: [Digest: [ImageLabel]] = [:]
        var roots: [Digest: ImageGraph.Root] = [:]
        for root in graph.roots {
            let digest = root.descriptor.digest
            if roots.updateValue(root, forKey: digest) == nil { order.append(digest) }
            labels[digest, default: []] += root.labels
        }
        let finder = try ImageFinder(graph)
        images = try order.compactMap { digest in
            guard let root = roots[digest] else { return nil }
            let found = try finder.below([root]).images
            return Image(
                labels: labels[digest] ?? [], root: root.descriptor,
                platforms: try found.map { try PlatformEntry($0, graph) })
        }
        absent = source.notes.filter { if case .absent = $0 { true } else { false } }
    }
}

extension SourceSummary {
    /// The same with what the executables inside say, where they are here to be asked.
    func witnessed(_ graph: ImageGraph, depth: EvidenceDepth) throws -> SourceSummary {
        var asked: [(image: Int, platform: Int)] = []
        var contents: [ImageContents] = []
        for (number, image) in images.enumerated() {
            for (place, entry) in image.platforms.enumerated() {
                guard
                    let content = try ImageContents(
                        entry.descriptor.digest, in: graph, stated: entry.descriptor.platform)
                else { continue }
                asked.append((number, place))
                contents.append(content)
            }
        }
        let answers = try EvidenceLook.evidence(of: contents, depth: depth, jobs: Threads.coreCount)
        var summary = self
        summary.isWitnessed = true
        for (place, evidence) in zip(asked, answers) {
            summary.images[place.image].platforms[place.platform].evidence = evidence
        }
        return summary
    }
}

extension SourceSummary.PlatformEntry {
    init(_ image: PlatformImage, _ graph: ImageGraph) throws {
        let manifest = try graph.manifest(ifManifest: image.manifest)
        platform = image.platform
        descriptor = image.descriptor
        config = manifest?.config.digest ?? image.manifest
        created = try graph.config(config)?.created
        layers = (manifest?.layers ?? []).map { layer in
            SourceSummary.Layer(
                descriptor: layer, actual: graph.mislabelled[layer.digest],
                isPresent: graph.blobs[layer.digest] != nil || graph.documents[layer.digest] != nil)
        }
        attestations = image.attestations.map(\.descriptor)
        evidence = nil
    }

    var size: Int64 { layers.totalSize(\.descriptor.size) }
}
