internal import ImageModel

/// The survey of everything that the roots of a graph lead to, with the first path to each document and blob.
struct GraphSurvey: Sendable {
    struct Reached: Sendable {
        let place: DescriptorPath
        private let top: Top

        /// Everything below a root shares its digest.
        private final class Top: Sendable {
            let digest: Digest

            init(_ digest: Digest) { self.digest = digest }
        }

        var root: Digest { top.digest }

        init(place: DescriptorPath, root: Digest) {
            self.place = place
            top = Top(root)
        }

        private init(_ place: DescriptorPath, _ top: Top) {
            self.place = place
            self.top = top
        }

        /// Another place below the same root.
        func with(_ place: DescriptorPath) -> Reached { Reached(place, top) }
    }

    struct Index: Sendable {
        let digest: Digest
        let reached: Reached
        let entries: [(descriptor: Descriptor, place: DescriptorPath)]
    }

    struct Image: Sendable {
        /// Without a platform if the index that states it is damaged.
        let descriptor: Descriptor
        let reached: Reached
        let manifest: ManifestView
        /// `nil` if the config is absent or damaged.
        let config: ConfigView?
        /// The platform of the config, else that of the descriptor.
        let platform: Platform?
        let layers: [Use]
        /// Whether the manifest has the digest by which it is named.
        let isTrusted: Bool
    }

    /// A descriptor that leads to a blob. Images and the survey share it.
    final class Use: Sendable {
        let descriptor: Descriptor
        let reached: Reached
        /// Whether the descriptor states the size and the digest of the bytes. In a docker archive, a compressed layer
        /// whose name is no digest has those of its content instead.
        let claimsBytes: Bool
        /// Whether it is a layer of an image.
        let isLayer: Bool
        /// The digest of the layer's content by the config; `nil` if it is unknown.
        let diffID: Digest?
        /// Whether containerd leaves such content out.
        let isOptional: Bool
        /// Whether the document with the descriptor is undamaged, so that the descriptor counts as a claim.
        let isTrusted: Bool

        init(
            descriptor: Descriptor, reached: Reached, claimsBytes: Bool = true, isLayer: Bool = false,
            diffID: Digest? = nil, isOptional: Bool = false, isTrusted: Bool
        ) {
            self.descriptor = descriptor
            self.reached = reached
            self.claimsBytes = claimsBytes
            self.isLayer = isLayer
            self.diffID = diffID
            self.isOptional = isOptional
            self.isTrusted = isTrusted
        }
    }

    struct Absence: Sendable {
        let descriptor: Descriptor
        let reached: Reached
        let isChild: Bool
        let isOptional: Bool
    }

    /// The parent of a link.
    private struct Origin: Sendable {
        /// The place of the parent; of a root its own place.
        let reached: Reached
        let isDocker: Bool
        /// Whether the parent is undamaged. Links of a damaged document are followed, because they may be right, and are
        /// no claims, because they may be wrong.
        let isTrusted: Bool
    }

    let graph: ImageGraph
    private let told: Set<Digest>
    private(set) var indexes: [Index] = []
    private(set) var images: [Image] = []
    private(set) var uses: [Digest: [Use]] = [:]
    /// Every path to absent content: one may excuse the absence and another not.
    private(set) var absences: [Absence] = []
    /// Every trusted descriptor of a document.
    private(set) var claims: [Digest: [(descriptor: Descriptor, reached: Reached)]] = [:]
    /// Documents with another size than a descriptor states.
    private(set) var wrongSizes: [(use: Reached, descriptor: Descriptor, found: Int64)] = []
    /// Those that lead to no use. That of a blob is its first use.
    private var firsts: [Digest: Reached] = [:]

    private static let depthLimit = 16

    init(_ graph: ImageGraph, told: Set<Digest>) {
        self.graph = graph
        self.told = told
        // A manifest may be an attestation to one index and an image to another.
        var walk = GraphVisitor<Origin>(
            distinguishing: .attestation, depthLimit: Self.depthLimit, givesRepeats: true)
        for root in graph.roots {
            let digest = root.descriptor.digest
            let place = root.place.isEmpty ? DescriptorPath(digest.description) : root.place
            walk.start(
                [GraphLink(root.descriptor, .root)],
                mark: Origin(
                    reached: Reached(place: place, root: digest), isDocker: root.isOfDockerArchive, isTrusted: true))
        }
        while let step = walk.next() { visit(step, &walk) }
    }

