internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// The command `push`: writes one source or the images of lists, unchanged, to one or more repositories. All of them
/// share connections and the knowledge of present blobs.
///
/// The steps of a run: open the sources, plan all pushes, write one after the other, report.
struct PushPipeline {
    private let request: PushRequest
    /// The command line as the user typed it.
    private let arguments: [String]
    private let console: Console
    private let sources: PushSources
    private let rewriting: ReferenceRewriting?
    private let destinations: [RegistryDestination]
    private let platforms: [Platform]
    private let registries: RegistryAccess

    init(_ request: PushRequest, _ arguments: [String], _ console: Console) throws(CommandError) {
        Interruption.install()
        self.request = request
        self.arguments = arguments
        self.console = console
        do { platforms = try request.platforms.map(Platform.init(parsing:)) } catch { throw CommandError(error) }
        sources = try PushSources(request, platforms: platforms, console)
        rewriting = try ReferenceRewriting(request, sources)
        destinations = try CommandError.checked { () throws(DestinationError) in try Self.destinations(request.target) }
        registries = try RegistryOpening.access(
            request.registry,
            registries: Self.hosts(request, destinations)
                .union(RegistryOpening.registries(of: sources.references.map(\.text))))
    }

    func run() throws(CommandError) {
        var done: [MergeReport] = []
        var fetched: PlatformEvidence.Fetched?
        var rewriting = rewriting
        do {
            try console.progress { (bar) throws(CommandError) in
                // Shared by all sinks: the blobs of a stream wait here until their repositories are known.
                let temporary =
                    request.run.dryRun
                    ? nil : TemporarySpool(in: SinkContext.temporaryDirectory, for: "push") { bar.advance($0) }
                defer { console.warn(temporary: temporary?.discard()) }
                let opened = try opened(spool: temporary?.spool, bar)
                let planning = PushPlanning(
                    request, platforms: platforms, destinations: destinations, sources: sources,
                    registries, console)
                let pushes = try planning.pushes(of: opened)
                try rewriting?.plan(pushes)
                let proof = request.verifies ? proof(of: pushes, bar) : nil
                let writings = try pushes.map { (push) throws(CommandError) in
                    try writing(push, proof, temporary, bar)
                }
                // If every registry has its image under all tags, nothing is published.
                let isThere = try areComplete(writings)
                if !isThere || request.evidence != .checked(isFull: false) { fetched = try checkPlatforms(of: opened) }
                bar.begin("pushing", total: pushes.totalSize(\.fitted.plan.bytesToMove))
                // No repository gets an image before all images are verified.
                for writing in proof == nil ? [] : writings { try writing.writeBlobs() }
                try proof?.check()
                for (number, writing) in writings.enumerated() {
                    if writings.count > 1 { bar.show(images: number, of: writings.count, now: writing.name) }
                    if proof == nil { try writing.writeBlobs() }
                    done.append(try writing.finished())
                }
            }
        } catch {
            // Images that were pushed before the failure stay in their registries.
            if !done.isEmpty { try? console.print(PushReport(pushes: done), request.run, to: reportStream) }
            throw error
        }
        if let rewriting { try console.finish(rewriting.bytes(after: done), request.run) }
        try console.finish(PushReport(pushes: done, fetched: fetched), request.run, to: reportStream)
    }

    private var reportStream: StandardStreams.Stream { rewriting == nil ? .output : .error }

    // MARK: - Open

    private func opened(spool: SpoolDirectory?, _ bar: ProgressBar) throws(CommandError) -> [Source] {
        let observer: (any StreamObserver)? =
            request.verifies
            ? PassingAudit(CopyCrew()) { bar.advance($0) } : request.evidence.depth.map(LayerListingObserver.init)
        let policy = OpeningPolicy(
            streams: .init(spool: spool, observer: observer), includesReferrers: request.referrers)
        return try sources.opened(registries, policy, jobs: request.run.jobs.connections, console, bar)
    }

