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

    init(_ request: InspectRequest, _ console: Console) throws(CommandError) {
        self.request = request
        self.console = console
        references = try CommandError.checked { () throws(SourceError) in try Self.references(request) }
        registries = try RegistryOpening.access(request.registry, naming: request.sources)
        depth = request.isFull ? .full : .bounded
    }

    private static func references(_ request: InspectRequest) throws(SourceError) -> [SourceReference] {
        let references = try SourceReference.all(parsing: request.sources)
        if references.count(where: { $0.place == .standardInput }) > 1 { throw .standardInputTwice }
        return references
    }

    func run() throws(CommandError) {
        switch request.form {
        case .raw:
            let source = try opened(references[0])
            let document = try CommandError.checked { () throws(InspectError) in try topDocument(source) }
            try print(document.bytes)
        case .config(let text):
            let platform: Platform?
            do { platform = try text.map(Platform.init(parsing:)) } catch { throw CommandError(error) }
            let source = try opened(references[0], platform: platform)
            try print(config(of: source, for: platform).bytes)
        case .digest(let text):
            let platform: Platform?
            do { platform = try text.map(Platform.init(parsing:)) } catch { throw CommandError(error) }
            let source = try opened(references[0], platform: platform)
            try print("\(digest(of: source, for: platform))\n")
        case .platforms: for reference in references { try print(platforms(opened(reference))) }
        case .blobs: try print(blobs().text)
        case .tree:
            // Everything is read before the first line is printed: a failed run prints nothing.
            for (number, summary) in try references.map(summary).enumerated() {
                if number > 0 { try print("\n") }
                try InspectTree.print(summary, console.style(.output)) { (text) throws(CommandError) in
                    try print(text)
                }
            }
        case .json:
            let sources = try references.map { (reference) throws(CommandError) in
                InspectJSON.text(try summary(reference))
            }
            try print(TerminalText.escaped(json: .object([("sources", .array(sources))])))
        }
        try CommandError.checked { () throws(IOFailure) in try StandardStreams.finish(.output) }
    }

    private func print(_ text: String) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in try console.print(text) }
    }

    private func print(_ bytes: [UInt8]) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in try console.print(bytes: bytes) }
    }

    private func opened(
        _ reference: SourceReference, look: LayerListingObserver? = nil, platform: Platform? = nil
    ) throws(CommandError) -> Source {
        if reference.platform != nil {
            throw CommandError(InspectError.declaredPlatform(source: reference.text))
        }
        let policy = OpeningPolicy(streams: .init(spool: nil, observer: look), platform: platform)
        return try CommandError.checked { () throws(SourceError) in try Source.open(reference, registries, policy) }
    }

    /// For a tree and JSON. Prints the notes on the source as warnings.
    private func summary(_ reference: SourceReference) throws(CommandError) -> SourceSummary {
        let source = try opened(reference, look: LayerListingObserver(depth))
        for note in source.notes {
            NoteMessage.sentence(for: note, source: reference.text, isCorrected: false).map(console.warn)
        }
        let isSearched = reference.registry == nil || request.asksEvidence
        return try SourceSummary(source, evidence: isSearched ? depth : nil)
    }

    private func images(of source: Source) throws(CommandError) -> [PlatformImage] {
        return try CommandError.checked { () throws(PlanError) in try ImageFinder(source.graph).all().images }
    }

    private func platforms(_ source: Source) throws(CommandError) -> String {
        let names = try images(of: source).map { $0.platform?.description ?? "unknown" }
        return Set(names).sorted().map { TerminalText.escaped($0) + "\n" }.joined()
    }

    private func blobs() throws(CommandError) -> BlobList {
        var blobs = BlobList()
        for reference in references {
            let (list, absent) = BlobList.held(by: try opened(reference).graph)
            if !absent.isEmpty { console.warn(IncrementMessage.absent(absent, of: reference.text, isList: true)) }
            blobs.merge(list)
        }
        return blobs
    }

    private func topDocument(_ source: Source) throws(InspectError) -> Document {
        let images = GraphContents(source.graph).images
        let roots = images.isEmpty ? source.graph.roots : images.flatMap(\.roots)
        let digests = Set(roots.map(\.descriptor.digest))
        guard digests.count == 1, let digest = digests.first, let document = source.graph.documents[digest] else {
            let names = Set(roots.flatMap(\.labels)).map(\.description).sorted()
            throw .severalImages(source: source.reference.text, names: names)
        }
        return document
    }

    private func digest(of source: Source, for platform: Platform?) throws(CommandError) -> Digest {
        guard let platform else {
            return try CommandError.checked { () throws(InspectError) in try topDocument(source).digest }
        }
        let images = try images(of: source)
        let digests = Set(images.filter { $0.platform.map(platform.matches) ?? false }.map(\.manifest))
        guard let digest = digests.first, digests.count == 1 else {
            throw CommandError(
                InspectError.severalManifests(
                    source: source.reference.text, wanted: platform, present: images.compactMap(\.platform).sorted()))
        }
        return digest
    }

    private func config(of source: Source, for platform: Platform?) throws(CommandError) -> Document {
        let images = try images(of: source)
        return try CommandError.checked { () throws(InspectError) in try Self.config(of: source, images, for: platform)
        }
    }

    private static func config(
        of source: Source, _ images: [PlatformImage], for platform: Platform?
    ) throws(InspectError) -> Document {
        let matching = images.filter { image in
            guard let platform else { return true }
            return image.platform.map(platform.matches) ?? false
        }
        let digests = Set(matching.compactMap { source.graph.manifest($0.manifest)?.config.digest })
        guard let digest = digests.first, digests.count == 1 else {
            throw .severalConfigs(
                source: source.reference.text, wanted: platform, present: images.compactMap(\.platform).sorted())
        }
        guard let document = source.graph.documents[digest] else {
            throw .absentConfig(source: source.reference.text, digest)
        }
        return document
    }
}

/// What `inspect` cannot print.
enum InspectError: Error {
    case severalImages(source: String, names: [String])
    /// Not exactly one image is for the wanted platform.
    case severalManifests(source: String, wanted: Platform, present: [Platform])
    case severalConfigs(source: String, wanted: Platform?, present: [Platform])
    case absentConfig(source: String, Digest)
    case declaredPlatform(source: String)
}
