internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// The command `push`: writes one source, unchanged, to one or more repositories. All of them share connections and the
/// knowledge of present blobs.
///
/// The steps of a run: open the source, plan all pushes, write one after the other, report.
struct PushPipeline {
    private struct Push {
        let destination: RegistryDestination
        let plan: MergeOutcome
    }

    private let request: PushRequest
    /// The command line as the user typed it.
    private let arguments: [String]
    private let console: Console
    private let reference: SourceReference
    private let destinations: [RegistryDestination]
    private let platforms: [Platform]
    private let registries: RegistryAccess

    init(_ request: PushRequest, _ arguments: [String], _ console: Console) throws(CommandError) {
        Interruption.install()
        self.request = request
        self.arguments = arguments
        self.console = console
        reference = try CommandError.checked { () throws(SourceError) in try SourceReference(parsing: request.source) }
        if reference.platform != nil { throw CommandError(PushError.declaredPlatform(source: request.source)) }
        do { platforms = try request.platforms.map(Platform.init(parsing:)) } catch { throw CommandError(error) }
        destinations = try CommandError.checked { () throws(DestinationError) in try Self.destinations(request.target) }
        registries = try RegistryOpening.access(
            request.registry,
            registries: Self.hosts(request, destinations).union(RegistryOpening.registries(of: [request.source])))
    }

    func run() throws(CommandError) {
        var done: [MergeReport] = []
        var fetched: PlatformEvidence.Fetched?
        do {
            try console.progress { (bar) throws(CommandError) in
                // Shared by all sinks: the blobs of a stream wait here until their repositories are known.
                let temporary = request.run.dryRun ? nil : try temporarySpool(bar)
                defer { temporary?.discard() }
                let source = try opened(spool: temporary?.spool, bar)
                fetched = try checkPlatforms(of: source)
                let pushes = try planned(source)
                let proof = request.verifies ? proof(of: pushes, bar) : nil
                let writings = try pushes.map { (push) throws(CommandError) in
                    try writing(push, proof, temporary, bar)
                }
                // No repository gets an image before all images are verified.
                for writing in proof == nil ? [] : writings { try writing.writeBlobs() }
                try proof?.check()
                for writing in writings {
                    if proof == nil { try writing.writeBlobs() }
                    done.append(try writing.finished())
                }
            }
        } catch {
            // Images that were pushed before the failure stay in their registries.
            if !done.isEmpty { try? console.print(PushReport(pushes: done), request.run) }
            throw error
        }
        try console.finish(PushReport(pushes: done, fetched: fetched), request.run)
    }

    private func temporarySpool(_ bar: ProgressBar) throws(CommandError) -> TemporarySpool {
        return try CommandError.checked { () throws(IOFailure) in
            try TemporarySpool(in: SinkContext.temporaryDirectory, for: "push") { bar.advance($0) }
        }
    }

    // MARK: - Open

    private func opened(spool: SpoolDirectory?, _ bar: ProgressBar) throws(CommandError) -> Source {
        let observer: (any StreamObserver)? =
            request.verifies
            ? PassingAudit(CopyCrew()) { bar.advance($0) } : request.evidence.depth.map(LayerListingObserver.init)
        let policy = OpeningPolicy(
            streams: .init(spool: spool, observer: observer), includesReferrers: request.referrers)
        let source = try CommandError.checked { () throws(SourceError) in
            try Source.open(reference, registries, policy)
        }
        for note in source.notes { NoteMessage.sentence(for: note, source: request.source).map(console.warn) }
        return source
    }

    /// Refuses images whose executables contradict their platform. An image of a registry only causes a warning.
    private func checkPlatforms(of source: Source) throws(CommandError) -> PlatformEvidence.Fetched? {
        // --verify examines an image of a registry itself, without a second transfer.
        let evidence = try PlatformEvidence(
            [source], request.evidence, of: platforms, request.verifies ? .outsideRegistries : .complete,
            jobs: request.run.jobs.threads)
        _ = try evidence.inputs(console, suggesting: correction)
        return evidence.fetched
    }

    /// The typed command line as a merge with --fix. For several references the image must be corrected first.
    private var correction: String {
        guard case .references(let names) = request.target, let name = names.first, names.count == 1,
            let place = arguments.lastIndex(of: name)
        else { return ShellText.command(["fix", request.source, "--auto", "-o", "DEST"]) }
        let scheme = name.hasPrefix(RegistryReference.scheme) ? "" : RegistryReference.scheme
        var words = arguments
        words.replaceSubrange(place...place, with: ["-o", scheme + name])
        words.removeFirst()
        return ShellText.command(words, adding: "--fix")
    }

    // MARK: - Plan

    private func planned(_ source: Source) throws(CommandError) -> [Push] {
        return try CommandError.checked { () throws(PlanError) in try pushes(of: source) }
    }

    private func pushes(of source: Source) throws(PlanError) -> [Push] {
        switch request.target {
        case .references:
            var graph = source.graph
            let tagged = TaggedRoots(graph)
            graph.roots = tagged.roots
            console.warn(tagged.left.map { PlanNote.notAnImage(source: request.source, $0) })
            let plan = try outcome(graph)
            return destinations.map { Push(destination: $0, plan: plan) }
        case .all(let prefix):
            let choice = try PushTargets.all(source.graph.rootsWithoutReferrers, under: prefix)
            let parts = try GraphParts(source.graph)
            let pushes = try choice.targets.map { (target) throws(PlanError) in
                Push(
                    destination: RegistryDestination(target.repository, tags: target.tags),
                    plan: try outcome(parts.part(target.image)))
            }
            let taken = Set(pushes.flatMap { $0.plan.plan.documents.map(\.digest) })
            for digest in choice.unnamed where !taken.contains(digest) {
                console.warn(PushMessage.unnamed(digest, source: request.source))
            }
            return pushes
        }
    }

