internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The evidence of the executables in opened sources about the platforms that the images claim.
struct PlatformEvidence {
    /// An image that claims one platform and is for another.
    struct Contradiction: Sendable {
        let source: String
        /// `nil` if the source has only one image.
        let image: Digest?
        let claimed: Platform?
        /// Whether the user typed the claim; else it is in the metadata.
        let isDeclared: Bool
        let witness: Evidence.Witness
        let found: Platform
    }

    /// An image with problems that concern its start.
    struct StartProblems: Sendable {
        let source: String
        let platform: Platform?
        let findings: [StartFinding]
    }

    /// An image about which the evidence is insufficient or damaged.
    struct Silent: Sendable {
        let source: String
        let platform: Platform?
        let silence: Evidence.Silence
    }

    /// Selects the images to examine.
    enum Stage {
        /// All images.
        case complete
        /// All images but those in registries.
        case outsideRegistries
        /// Images of registries whose layers were downloaded. Those that the destination held before are read there.
        case downloaded(held: (any BlobLookup)?)

        fileprivate func replacing(_ blobs: [Digest: any ByteSource]) throws(IOFailure) -> [Digest: any ByteSource] {
            guard case .downloaded(let held?) = self else { return blobs }
            var blobs = blobs
            for (digest, blob) in blobs where blob.traits.origin != nil {
                if let local = try held.blob(digest) { blobs[digest] = local }
            }
            return blobs
        }
    }

    /// The images whose layers were read from registries only to be examined, and the number of these bytes.
    struct Fetched: Equatable {
        let images: Int
        let bytes: Int64
    }

    /// An image with the evidence about it.
    struct Examined: Sendable {
        let source: String
        let platform: Platform?
        let evidence: Evidence
    }

    private struct Subject {
        let source: Int
        let manifest: Digest
        /// The platform of the config, and that of the descriptor.
        let platform: Platform?
        let stated: Platform?
        let contents: ImageContents
        /// Whether the source has no other image.
        let isOnly: Bool
    }

    private let sources: [Source]
    private let policy: EvidencePolicy
    private let stage: Stage
    /// The sources whose images are copied unchanged out of a registry, which serves them already.
    private let copies: Set<String>
    /// Whether copies are not examined: a copy between registries should not download layers.
    private let leavesCopies: Bool
    /// `nil` if no image in a registry was examined.
    private(set) var fetched: Fetched?
    private var contradictions: [Contradiction] = []
    private var silent: [Silent] = []
    private var examined: [Examined] = []
    private var starts: [StartProblems] = []
    /// The found platforms by source and manifest.
    private var corrections: [[Digest: Platform]]

    /// Examines the images that the policy and the wanted `platforms` select; without `platforms` all are wanted.
    init(
        _ sources: [Source], _ policy: EvidencePolicy, of platforms: [Platform], _ stage: Stage = .complete,
        copies: Set<String> = [], toRegistry: Bool = false, jobs: Int
    ) throws(CommandError) {
        self.sources = sources
        self.policy = policy
        self.stage = stage
        self.copies = policy.corrects ? [] : copies
        leavesCopies = toRegistry && policy == .checked(isFull: false)
        corrections = sources.map { _ in [:] }
        guard let depth = policy.depth else { return }
        let count = FetchCount()
        // Only layers in registries are replaced and counted.
        let blobs = try CommandError.checked { () throws(IOFailure) in
            try sources.map { (source) throws(IOFailure) in
                guard source.reference.registry != nil, isDue(source) else { return source.graph.blobs }
                return try stage.replacing(source.graph.blobs).mapValues(count.counting)
            }
        }
        let subjects = try CommandError.checked { () throws(PlanError) in try self.subjects(of: platforms, blobs) }
        let remote = Set(subjects.filter { sources[$0.source].reference.registry != nil }.map(\.manifest))
        defer {
            let isFetched = if case .downloaded = stage { count.bytes > 0 } else { !remote.isEmpty }
            fetched = isFetched ? Fetched(images: remote.count, bytes: count.bytes) : nil
        }
        let answers = try CommandError.checked { () throws(IOFailure) in
            try EvidenceSearch.examinations(of: subjects.map(\.contents), depth: depth, jobs: jobs)
        }
        for (subject, answer) in zip(subjects, answers) {
            noteSilence(subject, answer.evidence)
            noteContradiction(subject, answer.evidence)
            let source = sources[subject.source].reference.text
            examined.append(Examined(source: source, platform: claim(of: subject), evidence: answer.evidence))
            guard let findings = answer.start?.findings, !findings.isEmpty else { continue }
            starts.append(StartProblems(source: source, platform: claim(of: subject), findings: findings))
        }
    }

    /// `blobs` are those of each source.
    private func subjects(
        of platforms: [Platform], _ blobs: [[Digest: any ByteSource]]
    ) throws(PlanError) -> [Subject] {
        var subjects: [Subject] = []
        for (number, source) in sources.enumerated() where isDue(source) {
            var graph = source.graph
            graph.blobs = blobs[number]
            let images = try ImageFinder(source.graph, source: number).all().images
            let isOnly = Set(images.map(\.manifest)).count == 1
            subjects.reserveCapacity(subjects.count + images.count)
            for image in images where isWanted(image, source, platforms) && !isElsewhere(image, source) {
                let declared = source.reference.platform
                guard
                    let contents = ImageContents(
                        image.manifest, in: graph, source: number, claimed: declared,
                        stated: declared == nil ? image.descriptor.platform : nil)
                else { continue }
                subjects.append(
                    Subject(
                        source: number, manifest: image.manifest, platform: image.platform,
                        stated: image.descriptor.platform, contents: contents, isOnly: isOnly))
            }
        }
        return subjects
    }

