internal import ImageAudit
internal import ImageModel
internal import ImagePlanning

/// The JSON that `diff --json` prints. Later versions may add members; a member never changes its meaning.
enum DiffJSON {
    static func text(_ report: DiffReport, warnings: [String]) -> JSONText {
        let difference = report.difference
        return .object([
            ("old", .string(report.old)),
            ("new", .string(report.new)),
            ("same", .boolean(report.isSame)),
            ("exact", .boolean(difference.isExact)),
            ("annotationsCompared", .boolean(!difference.ignoresAnnotations)),
            ("images", .array(difference.images.map { image($0, report.files?.platforms ?? []) })),
            ("artifacts", .array(difference.artifacts.map(artifact))),
            ("warnings", .array(warnings.map(JSONText.string))),
        ])
    }

    private static func image(_ image: ImageDifference, _ files: [[FileDifference]?]) -> JSONText {
        let platforms = image.platforms.enumerated().map { number, platform in
            self.platform(platform, number < files.count ? files[number] : nil)
        }
        return .object([
            ("names", .array(image.labels.map { .string($0.description) })),
            ("same", .boolean(image.isSame)),
            ("old", image.old.map(side) ?? .null),
            ("new", image.new.map(side) ?? .null),
            ("annotations", list(image.annotations, annotation)),
            ("platforms", .array(platforms)),
        ])
    }

    private static func side(_ side: ImageDifference.Side) -> JSONText {
        .object([
            ("names", .array(side.labels.map { .string($0.description) })),
            ("digests", .array(side.digests.map { .string($0.description) })),
        ])
    }

    private static func platform(_ platform: PlatformDifference, _ files: [FileDifference]?) -> JSONText {
        // `nil` for documents that were compared too often: a program that expects a list fails instead of finding it
        // empty.
        let details = platform.details
        let annotations = details.map { platform.annotations + $0.annotations }
        return .object([
            ("platform", name(platform.new ?? platform.old)),
            ("same", .boolean(platform.isSame)),
            ("old", platform.old.map(side) ?? .null),
            ("new", platform.new.map(side) ?? .null),
            ("annotations", list(annotations, annotation)),
            ("config", list(details?.config, member)),
            ("layers", list(details?.layers, layer)),
            ("files", list(files, DiffFilesText.json)),
        ])
    }

    private static func list<Element>(_ elements: [Element]?, _ json: (Element) -> JSONText) -> JSONText {
        elements.map { .array($0.map(json)) } ?? .null
    }

    private static func value(_ text: String?) -> JSONText { text.map(JSONText.string) ?? .null }

    private static func name(_ platform: ComparedPlatform?) -> JSONText {
        value(platform?.platform?.description)
    }

    private static func side(_ platform: ComparedPlatform) -> JSONText {
        .object([
            ("platform", name(platform)),
            ("listedPlatform", value(platform.listedPlatform?.description)),
            ("digest", .string(platform.descriptor.digest.description)),
            ("mediaType", .string(platform.descriptor.mediaType.rawValue)),
            ("present", .boolean(platform.isPresent)),
            ("config", value(platform.config?.description)),
            ("attestations", .array(platform.attestations.map { .string($0.description) })),
        ])
    }

    private static func member(_ difference: JSONDifference) -> JSONText {
        .object([
            ("path", .string(difference.path)), ("old", difference.old.map(JSONText.raw) ?? .null),
            ("new", difference.new.map(JSONText.raw) ?? .null),
        ])
    }

    private static func annotation(_ difference: AnnotationDifference) -> JSONText {
        .object([
            ("place", .string(difference.place.rawValue)), ("key", .string(difference.key)),
            ("old", value(difference.old)), ("new", value(difference.new)),
        ])
    }

    private static func layer(_ layer: LayerDifference) -> JSONText {
        .object([
            ("change", .string(layer.change.rawValue)),
            ("recompressed", .boolean(layer.isRecompressed)),
            ("diffID", value(layer.diffID?.description)),
            ("old", layer.old.map(place) ?? .null),
            ("new", layer.new.map(place) ?? .null),
        ])
    }

    private static func place(_ place: LayerDifference.Place) -> JSONText {
        .object([
            ("position", .integer(Int64(place.number))),
            ("digest", .string(place.descriptor.digest.description)),
            ("mediaType", .string(place.descriptor.mediaType.rawValue)),
            ("size", .integer(place.descriptor.size)),
        ])
    }

    private static func artifact(_ difference: ArtifactDifference) -> JSONText {
        let artifact = difference.artifact
        return .object([
            ("change", .string(difference.isAdded ? "added" : "removed")),
            ("names", .array(artifact.labels.map { .string($0.description) })),
            ("digest", .string(artifact.descriptor.digest.description)),
            ("type", .string(artifact.type.rawValue)),
            ("subject", value(artifact.subject?.description)),
        ])
    }
}
