internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// The commands `merge` and `pack`, and `push --spec`: joins sources into one result. `pack` leaves out blobs that the
/// receiver has.
///
/// The steps of a run: open the sources, check their platforms, plan, recompress layers if requested, write, report.
struct MergePipeline {
    private let request: MergeRequest
    /// The command line as the user typed it.
    private let arguments: [String]
    private let console: Console
    private let registries: RegistryAccess
    private let destination: any Destination
    private let sources: any MergeSources
    /// The sources of `pack`; `nil` if images of different names are joined.
    private let packed: PackSources?
    private let planning: MergePlanning

    /// `spec` is the spec that the request names, if the caller has read it already.
    init(
        _ request: MergeRequest, _ arguments: [String], _ console: Console, spec: SpecFile? = nil
    ) throws(CommandError) {
        Interruption.install()
        self.request = request
        self.arguments = arguments
        self.console = console
        let destination = try request.destination()
        let platforms = try TypedPlatform.parse(request.platforms, isTrusted: request.evidence == .ignored)
        packed = try request.pack.map { (options) throws(CommandError) in
            try PackSources(request, options, platforms: platforms, console)
        }
        let sources: any MergeSources
        if let packed { sources = packed } else { sources = try SourceList(request, console, spec: spec) }
        registries = try RegistryOpening.access(
            request.registry,
            registries: sources.references.registries.union(
                RegistryOpening.registries(of: request.since + [request.output])))
        self.sources = sources
        self.destination = try CommandError.checked { () throws(DestinationError) in
            try destination.named(sources.names)
        }
        var options = MergeOptions(
            tags: sources.names, platforms: platforms, annotations: sources.annotations, format: request.format,
            joinsSideBySide: destination.traits.joinsSideBySide, makesIndex: request.spec != nil,
            allowsIncomplete: request.allowsIncomplete)
        options.keepsImages = request.pack != nil
        options.isSparse = request.pack?.isSparse ?? false
        planning = MergePlanning(
            request: request, destination: self.destination, options: options,
            known: try IncrementBase.blobs(request.since, registries, console))
    }

    func run() throws(CommandError) {
        let report = try console.progress(merged)
        let stream = request.run.dryRun ? .output : destination.traits.reports
        try console.finish(report, request.run, to: stream)
    }

    private func merged(_ bar: ProgressBar) throws(CommandError) -> MergeReport {
        // The lock and the spool must exist before any source is read.
        let sink = request.run.dryRun ? nil : try makeSink(bar)
        defer { console.warn(temporary: sink?.discard()) }
        let files = try PackFiles(request, reading: sources.references.compactMap(\.path))
        defer { for failure in files.discard() { console.warn(temporary: failure) } }
        let downloads = sink.flatMap { _ in
            LastingDownloads(request, destination, readsRegistry: sources.readsRegistry, console)
        }
        let opened = try opened(spool: sink?.spool, bar).map { downloads?.downloadable($0) ?? $0 }
        var (inputs, fetched) = try checked(opened, isDownloading: downloads != nil)
        if let repository = destination.place {
            inputs = try IncrementCompletion.completed(
                inputs, from: repository, platforms: planning.options.platforms, registries,
                jobs: request.run.jobs.connections)
        }
        var plan = try firstPlan(inputs, opened, isComplete: downloads == nil)
        try packed?.checkDigests(of: plan.outcome.plan, opened)
        if let downloads { fetched = try download(downloads, plan, opened, bar) ?? fetched }
        let recoding = request.verifies ? RecodingProof() : nil
        if request.verifies, sink == nil { try proof(of: plan, inputs, nil, bar).check() }
        let compressed = try recompress(&plan, inputs, into: sink?.spool, recoding, bar)
        try packed?.checkDigests(of: plan.outcome.plan, opened)
        warn(plan)
        var findings: [Finding] = []
        let written = try sink.map { (sink) throws(CommandError) in
            let proof = request.verifies ? proof(of: plan, inputs, recoding, bar) : nil
            return try write(plan, to: sink, proof, &findings, bar)
        }
        if written != nil { LastingDownloads.remove(downloads, of: destination, console) }
        let receipt = try files.write(
            lock: packed?.lock(of: opened) ?? [], plan.fitted.plan, sources: opened.map(\.reference.text),
            findings: request.verifies ? findings : nil)
        return MergeReport(
            plan.fitted, written, compressed, fetched: fetched, destination: request.output,
            form: destination.traits.form, isDryRun: request.run.dryRun, receipt: receipt,
            hosts: request.run.dryRun && packed != nil ? HostShare.all(opened, plan.fitted.plan) : [])
    }