    private func isDue(_ source: Source) -> Bool {
        if leavesCopies, source.reference.platform == nil, copies.contains(source.reference.text) { return false }
        return switch stage {
        case .complete: true
        case .outsideRegistries: source.reference.registry == nil
        case .downloaded: source.reference.registry != nil
        }
    }

    private func isWanted(_ image: PlatformImage, _ source: Source, _ platforms: [Platform]) -> Bool {
        // A correction may change the platform, so every image is wanted then.
        guard !platforms.isEmpty, !policy.corrects, let claimed = source.reference.platform ?? image.platform else {
            return true
        }
        return platforms.match(claimed)
    }

    /// Whether the receiver of an increment has the same manifest and all its layers. Only an image in a registry is skipped:
    /// the layers of others need no download.
    private func isElsewhere(_ image: PlatformImage, _ source: Source) -> Bool {
        guard source.reference.registry != nil, !policy.corrects, source.graph.elsewhere.contains(image.manifest),
            let manifest = source.graph.manifest(image.manifest)
        else { return false }
        return manifest.layers.allSatisfy { source.graph.elsewhere.contains($0.digest) }
    }

    /// The platform that the image gets without a correction.
    private func claim(of subject: Subject) -> Platform? {
        sources[subject.source].reference.platform ?? subject.platform
    }

    private mutating func noteSilence(_ subject: Subject, _ evidence: Evidence) {
        guard case .silent(let silence) = evidence.verdict(on: claim(of: subject)) else { return }
        guard silence == .undecided || !evidence.damaged.isEmpty else { return }
        silent.append(
            Silent(
                source: sources[subject.source].reference.text, platform: claim(of: subject), silence: silence))
    }

    private mutating func noteContradiction(_ subject: Subject, _ evidence: Evidence) {
        let source = sources[subject.source]
        let declared = source.reference.platform
        // An index may state another platform than the config; loaders believe either.
        let stated = declared == nil ? subject.stated : nil
        let claimed = claim(of: subject)
        for claimed in [claimed, stated ?? claimed] {
            guard case .contradicts(let witness) = evidence.verdict(on: claimed),
                let found = evidence.platform(claimed: claimed)
            else { continue }
            contradictions.append(
                Contradiction(
                    source: source.reference.text, image: subject.isOnly ? nil : subject.manifest,
                    claimed: claimed, isDeclared: declared != nil, witness: witness, found: found))
            if declared == nil { corrections[subject.source][subject.manifest] = found }
            return
        }
    }

    /// Of one source or, if images are packed, of sources without a name in common. With a selection of platforms the
    /// result has new indexes.
    static func copies(_ sources: [Source], arePacked: Bool, isSelection: Bool) -> Set<String> {
        guard !isSelection, arePacked || sources.count == 1 else { return [] }
        var owners: [ImageLabel: Set<Digest>] = [:]
        for root in sources.flatMap(\.graph.roots) {
            for label in root.labels { owners[label, default: []].insert(root.descriptor.digest) }
        }
        let remote = sources.filter { source in
            let labels = source.graph.roots.flatMap(\.labels)
            return source.reference.registry != nil && labels.allSatisfy { owners[$0]?.count == 1 }
        }
        return Set(remote.map(\.reference.text))
    }

    /// The sources as the plan takes them, corrected if the policy asks for it. Else a contradiction of the metadata is an
    /// error, which shows the command `correction`.
    func inputs(_ console: Console, suggesting correction: @autoclosure () -> String) throws(CommandError)
        -> [MergeInput]
    {
        for image in examined { console.detail(EvidenceMessage.decision(on: image)) }
        for silent in silent { console.warn(EvidenceMessage.sentence(for: silent)) }
        for contradiction in contradictions where contradiction.isDeclared {
            console.warn(EvidenceMessage.overruled(contradiction))
        }
        let stated = contradictions.filter { !$0.isDeclared }
        for contradiction in stated where copies.contains(contradiction.source) {
            console.warn(EvidenceMessage.copied(contradiction))
        }
        let wrong = stated.filter { !copies.contains($0.source) }
        if !policy.corrects, !wrong.isEmpty {
            throw CommandError(PlatformContradictions(found: wrong, command: correction()))
        }
        for contradiction in policy.corrects ? wrong : [] {
            console.warn(EvidenceMessage.corrected(contradiction))
        }
        try reportStarts(console)
        return zip(sources, corrections).map { source, corrections in
            MergeInput(
                source: source.reference.text, graph: source.graph, declared: source.reference.platform,
                corrections: policy.corrects ? corrections : [:])
        }
    }
}

extension PlatformEvidence {
    /// Warns of problems with the start of images. Certain ones are an error, unless the registry serves the image already.
    private func reportStarts(_ console: Console) throws(CommandError) {
        var failing: [StartProblems] = []
        for image in starts {
            for finding in image.findings {
                let sentence = StartMessage.warning(of: finding, image)
                switch finding.problem {
                case .wrapper, .nothingToRun, .processorLevel: console.detail(sentence)
                case let problem where problem.severity == .error && !copies.contains(image.source): break
                default: console.warn(sentence)
                }
            }
            let errors = image.findings.filter { $0.problem.severity == .error }
            guard !errors.isEmpty, !copies.contains(image.source) else { continue }
            failing.append(StartProblems(source: image.source, platform: image.platform, findings: errors))
        }
        if !failing.isEmpty { throw CommandError(ImagesThatDoNotStart(images: failing)) }
    }
}

/// Images of which no container would start.
struct ImagesThatDoNotStart: Error {
    let images: [PlatformEvidence.StartProblems]
}

/// Executables are for another platform than an image claims, and no option says how to treat that.
struct PlatformContradictions: Error {
    let found: [PlatformEvidence.Contradiction]
    /// The command that corrects it, as the user can type it.
    let command: String
}
