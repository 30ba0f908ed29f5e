internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// The command `fix`: corrects the platform that an image declares, and nothing else.
///
/// An archive or a directory that keeps its format gets a member revision, which copies every other byte as it is. Any
/// other result is planned and written as a merge of one source.
struct FixPipeline {
    private let request: FixRequest
    private let console: Console
    private let reference: SourceReference
    private let registries: RegistryAccess
    private let origin: PlatformOrigin
    private let target: FixTarget

    init(_ request: FixRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        self.request = request
        self.console = console
        reference = try CommandError.checked { () throws(SourceError) in try SourceReference(parsing: request.source) }
        if reference.platform != nil { throw CommandError(FixError.declaredPlatform(source: request.source)) }
        registries = try RegistryOpening.access(
            request.registry, naming: [request.source] + (request.output.map { [$0] } ?? []))
        origin = try PlatformOrigin(request)
        for platform in origin.platforms where !TypedPlatform.isKnown(platform) {
            try CommandError.checked { () throws(UnknownPlatform) in
                try TypedPlatform.check(platform, isTrusted: request.isTrusting)
            }
            console.warn(NoteMessage.unknownPlatform(platform, source: request.source))
        }
        target = try FixTarget(request, reference)
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
            case .directory(let path): try directoryRevised(path)
            }
        try console.finish(report, request.run, to: target.reports)
    }

    private func opened(_ policy: OpeningPolicy) throws(CommandError) -> Source {
        return try CommandError.checked { () throws(SourceError) in try Source.open(reference, registries, policy) }
    }

    private func streams(spool: SpoolDirectory?) -> OpeningPolicy.Streams {
        .init(spool: spool, observer: origin.depth.map(LayerListingObserver.init))
    }

    // MARK: - A result of another format

    private func written(to destination: any Destination, _ bar: ProgressBar) throws(CommandError) -> FixReport {
        let context = SinkContext(syncs: request.run.syncs, registries: registries) { bar.advance($0) }
        let sink = try CommandError.checked { () throws(SinkError) in
            request.run.dryRun ? nil : try destination.makeSink(context)
        }
        defer { sink?.discard() }
        let source = try completed(from: destination, spool: sink?.spool)
        let correction = try SourceCorrection(source, origin, request.run.jobs, console)
        let plan = try planned(correction, for: destination)
        let written = try CommandError.checked { () throws(SinkError) -> PlanExecution.Written? in
            guard let sink else { return nil }
            bar.begin("fixing", total: plan.bytesToMove)
            let jobs = request.run.jobs.count(waitsForNetwork: destination.traits.waitsForNetwork)
            return try PlanExecution.run(plan, into: sink, jobs: jobs) { bar.advance($0) }
        }
        console.warn(leftover: written?.publication.leftover)
        let differences = try CommandError.checked { () throws(JSONError) in
            request.run.dryRun ? try FixDifference.documents(correction.plan) : []
        }
        return try CommandError.checked { () throws(PlanError) in
            try FixReport(
                request, correction.plan, isChanged: correction.plan.isNeeded, differences: differences,
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
        _ correction: SourceCorrection, for destination: any Destination
    ) throws(CommandError) -> WritePlan {
        var graph = correction.plan.edited.graph
        // `fix` leaves wrong media types of layers as they are.
        graph.mislabelled = [:]
        // In a registry artifacts follow their image and have no tags of their own.
        if destination.traits.needsWholeImages { graph.roots = TaggedRoots(graph).roots }
        let input = MergeInput(source: request.source, graph: graph, declared: nil)
        let options = MergeOptions(joinsSideBySide: destination.traits.joinsSideBySide)
        let outcome = try CommandError.checked { () throws(PlanError) in try Merge.plan([input], options) }
        if destination.traits.needsWholeImages {
            try CommandError.checked { () throws(PlanError) in try outcome.plan.requireWholeImages(from: [input]) }
        }
        let fitted = try CommandError.checked { () throws(DestinationError) in try destination.fitted(outcome) }
        if destination.traits.needsNames, outcome.images.contains(where: \.labels.isEmpty) {
            throw CommandError(FixError.unnamedUpdate(source: request.source))
        }
        for note in outcome.notes + fitted.notes { console.warn(NoteMessage.sentence(for: note)) }
        return fitted.plan
    }

    // MARK: - The same archive or directory with other members

    /// `destination`: `nil` if the archive itself changes.
    private func archiveRevised(to destination: ArchiveTarget?, _ bar: ProgressBar) throws(CommandError) -> FixReport {
        // Corrections of one archive run one after the other, so that none is lost.
        let lock = try CommandError.checked { () throws(IOFailure) in
            destination == nil && !request.run.dryRun ? try reference.lock() : nil
        }
        defer { withExtendedLifetime(lock) {} }
        let source = try opened(OpeningPolicy(streams: streams(spool: nil), isForRevision: true))
        let archive = try CommandError.checked { () throws(FixError) in
            guard let archive = source.files.archive else { throw .stream(source: request.source) }
            if destination == nil, archive.file.isSplit { throw .volumes(source: request.source) }
            return archive
        }
        let correction = try SourceCorrection(source, origin, request.run.jobs, console)
        let description = try CommandError.checked { () throws(SourceError) in try SelfDescription(source) }
        let edits = try correction.edits(of: description, console)
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
                bar.begin("fixing", total: archive.file.size)
                let leftover = try CommandError.checked { () throws(SinkError) in
                    try sink.write(archive, revision) { bar.advance($0) }
                }
                console.warn(leftover: leftover)
            }
        }
        return try report(correction, edits)
    }

    private func directoryRevised(_ path: String) throws(CommandError) -> FixReport {
        let sink = try CommandError.checked { () throws(IOFailure) in
            request.run.dryRun ? nil : try DirectoryRevisionSink(path)
        }
        let source = try opened(OpeningPolicy(isForRevision: true))
        if source.isTree { throw CommandError(FixError.tree(source: request.source)) }
        let correction = try SourceCorrection(source, origin, request.run.jobs, console)
        let description = try CommandError.checked { () throws(SourceError) in try SelfDescription(source) }
        let edits = try correction.edits(of: description, console)
        if let sink, !edits.isEmpty {
            let leftovers = try CommandError.checked { () throws(SinkError) in
                try sink.write(edits.map(DirectoryRevisionSink.Edit.init))
            }
            for leftover in leftovers { console.warn(leftover: leftover) }
        }
        return try report(correction, edits)
    }

    private func report(_ correction: SourceCorrection, _ edits: [MemberEdit]) throws(CommandError) -> FixReport {
        let differences = try CommandError.checked { () throws(JSONError) in
            request.run.dryRun ? try FixDifference.members(edits) : []
        }
        return try CommandError.checked { () throws(PlanError) in
            try FixReport(request, correction.plan, isChanged: !edits.isEmpty, differences: differences)
        }
    }
}