    private func outcome(_ graph: ImageGraph) throws(PlanError) -> MergeOutcome {
        let inputs = [MergeInput(source: request.source, graph: graph, declared: nil)]
        var outcome = try Merge.plan(inputs, MergeOptions(platforms: platforms))
        outcome =
            request.referrers
            ? try Referrers.following(outcome, from: inputs) : Referrers.leftBehind(outcome, from: inputs)
        try outcome.plan.requireWholeImages(from: inputs)
        console.warn(outcome.notes)
        return outcome
    }

    // MARK: - Write

    /// The writing of one push, in two steps.
    private struct Writing {
        let fitted: FittedPlan
        let destination: RegistryDestination
        /// `nil` if nothing is written.
        let execution: PlanExecution?
        let bar: ProgressBar

        func writeBlobs() throws(CommandError) {
            guard let execution else { return }
            bar.begin("pushing", total: fitted.plan.bytesToMove)
            try CommandError.checked { () throws(SinkError) in try execution.writeBlobs() }
        }

        func finished() throws(CommandError) -> MergeReport {
            let written = try CommandError.checked { () throws(SinkError) in try execution?.finish() }
            return MergeReport(
                fitted, written, destination: RegistryReference.scheme + destination.repository.description,
                form: .registry, isDryRun: execution == nil)
        }
    }

    /// Without a `temporary` spool nothing is written. The caller removes it, so that sinks have nothing to discard.
    private func writing(
        _ push: Push, _ proof: ResultProof?, _ temporary: TemporarySpool?, _ bar: ProgressBar
    ) throws(CommandError) -> Writing {
        let fitted = try CommandError.checked { () throws(DestinationError) in try push.destination.fitted(push.plan) }
        guard let temporary else {
            return Writing(fitted: fitted, destination: push.destination, execution: nil, bar: bar)
        }
        let context = SinkContext(
            syncs: false, registries: registries, chunkSize: request.chunkSize, sharedSpool: temporary
        ) { bar.advance($0) }
        let plan = try proof?.observed(fitted.plan) ?? fitted.plan
        let sink = try CommandError.checked { () throws(SinkError) in try push.destination.makeSink(context) }
        let execution = PlanExecution(plan, into: sink, jobs: request.run.jobs.connections) { bar.advance($0) }
        return Writing(fitted: fitted, destination: push.destination, execution: execution, bar: bar)
    }

    /// Of all images that any repository gets. Each blob is read once for all of them.
    private func proof(of pushes: [Push], _ bar: ProgressBar) -> ResultProof {
        var images = ImageGraph()
        var known: Set<Digest> = []
        for graph in pushes.map(\.plan.plan.graph) {
            let new = graph.roots.filter { !known.contains($0.descriptor.digest) }
            images.roots += new
            known.formUnion(new.map(\.descriptor.digest))
            images.insertDocuments(of: graph)
            images.blobs.merge(graph.blobs) { first, _ in first }
        }
        let places = pushes.map { RegistryReference.scheme + $0.destination.repository.description }
        let run = ResultProof.Run(
            destination: places.joined(separator: ", "), threads: request.run.jobs.threads)
        return ResultProof(of: images, run, console, bar)
    }

    // MARK: - Targets

    /// One destination for each repository, in the order in which the user typed them.
    private static func destinations(_ target: PushRequest.Target) throws(DestinationError) -> [RegistryDestination] {
        guard case .references(let texts) = target else { return [] }
        var destinations: [RegistryDestination] = []
        for text in texts {
            let one = try RegistryDestination(parsing: text)
            if let place = destinations.firstIndex(where: { $0.repository == one.repository }) {
                destinations[place] = try destinations[place].joined(one)
            } else {
                destinations.append(one)
            }
        }
        return destinations
    }

    private static func hosts(_ request: PushRequest, _ destinations: [RegistryDestination]) -> Set<String> {
        guard case .all(let prefix) = request.target else { return Set(destinations.map(\.repository.domain)) }
        let image = RegistryReference.scheme + PrefixText.trimmed(prefix) + "/image"
        return RegistryOpening.registries(of: [image])
    }
}

extension MergePipeline {
    /// The command `push --spec`: the spec itself names the repository of its image.
    init(
        pushing spec: String, _ parsed: ParsedArguments, _ arguments: [String], _ console: Console
    ) throws(CommandError) {
        if let extra = parsed.positionals.first {
            throw CommandError(UsageError.unexpectedPositional(extra, command: "push --spec"))
        }
        let file = try CommandError.checked { () throws(SpecError) in try SpecFile(reading: spec) }
        guard let name = file.spec.names.first else {
            throw CommandError(SpecError(file: spec, line: nil, .missingKey("image", of: .whole)))
        }
        let output = RegistryReference.scheme + name.full
        let request = try CommandError.checked { () throws(UsageError) in
            try MergeRequest(parsed, sources: [], output: output)
        }
        try self.init(request, arguments, console, spec: file)
    }
}

/// Facts only.
enum PushError: Error, Equatable {
    /// The source has a platform behind it, but is pushed unchanged.
    case declaredPlatform(source: String)
}
