internal import ImageModel

/// Everything that the roots of a graph lead to, each with the first way to it.
struct GraphWalk: Sendable {
    struct Reached: Sendable {
        let place: DescriptorPath
        let root: Digest
    }

    struct Index: Sendable {
        let digest: Digest
        let reached: Reached
        let entries: [(descriptor: Descriptor, place: DescriptorPath)]
    }

    struct Image: Sendable {
        /// Without a platform, where the index that says it is damaged.
        let descriptor: Descriptor
        let reached: Reached
        let manifest: ManifestView
        /// nil: not here, or damaged.
        let config: ConfigView?
        /// By config, else by descriptor.
        let platform: Platform?
        let layers: [Use]
        /// The manifest is what its digest says.
        let isTrusted: Bool
    }

    /// A descriptor that leads to a blob.
    struct Use: Sendable {
        let descriptor: Descriptor
        let reached: Reached
        /// The size and the digest of the bytes are claimed; of a layer of a docker archive that is compressed under no
        /// name of its own only the content is.
        let claimsBytes: Bool
        /// A layer of an image, with the digest that its content has by the config.
        let isLayer: Bool
        let diffID: Digest?
        /// Containerd leaves such content out.
        let isOptional: Bool
        /// What the descriptor says is worth comparing: it does not stand in a damaged document.
        let isTrusted: Bool
    }

    struct Absence: Sendable {
        let descriptor: Descriptor
        let reached: Reached
        let isChild: Bool
        let isOptional: Bool
    }

    private struct Visit: Hashable {
        let digest: Digest
        let isAttestation: Bool
    }

    let graph: ImageGraph
    private let told: Set<Digest>
    private(set) var indexes: [Index] = []
    private(set) var images: [Image] = []
    private(set) var uses: [Digest: [Use]] = [:]
    /// Every way to what is not here: one may excuse it and another not.
    private(set) var absences: [Absence] = []
    /// What is said of documents, by each descriptor that can be trusted.
    private(set) var claims: [Digest: [(descriptor: Descriptor, reached: Reached)]] = [:]
    /// Documents that are larger or smaller than a descriptor says.
    private(set) var wrongSizes: [(use: Reached, descriptor: Descriptor, found: Int64)] = []
    private(set) var firsts: [Digest: Reached] = [:]
    private var visited: Set<Visit> = []

    init(_ graph: ImageGraph, told: Set<Digest>) {
        self.graph = graph
        self.told = told
        for root in graph.roots {
            let digest = root.descriptor.digest
            let place = root.place.steps.isEmpty ? DescriptorPath(digest.description) : root.place
            visit(
                root.descriptor, Reached(place: place, root: digest), isDocker: root.isOfDockerArchive, depth: 0,
                isTrusted: true)
        }
    }

    private static let depthLimit = 16

    /// `isTrusted`: the descriptor stands where nothing is damaged. What a damaged document says is followed, because it
    /// may be right, and not held against anything, because it may be wrong.
    private mutating func visit(
        _ descriptor: Descriptor, _ reached: Reached, isDocker: Bool, depth: Int, isTrusted: Bool
    ) {
        let digest = descriptor.digest
        guard let document = graph.documents[digest] else {
            meet(digest, reached)
            if graph.blobs[digest] != nil { return use(descriptor, reached, isTrusted) }
            if isTrusted {
                note(absent: descriptor, reached, isChild: depth > 0, isOptional: descriptor.isAttestation)
            }
            return
        }
        let config = document.manifest.flatMap(graph.config(of:))
        let platform = descriptor.platform ?? config?.platform
        let marked = Reached(place: reached.place.marked(platform), root: reached.root)
        if isTrusted { check(document, descriptor, marked) }
        let isWhole = document.digest == digest
        meet(digest, marked)
        if isTrusted { claims[digest, default: []].append((descriptor, marked)) }
        // What is an attestation to one may be an image to another.
        let visit = Visit(digest: digest, isAttestation: descriptor.isAttestation)
        guard depth < Self.depthLimit, visited.insert(visit).inserted else { return }
        if let index = document.index {
            visitIndex(index, digest, marked, isDocker: isDocker, depth: depth, isWhole: isWhole)
        } else if let manifest = document.manifest {
            var claimed = descriptor
            if !isTrusted { claimed.platform = nil }
            visitManifest(claimed, manifest, marked, isDocker: isDocker, isWhole: isWhole)
        }
    }

    private mutating func meet(_ digest: Digest, _ reached: Reached) {
        if firsts[digest] == nil { firsts[digest] = reached }
    }