    /// The same command line with --fix.
    private var correction: String { ShellText.command(arguments, adding: "--fix") }

    private var threads: Int { request.run.jobs.threads }

    // MARK: - Platforms

    private func examined(
        _ sources: [Source], _ stage: PlatformEvidence.Stage
    ) throws(CommandError) -> PlatformEvidence {
        let options = planning.options
        let copies = PlatformEvidence.copies(
            sources, arePacked: options.keepsImages, isSelection: !options.platforms.isEmpty && !options.isSparse)
        return try PlatformEvidence(
            sources, request.evidence, of: options.platforms, stage, copies: copies,
            toRegistry: destination.traits.form == .registry && !request.changesImages, jobs: threads)
    }

    /// The sources as the plan takes them. Images in registries are examined after their download, except with --fix,
    /// which needs the platforms for the plan. --verify examines all images itself.
    private func checked(
        _ opened: [Source], isDownloading: Bool
    ) throws(CommandError) -> (inputs: [MergeInput], fetched: PlatformEvidence.Fetched?) {
        let isLater = (request.verifies || isDownloading) && !request.evidence.corrects
        let evidence = try examined(opened, isLater ? .outsideRegistries : .complete)
        return (try evidence.inputs(console, suggesting: correction), evidence.fetched)
    }

    /// Downloads the layers that the plan needs, and examines them. Returns what was read from registries only for that.
    private func download(
        _ downloads: LastingDownloads, _ plan: MergePlanning.Planned, _ opened: [Source], _ bar: ProgressBar
    ) throws(CommandError) -> PlatformEvidence.Fetched? {
        let held = try CommandError.checked { () throws(IOFailure) in try destination.heldBlobs() }
        try downloads.run(plan.fitted, held: held, jobs: request.run.jobs.connections, bar)
        if request.verifies || request.evidence.corrects { return nil }
        let evidence = try examined(opened, .downloaded(held: held))
        _ = try evidence.inputs(console, suggesting: correction)
        return evidence.fetched
    }

    /// `isComplete`: All images are examined. Otherwise a wrong platform may be the cause of two images for one platform.
    /// The error then names the executable.
    private func firstPlan(
        _ inputs: [MergeInput], _ opened: [Source], isComplete: Bool
    ) throws(CommandError) -> MergePlanning.Planned {
        do throws(CommandError) { return try planning.first(inputs) } catch {
            guard !isComplete, case .conflict(.samePlatform)? = error.cause as? PlanError else { throw error }
            if let evidence = try? examined(opened, .downloaded(held: nil)) {
                _ = try evidence.inputs(console, suggesting: correction)
            }
            throw error
        }
    }

    // MARK: - Open

    private func makeSink(_ bar: ProgressBar) throws(CommandError) -> any ImageSink {
        let context = SinkContext(
            syncs: request.run.syncs, registries: registries, chunkSize: request.chunkSize,
            asksForBlobs: request.verifies
        ) { bar.advance($0) }
        return try CommandError.checked { () throws(SinkError) in try destination.makeSink(context) }
    }

    /// Without a `spool` the bytes of streams are only observed: nothing will be written.
    private func opened(spool: SpoolDirectory?, _ bar: ProgressBar) throws(CommandError) -> [Source] {
        let held = try CommandError.checked { () throws(IOFailure) in try destination.heldBlobs() }
        let policy = OpeningPolicy(
            streams: .init(spool: spool, observer: observer(bar)),
            includesReferrers: request.referrers)
        var opened = try sources.opened(registries, policy, jobs: threads, console, bar)
        for place in opened.indices {
            try CommandError.checked { () throws(IOFailure) in try opened[place].complete(from: held) }
            if let known = planning.known { opened[place].graph.elsewhere = known.digests }
            // In a registry artifacts follow their image and have no tags of their own.
            if destination.traits.needsWholeImages {
                let tagged = TaggedRoots(opened[place].graph)
                opened[place].graph.roots = tagged.roots
                console.warn(tagged.left.map { PlanNote.notAnImage(source: opened[place].reference.text, $0) })
            }
        }
        return opened
    }

