internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The command `inspect`: prints what a source holds and changes nothing.
///
/// It reads headers and small documents. A tree and JSON also search the layers for executables; layers in a registry are
/// searched only with `--evidence`.
struct InspectCommand {
    private let request: InspectRequest
    private let console: Console
    private let references: [SourceReference]
    private let registries: RegistryAccess
    private let depth: EvidenceDepth

    init(_ request: InspectRequest, _ console: Console) throws {
        self.request = request
        self.console = console
        references = try request.sources.map { (text) throws(SourceError) in try SourceReference(parsing: text) }
        guard references.count(where: { $0.place == .standardInput }) < 2 else { throw SourceError.standardInputTwice }
        registries = try RegistryOpening.access(request.registry, naming: request.sources)
        depth = request.isFull ? .full : .bounded
    }

    func run() throws {
        switch request.form {
        case .raw: try console.print(bytes: topDocument(opened(references[0])).bytes)
        case .config(let text):
            let platform = try text.map { try Platform(parsing: $0) }
            let source = try opened(references[0], platform: platform)
            try console.print(bytes: config(of: source, for: platform).bytes)
        case .platforms:
            for reference in references { try console.print(platforms(opened(reference))) }
        case .blobs: try console.print(blobs().text)
        case .tree:
            // Everything is read before the first line is printed: a failed run prints nothing.
            for (number, summary) in try references.map(summary).enumerated() {
                if number > 0 { try console.print("\n") }
                try InspectTree.print(summary) { (text) throws(IOFailure) in try console.print(text) }
            }
        case .json:
            let sources = try references.map { try InspectJSON.text(summary($0)) }
            try console.print(TerminalText.escaped(json: .object([("sources", .array(sources))])))
        }
    }

    private func opened(
        _ reference: SourceReference, look: LayerListingObserver? = nil, platform: Platform? = nil
    ) throws -> Source {
        if reference.platform != nil { throw InspectError.declaredPlatform(source: reference.text) }
        return try Source.open(
            reference, registries,
            OpeningPolicy(streams: .init(spool: nil, observer: look), platform: platform))
    }

    /// For a tree and JSON. Prints the notes on the source as warnings.
    private func summary(_ reference: SourceReference) throws -> SourceSummary {
        let source = try opened(reference, look: LayerListingObserver(depth))
        for note in source.notes {
            NoteMessage.sentence(for: note, source: reference.text, isCorrected: false).map(console.warn)
        }
        let isSearched = reference.registry == nil || request.asksEvidence
        return try SourceSummary(source, evidence: isSearched ? depth : nil)
    }

    private func platforms(_ source: Source) throws -> String {
        let names = try ImageFinder(source.graph).all().images.map { $0.platform?.description ?? "unknown" }
        return Set(names).sorted().map { TerminalText.escaped($0) + "\n" }.joined()
    }

    private func blobs() throws -> BlobList {
        var blobs = BlobList()
        for reference in references {
            let (list, absent) = BlobList.held(by: try opened(reference).graph)
            if !absent.isEmpty { console.warn(IncrementMessage.absent(absent, of: reference.text, isList: true)) }
            blobs.merge(list)
        }
        return blobs
    }

    private func topDocument(_ source: Source) throws(InspectError) -> Document {
        let digests = Set(source.graph.roots.map(\.descriptor.digest))
        guard digests.count == 1, let digest = digests.first, let document = source.graph.documents[digest] else {
            let names = Set(source.graph.roots.flatMap(\.labels)).map(\.description).sorted()
            throw InspectError.severalImages(source: source.reference.text, names: names)
        }
        return document
    }

    private func config(of source: Source, for platform: Platform?) throws -> Document {
        let images = try ImageFinder(source.graph).all().images
        let matching = images.filter { image in
            guard let platform else { return true }
            return image.platform.map(platform.matches) ?? false
        }
        let digests = Set(matching.compactMap { source.graph.manifest($0.manifest)?.config.digest })
        guard let digest = digests.first, digests.count == 1 else {
            throw InspectError.severalConfigs(
                source: source.reference.text, wanted: platform, present: images.compactMap(\.platform).sorted())
        }
        guard let document = source.graph.documents[digest] else {
            throw InspectError.absentConfig(source: source.reference.text, digest)
        }
        return document
    }
}

/// What `inspect` cannot print.
enum InspectError: Error {
    case severalImages(source: String, names: [String])
    case severalConfigs(source: String, wanted: Platform?, present: [Platform])
    case absentConfig(source: String, Digest)
    case declaredPlatform(source: String)
}
