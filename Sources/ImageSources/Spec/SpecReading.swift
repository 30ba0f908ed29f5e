internal import ByteIO
internal import ImageModel

/// Reads a spec from its YAML.
struct SpecReading {
    private let values: SpecValues
    private var spec = MergeSpec()

    private static let keys = ["image", "tags", "annotations", "manifests", "ignore-missing"]
    private static let sourceKeys = ["image", "platform"]
    private static let platformKeys = ["architecture", "os", "variant", "os.version", "os.features", "features"]

    static func read(_ root: YAMLNode, file: String) throws(SpecError) -> MergeSpec {
        var reading = SpecReading(values: SpecValues(file: file))
        try reading.read(root)
        return reading.spec
    }

    private init(values: SpecValues) { self.values = values }

    private mutating func read(_ root: YAMLNode) throws(SpecError) {
        let members = try values.members(root, of: .whole, line: root.line, known: Self.keys)
        spec.names = try names(image: members["image"], tags: members["tags"])
        spec.annotations = try annotations(members["annotations"])
        spec.ignoresMissing = try values.boolean(members["ignore-missing"])
        guard let manifests = members["manifests"] else {
            throw values.error(.missingKey("manifests", of: .whole), root.line)
        }
        let items = try values.list(manifests)
        guard !items.isEmpty else { throw values.error(.empty(.value(of: "manifests")), manifests.line) }
        for item in items { spec.sources.append(try source(item)) }
    }

    /// As in manifest-tool, a tag has no repository: it is that of the image.
    private func names(image: YAMLNode.Entry?, tags: YAMLNode.Entry?) throws(SpecError) -> [ImageName] {
        let texts = try values.texts(tags)
        guard let image, let text = try values.text(image) else {
            if let tags, !texts.isEmpty { throw values.error(.tagsWithoutImage, tags.line) }
            return []
        }
        guard let name = ImageName(parsing: text) else { throw values.error(.malformedName(text), image.line) }
        var names = [name]
        for (tag, line) in texts {
            guard let other = name.tagged(tag) else { throw values.error(.malformedTag(tag), line) }
            names.append(other)
        }
        return names
    }

    private func annotations(_ entry: YAMLNode.Entry?) throws(SpecError) -> [MergeSpec.Annotation] {
        guard let entry else { return [] }
        guard case .mapping(let entries) = entry.value.content else {
            throw values.error(.wrongType(of: .value(of: entry.key), .mapping), entry.line)
        }
        var annotations: [MergeSpec.Annotation] = []
        for annotation in entries {
            guard !annotation.key.isEmpty else {
                throw values.error(.empty(.key(of: entry.key)), annotation.line)
            }
            guard case .scalar(let value, _) = annotation.value.content else {
                throw values.error(.wrongType(of: .value(of: annotation.key), .text), annotation.line)
            }
            annotations.append(.init(annotation.key, value))
        }
        return annotations
    }

    private mutating func source(_ item: YAMLNode) throws(SpecError) -> MergeSpec.Source {
        let place = SpecPlace.item(of: "manifests")
        let members = try values.members(item, of: place, line: item.line, known: Self.sourceKeys)
        guard let image = members["image"], let text = try values.text(image) else {
            throw values.error(.missingKey("image", of: place), item.line)
        }
        guard let declared = members["platform"] else { return MergeSpec.Source(text, line: image.line) }
        return MergeSpec.Source(text, try platform(declared), line: image.line)
    }

    private mutating func platform(_ entry: YAMLNode.Entry) throws(SpecError) -> Platform {
        let members = try values.members(
            entry.value, of: .value(of: entry.key), line: entry.line, known: Self.platformKeys)
        if let features = members["features"] { spec.notes.append(.featuresIgnored(line: features.line)) }
        guard let os = try word(members["os"]) else {
            throw values.error(.missingKey("os", of: .value(of: entry.key)), entry.line)
        }
        guard let architecture = try word(members["architecture"]) else {
            throw values.error(.missingKey("architecture", of: .value(of: entry.key)), entry.line)
        }
        var features: [String] = []
        for (feature, line) in try values.texts(members["os.features"]) {
            features.append(try word(feature, "os.features", line))
        }
        return Platform(
            naming: os, architecture, variant: try word(members["variant"]),
            osVersion: try word(members["os.version"]), osFeatures: features)
    }

    private func word(_ entry: YAMLNode.Entry?) throws(SpecError) -> String? {
        guard let entry, let text = try values.text(entry) else { return nil }
        return try word(text, entry.key, entry.line)
    }

    private func word(_ text: String, _ key: String, _ line: Int) throws(SpecError) -> String {
        guard Platform.isWord(text) else { throw values.error(.malformedPlatform(key: key, text), line) }
        return text
    }
}
