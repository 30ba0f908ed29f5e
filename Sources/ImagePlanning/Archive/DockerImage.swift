internal import ImageModel

/// An image of a plan in the terms of docker's `manifest.json`: a config, the layers in order, and full names.
struct DockerImage {
    struct Candidate {
        var platform: Platform?
        let layers: [Descriptor]
        let config: Document
        let hasZstandardLayers: Bool
    }

    let root: Digest
    let names: [ImageName]
    /// Whether a root names the image by its digest.
    let isPinned: Bool
    /// One for each platform that docker can load: config and every layer are present. Of an increment, the layers may be
    /// absent.
    let candidates: [Candidate]
    /// The number of images, loadable or not.
    let imageCount: Int

    /// One for each digest that the roots lead to, in their order, without artifacts.
    ///
    /// `isIncrement`: whether the engine has the layers that are absent.
    static func images(of plan: WritePlan, isIncrement: Bool = false) throws(PlanError) -> [DockerImage] {
        let graph = plan.graph
        let finder = ImageFinder(graph)
        var order: [Digest] = []
        var roots: [Digest: [ImageGraph.Root]] = [:]
        let repeated = RepeatedRoots(graph)
        for root in graph.roots where !root.descriptor.isAttestation && !repeated.contains(root) {
            let digest = root.descriptor.digest
            if roots[digest] == nil { order.append(digest) }
            roots[digest, default: []].append(root)
        }
        // The layers of a manifest are read once, however many platforms it is listed for.
        var known: [Digest: Candidate?] = [:]
        var images: [DockerImage] = []
        for digest in order {
            let same = roots[digest] ?? []
            let found = try finder.below(same).images
            if found.isEmpty { continue }
            var seen: Set<ImageName> = []
            let names = same.flatMap(\.labels).compactMap { label -> ImageName? in
                if case .full(let name) = label, seen.insert(name).inserted { name } else { nil }
            }
            let candidates = found.compactMap { image -> Candidate? in
                let shared = known[image.manifest] ?? candidate(image, graph, isIncrement)
                known[image.manifest] = shared
                var own = shared
                own?.platform = image.platform
                return own
            }
            images.append(
                DockerImage(
                    root: digest, names: names, isPinned: same.flatMap(\.labels).contains(where: \.isPinned),
                    candidates: candidates, imageCount: found.count))
        }
        return images
    }

    private static func candidate(_ image: PlatformImage, _ graph: ImageGraph, _ isIncrement: Bool) -> Candidate? {
        guard let manifest = graph.manifest(image.manifest), let config = graph.documents[manifest.config.digest],
            manifest.layers.allSatisfy({ layer in
                let isLoadable = graph.blobs[layer.digest] != nil || (isIncrement && !layer.isForeign)
                return isLoadable && layer.mediaType.layerCompression != nil
            })
        else { return nil }
        return Candidate(
            platform: image.platform, layers: manifest.layers, config: config,
            hasZstandardLayers: manifest.layers.contains { $0.mediaType.layerCompression == .zstd })
    }

    /// The wanted platform if there is one, else linux/amd64, else the first platform.
    func candidate(for wanted: Platform?) -> Candidate? {
        let sorted = candidates.sorted { one, two in
            guard let first = one.platform?.normalized else { return false }
            guard let second = two.platform?.normalized else { return true }
            return first < second
        }
        for platform in [wanted, Platform(os: "linux", architecture: "amd64")].compactMap(\.self) {
            if let found = sorted.first(where: { $0.platform.map(platform.matches) ?? false }) { return found }
        }
        return sorted.first
    }

    /// The entry as docker writes it. `RepoTags` is null if there is no name.
    func entry(_ chosen: Candidate, config: (Digest) -> String, layer: (Descriptor) -> String) -> JSONText {
        .object([
            ("Config", .string(config(chosen.config.digest))),
            ("RepoTags", names.isEmpty ? .null : .array(names.map { .string($0.full) })),
            ("Layers", .array(chosen.layers.map { .string(layer($0)) })),
        ])
    }
}