    /// Refuses images whose executables contradict their platform. An image of a registry only causes a warning.
    private func checkPlatforms(of opened: [Source]) throws(CommandError) -> PlatformEvidence.Fetched? {
        // --verify examines an image of a registry itself, without a second transfer.
        let stage = request.verifies ? PlatformEvidence.Stage.outsideRegistries : .complete
        let copies = PlatformEvidence.copies(opened, arePacked: true, isSelection: !platforms.isEmpty)
        let evidence = try PlatformEvidence(
            opened, request.evidence, of: platforms, stage, copies: copies, toRegistry: true,
            jobs: opened.count == 1 ? request.run.jobs.threads : request.run.jobs.connections)
        _ = try evidence.inputs(
            console, suggesting: correction(of: opened.count == 1 ? opened[0].reference.text : "SOURCE"))
        return evidence.fetched
    }

    /// The typed command line as a merge with --fix. For several references the image must be corrected first.
    private func correction(of source: String) -> String {
        guard case .references(let names) = request.target, let name = names.first, names.count == 1,
            let place = arguments.lastIndex(of: name)
        else { return ShellText.command(["fix", source, "--auto", "-o", "DEST"]) }
        let scheme = name.hasPrefix(RegistryReference.scheme) ? "" : RegistryReference.scheme
        var words = arguments
        words.replaceSubrange(place...place, with: ["-o", scheme + name])
        words.removeFirst()
        return ShellText.command(words, adding: "--fix")
    }

    // MARK: - Write

    /// Whether no registry needs anything.
    private func areComplete(_ writings: [Writing]) throws(CommandError) -> Bool {
        var areComplete = !request.run.dryRun
        for writing in writings where try !writing.hasNothingToDo() { areComplete = false }
        return areComplete
    }

    /// The writing of one push, in two steps.
    private struct Writing {
        let push: PlannedPush
        /// `nil` if nothing is written.
        let execution: PlanExecution?

        /// The repository, for the progress line.
        var name: String { push.destination.repository.description }

        func hasNothingToDo() throws(CommandError) -> Bool {
            guard let execution else { return false }
            return try CommandError.checked { () throws(SinkError) in try execution.lookAhead() }
        }

        func writeBlobs() throws(CommandError) {
            guard let execution else { return }
            try CommandError.checked { () throws(SinkError) in try execution.writeBlobs() }
        }

        func finished() throws(CommandError) -> MergeReport {
            let written = try CommandError.checked { () throws(SinkError) in try execution?.finish() }
            var report = MergeReport(
                push.fitted, written, destination: RegistryReference.scheme + push.destination.repository.description,
                form: .registry, isDryRun: execution == nil)
            report.namePairs = push.namePairs
            return report
        }
    }

    /// Without a `temporary` spool nothing is written. The caller removes it, so that sinks have nothing to discard.
    private func writing(
        _ push: PlannedPush, _ proof: ResultProof?, _ temporary: TemporarySpool?, _ bar: ProgressBar
    ) throws(CommandError) -> Writing {
        guard let temporary else { return Writing(push: push, execution: nil) }
        let context = SinkContext(
            syncs: false, registries: registries, chunkSize: request.chunkSize, sharedSpool: temporary,
            asksForBlobs: request.verifies
        ) { bar.advance($0) }
        let plan = try proof?.observed(push.fitted.plan) ?? push.fitted.plan
        let sink = try CommandError.checked { () throws(SinkError) in try push.destination.makeSink(context) }
        let execution = PlanExecution(plan, into: sink, jobs: request.run.jobs.connections) { bar.advance($0) }
        return Writing(push: push, execution: execution)
    }

    /// Of all images that any repository gets. Each blob is read once for all of them.
    private func proof(of pushes: [PlannedPush], _ bar: ProgressBar) -> ResultProof {
        var images = ImageGraph()
        var known: Set<Digest> = []
        for graph in pushes.map(\.plan.plan.graph) {
            let new = graph.roots.filter { !known.contains($0.descriptor.digest) }
            images.roots += new
            known.formUnion(new.map(\.descriptor.digest))
            images.insertContent(of: graph)
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
