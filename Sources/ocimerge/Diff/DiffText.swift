internal import ImageAudit
internal import ImageModel
internal import ImagePlanning

/// The lines of `diff` about one image. They fit into a terminal of 80 columns.
struct DiffText {
    let style: TextStyle
    let isExact: Bool
    /// Before each line of a platform.
    let indent: String

    static let width = 80
    /// More lines of one kind are counted.
    static let shownLimit = 20

    /// `isOne`: Whether there is only this pair, which then needs no heading.
    /// `files`: Those of each platform; empty if they were not compared.
    func text(_ image: ImageDifference, isOne: Bool, files: [[FileDifference]?]) -> String {
        let names = Self.names(image.labels)
        guard image.old != nil, image.new != nil else {
            let count = CountText.text(image.platforms.count, "platform")
            return "\(image.old == nil ? "+" : "-") \(names)  \(count)\n"
        }
        var text = isOne ? "" : names + "\n"
        if let annotations = image.annotations {
            text += lines(annotations.map { self.annotation($0, indent) })
        } else {
            text += "\(indent)index annotations differ\n"
        }
        if isExact, let old = image.old?.digests, let new = image.new?.digests, old != new {
            let digests = (old.map(style.digest), new.map(style.digest))
            text +=
                "\(indent)digest: \(digests.0.joined(separator: " ")) -> \(digests.1.joined(separator: " "))\n"
        }
        for (number, platform) in image.platforms.enumerated() {
            text += self.text(platform, number < files.count ? files[number] : nil)
        }
        return text
    }

    static func line(_ artifact: ArtifactDifference, _ style: TextStyle) -> String {
        let names = ContentText.names(artifact.artifact)
        let name = names.isEmpty ? "" : TerminalText.part(names.prefix(3).joined(separator: ", ")) + "  "
        return "\(artifact.isAdded ? "+" : "-") artifact \(name)\(style.digest(artifact.artifact.descriptor.digest))  "
            + "\(TerminalText.part(artifact.artifact.type.rawValue))\n"
    }

    private static func names(_ labels: [ImageLabel]) -> String {
        if labels.isEmpty { return "(no name)" }
        let shown = labels.prefix(3).map { TerminalText.part($0.description) }.joined(separator: ", ")
        return shown + (labels.count > 3 ? " and \(CountText.text(labels.count - 3, "other name"))" : "")
    }

    // MARK: - Platforms

    private func text(_ platform: PlatformDifference, _ files: [FileDifference]?) -> String {
        guard let old = platform.old, let new = platform.new else {
            let only = platform.old ?? platform.new
            let digest = only.map { "  " + style.digest($0.descriptor.digest) } ?? ""
            return "\(indent)\(platform.old == nil ? "+" : "-") \(Self.name(only))\(digest)\n"
        }
        if platform.isSame, files?.isEmpty ?? true { return "\(indent)\(Self.name(new))  same\n" }
        let inner = indent + "  "
        let listed = files.map { DiffFilesText.text($0, inner) } ?? ""
        var text = "\(indent)\(Self.name(new))\n"
        if old.platform?.normalized != new.platform?.normalized {
            text += "\(inner)platform: \(Self.name(old)) -> \(Self.name(new))\n"
        }
        text += listedPlatforms(old, new, inner)
        text += manifest(old, new, inner)
        text += lines(platform.annotations.map { annotation($0, inner) })
        guard let details = platform.details else {
            return text + "\(inner)members and layers are not compared\n" + listed
        }
        text += lines(details.annotations.map { annotation($0, inner) })
        text += config(details, old, new, inner)
        return text + layers(details.layers, inner) + listed
    }

    private static func name(_ platform: ComparedPlatform?) -> String {
        TerminalText.part(platform?.platform?.description ?? "unknown platform")
    }

    /// Empty if the platforms of the descriptors differ no more than those of the configs.
    private func listedPlatforms(_ old: ComparedPlatform, _ new: ComparedPlatform, _ indent: String) -> String {
        let (before, after) = (old.listedPlatform?.normalized, new.listedPlatform?.normalized)
        if before == after || before == old.platform?.normalized && after == new.platform?.normalized { return "" }
        let names = [old, new].map { TerminalText.part($0.listedPlatform?.description ?? "unknown platform") }
        return "\(indent)platform in the index: \(names[0]) -> \(names[1])\n"
    }

    private func manifest(_ old: ComparedPlatform, _ new: ComparedPlatform, _ indent: String) -> String {
        var text = ""
        if isExact || !old.isPresent || !new.isPresent, old.descriptor.digest != new.descriptor.digest {
            let sides = [old, new].map { style.digest($0.descriptor.digest) + ($0.isPresent ? "" : " (absent)") }
            text += "\(indent)manifest: \(sides.joined(separator: " -> "))\n"
        }
        if isExact {
            let (before, after) = (Set(old.attestations), Set(new.attestations))
            text += lines(
                old.attestations.filter { !after.contains($0) }.map { "\(indent)- attestation \(style.digest($0))\n" }
                    + new.attestations.filter { !before.contains($0) }.map {
                        "\(indent)+ attestation \(style.digest($0))\n"
                    })
        }
        return text
    }

