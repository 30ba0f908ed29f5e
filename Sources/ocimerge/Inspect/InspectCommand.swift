internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The command `inspect`: prints what a source holds and changes nothing.
///
/// It reads headers and small documents. A tree and JSON also search the layers for executables; layers in a registry are
/// searched only with `--evidence`. A list of files reads every layer of one image.
struct InspectCommand {
    private let request: InspectRequest
    private let console: Console
    private let references: [SourceReference]
    private let registries: RegistryAccess
    private let depth: EvidenceDepth
    private let platforms: [Platform]

    init(_ request: InspectRequest, _ console: Console) throws(CommandError) {
        self.request = request
        self.console = console
        if case .list = request.form {
            references = []
        } else {
            references = try CommandError.checked { () throws(SourceError) in try Self.references(request) }
        }
        platforms = try TypedPlatform.selection(request.platforms)
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
        case .raw: try print(document().bytes)
        case .config: try print(selected(references[0], onePlatform).config().bytes)
        case .digest: try print("\(document().digest)\n")
        case .platforms:
            let lists = try references.map { (reference) throws(CommandError) in
                try platforms(selected(reference))
            }
            for list in lists { try print(list) }
        case .blobs: try print(blobs().text)
        case .files(let path): try files(below: path)
        case .list(let options): try ListInspection(request, options, platforms, console).run()
        case .tree:
            for (number, summary) in try summaries().enumerated() {
                if number > 0 { try print("\n") }
                try InspectTree.print(
                    summary, console.style(.output), history: request.showsHistory
                ) { (text) throws(CommandError) in
                    try print(text)
                }
            }
        case .json:
            let sources = try summaries().map(InspectJSON.text)
            try print(TerminalText.escaped(json: .object([("sources", .array(sources))])))
        }
        try CommandError.checked { () throws(IOFailure) in try StandardStreams.finish(.output) }
    }

    /// Everything is read, and the page is written, before the first line is printed: a failed run prints nothing.
    private func summaries() throws(CommandError) -> [SourceSummary] {
        var page = try PageFile(request.page, of: "inspect", read: references.compactMap(\.path))
        defer { console.warn(temporary: page.discard()) }
        let summaries = try references.map { (reference) throws(CommandError) in
            let summary = try summary(reference)
            page.add(summary)
            return summary
        }
        try page.write()
        return summaries
    }

    private func print(_ text: String) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in try console.print(text) }
    }

    private func print(_ bytes: [UInt8]) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in try console.print(bytes: bytes) }
    }

    // MARK: - Sources

    private func opened(
        _ reference: SourceReference, look: (any StreamObserver)? = nil, _ extent: OpeningPolicy.Extent = .all
    ) throws(CommandError) -> Source {
        try reference.refusePlatform(for: "inspect")
        let policy = OpeningPolicy(streams: .init(spool: nil, observer: look), extent: extent)
        return try CommandError.checked { () throws(SourceError) in try Source.open(reference, registries, policy) }
    }

    private func selected(
        _ reference: SourceReference, _ extent: OpeningPolicy.Extent = .all
    ) throws(CommandError) -> SelectedImages {
        SelectedImages(source: try opened(reference, extent), platforms: platforms)
    }

    /// For the image of one platform.
    private var onePlatform: OpeningPolicy.Extent { .init(platforms.count == 1 ? platforms.first : nil) }

    /// The document of `--raw` and `digest`.
    private func document() throws(CommandError) -> Document {
        try selected(references[0], platforms.isEmpty ? .top : onePlatform).document()
    }

    /// For a tree and JSON. Prints the notes on the source as warnings.
    private func summary(_ reference: SourceReference) throws(CommandError) -> SourceSummary {
        let selected = SelectedImages(
            source: try opened(reference, look: LayerListingObserver(depth)), platforms: platforms)
        for note in selected.source.notes {
            NoteMessage.sentence(for: note, source: reference.text, isCorrected: false).map(console.warn)
        }
        let isSearched = reference.registry == nil || request.asksEvidence
        return try SourceSummary(selected, evidence: isSearched ? depth : nil)
    }

    // MARK: - Forms

    private func platforms(_ selected: SelectedImages) throws(CommandError) -> String {
        let names = try selected.images().map { $0.platform?.description ?? "unknown" }
        return Set(names).sorted().map { TerminalText.escaped($0) + "\n" }.joined()
    }

    private func blobs() throws(CommandError) -> BlobList {
        var blobs = BlobList()
        for reference in references {
            let selected = try selected(reference)
            var graph = selected.source.graph
            if !platforms.isEmpty {
                graph.roots = try selected.images().map { .init(descriptor: $0.descriptor, entry: nil, labels: []) }
            }
            let (list, absent) = BlobList.held(by: graph)
            if !absent.isEmpty { console.warn(IncrementMessage.absent(absent, of: reference.text, isList: true)) }
            blobs.merge(list)
        }
        return blobs
    }

    /// Every layer is read before the first line is printed.
    private func files(below path: String?) throws(CommandError) {
        Interruption.install()
        let tree = try console.progress { (bar) throws(CommandError) in
            let observer = LayerFilesObserver { bar.advance($0) }
            let source = try opened(references[0], look: observer, onePlatform)
            return try ImageFileTree(SelectedImages(source: source, platforms: platforms), bar)
        }
        let listing = try CommandError.checked { () throws(FilePathError) in try FileListing(tree, below: path) }
        if request.run.json {
            try listing.printJSON { (text) throws(CommandError) in try print(text) }
        } else {
            try listing.printText { (text) throws(CommandError) in try print(text) }
        }
    }
}

extension SourceReference {
    /// A declared platform is for commands that write images.
    func refusePlatform(for command: String) throws(CommandError) {
        guard platform != nil else { return }
        throw CommandError(InspectError.declaredPlatform(source: text, command: command))
    }
}