/// What receives the correction.
enum FixTarget {
    /// A result of the destination's own format.
    case destination(any Destination)
    /// An archive of the source's format; `nil` if the source itself changes.
    case archive(ArchiveTarget?)
    /// The source itself, a directory at this path.
    case directory(String)

    init(_ request: FixRequest, _ reference: SourceReference) throws(CommandError) {
        let kind = try CommandError.checked { () throws(IOFailure) -> FileSystem.Kind? in
            if case .path(let path) = reference.place { try FileSystem.presentKind(of: path) } else { .other }
        }
        guard let output = request.output else {
            self = try CommandError.checked { () throws(UsageError) in try Self.inPlace(request, reference, kind) }
            return
        }
        // A file is read again for the revision; a stream cannot be, so it becomes a portable archive.
        let revision = try DestinationOpening.clearing(output, request.run) { () throws(DestinationError) in
            kind == .file && request.existing != .update
                ? try ArchiveTarget(revisionTo: output, replaces: request.existing == .replace) : nil
        }
        if let revision {
            self = .archive(revision)
            return
        }
        self = .destination(
            try DestinationOpening.destination(output, DestinationOptions(existing: request.existing), request.run))
    }

    /// The source itself, of the kind that its path leads to.
    private static func inPlace(
        _ request: FixRequest, _ reference: SourceReference, _ kind: FileSystem.Kind?
    ) throws(UsageError) -> FixTarget {
        if reference.registry != nil { throw .inPlaceRegistry(request.source) }
        guard case .path(let path) = reference.place, kind != .other else { throw .inPlaceStream(request.source) }
        return kind == .directory ? .directory(path) : .archive(nil)
    }

    /// The stream of the report, which never mixes with a result on standard output.
    var reports: StandardStreams.Stream {
        if case .destination(let destination) = self { destination.traits.reports } else { .output }
    }
}

/// A correction that is impossible as it was requested.
enum FixError: Error {
    case declaredPlatform(source: String)
    case stream(source: String)
    case unnamedUpdate(source: String)
    /// The source is a tree of directories, each of which can be corrected alone.
    case tree(source: String)
    /// The source is split: one new file cannot replace several.
    case volumes(source: String)
    /// The command line maps one old platform to two new ones.
    case twoPlatforms(of: Platform, Platform, Platform)

    /// Whether the command line is wrong.
    var isUsage: Bool {
        switch self {
        case .declaredPlatform, .twoPlatforms: true
        case .stream, .unnamedUpdate, .volumes, .tree: false
        }
    }
}

extension SourceReference {
    /// `nil` if the source is not a path: no other process can change it then.
    fileprivate func lock() throws(IOFailure) -> PathLock? {
        guard case .path(let path) = place else { return nil }
        return try PathLock(path)
    }
}

extension DirectoryRevisionSink.Edit {
    fileprivate init(_ edit: MemberEdit) {
        self.init(
            name: edit.name, newName: edit.newName, before: edit.before, after: edit.after, kind: edit.kind)
    }
}
