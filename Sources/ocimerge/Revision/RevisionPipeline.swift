internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// Changes the images of one source, for `fix` and `edit`.
///
/// An archive or a directory that keeps its format gets a member revision, which copies every other byte as it is. Any
/// other result is planned and written as a merge of one source.
struct RevisionPipeline {
    private let work: any RevisionWork
    private let request: RevisionRequest
    private let console: Console
    private let reference: SourceReference
    private let registries: RegistryAccess
    private let target: RevisionTarget

    init(_ work: any RevisionWork, _ console: Console) throws(CommandError) {
        Interruption.install()
        self.work = work
        self.console = console
        request = work.request
        reference = try work.reference()
        if reference.platform != nil {
            throw CommandError(
                RevisionError.declaredPlatform(source: request.source, command: request.command))
        }
        registries = try RegistryOpening.access(
            request.registry, naming: [request.source] + (request.output.map { [$0] } ?? []))
        try work.check(reference, console)
        target = try RevisionTarget(work, reference)
    }

    func run() throws(CommandError) {
        let report =
            switch target {
            case .destination(let destination):
                try console.progress { (bar) throws(CommandError) in try written(to: destination, bar) }
            case .archive(let destination):
                try console.progress { (bar) throws(CommandError) in
                    try archiveRevised(to: destination, bar)
                }
            case .directory(let path):
                try console.progress { (bar) throws(CommandError) in try directoryRevised(path, bar) }
            }
        try console.finish(report, request.run, to: target.reports)
    }

    private func opened(_ policy: OpeningPolicy) throws(CommandError) -> Source {
        try work.open(reference, registries, policy)
    }

    private func streams(spool: SpoolDirectory?) -> OpeningPolicy.Streams {
        .init(spool: spool, observer: work.observer)
    }

    /// Corrections of one source run one after the other, so that none is lost. `nil` if the source stays as it is.
    private func lock() throws(CommandError) -> PathLock? {
        return try CommandError.checked { () throws(IOFailure) in
            request.output == nil && !request.run.dryRun ? try reference.lock() : nil
        }
    }

    // MARK: - A result of another format

    private func written(to destination: any Destination, _ bar: ProgressBar) throws(CommandError) -> RevisionReport {
        let context = SinkContext(syncs: request.run.syncs, registries: registries) { bar.advance($0) }
        let sink = try CommandError.checked { () throws(SinkError) in
            request.run.dryRun ? nil : try destination.makeSink(context)
        }
        defer { console.warn(temporary: sink?.discard()) }
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        let temporary = TemporarySpool(in: SinkContext.temporaryDirectory, for: request.command) { _ in }
        defer { console.warn(temporary: temporary.discard()) }
        let spool = sink?.spool ?? (work.keepsContent ? nil : temporary.spool)
        let source = try completed(from: destination, spool: spool)
        let correction = try SourceRevision(source, work, spool: spool, bar, console)
        let plan = try planned(correction, for: destination)
        let written = try CommandError.checked { () throws(SinkError) -> PlanExecution.Written? in
            guard let sink else { return nil }
            bar.begin(work.verb.doing, total: plan.bytesToMove)
            let jobs = request.run.jobs.count(waitsForNetwork: destination.traits.waitsForNetwork)
            return try PlanExecution.run(plan, into: sink, jobs: jobs) { bar.advance($0) }
        }
        console.warn(leftover: written?.publication.leftover)
        let differences = try CommandError.checked { () throws(JSONError) in
            request.run.dryRun ? try DocumentDifference.documents(correction.plan) : []
        }
        return try CommandError.checked { () throws(PlanError) in
            try RevisionReport(
                work, correction, isChanged: correction.plan.isNeeded || !request.tags.isEmpty,
                differences: differences,
                form: destination.traits.form, pushed: written?.publication.pushed)
        }
    }

    /// The source, with the blobs that it lacks and the destination has.
    private func completed(from destination: any Destination, spool: SpoolDirectory?) throws(CommandError) -> Source {
        let held = try CommandError.checked { () throws(IOFailure) in try destination.heldBlobs() }
        var source = try opened(OpeningPolicy(streams: streams(spool: spool)))
        try CommandError.checked { () throws(IOFailure) in try source.complete(from: held) }
        return source
    }

