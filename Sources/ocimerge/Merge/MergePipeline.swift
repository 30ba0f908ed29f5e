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
    private let options: MergeOptions
    /// The blobs that the receiver of an increment has; `nil` if nothing is left out.
    private let known: BlobList?

    /// `spec` is the spec that the request names, if the caller has read it already.
    init(
        _ request: MergeRequest, _ arguments: [String], _ console: Console, spec: SpecFile? = nil
    ) throws(CommandError) {
        Interruption.install()
        self.request = request
        self.arguments = arguments
        self.console = console
        let destination = try Self.destination(of: request)
        let platforms = try TypedPlatform.parse(request.platforms, isTrusted: request.evidence == .ignored)
        packed = try request.pack.map { (options) throws(CommandError) in
            try PackSources(request, options, platforms: platforms, console)
        }
        let sources: any MergeSources
        if let packed { sources = packed } else { sources = try SourceList(request, console, spec: spec) }
        registries = try RegistryOpening.access(
            request.registry,
            registries: sources.registries.union(RegistryOpening.registries(of: request.since + [request.output])))
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
        self.options = options
        known = try IncrementBase.blobs(request.since, registries, console)
    }

    private static func destination(of request: MergeRequest) throws(CommandError) -> any Destination {
        let platform = try request.defaultPlatform.map { (text) throws(CommandError) in
            try TypedPlatform.parse(text, isTrusted: request.evidence == .ignored)
        }
        let wanted = DestinationOptions(
            existing: request.existing, volumeSize: request.volumeSize, defaultPlatform: platform,
            isIncrement: !request.since.isEmpty)
        return try DestinationOpening.destination(request.output, wanted, request.run, format: request.format)
    }

    func run() throws(CommandError) {
        let report = try console.progress(merged)
        let stream = request.run.dryRun ? .output : destination.traits.reports
        try console.finish(report, request.run, to: stream)
    }

    private func merged(_ bar: ProgressBar) throws(CommandError) -> MergeReport {
        // The lock and the spool must exist before any source is read.
        let sink = request.run.dryRun ? nil : try makeSink(bar)
        defer { sink?.discard() }
        let files = try PackFiles(request)
        defer { files.discard() }
        let downloads = sink.flatMap { _ in
            LastingDownloads(request, destination, readsRegistry: sources.readsRegistry, console)
        }
        let opened = try opened(spool: sink?.spool, bar).map { downloads?.downloadable($0) ?? $0 }
        let passing =
            downloads == nil && copiesLayersOfRegistries ? PassingLayers(request.evidence.depth ?? .bounded) : nil
        let isProven = request.verifies && !request.evidence.corrects
        // Downloaded layers are examined before the result is written, others while they are copied.
        let isDeferred = passing != nil || downloads != nil && !request.verifies && !request.evidence.corrects
        let evidence = try examined(opened, !isDeferred && !isProven ? .complete : .beforeCopy)
        var fetched = evidence.fetched
        let inputs = try evidence.inputs(console, suggesting: correction)
        var plan = try firstPlan(inputs, opened, isComplete: !isDeferred)
        if let downloads {
            let held = try CommandError.checked { () throws(IOFailure) in try destination.heldBlobs() }
            try downloads.run(plan.fitted, held: held, jobs: request.run.jobs.connections, bar)
            if isDeferred {
                let evidence = try examined(opened, .afterCopy(PassingLayers(.bounded), held: held))
                fetched = evidence.fetched
                _ = try evidence.inputs(console, suggesting: correction)
            }
        }
        let recoding = request.verifies ? RecodingProof() : nil
        if request.verifies, sink == nil { try proof(of: plan, inputs, nil, bar).check() }
        var compressed: CompressionSummary?
        if let option = request.compression {
            let layers = try layers(for: option, of: plan, inputs)
            let recoded = try sink.map { (sink) throws(CommandError) -> [Digest: RecodedLayer] in
                do throws(SinkError) {
                    return try recode(layers, option, into: sink.spool, recoding, bar)
                } catch {
                    // The same sentences as for layers that keep their compression.
                    if error.isAboutContent, request.verifies { try proof(of: plan, inputs, recoding, bar).check() }
                    throw CommandError(error)
                }
            }
            plan = try replanned(plan, inputs, layers, recoded)
            compressed = CompressionSummary(option.compression, layers.layers, recoded)
        }
        warn(plan)
        var findings: [Finding] = []
        let written = try sink.map { (sink) throws(CommandError) -> PlanExecution.Written in
            let proof = request.verifies ? proof(of: plan, inputs, recoding, bar) : nil
            return try write(plan, to: sink, proof, passing, bar) { () throws(CommandError) in
                findings = try proof?.check() ?? []
                guard let passing else { return }
                let held = try CommandError.checked { () throws(IOFailure) in try destination.heldBlobs() }
                let evidence = try examined(opened, .afterCopy(passing, held: held))
                fetched = evidence.fetched
                _ = try evidence.inputs(console, suggesting: correction)
            }
        }
        if written != nil { LastingDownloads.remove(downloads, of: destination, console) }
        let receipt = try files.write(
            lock: packed?.lock(of: opened) ?? [], plan.fitted.plan, sources: sources.references.map(\.text),
            findings: findings)
        return MergeReport(
            plan.fitted, written, compressed, fetched: fetched, destination: request.output,
            form: destination.traits.form, isDryRun: request.run.dryRun, receipt: receipt,
            hosts: request.run.dryRun && packed != nil ? HostShare.all(opened, plan.fitted.plan) : [])
    }

    /// Whether the layers of images in registries pass while they are copied into a result that can still be refused. With
    /// --fix the platform is needed before, and --verify examines the images itself.
    private var copiesLayersOfRegistries: Bool {
        !request.run.dryRun && !request.verifies && !request.evidence.corrects && request.compression == nil
            && !destination.traits.waitsForNetwork && !destination.traits.isStandardOutput
    }

    /// The same command line with --fix.
    private var correction: String { ShellText.command(arguments, adding: "--fix") }

    private func examined(
        _ sources: [Source], _ stage: PlatformEvidence.Stage
    ) throws(CommandError) -> PlatformEvidence {
        try PlatformEvidence(
            sources, request.evidence, of: options.platforms, stage, copiesRegistries: packed != nil, jobs: threads)
    }

    private func makeSink(_ bar: ProgressBar) throws(CommandError) -> any ImageSink {
        let context = SinkContext(
            syncs: request.run.syncs, registries: registries, chunkSize: request.chunkSize
        ) { bar.advance($0) }
        return try CommandError.checked { () throws(SinkError) in try destination.makeSink(context) }
    }

    private var threads: Int { request.run.jobs.threads }

    // MARK: - Open

    /// Without a `spool` the bytes of streams are only observed: nothing will be written.
    private func opened(spool: SpoolDirectory?, _ bar: ProgressBar) throws(CommandError) -> [Source] {
        let held = try CommandError.checked { () throws(IOFailure) in try destination.heldBlobs() }
        let policy = OpeningPolicy(
            streams: .init(spool: spool, observer: observer(bar)),
            includesReferrers: request.referrers)
        var opened = try sources.opened(registries, policy, jobs: threads, console, bar)
        for place in opened.indices {
            try CommandError.checked { () throws(IOFailure) in try opened[place].complete(from: held) }
            if let known { opened[place].graph.elsewhere = known.digests }
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

    // MARK: - Plan

    /// A plan before and after it was fitted to the destination.
    private struct Planned {
        let outcome: MergeOutcome
        let fitted: FittedPlan
        /// Notes about layers that keep their compression.
        var layerNotes: [PlanNote] = []
    }

    /// Refuses content that the destination cannot hold. `replaced` are layers that will have other digests.
    private func planned(
        _ inputs: [MergeInput], _ options: MergeOptions, replacing replaced: Set<Digest> = []
    ) throws(CommandError) -> Planned {
        let outcome = try CommandError.checked { () throws(PlanError) in
            try self.outcome(inputs, options, replacing: replaced)
        }
        return try CommandError.checked { () throws(DestinationError) in
            Planned(outcome: outcome, fitted: try destination.fitted(outcome))
        }
    }

    /// `isComplete`: All images are examined. Otherwise a wrong platform may be the cause of two images for one platform.
    /// The error then names the executable.
    private func firstPlan(
        _ inputs: [MergeInput], _ opened: [Source], isComplete: Bool
    ) throws(CommandError) -> Planned {
        do throws(CommandError) { return try planned(inputs, firstOptions) } catch {
            guard !isComplete, case .conflict(.samePlatform)? = error.cause as? PlanError else { throw error }
            if let evidence = try? examined(opened, .afterCopy(PassingLayers(.bounded), held: nil)) {
                _ = try evidence.inputs(console, suggesting: correction)
            }
            throw error
        }
    }

    private func outcome(
        _ inputs: [MergeInput], _ options: MergeOptions, replacing replaced: Set<Digest>
    ) throws(PlanError) -> MergeOutcome {
        var outcome = try Increment.plan(inputs, options, over: known?.without(replaced), reuses: request.reuse)
        if destination.traits.needsNames, outcome.images.contains(where: \.labels.isEmpty) {
            throw .conflict(.unnamedUpdate)
        }
        outcome =
            request.referrers
            ? try Referrers.following(outcome, from: inputs, allowsIncomplete: request.allowsIncomplete)
            : Referrers.leftBehind(outcome, from: inputs)
        if destination.traits.needsWholeImages { try outcome.plan.requireWholeImages(from: inputs) }
        return outcome
    }

    private func warn(_ plan: Planned) {
        let notes = plan.outcome.notes.filter { note in
            if case .noCommonName = note { destination.traits.keepsNames } else { true }
        }
        console.warn(notes + plan.layerNotes + plan.fitted.notes)
        if request.format == .docker, destination.traits.hasIndexFile {
            NoteMessage.dockerFormatInLayout(plan.fitted.plan).map(console.warn)
        }
    }

    // MARK: - Recompress

    /// The options of the plan before layers are recompressed.
    private var firstOptions: MergeOptions {
        var first = options
        if let option = request.compression, option.recompresses { first.recompression = option.compression }
        return first
    }

    /// Which layers are recompressed depends on the base only with `--reuse`: digests would depend on the base otherwise.
    private func layers(
        for option: CompressionOption, of plan: Planned, _ inputs: [MergeInput]
    ) throws(CommandError) -> LayersToRecode {
        var whole = plan.outcome
        if known != nil, !request.reuse {
            whole = try CommandError.checked { () throws(PlanError) in try Merge.plan(inputs, firstOptions) }
        }
        return LayersToRecode(whole.plan, to: option.compression, includesCompressed: option.recompresses)
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

    /// The plan with the new layers. `recoded` is `nil` in a dry run: then only the old layers are left out.
    private func replanned(
        _ plan: Planned, _ inputs: [MergeInput], _ layers: LayersToRecode, _ recoded: [Digest: RecodedLayer]?
    ) throws(CommandError) -> Planned {
        var plan = plan
        if !layers.layers.isEmpty {
            var second = recoded == nil ? firstOptions : options
            second.recodings = recoded ?? [:]
            plan = try planned(inputs, second, replacing: Set(layers.layers.map(\.digest)))
        }
        plan.layerNotes = layers.notes
        return plan
    }

    // MARK: - Write

    /// For the progress bar.
    private var verb: String {
        if destination.traits.form == .registry { return "pushing" }
        return request.verb == .merging && sources.references.count == 1 ? "copying" : request.verb.rawValue
    }

    private func write(
        _ plan: Planned, to sink: any ImageSink, _ proof: ResultProof?, _ passing: PassingLayers?, _ bar: ProgressBar,
        check: () throws(CommandError) -> Void
    ) throws(CommandError) -> PlanExecution.Written {
        let waits = destination.traits.waitsForNetwork || sources.readsRegistry
        let jobs = request.run.jobs.count(waitsForNetwork: waits)
        var content = plan.fitted.plan
        if let proof {
            content = try proof.observed(content, isIrrevocable: destination.traits.isStandardOutput)
        }
        if let passing {
            content = content.reading {
                $0.source.traits.origin == nil ? $0.source : passing.observed($0.digest, $0.source)
            }
        }
        bar.begin(verb, total: content.bytesToMove)
        let images = ImageProgress(plan.fitted, blobs: content.blobs, bar)
        let execution = PlanExecution(content, into: sink, jobs: jobs, observer: images) { bar.advance($0) }
        try CommandError.checked { () throws(SinkError) in try execution.writeBlobs() }
        try check()
        let written = try CommandError.checked { () throws(SinkError) in try execution.finish() }
        console.warn(leftover: written.publication.leftover)
        return written
    }

    /// Of all images of the plan, also of layers that an increment leaves out and a source has.
    private func proof(
        of plan: Planned, _ inputs: [MergeInput], _ recoded: RecodingProof?, _ bar: ProgressBar
    ) -> ResultProof {
        var images = plan.outcome.plan.graph
        if known != nil {
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
