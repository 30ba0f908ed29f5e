internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// Sources in, one result out.
enum MergeCommand {
    /// `arguments`: the command line as it was typed.
    static func run(_ request: MergeRequest, _ arguments: [String], _ console: Console) throws {
        Interruption.install()
        let destination = try ResultDestination(
            request.output, existing: request.existing,
            defaultPlatform: request.defaultPlatform.map { try Platform(parsing: $0) },
            volumeSize: request.volumeSize, isIncrement: !request.since.isEmpty)
        let platforms = try request.platforms.map { try Platform(parsing: $0) }
        let sources = try MergeSources(request, console)
        let references = sources.references
        let known = try Base.blobs(request, references)
        let options = MergeOptions(
            tags: sources.names, platforms: platforms, annotations: sources.annotations,
            format: request.format, joinsSideBySide: destination.joinsSideBySide)
        if request.dryRun {
            let outcome = try plan(
                opened(references, spool: nil, known, destination, request, console), options, known, request,
                arguments, destination, console)
            try report(outcome, nil, nil, request, console, to: .output)
            return
        }
        let bar = ProgressBar()
        let sink = try destination.sink(syncs: request.sync) { bar.advance($0) }
        let outcome: MergeOutcome
        let written: PlanExecution.Outcome
        do {
            (outcome, written) = try console.holdingWarnings {
                try bar.shown(!request.quiet) {
                    let sources = try opened(references, spool: sink.spool, known, destination, request, console)
                    let outcome = try plan(sources, options, known, request, arguments, destination, console)
                    bar.begin("merging", total: outcome.plan.bytesToMove)
                    let written = try PlanExecution.run(outcome.plan, into: sink, jobs: request.jobs.threads) {
                        bar.advance($0)
                    }
                    return (outcome, written)
                }
            }
        } catch {
            sink.discard()
            throw sink.named(error)
        }
        try report(outcome, written, sink.volumes, request, console, to: destination.reports)
    }

    private static func opened(
        _ references: [SourceReference], spool: SpoolDirectory?, _ known: BlobList?,
        _ destination: ResultDestination, _ request: MergeRequest, _ console: Console
    ) throws -> [OpenedSource] {
        let held = try destination.held()
        let look = request.evidence.depth.map(LayerLook.init)
        return try references.map { reference in
            var source = try OpenedSource.open(reference, spool: spool, look: look)
            if let held { try source.complete(from: held) }
            if let known { source.graph.elsewhere = known.digests }
            for note in source.notes { NoteMessage.sentence(for: note, source: reference.text).map(console.warn) }
            if let platform = reference.platform, !platform.isKnown {
                console.warn(NoteMessage.unknownPlatform(platform, source: reference.text))
            }
            return source
        }
    }

    private static func plan(
        _ sources: [OpenedSource], _ options: MergeOptions, _ known: BlobList?, _ request: MergeRequest,
        _ arguments: [String], _ destination: ResultDestination, _ console: Console
    ) throws -> MergeOutcome {
        let corrections = try corrections(sources, options, request, arguments, console)
        let inputs = zip(sources, corrections).map { source, corrections in
            MergeInput(
                source: source.reference.text, graph: source.graph, declared: source.reference.platform,
                corrections: corrections)
        }
        let outcome = try destination.fitted(try Increment.plan(inputs, options, over: known, reuses: request.reuse))
        if destination.isUpdate, outcome.plan.roots.contains(where: { $0.label == nil }) {
            throw MergeConflict.unnamedUpdate
        }
        var said: Set<MergeNote> = []
        for note in outcome.notes where said.insert(note).inserted { console.warn(NoteMessage.sentence(for: note)) }
        if request.format == .docker, destination.hasIndex {
            NoteMessage.dockerFormatInLayout(outcome.plan).map(console.warn)
        }
        return outcome
    }

    /// What the executables make of the platforms that are claimed.
    private static func corrections(
        _ sources: [OpenedSource], _ options: MergeOptions, _ request: MergeRequest, _ arguments: [String],
        _ console: Console
    ) throws -> [[Digest: Platform]] {
        let none: [[Digest: Platform]] = sources.map { _ in [:] }
        guard let depth = request.evidence.depth else { return none }
        let isBelieved = request.evidence.isBelieved
        let look = try PlatformLook(sources, depth: depth, jobs: request.jobs.threads) { claimed in
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

    private static func report(
        _ outcome: MergeOutcome, _ written: PlanExecution.Outcome?, _ volumes: Int?, _ request: MergeRequest,
        _ console: Console, to stream: StandardStreams.Stream
    ) throws {
        let report = MergeReport(
            outcome: outcome, destination: request.output, isDryRun: request.dryRun, written: written,
            volumes: volumes, warnings: console.warnings)
        if request.json {
            try console.print(TerminalText.escaped(json: report.json), to: stream)
        } else {
            try console.print(request.quiet ? report.digests : report.text, to: stream)
        }
    }

    static func references(_ texts: [String]) throws -> [SourceReference] {
        let references = try texts.map { (text) throws(SourceError) in try SourceReference(parsing: text) }
        guard references.count(where: { $0.place == .standardInput }) < 2 else { throw SourceError.standardInputTwice }
        return references
    }

    /// Each once.
    static func names(_ texts: [String]) throws(NameError) -> [ImageName] {
        var names: [ImageName] = []
        for text in texts {
            guard let name = ImageName(parsing: text) else { throw NameError(text: text) }
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}

/// What was given with `--tag` is no name that a loader would take.
struct NameError: Error, Equatable { let text: String }

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
        case .checked(let isFull), .believed(let isFull): isFull ? .full : .bounded
        }
    }

    fileprivate var isBelieved: Bool {
        if case .believed = self { return true }
        return false
    }
}
