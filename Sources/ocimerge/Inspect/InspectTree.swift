internal import ImageModel
internal import ImageSources

/// The tree that `inspect` prints: images, platforms, layers, and the platforms that share a layer.
enum InspectTree {
    /// Gives the text to `print` in pieces, so that it is never in memory as a whole. `history`: Whether the steps of
    /// the build are shown.
    static func print<Failure>(
        _ summary: SourceSummary, _ style: TextStyle, history: Bool, _ print: (String) throws(Failure) -> Void
    ) throws(Failure) {
        try print(
            "\(TerminalText.escaped(summary.source)): \(content(of: summary))\n")
        for image in summary.images {
            try print("\n" + heading(of: image, style))
            let users = LayerUsers(of: image)
            for (place, entry) in image.platforms.enumerated() {
                let details = entry.isAbridged ? nil : entry.manifest.details
                try print(
                    text(of: entry, details, style, showsEvidence: summary.hasEvidence) {
                        users.others(of: $0, at: place)
                    })
                if history, let details {
                    try print(
                        ConfigText.history(details, layers: entry.manifest.layers.map(\.descriptor.digest), style))
                }
            }
        }
        if !summary.artifacts.isEmpty { try print("\n" + ContentText.rows(summary.artifacts, style)) }
        for note in summary.absent { try print(absent(note, style)) }
    }

    /// `OCI image layout, 1 image`
    static func content(of summary: SourceSummary) -> String {
        (summary.isIncrement ? "increment, " : "") + summary.dialect + ", "
            + ContentText.count(images: summary.imageCount, artifacts: summary.artifacts.count)
    }

    private static func heading(of image: SourceSummary.Image, _ style: TextStyle) -> String {
        let names = image.labels.isEmpty ? "(no name)" : image.labels.map(\.description).joined(separator: ", ")
        let shown = image.platforms.count == image.platformCount ? "" : ", \(image.platforms.count) shown"
        let kind =
            image.root.mediaType.isIndex
            ? "  index of \(CountText.text(image.platformCount, "platform"))\(shown)" : ""
        // The listing below shows those of a manifest.
        let annotations = image.root.mediaType.isIndex ? ConfigText.rows(image.annotations, indent: "  ") : []
        return "\(style.heading(TerminalText.escaped(names)))\n\(style.digest(image.root.digest))\(kind)\n"
            + Table.text(annotations, width: style.width)
    }

    private static func text(
        of entry: SourceSummary.PlatformEntry, _ details: ConfigDetails?, _ style: TextStyle, showsEvidence: Bool,
        others: (SourceSummary.Layer) -> String?
    ) -> String {
        let manifest = entry.manifest
        let programs =
            showsEvidence
            ? [["    programs", EvidenceMessage.remark(on: entry, style)]] + StartText.rows(entry.examination, style)
            : []
        let created = entry.isAbridged ? [] : [["    created", TerminalText.escaped(manifest.created ?? "unknown")]]
        let count = CountText.text(manifest.layers.count, "layer")
        let size = "\(ByteCount.text(manifest.size)) in \(count)\(entry.isAbridged ? ", as listed above" : "")"
        let facts = [
            ["    manifest", style.digest(entry.descriptor.digest)], ["    config", style.digest(manifest.config)],
        ]
        let settings = details.map(ConfigText.rows) ?? []
        let annotations = entry.isAbridged ? [] : ConfigText.rows(manifest.annotations, indent: "    ")
        let rows = facts + programs + created + settings + annotations + [["    size", size]]
        let text = "  \(style.heading(platform(entry.platform)))\n" + Table.text(rows, width: style.width)
        if entry.isAbridged { return text }
        return text
            + Table.text(
                manifest.layers.map { row(of: $0, style, others($0)) }, rightAligned: [1], width: style.width)
            + manifest.attestations.map { "    attestation  \(style.digest($0.digest))\n" }.joined()
    }

    private static func row(of layer: SourceSummary.Layer, _ style: TextStyle, _ others: String?) -> [String] {
        var remarks = remarks(on: layer)
        if let others { remarks.append("shared with \(others)") }
        return [
            "      \(style.digest(layer.descriptor.digest))", ByteCount.text(layer.descriptor.size), kind(of: layer),
            remarks.joined(separator: "; "),
        ]
    }

    /// The compression by the media type.
    static func kind(of layer: SourceSummary.Layer) -> String {
        layer.descriptor.mediaType.layerCompression.map { $0 == .none ? "tar" : $0.rawValue } ?? "other"
    }

    /// What is unusual about a layer.
    static func remarks(on layer: SourceSummary.Layer) -> [String] {
        var remarks: [String] = []
        if let actual = layer.actual {
            let label = TerminalText.escaped(layer.descriptor.mediaType.layerCompression?.rawValue ?? "")
            remarks.append("labelled \(label), is \(actual == .none ? "not compressed" : actual.rawValue)")
        }
        if !layer.isPresent {
            remarks.append(layer.descriptor.isForeign ? "foreign" : "absent")
        }
        return remarks
    }

    private static func absent(_ note: SourceNote, _ style: TextStyle) -> String {
        guard case .absent(let digest, let type, let platform) = note else { return "" }
        let what = type.isManifest || type.isIndex ? "manifest" : "blob"
        return "absent: \(what) \(style.digest(digest))" + (platform.map { " (\(self.platform($0)))" } ?? "") + "\n"
    }

    static func platform(_ platform: Platform?) -> String {
        TerminalText.escaped(platform?.description ?? "unknown platform")
    }
}
