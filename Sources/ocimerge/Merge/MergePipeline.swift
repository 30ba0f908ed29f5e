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
    private let sources: SourceList
    private let options: MergeOptions
    /// The blobs that the receiver of an increment has; `nil` if nothing is left out.
    private let known: BlobList?

    /// `spec` is the spec that the request names, if the caller has read it already.
    init(_ request: MergeRequest, _ arguments: [String], _ console: Console, spec: SpecFile? = nil) throws {
        Interruption.install()
        self.request = request
        self.arguments = arguments
        self.console = console
        registries = try RegistryOpening.access(
            request.registry, naming: request.sources + request.since + [request.output])
        let wanted = DestinationOptions(
            existing: request.existing, volumeSize: request.volumeSize,
            defaultPlatform: try request.defaultPlatform.map { try Platform(parsing: $0) },
            isIncrement: !request.since.isEmpty)
        let destination = try DestinationOpening.destination(request.output, wanted, format: request.format)
        let platforms = try request.platforms.map { try Platform(parsing: $0) }
        sources = try SourceList(request, console, spec: spec)
        self.destination = try destination.named(sources.names)
        options = MergeOptions(
            tags: sources.names, platforms: platforms, annotations: sources.annotations, format: request.format,
            joinsSideBySide: destination.traits.joinsSideBySide, makesIndex: request.spec != nil,
            allowsIncomplete: request.allowsIncomplete)
        known = try IncrementBase.blobs(request.since, registries, console)
    }

    func run() throws {
        let report = try console.progress(request.run) { try merged($0) }
        try console.print(report, request.run, to: request.run.dryRun ? .output : destination.traits.reports)
    }

    private func merged(_ bar: ProgressBar) throws -> MergeReport {
        // The lock and the spool must exist before any source is read.
        let sink = request.run.dryRun ? nil : try destination.makeSink(context(bar))
        defer { sink?.discard() }
        let opened = try opened(spool: sink?.spool)
        let inputs = try PlatformEvidence(opened, request.evidence, of: options.platforms, jobs: threads)
            .inputs(console, arguments)
        var plan = try planned(inputs, firstOptions)
        var compressed: CompressionSummary?
        if let option = request.compression {
            let layers = try layers(for: option, of: plan, inputs)
            let recoded = try sink.map { try recode(layers, option, into: $0.spool, bar) }
            plan = try replanned(plan, inputs, layers, recoded)
            compressed = CompressionSummary(option.compression, layers.layers, recoded)
        }
        warn(plan)
        let written = try sink.map { try write(plan, to: $0, bar) }
        return MergeReport(
            plan.fitted, written, compressed, destination: request.output, isDryRun: request.run.dryRun)
    }

    private func context(_ bar: ProgressBar) -> SinkContext {
        SinkContext(syncs: request.run.syncs, registries: registries, chunkSize: request.chunkSize) { bar.advance($0) }
    }

    private var threads: Int { request.run.jobs.threads }

    // MARK: - Open

    /// Without a `spool` the bytes of streams are only observed: nothing will be written.
    private func opened(spool: SpoolDirectory?) throws -> [Source] {
        let held = try destination.heldBlobs()
        let policy = OpeningPolicy(
            streams: .init(spool: spool, observer: request.evidence.depth.map(LayerListingObserver.init)),
            includesReferrers: request.referrers)
        return try sources.opened(console) { reference in
            var source = try Source.open(reference, registries, policy, completedFrom: held)
            if let known { source.graph.elsewhere = known.digests }
            // In a registry cosign's tags follow their image and are not images themselves.
            if destination.traits.needsWholeImages { source.graph.roots = source.graph.rootsWithoutCosigned }
            return source
        }
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
    ) throws -> Planned {
        var outcome = try Increment.plan(inputs, options, over: known?.without(replaced), reuses: request.reuse)
        if destination.traits.needsNames, outcome.plan.roots.contains(where: { $0.label == nil }) {
            throw MergeConflict.unnamedUpdate
        }
        if request.referrers { outcome = try Referrers.following(outcome, from: inputs) }
        if destination.traits.needsWholeImages { try outcome.plan.requireWholeImages(from: inputs) }
        return Planned(outcome: outcome, fitted: try destination.fitted(outcome))
    }

    private func warn(_ plan: Planned) {
        console.warn(plan.outcome.notes + plan.layerNotes + plan.fitted.notes)
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
    ) throws -> LayersToRecode {
        let whole = known == nil || request.reuse ? plan.outcome : try Merge.plan(inputs, firstOptions)
        return LayersToRecode(whole.plan, to: option.compression, includesCompressed: option.recompresses)
    }

    private func recode(
        _ layers: LayersToRecode, _ option: CompressionOption, into spool: SpoolDirectory, _ bar: ProgressBar
    ) throws -> [Digest: RecodedLayer] {
        bar.begin(
            option.compression == .none ? "unpacking" : "compressing", total: layers.layers.totalSize(\.size))
        return try LayerRecoding(option.recipe, into: spool, jobs: threads).run(layers.layers) { bar.advance($0) }
    }

    /// The plan with the new layers. `recoded` is `nil` in a dry run: then only the old layers are left out.
    private func replanned(
        _ plan: Planned, _ inputs: [MergeInput], _ layers: LayersToRecode, _ recoded: [Digest: RecodedLayer]?
    ) throws -> Planned {
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

    private func write(
        _ plan: Planned, to sink: any ImageSink, _ bar: ProgressBar
    ) throws -> PlanExecution.Written {
        let waits = destination.traits.waitsForNetwork || sources.readsRegistry
        bar.begin("merging", total: plan.fitted.plan.bytesToMove)
        return try PlanExecution.run(
            plan.fitted.plan, into: sink, jobs: request.run.jobs.count(waitsForNetwork: waits)
        ) { bar.advance($0) }
    }
}
