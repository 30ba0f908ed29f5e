internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// Corrects the platform that an image declares, and nothing else.
enum FixCommand {
    static func run(_ request: FixRequest, _ console: Console) throws {
        Interruption.install()
        let reference = try SourceReference(parsing: request.source)
        if reference.platform != nil { throw FixError.declaredPlatform(source: request.source) }
        let registries = try RegistryOpening.access(
            request.registry, naming: [request.source] + (request.output.map { [$0] } ?? []))
        let choice = try FixChoice(request)
        for platform in choice.platforms where !platform.isKnown {
            console.warn(NoteMessage.unknownPlatform(platform, source: request.source))
        }
        let target = try FixTarget(request, reference)
        let report =
            switch target {
            case .result(let destination): try toResult(destination, request, reference, registries, choice, console)
            case .archive(let destination): try toArchive(destination, request, reference, registries, choice, console)
            case .inPlace(let path):
                if FileSystem.kind(of: path) == .directory {
                    try inDirectory(path, request, reference, registries, choice, console)
                } else {
                    try toArchive(nil, request, reference, registries, choice, console)
                }
            }
        try console.print(report, request.run, to: target.reports)
    }

    /// The usual road: whatever the source is, the result is what the destination says.
    private static func toResult(
        _ destination: ResultDestination, _ request: FixRequest, _ reference: SourceReference,
        _ registries: RegistryAccess, _ choice: FixChoice, _ console: Console
    ) throws -> FixReport {
        func plan(_ spool: SpoolDirectory?) throws -> (Correction, MergeOutcome) {
            let source = try OpenedSource.open(
                reference, registries, completedFrom: try destination.held(), spool: spool,
                look: choice.depth.map(LayerLook.init))
            let correction = try Correction(source, choice, console)
            var graph = correction.plan.corrected.graph
            // A label that lies about a layer is not what is corrected here.
            graph.mislabelled = [:]
            let input = MergeInput(source: request.source, graph: graph, declared: nil)
            let options = MergeOptions(joinsSideBySide: destination.joinsSideBySide)
            let outcome = try destination.fitted(try Merge.plan([input], options))
            if destination.isUpdate, outcome.plan.roots.contains(where: { $0.label == nil }) {
                throw FixError.unnamedUpdate(source: request.source)
            }
            for note in outcome.notes { console.warn(NoteMessage.sentence(for: note)) }
            return (correction, outcome)
        }
        if request.run.dryRun {
            let (correction, _) = try plan(nil)
            return try correction.report(request, isChanged: correction.plan.isNeeded) {
                try FixDifference.documents(correction.plan)
            }
        }
        let bar = ProgressBar()
        let sink = try destination.sink(syncs: request.run.syncs, registries: registries) { bar.advance($0) }
        do {
            return try console.holdingWarnings {
                try bar.shown(!request.run.quiet) {
                    let (correction, outcome) = try plan(sink.spool)
                    bar.begin("fixing", total: outcome.plan.bytesToMove)
                    try PlanExecution.run(outcome.plan, into: sink, jobs: destination.threads(request.run.jobs)) {
                        bar.advance($0)
                    }
                    return try correction.report(request, isChanged: correction.plan.isNeeded, pushed: sink.pushed)
                }
            }
        } catch {
            sink.discard()
            throw sink.named(error)
        }
    }

    /// From an archive to an archive of the same kind; nil: to itself.
    private static func toArchive(
        _ other: ArchiveDestination?, _ request: FixRequest, _ reference: SourceReference,
        _ registries: RegistryAccess, _ choice: FixChoice, _ console: Console
    ) throws -> FixReport {
        let bar = ProgressBar()
        return try console.holdingWarnings {
            try bar.shown(!request.run.quiet) {
                // Two corrections of one archive come one after the other, and none is lost.
                let lock = other == nil && !request.run.dryRun ? try reference.lock() : nil
                defer { withExtendedLifetime(lock) {} }
                let look = choice.depth.map(LayerLook.init)
                let source = try OpenedSource.open(reference, registries, spool: nil, look: look, keepsLegacy: true)
                guard let input = source.files.archive else { throw FixError.stream(source: request.source) }
                if other == nil, input.file.isSplit { throw FixError.volumes(source: request.source) }
                let correction = try Correction(source, choice, console)
                let description = try SelfDescription(source)
                let edits = try correction.edits(of: description, console)
                // What cannot be changed is said of a dry run too.
                let revision = try input.revision(edits.tarEdits(source.files), description.claims())
                if !request.run.dryRun {
                    let sink = ArchiveRevisionSink(
                        other ?? ArchiveDestination(revising: input), syncs: request.run.syncs)
                    sink.removeLeftovers()
                    if other != nil || !edits.isEmpty {
                        bar.begin("fixing", total: input.file.size)
                        try sink.write(input, revision) { bar.advance($0) }
                    }
                }
                return try correction.report(request, isChanged: !edits.isEmpty) { try FixDifference.members(edits) }
            }
        }
    }

    private static func inDirectory(
        _ path: String, _ request: FixRequest, _ reference: SourceReference, _ registries: RegistryAccess,
        _ choice: FixChoice, _ console: Console
    ) throws -> FixReport {
        let sink = request.run.dryRun ? nil : try DirectoryRevisionSink(path)
        let source = try OpenedSource.open(reference, registries, spool: nil, keepsLegacy: true)
        let correction = try Correction(source, choice, console)
        let edits = try correction.edits(of: SelfDescription(source), console)
        if let sink, !edits.isEmpty {
            try sink.write(
                edits.map {
                    DirectoryRevisionSink.Edit(
                        name: $0.name, newName: $0.newName, before: $0.before, after: $0.after, kind: $0.kind)
                })
        }
        return try correction.report(request, isChanged: !edits.isEmpty) { try FixDifference.members(edits) }
    }
}

/// Where a correction goes.
enum FixTarget {
    case result(ResultDestination)
    case archive(ArchiveDestination)
    case inPlace(String)

    init(_ request: FixRequest, _ reference: SourceReference) throws {
        guard let output = request.output else {
            if reference.registry != nil { throw UsageError.inPlaceRegistry(request.source) }
            guard case .path(let path) = reference.place, FileSystem.kind(of: path) != .other else {
                throw UsageError.inPlaceStream(request.source)
            }
            self = .inPlace(path)
            return
        }
        // What can be read again keeps its kind; a stream becomes what every loader takes.
        let isArchive =
            if case .path(let path) = reference.place { FileSystem.kind(of: path) == .file } else { false }
        if isArchive, request.existing != .update,
            let destination = try ArchiveDestination(revisionTo: output, replaces: request.existing == .force)
        {
            self = .archive(destination)
        } else {
            self = .result(try ResultDestination(output, existing: request.existing))
        }
    }

    /// Where the report goes: not among the bytes of a result.
    var reports: StandardStreams.Stream {
        if case .result(let destination) = self { destination.reports } else { .output }
    }
}

extension SourceReference {
    /// nil: it is no path, and nobody else can change it.
    func lock() throws(IOFailure) -> PathLock? {
        guard case .path(let path) = place else { return nil }
        return try PathLock(path)
    }
}