    /// The observer of streams in a dry run.
    private func observer(_ bar: ProgressBar) -> (any StreamObserver)? {
        if request.verifies { return PassingAudit(CopyCrew()) { bar.advance($0) } }
        return request.evidence.depth.map(LayerListingObserver.init)
    }

    // MARK: - Recompress

    /// Recompresses layers and plans again. `nil` if layers keep their compression. Without a `spool` only the report is
    /// made.
    private func recompress(
        _ plan: inout MergePlanning.Planned, _ inputs: [MergeInput], into spool: SpoolDirectory?,
        _ observer: RecodingProof?, _ bar: ProgressBar
    ) throws(CommandError) -> CompressionSummary? {
        guard let option = request.compression else { return nil }
        let layers = try planning.layers(for: option, of: plan, inputs)
        let recoded = try spool.map { (spool) throws(CommandError) -> [Digest: RecodedLayer] in
            do throws(SinkError) { return try recode(layers, option, into: spool, observer, bar) } catch {
                // The same sentences as for layers that keep their compression.
                if error.isAboutContent, request.verifies { try proof(of: plan, inputs, observer, bar).check() }
                throw CommandError(error)
            }
        }
        plan = try planning.replanned(plan, inputs, layers, recoded)
        return CompressionSummary(option.compression, layers.layers, recoded)
    }

    private func recode(
        _ layers: LayersToRecode, _ option: CompressionOption, into spool: SpoolDirectory,
        _ observer: RecodingProof?, _ bar: ProgressBar
    ) throws(SinkError) -> [Digest: RecodedLayer] {
        bar.begin(
            option.compression == .none ? "unpacking" : "compressing", total: layers.layers.totalSize(\.size))
        let recoding = LayerRecoding(option.recipe, into: spool, jobs: threads, observer: observer)
        return try recoding.run(layers.layers) { bar.advance($0) }
    }

    // MARK: - Write

    private func warn(_ plan: MergePlanning.Planned) {
        let notes = plan.outcome.notes.filter { note in
            if case .noCommonName = note { destination.traits.keepsNames } else { true }
        }
        console.warn(notes + plan.layerNotes + plan.fitted.notes)
        if request.format == .docker, destination.traits.hasIndexFile {
            NoteMessage.dockerFormatInLayout(plan.fitted.plan).map(console.warn)
        }
    }

    /// For the progress bar.
    private var verb: String {
        if destination.traits.form == .registry { return "pushing" }
        return request.verb == .merging && sources.references.count == 1 ? "copying" : request.verb.rawValue
    }

    private func write(
        _ plan: MergePlanning.Planned, to sink: any ImageSink, _ proof: ResultProof?, _ findings: inout [Finding],
        _ bar: ProgressBar
    ) throws(CommandError) -> PlanExecution.Written {
        let waits = destination.traits.waitsForNetwork || sources.readsRegistry
        let jobs = request.run.jobs.count(waitsForNetwork: waits)
        var content = plan.fitted.plan
        if let proof {
            content = try proof.observed(content, isIrrevocable: destination.traits.isStandardOutput)
        }
        bar.begin(verb, total: content.bytesToMove)
        let images = ImageProgress(plan.fitted, blobs: content.blobs, bar)
        let execution = PlanExecution(content, into: sink, jobs: jobs, observer: images) { bar.advance($0) }
        try CommandError.checked { () throws(SinkError) in try execution.writeBlobs() }
        if let proof { findings = try proof.check() }
        let written = try CommandError.checked { () throws(SinkError) in try execution.finish() }
        console.warn(leftover: written.publication.leftover)
        return written
    }

    /// Of all images of the plan, also of layers that an increment leaves out and a source has.
    private func proof(
        of plan: MergePlanning.Planned, _ inputs: [MergeInput], _ recoded: RecodingProof?, _ bar: ProgressBar
    ) -> ResultProof {
        var images = plan.outcome.plan.graph
        if planning.known != nil {
            images.isIncrement = true
            for input in inputs { images.blobs.merge(input.graph.blobs) { first, _ in first } }
        }
        let run = ResultProof.Run(
            destination: request.output, skipsExecutables: request.evidence == .ignored,
            allowsIncomplete: request.allowsIncomplete, threads: threads)
        return ResultProof(of: images, run, recoded: recoded, console, bar)
    }
}

extension SinkError {
    /// Whether the bytes of a layer are the promised ones, and their content is not.
    fileprivate var isAboutContent: Bool {
        switch self {
        case .blob(.content), .blob(.notDecompressed): true
        default: false
        }
    }
}
