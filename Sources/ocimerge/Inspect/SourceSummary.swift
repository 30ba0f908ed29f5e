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
    /// In the order of the roots.
    private(set) var images: [Image]
    let imageCount: Int
    let artifacts: [Artifact]
    /// Whether the executables were searched.
    let hasEvidence: Bool
    let notes: [SourceNote]
    /// The manifests and blobs that an index names and the source lacks.
    let absent: [SourceNote]

    struct Image {
        let labels: [ImageLabel]
        let root: Descriptor
        /// Of the index, or of the only manifest.
        let annotations: [String: String]
        /// Of all platforms, also those that are not chosen.
        let platformCount: Int
        var platforms: [PlatformEntry]
    }

    /// One listing of a manifest for a platform.
    struct PlatformEntry {
        let platform: Platform?
        let descriptor: Descriptor
        /// Shared by all listings of the manifest.
        let manifest: Manifest
        /// Whether the details of the manifest are left to an earlier listing of it.
        fileprivate(set) var isAbridged = false
        /// `nil` if the executables were not searched, or the config is absent or unreadable.
        fileprivate(set) var examination: Examination?
    }

    /// The details of a manifest. They are collected once, however often the manifest is listed.
    struct Manifest {
        let config: Digest
        let created: String?
        let layers: [Layer]
        let attestations: [Descriptor]
        let annotations: [String: String]
        /// Of all layers.
        let size: Int64
        /// `nil` if the config is absent. It is parsed when it is printed: it takes far more memory then.
        fileprivate let document: Document?
        private let documentSize: Int

        var details: ConfigDetails? { document.flatMap { ConfigDetails($0.bytes) } }

        /// The cost of printing the details, in lines of a hundred bytes. JSON of short values grows sevenfold.
        fileprivate var lineCount: Int {
            let annotationSize = annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count + 20 }
            return layers.count + attestations.count
                + ((created?.utf8.count ?? 0) + annotationSize + 7 * documentSize) / 100
        }
    }

    struct Layer {
        let descriptor: Descriptor
        /// The compression of the bytes; `nil` if the media type states it correctly.
        let actual: LayerCompression?
        let isPresent: Bool
    }

    /// `evidence`: how far the layers are searched for executables; `nil` if they are not searched.
    init(_ selected: SelectedImages, evidence depth: EvidenceDepth?) throws(CommandError) {
        try self.init(selected, hasEvidence: depth != nil)
        let graph = selected.source.graph
        if let depth { try CommandError.checked { () throws(IOFailure) in try addEvidence(from: graph, depth) } }
        abridge()
    }

    /// With what a verification has found in the layers.
    init(verified source: Source, _ examinations: [Digest: Examination]) throws(CommandError) {
        try self.init(SelectedImages(source: source, platforms: []), hasEvidence: true)
        for image in images.indices {
            for place in images[image].platforms.indices {
                let digest = images[image].platforms[place].descriptor.digest
                images[image].platforms[place].examination = examinations[digest]
            }
        }
        abridge()
    }

    private init(_ selected: SelectedImages, hasEvidence: Bool) throws(CommandError) {
        let source = selected.source
        let graph = source.graph
        self.source = source.reference.text
        dialect = source.dialect
        isIncrement = graph.isIncrement
        notes = source.notes
        absent = notes.filter {
            if case .absent(_, _, let platform) = $0 { selected.takes(platform) } else { false }
        }
        _ = try selected.images()
        let contents = GraphContents(graph)
        images = Self.images(contents, selected)
        let isWhole = selected.platforms.isEmpty
        imageCount = isWhole ? contents.imageCount : Set(images.map { graph.imageKey($0.root.digest) }).count
        // Artifacts are for no platform.
        artifacts = isWhole ? contents.artifacts : []
        self.hasEvidence = hasEvidence
    }

    /// Images of which no platform is chosen are left out.
    private static func images(_ contents: GraphContents, _ selected: SelectedImages) -> [Image] {
        let graph = selected.source.graph
        var manifests: [Digest: Manifest] = [:]
        return contents.images.compactMap { image in
            let chosen = image.found.images.filter { selected.takes($0.platform) }
            if chosen.isEmpty, !selected.platforms.isEmpty { return nil }
            let platforms = chosen.map { image in
                let manifest = manifests[image.manifest] ?? Manifest(image, graph)
                manifests[image.manifest] = manifest
                return PlatformEntry(platform: image.platform, descriptor: image.descriptor, manifest: manifest)
            }
            let root = image.roots[image.roots.count - 1].descriptor
            return Image(
                labels: image.labels, root: root, annotations: graph.annotations(of: root.digest),
                platformCount: image.found.images.count, platforms: platforms)
        }
    }

    /// Details are printed again as long as that adds at most this number of lines, or at most doubles them.
    private static let repeatLimit = 10_000

    /// Keeps the size of what is printed proportional to the source, however often it lists one manifest.
    private mutating func abridge() {
        var first: [Digest: Int] = [:]
        for entry in images.lazy.flatMap(\.platforms) { first[entry.descriptor.digest] = entry.manifest.lineCount }
        var left = max(Self.repeatLimit, first.values.reduce(0, +))
        for image in images.indices {
            for place in images[image].platforms.indices {
                let entry = images[image].platforms[place]
                if first.removeValue(forKey: entry.descriptor.digest) != nil { continue }
                if entry.manifest.lineCount <= left {
                    left -= entry.manifest.lineCount
                } else {
                    images[image].platforms[place].isAbridged = true
                }
            }
        }
    }

    private mutating func addEvidence(from graph: ImageGraph, _ depth: EvidenceDepth) throws(IOFailure) {
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
        let found = try EvidenceSearch.examinations(of: contents, depth: depth, jobs: Threads.coreCount)
        for (place, examination) in zip(places, found) {
            images[place.image].platforms[place.platform].examination = examination
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

extension SourceSummary.Manifest {
    fileprivate init(_ image: PlatformImage, _ graph: ImageGraph) {
        config = graph.manifest(image.manifest)?.config.digest ?? image.manifest
        created = graph.config(config)?.created
        layers = SourceSummary.Layer.all(of: image.manifest, in: graph)
        attestations = image.attestations.map(\.descriptor)
        annotations = graph.annotations(of: image.manifest)
        size = layers.totalSize(\.descriptor.size)
        document = graph.documents[config]
        documentSize = document.flatMap { ConfigDetails($0.bytes)?.size } ?? 0
    }
}

extension ImageGraph {
    fileprivate func annotations(of digest: Digest) -> [String: String] {
        index(digest)?.annotations ?? manifest(digest)?.annotations ?? [:]
    }
}
