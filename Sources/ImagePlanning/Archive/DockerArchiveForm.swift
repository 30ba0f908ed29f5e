package import ImageModel

/// The `docker-archive` of podman and skopeo: `manifest.json`, configs and layers by their digests. For engines before
/// 1.10 it has a directory for each layer and `repositories`. It cannot hold an index, attestations or a second
/// platform of an image.
package struct DockerArchiveForm: ArchiveForm {
    package init() {}

    package func archived(_ plan: WritePlan) throws(PlanError) -> WritePlan {
        let graph = plan.graph
        var members: [ArchiveMember] = []
        var seen: Set<String> = []
        func add(_ name: String, _ content: ArchiveMember.Content) {
            if seen.insert(name).inserted { members.append(ArchiveMember(name, content)) }
        }
        var entries: [JSONText] = []
        var repositories = Repositories()
        for image in try DockerImage.images(of: plan) {
            let chosen = try only(image, plan)
            for layer in chosen.layers {
                guard let blob = WritePlan.Blob(layer, in: graph) else { continue }
                add(Self.name(of: layer), .blob(blob.digest, size: blob.size))
            }
            add(Self.name(ofConfig: chosen.config.digest), .bytes(chosen.config.bytes))
            let legacy = try LegacyChain(chosen.layers, config: chosen.config)
            for layer in legacy.layers {
                add("\(layer.id)/layer.tar", .link(to: "../" + Self.name(of: layer.blob)))
                add("\(layer.id)/VERSION", .bytes(Array("1.0".utf8)))
                add("\(layer.id)/json", .bytes(layer.json))
            }
            if let top = legacy.layers.last { repositories.add(image.names, id: top.id) }
            entries.append(image.entry(chosen, config: Self.name(ofConfig:), layer: Self.name(of:)))
        }
        if entries.isEmpty, let root = plan.roots.first?.descriptor.digest {
            throw .conflict(.notForDocker(image: root))
        }
        add("manifest.json", .bytes(JSONText.array(entries).bytes))
        try members.checkListSizes(names: plan.roots.count)
        if !repositories.isEmpty { add("repositories", .bytes(repositories.bytes)) }
        let held = Set(members.compactMap { if case .blob(let digest, _) = $0.content { digest } else { nil } })
        try members.checkSize()
        return WritePlan(
            blobs: plan.blobs.filter { held.contains($0.digest) }, documents: [], roots: plan.roots, members: members)
    }

    /// An image for several platforms is refused: a silent choice would lose the others.
    private func only(_ image: DockerImage, _ plan: WritePlan) throws(PlanError) -> DockerImage.Candidate {
        guard image.imageCount == 1 else {
            let platforms = image.candidates.compactMap(\.platform?.normalized).sorted()
            throw .conflict(.severalPlatforms(image: image.root, platforms: platforms))
        }
        guard let only = image.candidates.first else { throw .conflict(.notForDocker(image: image.root)) }
        return only
    }

    /// Names plain layers as podman does and compressed ones as crane does.
    private static func name(of layer: Descriptor) -> String {
        switch layer.mediaType.layerCompression {
        case .gzip: "\(layer.digest.hex).tar.gz"
        case .zstd: "\(layer.digest.hex).tar.zst"
        case .none?, nil: "\(layer.digest.hex).tar"
        }
    }

    private static func name(ofConfig digest: Digest) -> String { "\(digest.hex).json" }

    package func notes(on plan: WritePlan) throws(PlanError) -> [PlanNote] {
        let images = try DockerImage.images(of: plan)
        let finder = ImageFinder(plan.graph)
        let found = try finder.all()
        let others = (found.others + found.images.flatMap(\.attestations).map(\.descriptor)).map(\.digest)
        return others.map { .notInDockerArchive($0) }
            + images.filter(\.names.isEmpty).map { .unnamedInArchive($0.root) }
            + images.filter { $0.candidates.contains(where: \.hasZstandardLayers) }.map { .zstandardInArchive($0.root) }
    }

    /// The content of `repositories`: repository, tag, and the id of the top layer.
    private struct Repositories {
        private var tags: [String: [String: String]] = [:]
        var isEmpty: Bool { tags.isEmpty }

        mutating func add(_ names: [ImageName], id: String) {
            for name in names { tags["\(name.domain)/\(name.path)", default: [:]][name.tag] = id }
        }

        var bytes: [UInt8] {
            func sorted(_ values: [String: String]) -> JSONText {
                .object(values.sorted { $0.key < $1.key }.map { ($0.key, JSONText.string($0.value)) })
            }
            return JSONText.object(tags.sorted { $0.key < $1.key }.map { ($0.key, sorted($0.value)) }).bytes
        }
    }
}
