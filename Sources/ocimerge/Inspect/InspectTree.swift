internal import ImageModel
internal import ImageSources

/// The tree that `inspect` prints: images, platforms, layers, and the platforms that share a layer.
enum InspectTree {
    static func text(_ summary: SourceSummary) -> String {
        var text =
            "\(TerminalText.escaped(summary.source)): \(summary.isIncrement ? "increment, " : "")\(summary.dialect), "
            + "\(CountText.text(summary.images.count, "image"))\n"
        for image in summary.images { text += "\n" + self.image(image, showsEvidence: summary.hasEvidence) }
        for note in summary.absent { text += absent(note) }
        return text
    }

    private static func image(_ image: SourceSummary.Image, showsEvidence: Bool) -> String {
        let names = image.labels.isEmpty ? "(no name)" : image.labels.map(\.description).joined(separator: ", ")
        var text = "\(TerminalText.escaped(names))\n\(image.root.digest)"
        text +=
            image.root.mediaType.isIndex ? "  index of \(CountText.text(image.platforms.count, "platform"))\n" : "\n"
        let users = layerUsers(image)
        for entry in image.platforms {
            text += "  \(platform(entry.platform))\n"
            let programs = showsEvidence ? [["    programs", EvidenceMessage.remark(on: entry)]] : []
            text += Table.text(
                [
                    ["    manifest", entry.descriptor.digest.description],
                    ["    config", entry.config.description],
                ] + programs + [
                    ["    created", TerminalText.escaped(entry.created ?? "unknown")],
                    ["    size", "\(ByteCount.text(entry.size)) in \(CountText.text(entry.layers.count, "layer"))"],
                ])
            text += Table.text(entry.layers.map { layer(of: entry, $0, users) }, rightAligned: [1])
            for attestation in entry.attestations { text += "    attestation  \(attestation.digest)\n" }
        }
        return text
    }

    private static func layer(
        of entry: SourceSummary.PlatformEntry, _ layer: SourceSummary.Layer, _ users: [Digest: [String]]
    ) -> [String] {
        var remarks: [String] = []
        if let actual = layer.actual {
            let label = TerminalText.escaped(layer.descriptor.mediaType.layerCompression?.rawValue ?? "")
            remarks.append("labelled \(label), is \(actual == .none ? "not compressed" : actual.rawValue)")
        }
        if !layer.isPresent {
            remarks.append(layer.descriptor.isForeign ? "foreign" : "absent")
        }
        if let others = others(users[layer.descriptor.digest] ?? [], than: platform(entry.platform)) {
            remarks.append("shared with \(others)")
        }
        let kind = layer.descriptor.mediaType.layerCompression.map { $0 == .none ? "tar" : $0.rawValue } ?? "other"
        return [
            "      \(layer.descriptor.digest)", ByteCount.text(layer.descriptor.size), kind,
            remarks.joined(separator: "; "),
        ]
    }

    /// The platforms that use each layer, sorted.
    private static func layerUsers(_ image: SourceSummary.Image) -> [Digest: [String]] {
        var users: [Digest: Set<String>] = [:]
        for entry in image.platforms {
            for layer in entry.layers { users[layer.descriptor.digest, default: []].insert(platform(entry.platform)) }
        }
        return users.mapValues { $0.sorted() }
    }

    /// The other users of a layer; `nil` if there are none. A long list is cut, so that an index of thousands of platforms
    /// with a common layer gives a text in proportion to its size.
    private static func others(_ users: [String], than platform: String) -> String? {
        let shown = users.lazy.filter { $0 != platform }.prefix(sharingLimit)
        if shown.isEmpty { return nil }
        let rest = users.count - 1 - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(CountText.text(rest, "other platform"))" : "")
    }

    private static let sharingLimit = 10

    private static func absent(_ note: SourceNote) -> String {
        guard case .absent(let digest, let type, let platform) = note else { return "" }
        let what = type.isManifest || type.isIndex ? "manifest" : "blob"
        return "absent: \(what) \(digest)" + (platform.map { " (\(self.platform($0)))" } ?? "") + "\n"
    }

    private static func platform(_ platform: Platform?) -> String {
        TerminalText.escaped(platform?.description ?? "unknown platform")
    }
}
