internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks
internal import ImageSources
internal import Registry

/// The command `diff`: compares the images of two sources and changes nothing. Nothing is printed before the whole result
/// is known.
enum DiffCommand {
    /// Whether the sources are the same.
    static func run(_ request: DiffRequest, _ console: Console) throws(CommandError) -> Bool {
        Interruption.install()
        let references = try CommandError.checked { () throws(SourceError) in try Self.references(request) }
        for reference in references { try reference.refusePlatform(for: DiffRow.command.name) }
        let platform = try TypedPlatform.selection(request.platform)
        let registries = try RegistryOpening.access(request.registry, naming: request.sources)
        // Streams are read once, and two trees need their layers.
        let temporary =
            request.comparesFiles
            ? TemporarySpool(in: SinkContext.temporaryDirectory, for: DiffRow.command.name) { _ in } : nil
        defer { console.warn(temporary: temporary?.discard()) }
        let report = try console.progress { (bar) throws(CommandError) in
            let policy = OpeningPolicy(streams: .init(spool: temporary?.spool), extent: .init(platform))
            let sources = try references.map { (reference) throws(CommandError) in
                try opened(reference, registries, policy, console)
            }
            return try self.report(request, sources[0], sources[1], platform, bar)
        }
        try CommandError.checked { () throws(IOFailure) in
            try console.print(report, request.run)
            try StandardStreams.finish(.output)
        }
        return report.isSame
    }

    private static func report(
        _ request: DiffRequest, _ old: Source, _ new: Source, _ platform: Platform?, _ bar: ProgressBar
    ) throws(CommandError) -> DiffReport {
        let difference = try CommandError.checked { () throws(PlanError) in
            try SourceDifference(
                ComparedSource(old), ComparedSource(new), platform: platform, isExact: request.isExact)
        }
        let files = try request.comparesFiles ? DiffFiles(difference, old, new, bar) : nil
        return DiffReport(old: old.reference.text, new: new.reference.text, difference: difference, files: files)
    }

    private static func references(_ request: DiffRequest) throws(SourceError) -> [SourceReference] {
        let references = try SourceReference.all(parsing: request.sources)
        if references.allSatisfy({ $0.place == .standardInput }) { throw .standardInputTwice }
        return references
    }

    private static func opened(
        _ reference: SourceReference, _ registries: RegistryAccess, _ policy: OpeningPolicy, _ console: Console
    ) throws(CommandError) -> Source {
        let source = try CommandError.checked { () throws(SourceError) in
            try Source.open(reference, registries, policy)
        }
        for note in source.notes {
            NoteMessage.sentence(for: note, source: reference.text, isCorrected: false).map(console.warn)
        }
        return source
    }
}

/// Errors of `diff`.
enum DiffError: Error {
    /// The files of one image can be compared.
    case severalImages(old: String, new: String)
    case severalPlatforms(count: Int, limit: Int)
}

extension ComparedSource {
    fileprivate init(_ source: Source) {
        self.init(
            source.graph, hasAnnotations: !source.lacksAnnotations, hasReferrers: source.reference.registry == nil)
    }
}
