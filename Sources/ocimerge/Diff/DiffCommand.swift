internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The command `diff`: compares the images of two sources and changes nothing. Nothing is printed before the whole result
/// is known.
enum DiffCommand {
    /// Whether the sources are the same.
    static func run(_ request: DiffRequest, _ console: Console) throws(CommandError) -> Bool {
        Interruption.install()
        let references = try CommandError.checked { () throws(SourceError) in try Self.references(request) }
        if let declared = references.first(where: { $0.platform != nil }) {
            throw CommandError(DiffError.declaredPlatform(source: declared.text))
        }
        let platform = try request.platform.map { (text) throws(CommandError) in
            try CommandError.checked { () throws(PlatformError) in try Platform(parsing: text) }
        }
        let registries = try RegistryOpening.access(request.registry, naming: request.sources)
        let policy = OpeningPolicy(platform: platform)
        let sources = try references.map { (reference) throws(CommandError) in
            try opened(reference, registries, policy, console)
        }
        let (old, new) = (sources[0], sources[1])
        let difference = try CommandError.checked { () throws(PlanError) in
            try SourceDifference(
                ComparedSource(old), ComparedSource(new), platform: platform, isExact: request.isExact)
        }
        let report = DiffReport(old: old.reference.text, new: new.reference.text, difference: difference)
        try CommandError.checked { () throws(IOFailure) in
            try console.print(report, request.run)
            try StandardStreams.finish(.output)
        }
        return difference.isSame
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

/// What `diff` cannot compare.
enum DiffError: Error {
    case declaredPlatform(source: String)
}

extension ComparedSource {
    fileprivate init(_ source: Source) {
        self.init(
            source.graph, hasAnnotations: !source.lacksAnnotations, hasReferrers: source.reference.registry == nil)
    }
}
