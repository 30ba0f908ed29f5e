internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// One source as it is, into one or more repositories.
enum PushCommand {
    static func run(_ request: PushRequest, _ console: Console) throws {
        Interruption.install()
        let work = try PushWork(request, console)
        let bar = ProgressBar()
        // Before it is known into which repositories a stream goes. nil: nothing will be pushed.
        let temporary =
            request.run.dryRun
            ? nil : try TemporarySpool(in: ResultDestination.temporary, for: "push") { bar.advance($0) }
        defer { temporary?.discard() }
        var done: [MergeReport] = []
        do {
            try console.holdingWarnings {
                try bar.shown(!request.run.quiet) {
                    let source = try work.opened(spool: temporary?.spool)
                    for push in try work.pushes(of: source) { done.append(try work.carriedOut(push, temporary, bar)) }
                }
            }
        } catch {
            // What is in registries already is there, whatever became of the rest.
            if !done.isEmpty { try? console.print(PushReport(pushes: done), request.run) }
            throw error
        }
        try console.print(PushReport(pushes: done), request.run)
    }

    /// A spec says by itself where its image goes.
    static func run(spec path: String, _ parsed: ParsedArguments, _ arguments: [String], _ console: Console) throws {
        if let extra = parsed.positionals.first {
            throw UsageError.unexpectedPositional(extra, command: "push --spec")
        }
        let file = try SpecFile(reading: path)
        guard let name = file.spec.names.first else {
            throw SpecError(file: path, line: nil, .missingKey("image", of: .whole))
        }
        try MergeCommand.run(
            MergeRequest(parsed, output: RegistryReference.scheme + name.full), arguments, console, spec: file)
    }
}

/// What is pushed where, and the pushing of it. All repositories share connections, and what is known of their blobs.
struct PushWork {
    struct Push {
        let destination: RegistryDestination
        let outcome: MergeOutcome
    }

    private let request: PushRequest
    private let console: Console
    private let reference: SourceReference
    private let destinations: [RegistryDestination]
    private let platforms: [Platform]
    private let registries: RegistryAccess
    private let uploads: UploadOptions

    init(_ request: PushRequest, _ console: Console) throws {
        self.request = request
        self.console = console
        reference = try SourceReference(parsing: request.source)
        if reference.platform != nil { throw PushError.declaredPlatform(source: request.source) }
        platforms = try request.platforms.map { try Platform(parsing: $0) }
        destinations = try Self.destinations(request.target)
        registries = try RegistryOpening.access(
            request.registry,
            registries: Self.hosts(request, destinations).union(RegistryOpening.registries(of: [request.source])))
        uploads = UploadOptions(chunkSize: request.chunkSize, ledger: request.run.dryRun ? .none : .ofUser())
    }

    /// One for each repository, in the order in which they were typed.
    private static func destinations(_ target: PushRequest.Target) throws -> [RegistryDestination] {
        guard case .references(let texts) = target else { return [] }
        var destinations: [RegistryDestination] = []
        for text in texts {
            let one = try RegistryDestination(parsing: text)
            let place = destinations.firstIndex { $0.repository == one.repository }
            if let place {
                destinations[place] = try destinations[place].joined(one)
            } else {
                destinations.append(one)
            }
        }
        return destinations
    }

    private static func hosts(_ request: PushRequest, _ destinations: [RegistryDestination]) -> Set<String> {
        guard case .all(let prefix) = request.target else { return Set(destinations.map(\.repository.domain)) }
        let image = RegistryReference.scheme + PushTargets.trimmed(prefix) + "/image"
        return RegistryOpening.registries(of: [image])
    }

    func opened(spool: SpoolDirectory?) throws -> Source {
        let source = try Source.open(
            reference, registries,
            OpeningPolicy(streams: .init(spool: spool), includesReferrers: request.referrers))
        for note in source.notes { NoteMessage.sentence(for: note, source: request.source).map(console.warn) }
        return source
    }

    // MARK: - What goes where

    func pushes(of source: Source) throws -> [Push] {
        switch request.target {
        case .references:
            var graph = source.graph
            graph.roots = graph.rootsWithoutCosigned
            let outcome = try planned(graph)
            return destinations.map { Push(destination: $0, outcome: outcome) }
        case .all(let prefix):
            let choice = try PushTargets.all(source.graph.rootsWithoutCosigned, under: prefix)
            let pushes = try choice.targets.map { target in
                var graph = source.graph
                graph.roots = source.graph.roots.filter { $0.descriptor.digest == target.image }
                return Push(
                    destination: RegistryDestination(target.repository, tags: target.tags), outcome: try planned(graph))
            }
            let taken = Set(pushes.flatMap { $0.outcome.plan.documents.map(\.digest) })
            for digest in choice.unnamed where !taken.contains(digest) {
                console.warn(PushMessage.unnamed(digest, source: request.source))
            }
            return pushes
        }
    }

    private func planned(_ graph: ImageGraph) throws -> MergeOutcome {
        let inputs = [MergeInput(source: request.source, graph: graph, declared: nil)]
        var outcome = try Merge.plan(inputs, MergeOptions(platforms: platforms))
        if request.referrers { outcome = try Referrers.following(outcome, from: inputs) }
        try outcome.plan.requireWholeImages(from: inputs)
        console.warn(outcome.notes)
        return outcome
    }

    // MARK: - Pushing

    /// `temporary` nil: only what would be pushed is said.
    func carriedOut(_ push: Push, _ temporary: TemporarySpool?, _ bar: ProgressBar) throws -> MergeReport {
        _ = try push.destination.image(of: push.outcome.plan.roots)
        guard let temporary else { return try report(push, written: nil, pushed: nil) }
        bar.begin("pushing", total: push.outcome.plan.bytesToMove)
        let sink = RegistrySink(push.destination, registries, uploads, sharing: temporary) { bar.advance($0) }
        do {
            let written = try PlanExecution.run(
                push.outcome.plan, into: sink, jobs: request.run.jobs.connections
            ) { bar.advance($0) }
            return try report(push, written: written, pushed: sink.pushed)
        } catch {
            sink.discard()
            throw sink.named(error)
        }
    }

    private func report(_ push: Push, written: PlanExecution.Outcome?, pushed: PushedContent?) throws -> MergeReport {
        MergeReport(
            outcome: push.outcome, destination: RegistryReference.scheme + push.destination.repository.description,
            isDryRun: request.run.dryRun, written: written, volumes: nil, pushed: pushed,
            registryNames: try push.destination.names(of: push.outcome.plan.roots), compressed: nil)
    }
}

/// Facts only.
enum PushError: Error, Equatable {
    /// Somebody typed a platform for a source that is pushed as it is.
    case declaredPlatform(source: String)
}
