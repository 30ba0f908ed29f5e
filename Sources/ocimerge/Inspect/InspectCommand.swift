internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// Looks and changes nothing. Reads headers and small documents, and for a tree or JSON as much of the layers as the look
/// at their executables takes; of a registry no layer unless that is asked for.
enum InspectCommand {
    static func run(_ request: InspectRequest, _ console: Console) throws {
        let references = try request.sources.map { (text) throws(SourceError) in try SourceReference(parsing: text) }
        guard references.count(where: { $0.place == .standardInput }) < 2 else { throw SourceError.standardInputTwice }
        let registries = try RegistryOpening.access(request.registry, naming: request.sources)
        let depth: EvidenceDepth = request.isFull ? .full : .bounded
        let look: LayerLook? = request.form == .tree || request.form == .json ? LayerLook(depth) : nil
        var summaries: [SourceSummary] = []
        var blobs = BlobList()
        for reference in references {
            if reference.platform != nil { throw InspectError.declaredPlatform(source: reference.text) }
            let source = try OpenedSource.open(
                reference, registries, spool: nil, look: look, platform: try request.platform)
            switch request.form {
            case .raw: return try console.print(bytes: try top(source).bytes)
            case .config: return try console.print(bytes: try config(source, request.platform).bytes)
            case .platforms: try console.print(try platforms(source))
            case .blobs:
                let (list, absent) = try BlobList.held(by: source.graph)
                if !absent.isEmpty {
                    console.warn(IncrementMessage.absent(absent, of: reference.text, isList: true))
                }
                blobs.merge(list)
            case .tree, .json:
                for note in source.notes {
                    NoteMessage.sentence(for: note, source: reference.text, isCorrected: false).map(console.warn)
                }
                let summary = try SourceSummary(source)
                let isAsked = reference.registry == nil || request.asksEvidence
                summaries.append(isAsked ? try summary.witnessed(source.graph, depth: depth) : summary)
            }
        }
        if request.form == .blobs { return try console.print(blobs.text) }
        if request.form == .json {
            let text: JSONText = .object([("sources", .array(summaries.map { InspectJSON.text($0) }))])
            try console.print(TerminalText.escaped(json: text))
        } else if request.form == .tree {
            try console.print(summaries.map { InspectTree.text($0) }.joined(separator: "\n"))
        }
    }

    private static func platforms(_ source: OpenedSource) throws -> String {
        let images = try SourceSummary(source).images.flatMap(\.platforms)
        let lines = Set(images.map { $0.platform?.description ?? "unknown" })
        return lines.sorted().map { TerminalText.escaped($0) + "\n" }.joined()
    }

    private static func top(_ source: OpenedSource) throws -> Document {
        let digests = Set(source.graph.roots.map(\.descriptor.digest))
        guard digests.count == 1, let digest = digests.first, let document = source.graph.documents[digest] else {
            throw InspectError.severalImages(source: source.reference.text, names: source.names)
        }
        return document
    }

    private static func config(_ source: OpenedSource, _ platform: Platform?) throws -> Document {
        let images = try SourceSummary(source).images.flatMap(\.platforms)
        let fitting = images.filter { image in
            guard let platform else { return true }
            return image.platform.map(platform.matches) ?? false
        }
        let digests = Set(fitting.map(\.config))
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

/// What was asked cannot be shown.
enum InspectError: Error {
    case severalImages(source: String, names: [String])
    case severalConfigs(source: String, wanted: Platform?, present: [Platform])
    case absentConfig(source: String, Digest)
    case declaredPlatform(source: String)
}

extension InspectRequest {
    /// The only one that is asked about.
    fileprivate var platform: Platform? {
        get throws {
            guard case .config(let platform?) = form else { return nil }
            return try Platform(parsing: platform)
        }
    }
}

extension OpenedSource {
    var names: [String] { Set(graph.roots.flatMap(\.labels)).map(\.description).sorted() }
}
