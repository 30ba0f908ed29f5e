internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The command `ls`: lists the images of a source, or the tags of a repository. It reads documents only.
enum ListCommand {
    static func run(_ request: ListRequest, _ console: Console) throws(CommandError) {
        Interruption.install()
        let reference = try CommandError.checked { () throws(ListError) in try self.reference(request.source) }
        let registries = try RegistryOpening.access(request.registry, naming: [request.source])
        if let image = reference.registry, image.tag == nil, image.digest == nil {
            let tags = try CommandError.checked { () throws(RegistryError) in
                try registries.repository(image.repository).tags()
            }
            return try print(
                TagListReport(source: reference.text, repository: image.repository, tags: TagOrder.sorted(tags)),
                request, console)
        }
        if let layout = try layout(reference) {
            let graph = try graph(of: layout, reference, console)
            return try print(ListReport(reference, layout: reference.text, graph), request, console)
        }
        let source = try CommandError.checked { () throws(SourceError) in
            try Source.open(reference, registries, OpeningPolicy())
        }
        try print(ListReport(reference, layout: nil, graph(of: source, console)), request, console)
    }

    private static func print(
        _ report: some CommandReport, _ request: ListRequest, _ console: Console
    ) throws(CommandError) {
        try CommandError.checked { () throws(IOFailure) in
            try console.print(report, request.run)
            try StandardStreams.finish(.output)
        }
    }

    private static func reference(_ text: String) throws(ListError) -> SourceReference {
        let reference: SourceReference
        do throws(SourceError) { reference = try SourceReference(parsing: text) } catch {
            if case .malformedReference(let name, .registryAlone) = error { throw .registryAlone(name) }
            throw .source(error)
        }
        if reference.platform != nil { throw .declaredPlatform(source: reference.text) }
        return reference
    }

    /// `nil` if the source is no image layout in a directory.
    private static func layout(_ reference: SourceReference) throws(CommandError) -> LayoutDirectory? {
        do throws(LayoutError) { return try LayoutDirectory(reference) } catch {
            switch error {
            case .notADirectory, .otherDialect, .standardInput, .inRegistry, .source(.unknownFormat): return nil
            default: throw CommandError(error)
            }
        }
    }

    /// All entries of `index.json`, also if their images have defects.
    private static func graph(
        of layout: LayoutDirectory, _ reference: SourceReference, _ console: Console
    ) throws(CommandError) -> ImageGraph {
        let images = try CommandError.checked { () throws(LayoutError) in try LayoutImages(layout) }
        if !layout.isMarked {
            NoteMessage.sentence(for: .layoutFileMissing, source: reference.text).map(console.warn)
        }
        if layout.isHybrid { console.warn(LayoutMessage.twoLists(reference.text)) }
        for defect in images.defects {
            // Content that cannot be read is not absent.
            if case .io(let failure) = defect.error, failure.isSystemFailure {
                throw CommandError(LayoutError.source(defect.error))
            }
            console.warn(defect.error.sentence)
        }
        var graph = images.graph
        if reference.selection != nil {
            graph.roots = try CommandError.checked { () throws(LayoutError) in try images.roots(chosenBy: reference) }
        }
        return graph
    }

    /// The list counts absent content, so that no warning names it.
    private static func graph(of source: Source, _ console: Console) -> ImageGraph {
        for note in source.notes {
            if case .absent = note { continue }
            NoteMessage.sentence(for: note, source: source.reference.text, isCorrected: false).map(console.warn)
        }
        var graph = source.graph
        let repeated = RepeatedRoots(graph)
        graph.roots.removeAll { repeated.contains($0) }
        return graph
    }
}

/// Errors of `ls`.
enum ListError: Error {
    /// A registry without a repository.
    case registryAlone(String)
    case declaredPlatform(source: String)
    case source(SourceError)
}

/// The tags of a repository. A registry lists neither digests nor platforms with them.
struct TagListReport: CommandReport {
    let source: String
    let repository: RepositoryName
    let tags: [String]

    /// One name a line.
    func text(_ style: TextStyle) -> String { brief }
    var brief: String { tags.map { TerminalText.escaped("\(repository):\($0)") + "\n" }.joined() }

