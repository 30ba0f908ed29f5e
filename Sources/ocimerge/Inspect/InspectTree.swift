internal import ImageModel
internal import ImageSources

/// The tree that `inspect` prints: images, platforms, layers, and the platforms that share a layer.
enum InspectTree {
    /// Gives the text to `print` in pieces, so that it is never in memory as a whole.
    static func print<Failure>(
        _ summary: SourceSummary, _ print: (String) throws(Failure) -> Void
    ) throws(Failure) {
        try print(
            "\(TerminalText.escaped(summary.source)): \(summary.isIncrement ? "increment, " : "")\(summary.dialect), "
                + ContentText.count(images: summary.imageCount, artifacts: summary.artifacts.count) + "\n")
        for image in summary.images {
            try print("\n" + heading(of: image))
            let users = LayerUsers(of: image)
            for (place, entry) in image.platforms.enumerated() {
                try print(text(of: entry, showsEvidence: summary.hasEvidence) { users.others(of: $0, at: place) })
            }
        }
        if !summary.artifacts.isEmpty { try print("\n" + ContentText.rows(summary.artifacts)) }
        for note in summary.absent { try print(absent(note)) }
    }

    private static func heading(of image: SourceSummary.Image) -> String {
        let names = image.labels.isEmpty ? "(no name)" : image.labels.map(\.description).joined(separator: ", ")
        let kind =
            image.root.mediaType.isIndex ? "  index of \(CountText.text(image.platforms.count, "platform"))" : ""
        return "\(TerminalText.escaped(names))\n\(image.root.digest)\(kind)\n"
    }

    private static func text(
        of entry: SourceSummary.PlatformEntry, showsEvidence: Bool, others: (SourceSummary.Layer) -> String?
    ) -> String {
        let manifest = entry.manifest
        let programs = showsEvidence ? [["    programs", EvidenceMessage.remark(on: entry)]] : []
        let created = entry.isAbridged ? [] : [["    created", TerminalText.escaped(manifest.created ?? "unknown")]]
        let count = CountText.text(manifest.layers.count, "layer")
        let size = "\(ByteCount.text(manifest.size)) in \(count)\(entry.isAbridged ? ", as listed above" : "")"
        let facts = [
            ["    manifest", entry.descriptor.digest.description], ["    config", manifest.config.description],
        ]
        let text = "  \(platform(entry.platform))\n" + Table.text(facts + programs + created + [["    size", size]])
        if entry.isAbridged { return text }
        return text
            + Table.text(manifest.layers.map { row(of: $0, others($0)) }, rightAligned: [1])
            + manifest.attestations.map { "    attestation  \($0.digest)\n" }.joined()
    }

    private static func row(of layer: SourceSummary.Layer, _ others: String?) -> [String] {
        var remarks: [String] = []
        if let actual = layer.actual {
            let label = TerminalText.escaped(layer.descriptor.mediaType.layerCompression?.rawValue ?? "")
            remarks.append("labelled \(label), is \(actual == .none ? "not compressed" : actual.rawValue)")
        }
        if !layer.isPresent {
            remarks.append(layer.descriptor.isForeign ? "foreign" : "absent")
        }
        if let others { remarks.append("shared with \(others)") }
        let kind = layer.descriptor.mediaType.layerCompression.map { $0 == .none ? "tar" : $0.rawValue } ?? "other"
        return [
            "      \(layer.descriptor.digest)", ByteCount.text(layer.descriptor.size), kind,
            remarks.joined(separator: "; "),
        ]
    }

    private static func absent(_ note: SourceNote) -> String {
        guard case .absent(let digest, let type, let platform) = note else { return "" }
        let what = type.isManifest || type.isIndex ? "manifest" : "blob"
        return "absent: \(what) \(digest)" + (platform.map { " (\(self.platform($0)))" } ?? "") + "\n"
    }

    static func platform(_ platform: Platform?) -> String {
        TerminalText.escaped(platform?.description ?? "unknown platform")
    }
}
