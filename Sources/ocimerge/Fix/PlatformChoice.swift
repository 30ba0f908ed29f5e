internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// Which platform is right, and who says so.
enum FixChoice {
    case stated(PlatformRequest, isTrusted: Bool)
    case auto

    init(_ request: FixRequest) throws {
        switch request.choice {
        case .auto: self = .auto
        case .only(let text):
            self = .stated(.only(try Platform(parsing: text)), isTrusted: request.isTrusting)
        case .replacing(let typed):
            let pairs = try typed.map { (pair) throws(PlatformError) in
                PlatformRequest.Replacement(
                    old: try Platform(parsing: pair.old), new: try Platform(parsing: pair.new))
            }
            for (number, pair) in pairs.enumerated() {
                let earlier = pairs[..<number].first { $0.old.normalized == pair.old.normalized && $0.new != pair.new }
                if let earlier { throw FixError.twoPlatforms(of: pair.old, earlier.new, pair.new) }
            }
            self = .stated(.replacing(pairs), isTrusted: request.isTrusting)
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

    /// By manifest, for the images that the user chose.
    func platforms(in source: OpenedSource, _ console: Console) throws -> [Digest: Platform] {
        switch self {
        case .stated(let request, _): try request.platforms(in: source.graph, source: source.reference.text)
        case .auto: try evident(in: source, console)
        }
    }

    /// What the executables say; where they say nothing the image is left alone, with a warning.
    private func evident(in source: OpenedSource, _ console: Console) throws -> [Digest: Platform] {
        let name = source.reference.text
        let graph = source.graph
        var platforms: [Digest: Platform] = [:]
        var seen: Set<Digest> = []
        let images = try ImageFinder(graph).all().images
        guard !images.isEmpty else { throw FixConflict.noImage(source: name) }
        for image in images where seen.insert(image.manifest).inserted {
            guard let contents = try ImageContents(image.manifest, in: graph, claimed: image.platform) else { continue }
            let evidence = try EvidenceLook.evidence(of: contents, depth: .full)
            if let platform = evidence.platform(claimed: image.platform) {
                platforms[image.manifest] = platform
            } else {
                console.warn(FixMessage.noEvidence(image.platform, evidence.silence, source: name))
            }
        }
        return platforms
    }

    /// Whatever the executables have to say against a platform that was typed. Layers in a registry are not asked for.
    func objections(to platforms: [Digest: Platform], in source: OpenedSource) throws -> [String] {
        guard case .stated = self, let depth, source.reference.registry == nil else { return [] }
        return try platforms.keys.sorted().compactMap { manifest in
            guard let platform = platforms[manifest],
                let contents = try ImageContents(manifest, in: source.graph, claimed: platform),
                case .contradicts(let witness) = try EvidenceLook.evidence(of: contents, depth: depth)
                    .verdict(on: platform)
            else { return nil }
            return FixMessage.contradicted(platform, by: witness, source: source.reference.text)
        }
    }
}
