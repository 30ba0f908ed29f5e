internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The command `inspect --list`: the platforms and sizes of many images. It reads documents only.
struct ListInspection {
    private let request: InspectRequest
    private let console: Console
    private let sources: ListedSources
    private let platforms: [Platform]
    private let registries: RegistryAccess

    init(
        _ request: InspectRequest, _ options: ListOptions, _ platforms: [Platform], _ console: Console
    ) throws(CommandError) {
        Interruption.install()
        self.request = request
        self.console = console
        self.platforms = platforms
        sources = try ListedSources(options, sources: request.sources, platforms: platforms, writes: false, console)
        if sources.standardInputs > 1 { throw CommandError(SourceError.standardInputTwice) }
        registries = try RegistryOpening.access(request.registry, registries: sources.references.registries)
    }

    /// Prints what can be read, then throws if any image or platform is missing.
    func run() throws(CommandError) {
        let (opened, problems) = try console.progress { (bar) throws(CommandError) in
            try sources.surveyed(
                registries, OpeningPolicy(), jobs: request.run.jobs.count(waitsForNetwork: true), console, bar)
        }
        if !opened.isEmpty {
            let report = ListInspectionReport(opened, platforms)
            try CommandError.checked { () throws(IOFailure) in
                try console.print(report, request.run)
                try StandardStreams.finish(.output)
            }
        }
        if !problems.isEmpty { throw CommandError(SourceProblems(problems: problems, skipped: 0)) }
    }
}

/// The images of a list, and the content that all of them share.
struct ListInspectionReport: CommandReport {
    private struct Row {
        let name: String?
        let digest: Digest
        let platforms: [Platform]
        let size: Int64
    }

    private var rows: [Row] = []
    private let images: Int
    private let layers: Int
    private let bytes: Int64
    /// The size of the layers if every image had its own.
    private let unshared: Int64

    /// Without `platforms` all of them count.
    init(_ sources: [Source], _ platforms: [Platform]) {
        var sizes: [Digest: Int64] = [:]
        var whole: [Digest: Int64] = [:]
        for source in sources {
            for image in GraphContents(source.graph).images {
                let wanted = image.found.images.filter { found in
                    platforms.isEmpty || platforms.match(found.platform?.normalized)
                }
                var own: [Digest: Int64] = [:]
                for manifest in wanted.compactMap({ source.graph.manifest($0.manifest) }) {
                    for layer in manifest.layers { own[layer.digest] = layer.size }
                }
                sizes.merge(own) { first, _ in first }
                whole[image.digest] = own.values.totalSize(\.self)
                let names = Set(image.labels).sorted().map(\.description)
                for name in names.isEmpty ? [nil] : names.map(Optional.some) {
                    rows.append(
                        Row(
                            name: name, digest: image.digest,
                            platforms: Set(wanted.compactMap(\.platform?.normalized)).sorted(),
                            size: own.values.totalSize(\.self)))
                }
            }
        }
        rows.sort { ($0.name ?? "", $0.digest) < ($1.name ?? "", $1.digest) }
        layers = sizes.count
        bytes = sizes.values.totalSize(\.self)
        unshared = whole.values.totalSize(\.self)
        images = whole.count
    }

    func text(_ style: TextStyle) -> String {
        let lines = rows.map { row in
            [
                style.heading(TerminalText.escaped(row.name ?? "(no name)")), style.digest(row.digest),
                row.platforms.isEmpty
                    ? "none" : row.platforms.map { TerminalText.escaped($0.description) }.joined(separator: ", "),
                ByteCount.text(row.size),
            ]
        }
        return Table.text(lines, width: style.width)
            + "\(CountText.text(images, "image")), \(CountText.text(layers, "layer")), "
            + "\(ByteCount.text(bytes)) with each layer once (\(ByteCount.text(unshared)) without sharing)\n"
    }

    var brief: String { rows.map { "\(TerminalText.escaped($0.name ?? $0.digest.description))\n" }.joined() }

    func json(warnings: [String]) -> JSONText {
        let images = rows.map { row in
            JSONText.object([
                ("name", row.name.map(JSONText.string) ?? .null), ("digest", .string(row.digest.description)),
                ("platforms", .array(row.platforms.map { .string($0.description) })), ("size", .integer(row.size)),
            ])
        }
        return .object([
            ("images", .array(images)), ("layers", .integer(Int64(layers))), ("bytes", .integer(bytes)),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }
}
