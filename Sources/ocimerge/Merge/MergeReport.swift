internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// The result of a merge, or of its dry run.
struct MergeReport: CommandReport {
    let plan: FittedPlan
    let destination: String
    let form: DestinationTraits.Form
    let isDryRun: Bool
    /// `nil` if nothing was written.
    let written: PlanExecution.Written?
    /// `nil` if layers keep their compression.
    let compressed: CompressionSummary?
    /// `nil` if no image was read from a registry only to check its platform.
    let fetched: PlatformEvidence.Fetched?
    /// `nil` if no receipt was written.
    let receipt: ReceiptRun.Written?
    /// In a dry run of `pack`: the registries from which images are read.
    let hosts: [HostShare]
    /// The names of the image before and after `push --all`; empty for other results.
    var namePairs: [PushTarget.NamePair] = []

    init(
        _ plan: FittedPlan, _ written: PlanExecution.Written?, _ compressed: CompressionSummary? = nil,
        fetched: PlatformEvidence.Fetched? = nil, destination: String, form: DestinationTraits.Form,
        isDryRun: Bool, receipt: ReceiptRun.Written? = nil, hosts: [HostShare] = []
    ) {
        self.plan = plan
        self.destination = destination
        self.form = form
        self.isDryRun = isDryRun
        self.written = written
        self.compressed = compressed
        self.fetched = fetched
        self.receipt = receipt
        self.hosts = hosts
    }

    /// Whether digests are not known yet, because layers will be recompressed.
    private var arePending: Bool { compressed?.isPending ?? false }

    private var volumes: WrittenVolumes? { written?.publication.volumes }
    private var pushed: PushedContent? { written?.publication.pushed }
    private var blobs: Int { written?.blobs ?? plan.plan.blobs.count }
    private var bytes: Int64 { written?.bytes ?? plan.plan.bytesToMove }

    /// One digest a line, for scripts; nothing if they are not known yet.
    var brief: String {
        if arePending { return "" }
        var seen: Set<Digest> = []
        let images = plan.images.map(\.root.digest)
        return (images.isEmpty ? plan.artifacts.map(\.descriptor.digest) : images)
            .filter { plan.registryNames?[$0] != nil || plan.registryNames == nil }
            .filter { seen.insert($0).inserted }.map { "\(pushed?.served ?? $0)\n" }.joined()
    }

    func text(_ style: TextStyle) -> String {
        let opening = FormText.opening(form, isDryRun: isDryRun)
        let layers =
            pushed.map(PushText.layers) ?? "\(CountText.text(blobs, "layer")), \(ByteCount.text(bytes))"
        var lines = [
            "\(opening) \(place): \(contents), "
                + layers + (plan.isIncomplete ? ", incomplete" : "")
        ]
        if let left = plan.leftOut {
            lines.append(
                "left out: \(CountText.text(left.blobs, "layer")), \(ByteCount.text(left.bytes)), of "
                    + ByteCount.text([plan.plan.bytesToMove, left.bytes].totalSize(\.self)))
        }
        if let compressed { lines += compressed.lines(style) }
        if let fetched { lines.append(fetched.line) }
        if !hosts.isEmpty { lines.append(Table.text(hosts.map(\.row), width: style.width)) }
        for image in plan.images {
            let found = namePairs.isEmpty ? names(of: image) : namePairs.map(PushText.pair)
            let names = found.isEmpty ? "(no name)" : found.joined(separator: ", ")
            let heading = style.heading(TerminalText.escaped(names))
            lines.append(Table.text([[heading, text(image.root.digest, style)]], width: style.width))
            if let served = pushed?.served { lines.append("  the registry serves it as \(style.digest(served))") }
            let rows = image.children.map { child in
                [
                    "  " + TerminalText.escaped(child.platform?.description ?? "unknown"), text(child.digest, style),
                    TerminalText.escaped(child.sources.joined(separator: ", ")),
                ]
            }
            if !rows.isEmpty { lines.append(Table.text(rows, width: style.width)) }
        }
        if !plan.artifacts.isEmpty { lines.append(ContentText.rows(plan.artifacts, style, names: names(of:))) }
        if let receipt { lines.append(receipt.text) }
        return lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
    }

    private var contents: String {
        ContentText.count(images: plan.images.count, artifacts: plan.artifacts.count)
    }

    /// In a registry the former names have no meaning.
    private func names(of image: MergedImage) -> [String] {
        guard let names = plan.registryNames else { return image.labels.map(\.description) }
        return names[image.root.digest] ?? []
    }

    private func names(of artifact: Artifact) -> [String] {
        guard let names = plan.registryNames else { return ContentText.names(artifact) }
        return names[artifact.descriptor.digest] ?? []
    }

    /// The destination, or the names of its volumes.
    private var place: String {
        guard let volumes else { return TerminalText.escaped(destination) }
        let last = volumes.first.dropLast(3) + Volumes.number(volumes.count)
        let first = TerminalText.escaped(volumes.first)
        return volumes.count == 1 ? first : "\(first) to \(TerminalText.escaped(String(last)))"
    }

