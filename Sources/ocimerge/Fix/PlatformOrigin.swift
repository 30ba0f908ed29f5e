internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The platforms that `fix` sets: those of the command line, or those of the executables.
enum PlatformOrigin {
    /// `isTrusted`: whether the executables are not checked.
    case stated(PlatformRequest, isTrusted: Bool)
    case evident

    init(_ request: FixRequest) throws(CommandError) {
        self = try CommandError.checked { () throws(PlatformError) in try Self.parsed(request) }
        try CommandError.checked { () throws(RevisionError) in try checkReplacements() }
    }

    private static func parsed(_ request: FixRequest) throws(PlatformError) -> PlatformOrigin {
        switch request.platforms {
        case .auto: .evident
        case .only(let text): .stated(.only(try Platform(parsing: text)), isTrusted: request.isTrusting)
        case .replacing(let typed):
            .stated(
                .replacing(
                    try typed.map { (pair) throws(PlatformError) in
                        PlatformRequest.Replacement(
                            old: try Platform(parsing: pair.old), new: try Platform(parsing: pair.new))
                    }), isTrusted: request.isTrusting)
        }
    }

    private func checkReplacements() throws(RevisionError) {
        guard case .stated(.replacing(let pairs), _) = self else { return }
        for (number, pair) in pairs.enumerated() {
            let earlier = pairs[..<number].first { $0.old.normalized == pair.old.normalized && $0.new != pair.new }
            if let earlier { throw .twoPlatforms(of: pair.old, earlier.new, pair.new) }
        }
    }

    /// The new platforms of the command line.
    var platforms: [Platform] {
        switch self {
        case .evident: []
        case .stated(.only(let platform), _): [platform]
        case .stated(.replacing(let pairs), _): pairs.map(\.new)
        }
    }

    /// How far layers are searched for executables: to the end if they decide, bounded if they only object. `nil` if
    /// they are not searched.
    var depth: EvidenceDepth? {
        switch self {
        case .evident: .full
        case .stated(_, let isTrusted): isTrusted ? nil : .bounded
        }
    }

    /// The new platform of each manifest, for the images that the source reference selects.
    func platforms(in source: Source, _ jobs: JobCount, _ console: Console) throws(CommandError) -> [Digest: Platform] {
        let name = source.reference.text
        if case .stated(let request, _) = self {
            return try CommandError.checked { () throws(PlanError) in
                try request.platforms(in: source.graph, source: name)
            }
        }
        let claims = try CommandError.checked { () throws(PlanError) in try Self.claims(source) }
        let found = try CommandError.checked { () throws(IOFailure) in
            try evidence(on: claims, in: source.graph, jobs)
        }
        var platforms: [Digest: Platform] = [:]
        for (claim, evidence) in found {
            console.detail(
                EvidenceMessage.decision(on: .init(source: name, platform: claim.platform, evidence: evidence)))
            if let platform = evidence.platform(claimed: claim.platform) {
                platforms[claim.manifest] = platform
            } else {
                console.warn(RevisionMessage.noEvidence(claim.platform, evidence.silence, source: name))
            }
        }
        return platforms
    }

    /// The platforms that the images of the source declare; one claim for each manifest.
    private static func claims(_ source: Source) throws(PlanError) -> [Claim] {
        let images = try ImageFinder(source.graph).all().images
        guard !images.isEmpty else { throw .fix(.noImage(source: source.reference.text)) }
        var seen: Set<Digest> = []
        return images.filter { seen.insert($0.manifest).inserted }.map { Claim($0.manifest, $0.platform) }
    }

    /// The warnings about stated platforms that the executables contradict. Layers in a registry are not read for this.
    func objections(
        to platforms: [Digest: Platform], in source: Source, _ jobs: JobCount
    ) throws(IOFailure) -> [String] {
        guard case .stated = self, source.reference.registry == nil else { return [] }
        let claims = platforms.keys.sorted().map { Claim($0, platforms[$0]) }
        return try evidence(on: claims, in: source.graph, jobs).compactMap { claim, evidence in
            guard let platform = claim.platform, case .contradicts(let witness) = evidence.verdict(on: platform)
            else { return nil }
            return RevisionMessage.contradicted(platform, by: witness, source: source.reference.text)
        }
    }

    private struct Claim {
        let manifest: Digest
        let platform: Platform?

        init(_ manifest: Digest, _ platform: Platform?) {
            self.manifest = manifest
            self.platform = platform
        }
    }

    /// The evidence on each claim; without those whose manifest or config the graph lacks.
    private func evidence(
        on claims: [Claim], in graph: ImageGraph, _ jobs: JobCount
    ) throws(IOFailure) -> [(Claim, Evidence)] {
        guard let depth else { return [] }
        var known: [Claim] = []
        var contents: [ImageContents] = []
        for claim in claims {
            guard let found = ImageContents(claim.manifest, in: graph, claimed: claim.platform) else { continue }
            known.append(claim)
            contents.append(found)
        }
        let found = try EvidenceSearch.examinations(of: contents, depth: depth, jobs: jobs.threads)
        return Array(zip(known, found.map(\.evidence)))
    }
}
