internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// What the executables inside the images of opened sources say of the platforms that are claimed for them.
struct PlatformLook {
    /// An image that claims one platform and is another.
    struct Contradiction: Sendable {
        let source: String
        /// nil: the source has no other image.
        let image: Digest?
        let claimed: Platform?
        /// Somebody typed what is claimed; the metadata did not say it.
        let isDeclared: Bool
        let witness: Evidence.Witness
        let found: Platform
    }

    private(set) var contradictions: [Contradiction] = []
    /// By source: what images are, whatever they claim.
    private(set) var corrections: [[Digest: Platform]]

    /// Images of which too little was seen, or whose layers break off.
    private(set) var silent: [Silent] = []

    struct Silent: Sendable {
        let source: String
        let platform: Platform?
        let silence: Evidence.Silence
    }

    private struct Asked {
        let source: Int
        let image: PlatformImage
        let contents: ImageContents
    }

    /// Images of whose source and claim `isWanted` says no are left alone.
    init(
        _ sources: [Source], depth: EvidenceDepth, jobs: Int, isWanted: (Source, Platform?) -> Bool
    ) throws {
        corrections = sources.map { _ in [:] }
        var asked: [Asked] = []
        var counts: [Int] = []
        for (number, source) in sources.enumerated() {
            let images = try ImageFinder(source.graph, source: number).all().images
            counts.append(Set(images.map(\.manifest)).count)
            for image in images where isWanted(source, source.reference.platform ?? image.platform) {
                let declared = source.reference.platform
                guard
                    let contents = ImageContents(
                        image.manifest, in: source.graph, source: number, claimed: declared,
                        stated: declared == nil ? image.descriptor.platform : nil)
                else { continue }
                asked.append(Asked(source: number, image: image, contents: contents))
            }
        }
        let answers = try EvidenceSearch.evidence(of: asked.map(\.contents), depth: depth, jobs: jobs)
        for (asked, evidence) in zip(asked, answers) {
            hear(asked, evidence, sources[asked.source].reference.text)
            judge(asked, evidence, sources[asked.source], isOnly: counts[asked.source] == 1)
        }
    }

    private mutating func hear(_ asked: Asked, _ evidence: Evidence, _ source: String) {
        guard case .silent(let silence) = evidence.verdict(on: asked.image.platform) else { return }
        guard silence == .undecided || !evidence.damaged.isEmpty else { return }
        silent.append(Silent(source: source, platform: asked.image.platform, silence: silence))
    }

    private mutating func judge(_ asked: Asked, _ evidence: Evidence, _ source: Source, isOnly: Bool) {
        let declared = source.reference.platform
        // An index may tell another platform than the config; loaders believe either.
        let stated = declared == nil ? asked.image.descriptor.platform : nil
        let claimed = declared ?? asked.image.platform
        for claimed in [claimed, stated ?? claimed] {
            guard case .contradicts(let witness) = evidence.verdict(on: claimed),
                let found = evidence.platform(claimed: claimed)
            else { continue }
            contradictions.append(
                Contradiction(
                    source: source.reference.text, image: isOnly ? nil : asked.image.manifest, claimed: claimed,
                    isDeclared: declared != nil, witness: witness, found: found))
            if declared == nil { corrections[asked.source][asked.image.manifest] = found }
            return
        }
    }
}

/// Executables are for another platform than an image claims, and nobody said what to do about it.
struct PlatformContradictions: Error {
    let found: [PlatformLook.Contradiction]
    /// What mends it, as it is to be typed.
    let command: String
}