    private func annotation(_ difference: AnnotationDifference, _ indent: String) -> String {
        let label = "\(difference.place.rawValue) annotation \(TerminalText.part(difference.key))"
        return change(label, difference.old.map(Self.quoted), difference.new.map(Self.quoted), indent)
    }

    private static func quoted(_ text: String) -> [UInt8] { JSONText.string(text).bytes }

    /// DiffIDs are shown as layers.
    private func config(
        _ details: ManifestDifference, _ old: ComparedPlatform, _ new: ComparedPlatform, _ indent: String
    ) -> String {
        if old.config == new.config { return "" }
        let digests = [old.config, new.config].map { $0.map(style.digest) ?? "absent" }.joined(separator: " -> ")
        guard let members = details.config else { return "\(indent)config: \(digests), members not compared\n" }
        if members.isEmpty { return "\(indent)config: \(digests), other bytes but the same values\n" }
        return lines(
            members.filter { !$0.path.hasPrefix("rootfs.diff_ids[") }.map {
                change($0.path.isEmpty ? "config" : TerminalText.part($0.path), $0.old, $0.new, indent)
            })
    }

    // MARK: - Layers

    private func layers(_ layers: [LayerDifference], _ indent: String) -> String {
        let changes: [(LayerDifference.Change, String)] = [
            (.same, "same"), (.moved, "moved"), (.removed, "removed"), (.added, "added"),
        ]
        var counts = changes.compactMap { change, word in
            let count = layers.count { $0.change == change }
            return count > 0 ? "\(count) \(word)" : nil
        }
        let recompressed = layers.count(where: \.isRecompressed)
        if recompressed > 0 { counts.append("\(recompressed) recompressed") }
        let shown = layers.filter { $0.change != .same || isExact && $0.isRecompressed }
        return "\(indent)layers: \(counts.isEmpty ? "none" : counts.joined(separator: ", "))\n"
            + lines(shown.map { layer($0, indent) })
    }

    private func layer(_ layer: LayerDifference, _ indent: String) -> String {
        func place(_ place: LayerDifference.Place) -> String {
            "\(style.digest(place.descriptor.digest))  \(ByteCount.text(place.descriptor.size))"
        }
        switch (layer.old, layer.new) {
        case (let old?, nil): return "\(indent)- layer \(old.number + 1)  \(place(old))\n"
        case (nil, let new?): return "\(indent)+ layer \(new.number + 1)  \(place(new))\n"
        case (let old?, let new?) where layer.change == .moved:
            return "\(indent)> layer \(new.number + 1), was \(old.number + 1)  \(place(new))\n"
        case (let old?, let new?): return "\(indent)~ layer \(new.number + 1)  \(place(old)) -> \(place(new))\n"
        case (nil, nil): return ""
        }
    }

    // MARK: - Values

    /// One line if it fits, else a line for each value.
    private func change(_ label: String, _ old: [UInt8]?, _ new: [UInt8]?, _ indent: String) -> String {
        let room = Self.width - indent.utf8.count - 4
        let values = Self.values(old, new, room: room)
        let line = "\(indent)\(label): \(values.old) -> \(values.new)"
        if DisplayWidth.of(line) <= Self.width { return line + "\n" }
        return "\(indent)\(label):\n\(indent)  - \(values.old)\n\(indent)  + \(values.new)\n"
    }

    /// Long values are cut around the first byte that differs.
    private static func values(_ old: [UInt8]?, _ new: [UInt8]?, room: Int) -> (old: String, new: String) {
        var start = 0
        if let old, let new, max(old.count, new.count) > room {
            while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
            start = start > room / 2 ? start - room / 4 : 0
            // A character begins with a byte of another form than those that continue it.
            while start > 0, old[start] & 0xC0 == 0x80 { start -= 1 }
        }
        func text(_ bytes: [UInt8]?) -> String {
            guard let bytes else { return "absent" }
            // No character has more than 16 bytes for a column.
            let part = bytes[start...].prefix(16 * room)
            // The text is JSON, which has its own backslashes.
            let text = String(decoding: part, as: UTF8.self).split(separator: "\\", omittingEmptySubsequences: false)
                .map { TerminalText.escaped(String($0)) }.joined(separator: "\\")
            return DisplayWidth.cut((start > 0 ? Marks.ellipsis : "") + text, to: room)
        }
        return (text(old), text(new))
    }

    private func lines(_ lines: [String]) -> String {
        let rest = lines.count - Self.shownLimit
        return lines.prefix(Self.shownLimit).joined() + (rest > 0 ? "\(indent)  and \(rest) more\n" : "")
    }
}
