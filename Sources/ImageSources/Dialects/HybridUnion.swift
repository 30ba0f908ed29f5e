internal import ByteIO
internal import ImageModel

/// Joins docker's description of an archive to OCI's. Two images are the same if their configs are.
struct HybridUnion {
    var reading: SourceReading
    /// The manifest of each config by the SHA-256 of its bytes, and the root from which each manifest is reached.
    private var manifests: [Digest: Digest] = [:]
    private var roots: [Digest: Int] = [:]
    private var labels: Set<ImageLabel>
    private var configs = DockerConfigs()
    private let layers = HashedLayers()

    init(_ reading: SourceReading) {
        self.reading = reading
        labels = Set(reading.graph.roots.flatMap(\.labels))
        var walk = GraphVisitor<Int>()
        for (number, root) in reading.graph.roots.enumerated() {
            walk.start([GraphLink(root.descriptor, .root)], mark: number)
        }
        while let step = walk.next() {
            guard let document = reading.graph.documents[step.digest] else { continue }
            roots[step.digest] = step.mark
            if let manifest = document.manifest {
                let config = content(of: manifest.config.digest)
                if manifests[config] == nil { manifests[config] = step.digest }
            }
            walk.descend(document.links(.children), mark: step.mark)
        }
    }

    /// Docker's description names files and states no algorithm.
    private func content(of config: Digest) -> Digest {
        guard config.algorithm != .sha256, let document = reading.graph.documents[config] else { return config }
        return Digest(of: document.bytes)
    }

    /// `nil` in a survey if the config is damaged.
    mutating func config(
        of image: DockerArchive.Entry, in files: any ImageFiles, _ defects: DefectLog
    ) throws(SourceError) -> Document? {
        try configs.config(of: image, in: files, defects, besides: reading.graph.documents)
    }

    mutating func add(
        _ image: DockerArchive.Entry, _ config: Document, from files: any ImageFiles, _ defects: DefectLog
    ) throws(SourceError) {
        guard let manifest = manifests[config.digest], let number = roots[manifest] else {
            let synthesised = try DockerArchive.image(image, config: config, files, defects, layers)
            synthesised.addTo(&reading)
            manifests[config.digest] = synthesised.manifest.digest
            roots[synthesised.manifest.digest] = reading.graph.roots.count - max(image.labels.count, 1)
            return
        }
        if defects.isSurvey, !isOmission(image, of: manifest) {
            // Nothing is corrected: if the two descriptions differ, both are checked.
            let made = try DockerArchive.image(image, config: config, files, defects, layers)
            let layers = reading.graph.manifest(manifest)?.layers.map(\.digest)
            if layers != made.layers.map(\.digest), !areFiles(layers, image.layers) { return made.addTo(&reading) }
        }
        // A manifest below an index would change the index too; no such engine wrote indexes.
        if !defects.isSurvey, reading.graph.roots[number].descriptor.digest == manifest,
            contradictsConfig(manifest, config)
        {
            try correct(manifest, with: try DockerArchive.image(image, config: config, files, defects, layers))
            return try add(image, config, from: files, defects)
        }
        for label in image.labels where labels.insert(label).inserted {
            let root = reading.graph.roots[number]
            reading.graph.roots.append(
                .init(descriptor: root.descriptor, entry: nil, labels: [label], place: image.place))
        }
    }

    /// Whether the layers are these files, even if their digests have different algorithms.
    private func areFiles(_ layers: [Digest]?, _ members: [String]) -> Bool {
        layers?.map { reading.members[$0] } == members.map(TarMember.normalized)
    }

    /// Whether an increment names the layers of this manifest, which it may omit.
    private func isOmission(_ image: DockerArchive.Entry, of manifest: Digest) -> Bool {
        reading.graph.isIncrement
            && reading.graph.manifest(manifest)?.layers.map { LayoutPath($0.digest).description } == image.layers
    }

    /// Engine 25.0.0 wrote the layers of the OCI manifest in any order. Plain layers show it: their digests are the
    /// diffIDs of the config, which are in the right order.
    private func contradictsConfig(_ manifest: Digest, _ config: Document) -> Bool {
        guard let view = reading.graph.manifest(manifest), let config = config.config else { return false }
        let layers = view.layers.map(\.digest)
        return layers != config.diffIDs && Set(layers) == Set(config.diffIDs) && layers.count == config.diffIDs.count
    }

    private mutating func correct(_ manifest: Digest, with image: DockerArchive.Image) throws(SourceError) {
        reading.notes.append(.layerOrderMended(manifest: manifest))
        image.addDocuments(&reading)
        reading.graph.remove(manifest)
        for (number, root) in reading.graph.roots.enumerated() where root.descriptor.digest == manifest {
            var descriptor = image.manifest.descriptor
            descriptor.platform = root.descriptor.platform
            reading.graph.roots[number] = .init(
                descriptor: descriptor, entry: nil, labels: root.labels, place: root.place)
            roots[image.manifest.digest] = number
        }
        roots[manifest] = nil
        manifests[image.config.digest] = image.manifest.digest
    }
}
