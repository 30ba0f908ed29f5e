internal import ImageModel

/// The layers of one platform in a table, with their sizes to scale.
enum LayerSection {
    struct Layer {
        let layer: SourceSummary.Layer
        /// The other platforms that use it; `nil` if there are none.
        let sharers: String?

        var size: Int64 { max(0, layer.descriptor.size) }
    }

    /// The layers of the listing at `place`.
    static func shared(_ layers: [SourceSummary.Layer], at place: Int, _ users: LayerUsers) -> [Layer] {
        layers.map { Layer(layer: $0, sharers: users.others(of: $0, at: place)) }
    }

    static func html(_ layers: [Layer]) -> HTML {
        if layers.isEmpty { return [] }
        let table = PageTable([
            .init(title: "Layer", style: "digest"), .numbers("Size"), .init(title: "To scale", style: "bar"),
            .init(title: "Type"), .init(title: "Shared with"),
        ])
        let largest = layers.map(\.size).max() ?? 0
        let rows = layers.map { layer in
            let remarks = InspectTree.remarks(on: layer.layer)
            return table.row([
                PageText.digest(layer.layer.descriptor.digest), .words(ByteCount.text(layer.size)),
                LayerBars.bar([(layer.size, layer.sharers != nil)], in: largest),
                [
                    .words(InspectTree.kind(of: layer.layer)),
                    remarks.isEmpty
                        ? [] : HTML(.small, [.style("warning")], .words("! " + remarks.joined(separator: "; "))),
                ],
                layer.sharers.map(HTML.words) ?? HTML(.span, [.style("quiet")], "none"),
            ])
        }
        return table.table("layers", caption: .words(CountText.text(layers.count, "layer")), table.body(rows))
    }
}

/// Bars that show sizes to scale. The text beside each says the same.
enum LayerBars {
    /// More platforms, or more layers of a platform, have no bars of their own.
    private static let (platformLimit, layerLimit) = (50, 64)

    /// The platforms of an image, each with its layers. `layers` are those of each listing; empty if an earlier one has
    /// them.
    static func html(_ image: SourceSummary.Image, _ layers: [[LayerSection.Layer]]) -> HTML {
        let listed = zip(image.platforms, layers).filter { !$1.isEmpty }
        if listed.count < 2 { return [] }
        let largest = listed.map { $0.0.manifest.size }.max() ?? 0
        let rows = listed.prefix(platformLimit).map { entry, layers in
            let shared = layers.filter { $0.sharers != nil }
            let sharedSize = ByteCount.text(shared.totalSize(\.size))
            return HTML(
                .li,
                [
                    HTML(.span, PageText.platform(entry.platform)), bar(parts(layers), in: largest),
                    HTML(
                        .span,
                        [
                            .words(ByteCount.text(entry.manifest.size)),
                            HTML(.small, .words(shared.isEmpty ? "" : ", \(sharedSize) shared")),
                        ]),
                ])
        }
        let hidden = listed.count - rows.count
        return HTML(
            .div, [.style("bars")],
            [
                HTML(
                    .p, [.style("quiet")],
                    [
                        HTML(.span, [.style("key"), .hidden], []), "own layers ",
                        HTML(.span, [.style("key shared"), .hidden], []), "layers shared with other platforms",
                    ]),
                HTML(.ul, HTML(Array(rows))),
                hidden > 0 ? HTML(.p, [.style("quiet")], .words("and \(CountText.text(hidden, "more platform"))")) : [],
            ])
    }

    /// The layers in their order. Those beyond the limit are one part.
    private static func parts(_ layers: [LayerSection.Layer]) -> [(size: Int64, isShared: Bool)] {
        let parts = layers.prefix(layerLimit).map { (size: $0.size, isShared: $0.sharers != nil) }
        let rest = layers.dropFirst(layerLimit)
        return rest.isEmpty ? parts : parts + [(Array(rest).totalSize(\.size), rest.allSatisfy { $0.sharers != nil })]
    }

    static func bar(_ parts: [(size: Int64, isShared: Bool)], in whole: Int64) -> HTML {
        let segments = parts.map { part in
            HTML(.span, (part.isShared ? [.style("shared")] : []) + [.width(of: part.size, in: whole)], [])
        }
        return HTML(.span, [.style("track"), .hidden], HTML(segments))
    }
}
