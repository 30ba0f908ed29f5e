internal import ImageModel
internal import ImagePlanning
internal import ImageSinks

/// What a merge made, or would make.
struct MergeReport: CommandReport {
    let outcome: MergeOutcome
    let destination: String
    let isDryRun: Bool
    /// nil: nothing was carried out.
    let written: PlanExecution.Outcome?
    /// nil: the result is one file.
    let volumes: WrittenVolumes?
    /// nil: it did not go to a registry, or did not go yet.
    let pushed: PushedContent?
    /// Under which names the registry has it; nil: it goes elsewhere.
    let registryNames: [Digest: [String]]?
    /// nil: layers stay as they are.
    let compressed: LayerCompressing.Summary?

    /// Digests in this report are not those of a real run.
    private var arePending: Bool { compressed?.isPending ?? false }

    private var blobs: Int { written?.blobs ?? outcome.plan.blobs.count }
    private var bytes: Int64 { written?.bytes ?? outcome.plan.bytesToMove }

    /// One digest a line, for scripts; none where they are not known yet.
    var brief: String {
        if arePending { return "" }
        var seen: Set<Digest> = []
        return outcome.images.map(\.root.digest)
            .filter { registryNames?[$0] != nil || registryNames == nil }
            .filter { seen.insert($0).inserted }.map { "\($0)\n" }.joined()
    }

    var text: String {
        let verb = PushText.verb(for: destination, isDryRun: isDryRun)
        let layers =
            pushed.map(PushText.layers) ?? "\(CountText.text(blobs, "layer")), \(ByteCount.text(bytes))"
        var lines = [
            "\(verb) \(TerminalText.escaped(destination)): \(CountText.text(outcome.images.count, "image")), "
                + layers + split
        ]
        if let left = outcome.leftOut {
            lines.append(
                "left out: \(CountText.text(left.blobs, "layer")), \(ByteCount.text(left.bytes)), of "
                    + ByteCount.text([outcome.plan.bytesToMove, left.bytes].totalSize(\.self)))
        }
        if let compressed { lines += compressed.lines }
        for image in outcome.images {
            let found = names(of: image)
            let names = found.isEmpty ? "(no name)" : found.joined(separator: ", ")
            lines.append("\(TerminalText.escaped(names))  \(text(image.root.digest))")
            let rows = image.children.map { child in
                [
                    "  " + (child.platform?.description ?? "unknown"), text(child.digest),
                    child.sources.joined(separator: ", "),
                ].map(TerminalText.escaped)
            }
            if !rows.isEmpty { lines.append(Table.text(rows)) }
        }
        return lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
    }

    /// What it was called before means nothing in a registry.
    private func names(of image: MergedImage) -> [String] {
        guard let registryNames else { return image.labels.map(\.description) }
        return registryNames[image.root.digest] ?? []
    }

    private var split: String {
        guard let volumes else { return "" }
        return ", in \(CountText.text(volumes.count, "volume")) from \(TerminalText.escaped(volumes.first))"
    }

    private func text(_ digest: Digest) -> String { arePending ? "(digest not known yet)" : digest.description }

    private func json(_ digest: Digest) -> JSONText { arePending ? .null : .string(digest.description) }

    func json(warnings: [String]) -> JSONText {
        .object(members(warnings: warnings))
    }

    /// `warnings` nil: they are told once for several of these.
    func members(warnings: [String]?) -> [(String, JSONText)] {
        let images: [JSONText] = outcome.images.map { image in
            .object([
                ("names", .array(names(of: image).map(JSONText.string))),
                ("digest", json(image.root.digest)),
                ("mediaType", .string(image.root.mediaType.rawValue)),
                ("size", .integer(image.root.size)),
                ("platforms", .array(image.children.map(child))),
            ])
        }
        var more: [(String, JSONText)] = []
        if let left = outcome.leftOut {
            more.append(
                ("leftOut", .object([("layers", .integer(Int64(left.blobs))), ("bytes", .integer(left.bytes))])))
        }
        if let compressed { more.append(("compressed", compressed.json)) }
        if let pushed { more.append(("pushed", PushText.json(pushed))) }
        if let volumes { more.append(("volumes", .integer(Int64(volumes.count)))) }
        let said = warnings.map { [("warnings", JSONText.array($0.map(JSONText.string)))] } ?? []
        return [
            ("destination", .string(destination)),
            ("dryRun", .boolean(isDryRun)),
            ("layers", .integer(Int64(blobs))),
            ("bytes", .integer(bytes)),
            ("images", .array(images)),
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

/// What a merge did to the compression of layers.
extension LayerCompressing.Summary {
    /// Under the line that says what was written.
    var lines: [String] {
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
        let rows = layers.map { ["  \($0.digest)", ByteCount.text($0.size)] }
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
