internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// Which platform is right, and who says so.
enum FixChoice {
    case stated(PlatformRequest, isTrusted: Bool)
    case auto

    init(_ request: FixRequest) throws(PlatformError) {
        switch request.choice {
        case .auto: self = .auto
        case .only(let text):
            self = .stated(.only(try Platform(parsing: text)), isTrusted: request.isTrusting)
        case .replacing(let pairs):
            self = .stated(
                .replacing(
                    try pairs.map { (pair) throws(PlatformError) in
                        .init(old: try Platform(parsing: pair.old), new: try Platform(parsing: pair.new))
                    }), isTrusted: request.isTrusting)
        }
    }

    /// Those that were typed to be set.
    var platforms: [Platform] {
        switch self {
        case .auto: []
        case .stated(.only(let platform), _): [platform]
        case .stated(.replacing(let pairs), _): pairs.map(\.new)
        }
    }

    /// How far the executables are asked: to say what is right, or only whether what was typed may be wrong. nil: not at
    /// all.
    var depth: EvidenceDepth? {
        switch self {
        case .auto: .full
        case .stated(_, let isTrusted): isTrusted ? nil : .bounded
        }
    }

    /// By manifest, for the images that the user chose. Whatever the executables have to say against it is said.
    func platforms(in source: OpenedSource, _ console: Console) throws -> [Digest: Platform] {
        switch self {
        case .stated(let request, _):
            let platforms = try request.platforms(in: source.graph, source: source.reference.text)
            try warn(of: platforms, in: source, console)
            return platforms
        case .auto: return try found(in: source, console)
        }
    }

    private func warn(of platforms: [Digest: Platform], in source: OpenedSource, _ console: Console) throws {
        guard let depth else { return }
        for (manifest, platform) in platforms.sorted(by: { $0.key < $1.key }) {
            guard let contents = try ImageContents(manifest, in: source.graph, claimed: platform) else { continue }
            let evidence = try EvidenceLook.evidence(of: contents, depth: depth)
            guard case .contradicts(let witness) = evidence.verdict(on: platform) else { continue }
            console.warn(FixMessage.contradicted(platform, by: witness, source: source.reference.text))
        }
    }

    private func found(in source: OpenedSource, _ console: Console) throws -> [Digest: Platform] {
        let name = source.reference.text
        var platforms: [Digest: Platform] = [:]
        var seen: Set<Digest> = []
        let images = try ImageFinder(source.graph).all().images
        guard !images.isEmpty else { throw FixConflict.noImage(source: name) }
        for image in images where seen.insert(image.manifest).inserted {
            guard let contents = try ImageContents(image.manifest, in: source.graph) else { continue }
            let evidence = try EvidenceLook.evidence(of: contents, depth: .full)
            if let platform = evidence.platform(claimed: image.platform) {
                platforms[image.manifest] = platform
            } else {
                console.warn(FixMessage.noEvidence(image.platform, evidence.silence, source: name))
            }
        }
        return platforms
    }
}
