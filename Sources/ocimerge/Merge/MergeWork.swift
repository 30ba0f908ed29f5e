internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// What comes before the first byte is moved: sources opened, programs asked, everything decided.
struct MergeWork {
    private let request: MergeRequest
    private let arguments: [String]
    let destination: ResultDestination
    private let registries: RegistryAccess
    private let console: Console
    private let sources: MergeSources
    private let options: MergeOptions
    /// What the receiver of an increment has; nil: everything is carried.
    private let known: BlobList?

    init(
        _ request: MergeRequest, _ arguments: [String], _ destination: ResultDestination,
        _ registries: RegistryAccess, _ console: Console, spec: SpecFile?
    ) throws {
        self.request = request
        self.arguments = arguments
        self.registries = registries
        self.console = console
        let platforms = try request.platforms.map { try Platform(parsing: $0) }
        sources = try MergeSources(request, console, spec: spec)
        self.destination = try destination.named(sources.names)
        options = MergeOptions(
            tags: sources.names, platforms: platforms, annotations: sources.annotations, format: request.format,
            joinsSideBySide: destination.joinsSideBySide, makesIndex: request.spec != nil)
        known = try IncrementBase.blobs(request.since, registries, console)
    }

    func opened(spool: SpoolDirectory?) throws -> [OpenedSource] {
        let held = try destination.held()
        let look = request.evidence.depth.map(LayerLook.init)
        let opened: [OpenedSource] = try sources.references.compactMap { reference in
            let found = try sources.opened(reference, console) {
                try OpenedSource.open(
                    reference, registries, completedFrom: held, spool: spool, look: look,
                    referrers: request.referrers)
            }
            guard var source = found else { return nil }
            if let known { source.graph.elsewhere = known.digests }
            // There its tag follows the image that it speaks of, and is no image beside it.
            if destination.isRegistry { source.graph.roots = source.graph.rootsWithoutCosigned }
            for note in source.notes { NoteMessage.sentence(for: note, source: reference.text).map(console.warn) }
            if let platform = reference.platform, !platform.isKnown {
                console.warn(NoteMessage.unknownPlatform(platform, source: reference.text))
            }
            return source
        }
        try sources.checkIsAny(opened.count)
        return opened
    }

    func plan(_ sources: [OpenedSource], _ compressing: LayerCompressing) throws -> MergeOutcome {
        let corrections = try corrections(sources)
        let inputs = zip(sources, corrections).map { source, corrections in
            MergeInput(
                source: source.reference.text, graph: source.graph, declared: source.reference.platform,
                corrections: corrections)
        }
        func whole(_ options: MergeOptions) throws -> MergeOutcome { try Merge.plan(inputs, options) }
        // Which layers are compressed does not depend on the base, or digests would, unless that is asked for.
        let choosing = known == nil || request.reuse ? nil : whole
        let merged = try compressing.plan(options, choosing: choosing) { options, recoded in
            var outcome = try Increment.plan(inputs, options, over: known?.without(recoded), reuses: request.reuse)
            if destination.isUpdate, outcome.plan.roots.contains(where: { $0.label == nil }) {
                throw MergeConflict.unnamedUpdate
            }
            if request.referrers { outcome = try Referrers.following(outcome, from: inputs) }
            // What cannot stand there is refused before layers are compressed.
            if destination.isRegistry { try WholeImage.check(outcome.plan, from: inputs) }
            _ = try destination.fitted(outcome)
            return outcome
        }
        let outcome = try destination.fitted(merged)
        console.warn(outcome.notes)
        if request.format == .docker, destination.hasIndex {
            NoteMessage.dockerFormatInLayout(outcome.plan).map(console.warn)
        }
        return outcome
    }

    var threads: Int {
        destination.threads(
            request.jobs, readsRegistry: sources.references.contains { $0.registry != nil })
    }

    func report(
        _ outcome: MergeOutcome, written: PlanExecution.Outcome?, sink: (any ResultSink)?,
        _ compressed: LayerCompressing.Summary?
    ) throws -> MergeReport {
        MergeReport(
            outcome: outcome, destination: request.output, isDryRun: request.dryRun, written: written,
            volumes: sink?.volumes, pushed: sink?.pushed,
            registryNames: try destination.registryNames(of: outcome.plan), compressed: compressed)
    }

    /// What the executables make of the platforms that are claimed.
    private func corrections(_ sources: [OpenedSource]) throws -> [[Digest: Platform]] {
        let none: [[Digest: Platform]] = sources.map { _ in [:] }
        guard let depth = request.evidence.depth else { return none }
        let isBelieved = request.evidence.isBelieved
        let isAsked = request.evidence.isAsked
        let look = try PlatformLook(sources, depth: depth, jobs: request.jobs.threads) { source, claimed in
            guard isAsked || source.reference.registry == nil else { return false }
            guard !options.platforms.isEmpty, !isBelieved, let claimed else { return true }
            return options.platforms.contains { $0.matches(claimed) }
        }
        for silent in look.silent { console.warn(EvidenceMessage.sentence(for: silent)) }
        for contradiction in look.contradictions where contradiction.isDeclared {
            console.warn(EvidenceMessage.overruled(contradiction))
        }
        let wrong = look.contradictions.filter { !$0.isDeclared }
        guard isBelieved else {
            if wrong.isEmpty { return none }
            throw PlatformContradictions(found: wrong, command: ShellText.command(arguments, adding: "--fix"))
        }
        for contradiction in wrong { console.warn(EvidenceMessage.mended(contradiction)) }
        return look.corrections
    }
}

extension ExistingDestination {
    var layout: ExistingLayout {
        switch self {
        case .refuse: .refuse
        case .update: .update
        case .force: .replace
        }
    }
}

extension EvidenceUse {
    /// nil: no look is taken.
    fileprivate var depth: EvidenceDepth? {
        switch self {
        case .ignored: nil
        case .checked(let isFull, _), .believed(let isFull): isFull ? .full : .bounded
        }
    }

    /// Somebody wants the look wherever the layers are.
    fileprivate var isAsked: Bool {
        switch self {
        case .ignored: false
        case .checked(_, let isAsked): isAsked
        case .believed: true
        }
    }

    fileprivate var isBelieved: Bool {
        if case .believed = self { return true }
        return false
    }
}