    /// Every link to a document is a claim about it. Its content counts once.
    private mutating func visit(_ step: GraphVisitor<Origin>.Step, _ walk: inout GraphVisitor<Origin>) {
        let descriptor = step.descriptor
        let reached = step.mark.reached.with(place(of: step))
        guard let document = graph.documents[step.digest] else {
            return visitContent(descriptor, reached, isChild: step.depth > 0, isTrusted: step.mark.isTrusted)
        }
        meet(step.digest, reached)
        if step.mark.isTrusted {
            check(document, descriptor, reached)
            claims[step.digest, default: []].append((descriptor, reached))
        }
        guard step.phase == .enter else { return }
        let isWhole = document.digest == step.digest
        let origin = Origin(reached: reached, isDocker: step.mark.isDocker, isTrusted: isWhole)
        if document.index != nil {
            let links = document.links(.children)
            if isWhole {
                let entries = links.map { ($0.descriptor, place(of: $0, below: reached.place)) }
                indexes.append(Index(digest: step.digest, reached: reached, entries: entries))
            }
            walk.descend(links, mark: origin)
        } else if let manifest = document.manifest {
            var claimed = descriptor
            if !step.mark.isTrusted { claimed.platform = nil }
            visitManifest(claimed, manifest, reached, isDocker: step.mark.isDocker, isWhole: isWhole)
        }
    }

    private func place(of step: GraphVisitor<Origin>.Step) -> DescriptorPath {
        let place = step.mark.reached.place
        return step.depth > 0
            ? self.place(of: step.link, below: place)
            : graph.documents[step.digest] == nil ? place : place.marked(platform(of: step.descriptor))
    }

    private func place(of link: GraphLink, below place: DescriptorPath) -> DescriptorPath {
        place.to("manifests", link.number, platform: platform(of: link.descriptor))
    }

    /// The platform that the descriptor states, else that of the config.
    private func platform(of descriptor: Descriptor) -> Platform? {
        descriptor.platform ?? graph.manifest(descriptor.digest).flatMap(graph.config(of:))?.platform
    }

    /// A link that leads to a blob or to nothing.
    private mutating func visitContent(
        _ descriptor: Descriptor, _ reached: Reached, isChild: Bool, isTrusted: Bool
    ) {
        if graph.blobs[descriptor.digest] != nil { return use(descriptor, reached, isTrusted) }
        meet(descriptor.digest, reached)
        if isTrusted {
            note(absent: descriptor, reached, isChild: isChild, isOptional: descriptor.isAttestation)
        }
    }

    /// The first path to each document and blob.
    func first(_ digest: Digest) -> Reached? { firsts[digest] ?? uses[digest]?.first?.reached }

    /// The documents that were met.
    var documents: [Document] { firsts.keys.compactMap { graph.documents[$0] } }

    private mutating func meet(_ digest: Digest, _ reached: Reached) {
        if firsts[digest] == nil { firsts[digest] = reached }
    }

    private mutating func visitManifest(
        _ descriptor: Descriptor, _ manifest: ManifestView, _ reached: Reached, isDocker: Bool, isWhole: Bool
    ) {
        let isImage = manifest.isImage && !descriptor.isAttestation
        let configPlace = reached.with(reached.place.to(isDocker ? "Config" : "config"))
        if let document = graph.documents[manifest.config.digest] {
            if isWhole { check(document, manifest.config, configPlace) }
            meet(manifest.config.digest, configPlace)
        } else if graph.blobs[manifest.config.digest] != nil {
            use(manifest.config, configPlace, isWhole)
        } else if isWhole {
            note(absent: manifest.config, configPlace, isOptional: descriptor.isAttestation)
        }
        let config = isWhole ? soundConfig(manifest.config.digest) : nil
        // The reader takes these for the digests of layers that state none.
        let taken = isDocker ? graph.config(of: manifest)?.diffIDs : nil
        let diffIDs = isImage && config?.diffIDs.count == manifest.layers.count ? config?.diffIDs : nil
        var layers: [Use] = []
        for (number, layer) in manifest.layers.enumerated() {
            let place = reached.with(reached.place.to(isDocker ? "Layers" : "layers", number))
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
        use(Use(descriptor: descriptor, reached: reached, isTrusted: isTrusted))
    }

    private mutating func use(_ use: Use) {
        let digest = use.descriptor.digest
        if let document = graph.documents[digest] {
            meet(digest, use.reached)
            if use.isTrusted { check(document, use.descriptor, use.reached) }
            return
        }
        guard graph.blobs[digest] != nil else {
            meet(digest, use.reached)
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
    /// Whether docker's `manifest.json` names the root. Its manifest was made from that.
    var isOfDockerArchive: Bool {
        entry == nil && place.steps.first?.name == "manifest.json" && place.steps.first?.index != nil
    }
}