    func json(warnings: [String]) -> JSONText {
        let images = tags.map { tag in
            JSONText.object([
                ("name", .string("\(repository):\(tag)")), ("digest", .null), ("mediaType", .null), ("kind", .null),
                ("platforms", .null), ("size", .null), ("absent", .null),
            ])
        }
        return .object([
            ("source", .string(source)),
            ("layout", .null),
            ("images", .array(images)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}

/// The images of a source.
struct ListReport: CommandReport {
    let source: String
    /// `nil` if the source is no image layout in a directory.
    let layout: String?
    let listing: LayoutListing

    init(_ reference: SourceReference, layout: String?, _ graph: ImageGraph) throws(CommandError) {
        source = reference.text
        self.layout = layout
        listing = try CommandError.checked { () throws(PlanError) in try LayoutListing(graph) }
    }

    /// One name a line, without unnamed images.
    var brief: String {
        listing.images.compactMap { $0.label.map { TerminalText.escaped($0.description) + "\n" } }.joined()
    }

    func text(_ style: TextStyle) -> String {
        let rows = listing.images.map { image in
            [
                style.heading(TerminalText.escaped(image.label?.description ?? "(no name)")),
                style.digest(image.root.digest),
                Self.platforms(image), ByteCount.text(image.size),
                image.absent.isEmpty ? "" : "\(image.absent.count) absent",
            ]
        }
        return Table.text(rows, rightAligned: [3], width: style.width)
    }

    /// More platforms are counted: an image may have as many names as platforms.
    private static let shownLimit = 20

    private static func platforms(_ image: LayoutListing.Image) -> String {
        switch image.kind {
        case .artifact(let type): return "artifact \(TerminalText.escaped(type.rawValue))"
        case .referrers: return "list of referrers"
        case .image where image.platforms.isEmpty: return "(no platform)"
        case .image: break
        }
        let rest = image.platforms.count - shownLimit
        return image.platforms.prefix(shownLimit).map { child in
            TerminalText.part(child.platform?.description ?? "unknown") + (child.isPresent ? "" : " (absent)")
        }.joined(separator: ", ") + (rest > 0 ? " and \(CountText.text(rest, "more platform"))" : "")
    }

    /// Details are printed again as long as that adds at most this number of entries.
    private static let repeatLimit = 10_000

    func json(warnings: [String]) -> JSONText {
        var listed: Set<LayoutListing.Image.Key> = []
        var left = Self.repeatLimit
        let images = listing.images.map { image in
            let isFirst = listed.insert(image.key).inserted
            let repeats = isFirst ? 0 : image.platforms.count + image.absent.count
            let isAbridged = repeats > left
            if !isAbridged { left -= repeats }
            return Self.json(image, isAbridged: isAbridged)
        }
        return .object([
            ("source", .string(source)),
            ("layout", layout.map(JSONText.string) ?? .null),
            ("images", .array(images)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }

    private static func kind(_ kind: LayoutListing.Kind) -> String {
        switch kind {
        case .image: "image"
        case .artifact: "artifact"
        case .referrers: "referrers"
        }
    }

    /// `isAbridged`: an earlier entry for the image has its details. A program that expects a list then fails instead of
    /// finding it empty.
    private static func json(_ image: LayoutListing.Image, isAbridged: Bool) -> JSONText {
        let platforms: [JSONText] =
            isAbridged
            ? []
            : image.platforms.map { child in
                .object([
                    ("platform", child.platform.map { .string($0.description) } ?? .null),
                    ("digest", .string(child.digest.description)),
                    ("present", .boolean(child.isPresent)),
                ])
            }
        let absent: [JSONText] = isAbridged ? [] : image.absent.map { .string($0.digest.description) }
        return .object([
            ("name", image.label.map { .string($0.description) } ?? .null),
            ("digest", .string(image.root.digest.description)),
            ("mediaType", .string(image.root.mediaType.rawValue)),
            ("kind", .string(kind(image.kind))),
            ("platforms", isAbridged ? .null : .array(platforms)),
            ("size", .integer(image.size)),
            ("absent", isAbridged ? .null : .array(absent)),
        ])
    }
}
