internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// Which platform is right, and who says so.
enum FixChoice {
    case stated(PlatformRequest)
    case auto

    init(_ request: FixRequest) throws(PlatformError) {
        switch request.choice {
        case .auto: self = .auto
        case .only(let text): self = .stated(.only(try Platform(parsing: text)))
        case .replacing(let pairs):
            self = .stated(
                .replacing(
                    try pairs.map { (pair) throws(PlatformError) in
                        .init(old: try Platform(parsing: pair.old), new: try Platform(parsing: pair.new))
                    }))
        }
    }

    /// Those that were typed to be set.
    var platforms: [Platform] {
        switch self {
        case .auto: []
        case .stated(.only(let platform)): [platform]
        case .stated(.replacing(let pairs)): pairs.map(\.new)
        }
    }

    /// How far the executables are asked: to say what is right, or only whether what was typed may be wrong.
    var depth: EvidenceDepth {
        switch self {
        case .auto: .full
        case .stated: .bounded
        }
    }

    /// By manifest, for the images that the user chose. Whatever the executables have to say against it is said.
    func platforms(in source: OpenedSource, _ console: Console) throws -> [Digest: Platform] {
        let name = source.reference.text
        let graph = source.graph
        switch self {
        case .stated(let request):
            let platforms = try request.platforms(in: source.graph, source: name)
            for manifest in platforms.keys.sorted() {
                guard let platform = platforms[manifest],
                    let contents = try ImageContents(manifest, in: graph),
                    let evidence = try? EvidenceLook.evidence(of: contents, depth: depth),
                    case .contradicts(let witness) = evidence.verdict(on: platform)
                else { continue }
                console.warn(FixMessage.contradicted(platform, by: witness, source: name))
            }
            return platforms
        case .auto:
            var platforms: [Digest: Platform] = [:]
            var seen: Set<Digest> = []
            let images = try ImageFinder(graph).all().images
            guard !images.isEmpty else { throw FixConflict.noImage(source: name) }
            for image in images where seen.insert(image.manifest).inserted {
                guard let contents = try ImageContents(image.manifest, in: graph) else { continue }
                let evidence = try EvidenceLook.evidence(of: contents, depth: depth)
                if let platform = evidence.platform(claimed: image.platform) {
                    platforms[image.manifest] = platform
                } else {
                    console.warn(FixMessage.noEvidence(image.platform, source: name))
                }
            }
            return platforms
        }
    }
}
