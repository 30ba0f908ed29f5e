internal import ImageModel
internal import ImageSources
internal import Registry

/// The images that a push reads: one source of the command line, or the images of lists.
struct PushSources {
    let references: [SourceReference]
    /// `nil` if the user typed the source.
    private let listed: ListedSources?

    /// Refuses declared platforms: a push does not change images.
    init(_ request: PushRequest, platforms: [Platform], _ console: Console) throws(CommandError) {
        switch request.input {
        case .source(let text):
            listed = nil
            references = [try CommandError.checked { () throws(SourceError) in try SourceReference(parsing: text) }]
        case .lists(let options):
            let listed = try ListedSources(
                options, sources: [], platforms: platforms, isTrusted: request.evidence == .ignored,
                offersSparse: false, console)
            if listed.standardInputs > 1 { throw CommandError(SourceError.standardInputTwice) }
            self.listed = listed
            references = listed.references
        }
        for reference in references where reference.platform != nil {
            throw CommandError(PushError.declaredPlatform(source: reference.text))
        }
    }

    /// Empty if the user typed the source.
    var lists: [ImageList] { listed?.lists ?? [] }

    /// Opens all sources and warns of their notes. The failures of listed images are reported together.
    func opened(
        _ registries: RegistryAccess, _ policy: OpeningPolicy, jobs: Int, _ console: Console, _ bar: ProgressBar
    ) throws(CommandError) -> [Source] {
        if let listed { return try listed.opened(registries, policy, jobs: jobs, console, bar) }
        let source = try CommandError.checked { () throws(SourceError) in
            try Source.open(references[0], registries, policy)
        }
        for note in source.notes {
            NoteMessage.sentence(for: note, source: source.reference.text).map(console.warn)
        }
        return [source]
    }

    /// The reference by which a listed image was read, which its name may not state; `nil` for other images.
    func reference(of source: Source) -> RegistryReference? { listed == nil ? nil : source.reference.registry }
}