    private func planned(
        _ correction: SourceRevision, for destination: any Destination
    ) throws(CommandError) -> WritePlan {
        var graph = correction.plan.edited.graph
        // Wrong media types of layers stay as they are.
        graph.mislabelled = [:]
        // In a registry artifacts follow their image and have no tags of their own.
        if destination.traits.needsWholeImages { graph.roots = TaggedRoots(graph).roots }
        let input = MergeInput(source: request.source, graph: graph, declared: nil)
        let tags = try CommandError.checked { () throws(NameError) in try SourceList.names(request.tags) }
        let options = MergeOptions(tags: tags, joinsSideBySide: destination.traits.joinsSideBySide)
        let outcome = try CommandError.checked { () throws(PlanError) in try Merge.plan([input], options) }
        if destination.traits.needsWholeImages {
            try CommandError.checked { () throws(PlanError) in try outcome.plan.requireWholeImages(from: [input]) }
        }
        let fitted = try CommandError.checked { () throws(DestinationError) in try destination.fitted(outcome) }
        if destination.traits.needsNames, outcome.images.contains(where: \.labels.isEmpty) {
            throw CommandError(RevisionError.unnamedUpdate(source: request.source))
        }
        for note in outcome.notes + fitted.notes { console.warn(NoteMessage.sentence(for: note)) }
        return fitted.plan
    }

    // MARK: - The same archive or directory with other members

    /// `destination`: `nil` if the archive itself changes.
    private func archiveRevised(to destination: ArchiveTarget?, _ bar: ProgressBar) throws(CommandError)
        -> RevisionReport
    {
        let lock = try lock()
        defer { withExtendedLifetime(lock) {} }
        let source = try opened(OpeningPolicy(streams: streams(spool: nil), isForRevision: true))
        let archive = try CommandError.checked { () throws(RevisionError) in
            guard let archive = source.files.archive else {
                throw .stream(source: request.source, command: request.command)
            }
            if destination == nil, archive.file.isSplit { throw .volumes(source: request.source) }
            return archive
        }
        let correction = try SourceRevision(source, work, spool: nil, bar, console)
        let description = try CommandError.checked { () throws(SourceError) in try SelfDescription(source) }
        let edits = try correction.edits(of: description, console).members
        let claims = try CommandError.checked { () throws(SourceError) in try description.claims() }
        // Before the dry run ends: it also reports a member that cannot change.
        let revision = try CommandError.checked { () throws(TarEditError) in
            try archive.revision(edits.tarEdits(source.files), claims)
        }
        if !request.run.dryRun {
            let sink = ArchiveRevisionSink(
                destination ?? ArchiveTarget(revising: archive), syncs: request.run.syncs)
            sink.removeLeftovers()
            if destination != nil || !edits.isEmpty {
                bar.begin(work.verb.doing, total: archive.file.size)
                let leftover = try CommandError.checked { () throws(SinkError) in
                    try sink.write(archive, revision) { bar.advance($0) }
                }
                console.warn(leftover: leftover)
            }
        }
        return try report(correction, edits)
    }

    private func directoryRevised(_ path: String, _ bar: ProgressBar) throws(CommandError) -> RevisionReport {
        let sink = try CommandError.checked { () throws(IOFailure) in
            request.run.dryRun ? nil : try DirectoryRevisionSink(path)
        }
        let source = try opened(OpeningPolicy(isForRevision: true))
        if source.isTree { throw CommandError(RevisionError.tree(source: request.source)) }
        let temporary = TemporarySpool(in: SinkContext.temporaryDirectory, for: request.command) { _ in }
        defer { console.warn(temporary: temporary.discard()) }
        let correction = try SourceRevision(source, work, spool: temporary.spool, bar, console)
        let description = try CommandError.checked { () throws(SourceError) in try SelfDescription(source) }
        try correction.checkContent(of: description)
        let (edits, layers) = try correction.edits(of: description, console)
        if let sink, !edits.isEmpty {
            let leftovers = try CommandError.checked { () throws(SinkError) in
                try sink.write(edits.map(DirectoryRevisionSink.Edit.init), adding: layers)
            }
            for leftover in leftovers { console.warn(leftover: leftover) }
        }
        return try report(correction, edits)
    }

    private func report(_ correction: SourceRevision, _ edits: [MemberEdit]) throws(CommandError) -> RevisionReport {
        let differences = try CommandError.checked { () throws(JSONError) in
            request.run.dryRun ? try DocumentDifference.members(edits) : []
        }
        return try CommandError.checked { () throws(PlanError) in
            try RevisionReport(work, correction, isChanged: !edits.isEmpty, differences: differences)
        }
    }
}
