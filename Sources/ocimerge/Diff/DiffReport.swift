internal import ImageModel
internal import ImagePlanning

/// The result of `diff`.
struct DiffReport: CommandReport {
    let old: String
    let new: String
    let difference: SourceDifference
    /// `nil` if files were not compared.
    let files: DiffFiles?

    var isSame: Bool { difference.isSame && files?.isSame ?? true }

    var brief: String { "" }

    func text(_ style: TextStyle) -> String { isSame ? same : changes(style) }

    func json(warnings: [String]) -> JSONText { DiffJSON.text(self, warnings: warnings) }

    // MARK: - The same

    /// `same image: 2 platforms (3 layers recompressed, other manifest digests)`
    private var same: String {
        let count = CountText.text(Set(difference.images.flatMap(\.platforms).compactMap(\.place)).count, "platform")
        let what =
            switch difference.images.count {
            case 0: "same artifacts"
            case 1: "same image: \(count)"
            case let images: "same \(images) images: \(count)"
            }
        let notes = self.notes
        return what + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))") + "\n"
    }

    /// Differences that do not make the images different.
    private var notes: [String] {
        let platforms = difference.images.flatMap(\.platforms)
        var layers: Set<Recompressed> = []
        for layer in platforms.flatMap({ $0.details?.layers ?? [] }) where layer.isRecompressed {
            if let old = layer.old, let new = layer.new {
                layers.insert(Recompressed(old: old.descriptor.digest, new: new.descriptor.digest))
            }
        }
        let artifacts = difference.artifacts.count
        let indexes = !difference.isPartial && difference.images.contains { $0.old?.digests != $0.new?.digests }
        let manifests = platforms.contains(where: \.hasOtherManifest)
        return [
            layers.isEmpty ? nil : CountText.text(layers.count, "layer") + " recompressed",
            manifests ? "other manifest digests" : indexes ? "other index digests" : nil,
            platforms.contains(where: \.hasOtherAttestations) ? "other attestations" : nil,
            artifacts == 0 ? nil : CountText.text(artifacts, "other artifact"),
            difference.ignoresAnnotations ? "annotations not compared" : nil,
        ].compactMap(\.self)
    }

    private struct Recompressed: Hashable { let old, new: Digest }

    // MARK: - Different

    private func changes(_ style: TextStyle) -> String {
        var text = "- \(TerminalText.part(old))\n+ \(TerminalText.part(new))\n"
        let images = difference.images
        let isOne = images.count == 1 && images[0].old != nil && images[0].new != nil
        for image in images where !image.isSame || files?.isSame == false {
            text += DiffText(style: style, isExact: difference.isExact, indent: isOne ? "" : "  ")
                .text(image, isOne: isOne, files: files?.platforms ?? [])
        }
        for artifact in difference.artifacts { text += DiffText.line(artifact, style) }
        let same = isOne ? 0 : images.count(where: \.isSame)
        if same > 0 { text += "\(CountText.text(same, "other image")) \(CountText.form(same, "is", "are")) the same\n" }
        if difference.ignoresAnnotations { text += "annotations not compared: docker's formats have none\n" }
        return text
    }
}

extension PlatformDifference {
    /// The digest of the manifest, as one platform in a count.
    fileprivate var place: Digest? { new?.descriptor.digest ?? old?.descriptor.digest }
}
