internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// Sources in, one result out: merge, and pack, which leaves out what a receiver has.
enum MergeCommand {
    /// `arguments`: the command line as it was typed. `spec`: the one that is asked for, where it is read already.
    static func run(
        _ request: MergeRequest, _ arguments: [String], _ console: Console, spec: SpecFile? = nil
    ) throws {
        Interruption.install()
        let registries = try RegistryOpening.access(
            request.registry, naming: request.sources + request.since + [request.output])
        let destination = try ResultDestination(
            request.output, existing: request.existing,
            defaultPlatform: request.defaultPlatform.map { try Platform(parsing: $0) },
            format: request.format, volumeSize: request.volumeSize, isIncrement: !request.since.isEmpty)
        let work = try MergeWork(request, arguments, destination, registries, console, spec: spec)
        if request.run.dryRun {
            let compressing = LayerCompressing(request)
            let outcome = try work.plan(work.opened(spool: nil), compressing)
            let report = try work.report(outcome, written: nil, sink: nil, compressing.summary)
            return try console.print(report, request.run)
        }
        let bar = ProgressBar()
        let sink = try work.destination.sink(
            syncs: request.run.syncs, registries: registries, chunkSize: request.chunkSize
        ) { bar.advance($0) }
        let report: MergeReport
        do {
            report = try console.holdingWarnings {
                try bar.shown(!request.run.quiet) {
                    let compressing = LayerCompressing(request, spool: sink.spool, bar: bar)
                    let outcome = try work.plan(work.opened(spool: sink.spool), compressing)
                    bar.begin("merging", total: outcome.plan.bytesToMove)
                    let written = try PlanExecution.run(
                        outcome.plan, into: sink, jobs: work.threads
                    ) { bar.advance($0) }
                    return try work.report(outcome, written: written, sink: sink, compressing.summary)
                }
            }
        } catch {
            sink.discard()
            throw sink.named(error)
        }
        try console.print(report, request.run, to: destination.reports)
    }
}

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

    func opened(spool: SpoolDirectory?) throws -> [Source] {
        let held = try destination.held()
        let look = request.evidence.depth.map(LayerListingObserver.init)
        let policy = OpeningPolicy(
            streams: .init(spool: spool, observer: look), includesReferrers: request.referrers)
        let opened: [Source] = try sources.references.compactMap { reference in
            let found = try sources.opened(reference, console) {
                try Source.open(reference, registries, policy, completedFrom: held)
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

    func plan(_ sources: [Source], _ compressing: LayerCompressing) throws -> MergeOutcome {
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
            if destination.isRegistry { try outcome.plan.requireWholeImages(from: inputs) }
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
            request.run.jobs, readsRegistry: sources.references.contains { $0.registry != nil })
    }

    func report(
        _ outcome: MergeOutcome, written: PlanExecution.Outcome?, sink: (any ResultSink)?,
        _ compressed: LayerCompressing.Summary?
    ) throws -> MergeReport {
        MergeReport(
            outcome: outcome, destination: request.output, isDryRun: request.run.dryRun, written: written,
            volumes: sink?.volumes, pushed: sink?.pushed,
            registryNames: try destination.registryNames(of: outcome.plan), compressed: compressed)
    }

    /// What the executables make of the platforms that are claimed.
    private func corrections(_ sources: [Source]) throws -> [[Digest: Platform]] {
        let none: [[Digest: Platform]] = sources.map { _ in [:] }
        guard let depth = request.evidence.depth else { return none }
        let isBelieved = request.evidence.isBelieved
        let isAsked = request.evidence.isAsked
        let look = try PlatformLook(sources, depth: depth, jobs: request.run.jobs.threads) { source, claimed in
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

/// Plans a merge, compresses the layers that the plan shall hold otherwise, and plans it again with what they became.
final class LayerCompressing {
    /// What was done, or would be.
    struct Summary: Sendable {
        let compression: LayerCompression
        /// Before.
        let layers: [LayerToRecode]
        /// nil: nothing was carried out.
        let bytesAfter: Int64?

        var bytesBefore: Int64 { layers.totalSize(\.size) }
        /// Digests of what names these layers are not known yet.
        var isPending: Bool { bytesAfter == nil && !layers.isEmpty }
    }

    private let wish: CompressionWish?
    private let jobs: Int
    /// nil: nothing shall be carried out.
    private let spool: SpoolDirectory?
    private let bar: ProgressBar?
    /// nil: nobody asked for it.
    private(set) var summary: Summary?

    init(_ request: MergeRequest, spool: SpoolDirectory? = nil, bar: ProgressBar? = nil) {
        wish = request.compression
        jobs = request.run.jobs.threads
        self.spool = spool
        self.bar = bar
    }

    /// `planned` refuses before any work what cannot be; it is told which layers are, or would be, compressed. Those are
    /// chosen from what `choosing` gives, or else from the plan itself.
    func plan(
        _ options: MergeOptions, choosing: ((MergeOptions) throws -> MergeOutcome)?,
        _ planned: (MergeOptions, Set<Digest>) throws -> MergeOutcome
    ) throws -> MergeOutcome {
        guard let wish else { return try planned(options, []) }
        var first = options
        if wish.recompresses { first.recompression = wish.method.layer }
        var outcome = try planned(first, [])
        let choice = LayersToRecode(
            try choosing?(first).plan ?? outcome.plan, to: wish.method.layer, includesCompressed: wish.recompresses)
        let recoded = try carriedOut(choice.layers, wish)
        if !choice.layers.isEmpty {
            var second = recoded == nil ? first : options
            second.recodings = recoded ?? [:]
            outcome = try planned(second, Set(choice.layers.map(\.digest)))
        }
        outcome.notes += choice.notes
        summary = Summary(
            compression: wish.method.layer, layers: choice.layers,
            bytesAfter: recoded.map { $0.values.totalSize(\.size) })
        return outcome
    }

    private func carriedOut(
        _ layers: [LayerToRecode], _ wish: CompressionWish
    ) throws -> [Digest: RecodedLayer]? {
        guard let spool, let bar else { return nil }
        bar.begin(wish.method == .none ? "unpacking" : "compressing", total: layers.totalSize(\.size))
        return try LayerRecoding(wish.recipe, into: spool, jobs: jobs).run(layers) { bar.advance($0) }
    }
}

extension CompressionWish.Method {
    fileprivate var layer: LayerCompression {
        switch self {
        case .none: .none
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}