    private mutating func visitIndex(
        _ index: IndexView, _ digest: Digest, _ reached: Reached, isDocker: Bool, depth: Int, isWhole: Bool
    ) {
        var entries: [(descriptor: Descriptor, place: DescriptorPath)] = []
        for (number, entry) in index.manifests.enumerated() {
            let descriptor = entry.descriptor
            let config = graph.manifest(descriptor.digest).flatMap(graph.config(of:))
            let place = reached.place.to(
                "manifests", number, platform: descriptor.platform ?? config?.platform)
            entries.append((descriptor, place))
            visit(
                descriptor, Reached(place: place, root: reached.root), isDocker: isDocker, depth: depth + 1,
                isTrusted: isWhole)
        }
        if isWhole { indexes.append(Index(digest: digest, reached: reached, entries: entries)) }
    }

    private mutating func visitManifest(
        _ descriptor: Descriptor, _ manifest: ManifestView, _ reached: Reached, isDocker: Bool, isWhole: Bool
    ) {
        let isImage = manifest.isImage && !descriptor.isAttestation
        let configPlace = Reached(place: reached.place.to(isDocker ? "Config" : "config"), root: reached.root)
        if let document = graph.documents[manifest.config.digest] {
            if isWhole { check(document, manifest.config, configPlace) }
            meet(manifest.config.digest, configPlace)
        } else if graph.blobs[manifest.config.digest] != nil {
            use(manifest.config, configPlace, isWhole)
        } else if isWhole {
            note(absent: manifest.config, configPlace, isOptional: descriptor.isAttestation)
        }
        let config = isWhole ? soundConfig(manifest.config.digest) : nil
        // As its reader took it for the digest of a layer that states none.
        let taken = isDocker ? graph.config(of: manifest)?.diffIDs : nil
        let diffIDs = isImage && config?.diffIDs.count == manifest.layers.count ? config?.diffIDs : nil
        var layers: [Use] = []
        for (number, layer) in manifest.layers.enumerated() {
            let place = Reached(
                place: reached.place.to(isDocker ? "Layers" : "layers", number), root: reached.root)
            layers.append(
                Use(
                    descriptor: layer, reached: place, claimsBytes: layer.digest != taken?.dropFirst(number).first,
                    isLayer: isImage, diffID: diffIDs?[number], isOptional: descriptor.isAttestation, isTrusted: isWhole
                ))
        }
        for layer in layers { use(layer) }
        guard isImage else { return }
        images.append(
            Image(
                descriptor: descriptor, reached: reached, manifest: manifest, config: config,
                platform: config?.platform ?? descriptor.platform, layers: layers, isTrusted: isWhole))
    }

    private func soundConfig(_ digest: Digest) -> ConfigView? {
        guard graph.documents[digest]?.digest == digest, !told.contains(digest) else { return nil }
        return graph.config(digest)
    }

    private mutating func use(_ descriptor: Descriptor, _ reached: Reached, _ isTrusted: Bool) {
        use(
            Use(
                descriptor: descriptor, reached: reached, claimsBytes: true, isLayer: false, diffID: nil,
                isOptional: false, isTrusted: isTrusted))
    }

    private mutating func use(_ use: Use) {
        let digest = use.descriptor.digest
        meet(digest, use.reached)
        if let document = graph.documents[digest] {
            if use.isTrusted { check(document, use.descriptor, use.reached) }
            return
        }
        guard graph.blobs[digest] != nil else {
            if !use.isTrusted { return }
            return note(absent: use.descriptor, use.reached, isOptional: use.isOptional)
        }
        uses[digest, default: []].append(use)
    }

    private mutating func check(_ document: Document, _ descriptor: Descriptor, _ reached: Reached) {
        let found = Int64(document.bytes.count)
        if found != descriptor.size, !told.contains(descriptor.digest) {
            wrongSizes.append((reached, descriptor, found))
        }
    }

    private mutating func note(
        absent descriptor: Descriptor, _ reached: Reached, isChild: Bool = false, isOptional: Bool = false
    ) {
        meet(descriptor.digest, reached)
        guard !told.contains(descriptor.digest) else { return }
        absences.append(
            Absence(descriptor: descriptor, reached: reached, isChild: isChild, isOptional: isOptional))
    }
}

extension ImageGraph.Root {
    /// Named by docker's `manifest.json`; its manifest was made from that.
    var isOfDockerArchive: Bool {
        entry == nil && place.steps.first?.name == "manifest.json" && place.steps.first?.index != nil
    }
}
