internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources

/// Sources in, one layout out.
enum MergeCommand {
    static func run(_ request: MergeRequest, _ console: Console) throws {
        Interruption.install()
        let options = try MergeOptions(
            tags: Self.names(request.tags), platforms: request.platforms.map { try Platform(parsing: $0) },
            annotations: request.annotations.map { try Annotation(parsing: $0) })
        let references = try self.references(request.sources)
        let destination = try LayoutDestination(parsing: request.output, existing: request.existing.layout)
        if request.dryRun {
            let outcome = try plan(references, options, spool: nil, destination, console)
            try report(outcome, nil, request, console)
            return
        }
        let bar = ProgressBar()
        let sink = try LayoutSink(destination, syncs: request.sync) { bar.advance($0) }
        let outcome: MergeOutcome
        let written: PlanExecution.Outcome
        do {
            (outcome, written) = try console.holdingWarnings {
                try bar.shown(!request.quiet) {
                    let outcome = try plan(references, options, spool: sink.spool, destination, console)
                    bar.begin("merging", total: outcome.plan.bytesToMove)
                    let jobs = request.jobs ?? min(Threads.coreCount, MergeRequest.allowedJobs.upperBound)
                    let written = try PlanExecution.run(outcome.plan, into: sink, jobs: jobs) { bar.advance($0) }
                    return (outcome, written)
                }
            }
        } catch {
            sink.discard()
            throw sink.named(error)
        }
        try report(outcome, written, request, console)
    }

    private static func plan(
        _ references: [SourceReference], _ options: MergeOptions, spool: SpoolDirectory?,
        _ destination: LayoutDestination, _ console: Console
    ) throws -> MergeOutcome {
        var opened: [OpenedSource] = []
        for reference in references {
            let source = try OpenedSource.open(reference, spool: spool)
            for note in source.notes { NoteMessage.sentence(for: note, source: reference.text).map(console.warn) }
            if let platform = reference.platform, !platform.isKnown {
                console.warn(NoteMessage.unknownPlatform(platform, source: reference.text))
            }
            opened.append(source)
        }
        let inputs = opened.map {
            MergeInput(source: $0.reference.text, graph: $0.graph, declared: $0.reference.platform)
        }
        let outcome = try Merge.plan(inputs, options)
        if destination.mode == .update, outcome.plan.roots.contains(where: { $0.label == nil }) {
            throw MergeConflict.unnamedUpdate
        }
        var said: Set<MergeNote> = []
        for note in outcome.notes where said.insert(note).inserted { console.warn(NoteMessage.sentence(for: note)) }
        return outcome
    }

    private static func report(
        _ outcome: MergeOutcome, _ written: PlanExecution.Outcome?, _ request: MergeRequest, _ console: Console
    ) throws {
        let report = MergeReport(
            outcome: outcome, destination: request.output, isDryRun: request.dryRun, written: written,
            warnings: console.warnings)
        if request.json {
            try console.print(TerminalText.escaped(json: report.json))
        } else {
            try console.print(request.quiet ? report.digests : report.text)
        }
    }

    private static func references(_ texts: [String]) throws -> [SourceReference] {
        let references = try texts.map { (text) throws(SourceError) in try SourceReference(parsing: text) }
        guard references.count(where: { $0.place == .standardInput }) < 2 else { throw SourceError.standardInputTwice }
        return references
    }

    /// Each once.
    private static func names(_ texts: [String]) throws(NameError) -> [ImageName] {
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