    private func text(_ digest: Digest, _ style: TextStyle) -> String {
        arePending ? "(digest not known yet)" : style.digest(digest)
    }

    private func json(_ digest: Digest) -> JSONText { arePending ? .null : .string(digest.description) }

    func json(warnings: [String]) -> JSONText {
        .object(members(warnings: warnings))
    }

    /// `warnings` is `nil` if they are reported once for several reports.
    func members(warnings: [String]?) -> [(String, JSONText)] {
        let images: [JSONText] = plan.images.map { image in
            .object(
                [
                    ("names", .array(names(of: image).map(JSONText.string))),
                    ("digest", json(image.root.digest)),
                    ("mediaType", .string(image.root.mediaType.rawValue)),
                    ("size", .integer(image.root.size)),
                    ("platforms", .array(image.children.map(child))),
                ] + (namePairs.isEmpty ? [] : [("references", PushText.json(namePairs))]))
        }
        var more: [(String, JSONText)] = []
        if let left = plan.leftOut {
            more.append(
                ("leftOut", .object([("layers", .integer(Int64(left.blobs))), ("bytes", .integer(left.bytes))])))
        }
        if plan.isIncomplete { more.append(("incomplete", .boolean(true))) }
        if let compressed { more.append(("compressed", compressed.json)) }
        if let fetched { more.append(("checked", fetched.json)) }
        if let pushed { more.append(("pushed", PushText.json(pushed))) }
        if let receipt { more.append(("receipt", receipt.json)) }
        if !hosts.isEmpty { more.append(("registries", .array(hosts.map(\.json)))) }
        if let volumes { more.append(("volumes", .integer(Int64(volumes.count)))) }
        let said = warnings.map { [("warnings", JSONText.array($0.map(JSONText.string)))] } ?? []
        return [
            ("destination", .string(destination)),
            ("kind", .string(form.rawValue)),
            ("dryRun", .boolean(isDryRun)),
            ("layers", .integer(Int64(blobs))),
            ("bytes", .integer(bytes)),
            ("images", .array(images)),
            ("artifacts", ContentText.json(plan.artifacts, names: names(of:))),
        ] + said + more
    }

    private func child(_ child: MergedImage.Child) -> JSONText {
        .object([
            ("platform", child.platform.map { .string($0.description) } ?? .null),
            ("digest", json(child.digest)),
            ("sources", .array(child.sources.map(JSONText.string))),
        ])
    }
}

extension PlatformEvidence.Fetched {
    /// `checked: 2 images, 3.1 MB read`
    var line: String { "checked: \(CountText.text(images, "image")), \(ByteCount.text(bytes)) read" }

    var json: JSONText { .object([("images", .integer(Int64(images))), ("bytesRead", .integer(bytes))]) }
}

/// The layers that were recompressed, or that a real run would recompress.
struct CompressionSummary: Sendable {
    let compression: LayerCompression
    /// The layers before.
    let layers: [LayerToRecode]
    /// `nil` in a dry run.
    let bytesAfter: Int64?

    init(_ compression: LayerCompression, _ layers: [LayerToRecode], _ recoded: [Digest: RecodedLayer]?) {
        self.compression = compression
        self.layers = layers
        bytesAfter = recoded.map { $0.values.totalSize(\.size) }
    }

    var bytesBefore: Int64 { layers.totalSize(\.size) }
    /// Whether digests of documents that name these layers are not known yet.
    var isPending: Bool { bytesAfter == nil && !layers.isEmpty }

    /// The lines of the report below the first one.
    func lines(_ style: TextStyle) -> [String] {
        let count = CountText.text(layers.count, "layer")
        let before = ByteCount.text(bytesBefore)
        guard !layers.isEmpty else {
            return [compression == .none ? "no layer is compressed that could be stored plain" : "no layer to compress"]
        }
        if let bytesAfter {
            let done =
                compression == .none ? "stored \(count) plain" : "compressed \(count) with \(compression.rawValue)"
            return ["\(done): \(before) became \(ByteCount.text(bytesAfter))"]
        }
        let verb =
            compression == .none ? "would store \(count) plain" : "would compress \(count) with \(compression.rawValue)"
        let rows = layers.map { ["  \(style.digest($0.digest))", ByteCount.text($0.size)] }
        return ["\(verb), \(before) now; their new digests are known only afterwards", Table.text(rows)]
    }

    var json: JSONText {
        .object([
            ("compression", .string(compression.rawValue)),
            ("layers", .integer(Int64(layers.count))),
            ("bytesBefore", .integer(bytesBefore)),
            ("bytesAfter", bytesAfter.map(JSONText.integer) ?? .null),
            ("digestsBefore", .array(layers.map { .string($0.digest.description) })),
        ])
    }
}
