internal import ImageModel
internal import ImageSources

/// A source for machines. Members are added over time and never change their meaning.
enum InspectJSON {
    static func text(_ summary: SourceSummary) -> JSONText {
        .object([
            ("source", .string(summary.source)),
            ("dialect", .string(summary.dialect)),
            ("increment", .boolean(summary.isIncrement)),
            ("images", .array(summary.images.map(image))),
            ("absent", .array(summary.absent.compactMap(absent))),
        ])
    }

    private static func image(_ image: SourceSummary.Image) -> JSONText {
        .object([
            ("names", .array(image.labels.map { .string($0.description) })),
            ("digest", .string(image.root.digest.description)),
            ("mediaType", .string(image.root.mediaType.rawValue)),
            ("size", .integer(image.root.size)),
            ("platforms", .array(image.platforms.map(entry))),
        ])
    }

    private static func entry(_ entry: SourceSummary.PlatformEntry) -> JSONText {
        .object([
            ("name", entry.platform.map { .string($0.description) } ?? .null),
            ("platform", entry.platform?.json ?? .null),
            ("digest", .string(entry.descriptor.digest.description)),
            ("mediaType", .string(entry.descriptor.mediaType.rawValue)),
            ("size", .integer(entry.descriptor.size)),
            ("config", .string(entry.config.description)),
            ("created", entry.created.map(JSONText.string) ?? .null),
            ("layers", .array(entry.layers.map(layer))),
            ("evidence", EvidenceJSON.text(entry.evidence, platform: entry.platform)),
            ("attestations", .array(entry.attestations.map { .string($0.digest.description) })),
        ])
    }

    private static func layer(_ layer: SourceSummary.Layer) -> JSONText {
        let declared = layer.descriptor.mediaType.layerCompression?.rawValue
        return .object([
            ("digest", .string(layer.descriptor.digest.description)),
            ("mediaType", .string(layer.descriptor.mediaType.rawValue)),
            ("size", .integer(layer.descriptor.size)),
            ("compression", (layer.actual?.rawValue ?? declared).map(JSONText.string) ?? .null),
            ("present", .boolean(layer.isPresent)),
        ])
    }

    private static func absent(_ note: SourceNote) -> JSONText? {
        guard case .absent(let digest, let type, let platform) = note else { return nil }
        return .object([
            ("digest", .string(digest.description)),
            ("mediaType", .string(type.rawValue)),
            ("platform", platform?.json ?? .null),
        ])
    }
}
