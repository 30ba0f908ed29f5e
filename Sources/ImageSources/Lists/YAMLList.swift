internal import ByteIO
internal import ImageModel

/// Reads the images of a YAML stream. A document counts if its top mapping has the key `kind` (Kubernetes) or
/// `services` (Compose). In it, each scalar under a key that is exactly `image` is a reference to a registry, at any
/// depth.
///
/// In a mapping under `image` the key `reference` counts too, as in the volumes of Kubernetes. Other mappings and lists
/// under `image` are noted, and so are booleans and numbers without quotes. Empty text and null are skipped: a controller
/// sets such an image later. Text inside a scalar is not searched, so the YAML in a ConfigMap
/// is not read. A value is never a path, and never has a transport before it.
enum YAMLList {
    private static let marks: Set<String> = ["kind", "services"]

    /// `skipped` gets the lines of mappings and lists without an image.
    static func images(
        _ bytes: [UInt8], _ path: String, skipped: inout [Int], _ errors: inout [ImageListError]
    ) -> [ListedImage] {
        let search: YAMLKeySearch
        do throws(YAMLError) {
            search = try YAMLKeySearch(for: "image", orBelow: "reference", inDocumentsWith: marks, of: bytes)
        } catch {
            let hasExpressions = bytes.indices.contains { bytes[$0...].starts(with: "{{".utf8) }
            let reason = ImageListError.Reason.yaml(error.reason, hasExpressions: hasExpressions)
            errors.append(ImageListError(file: path, line: error.line, reason))
            return []
        }
        if search.documents == 0 {
            errors.append(ImageListError(file: path, line: nil, .noDocument))
            return []
        }
        skipped = search.skipped + search.values.filter(isNoText).map(\.line)
        skipped.sort()
        var found = search.expressions.map { ImageListError(file: path, line: $0, .expression("{{")) }
        found += search.unknownAliases.map { ImageListError(file: path, line: $0.line, .unknownAlias($0.name)) }
        var images: [ListedImage] = []
        for value in search.values where !isEmpty(value) && !isNoText(value) {
            if let reason = flaw(of: value) {
                found.append(ImageListError(file: path, line: value.line, reason))
            } else {
                images.append(
                    ListedImage(
                        source: RegistryReference.scheme + value.text, isReference: true, file: path, line: value.line,
                        spelling: .init(bytes: value.bytes, isPlainScalar: value.isPlain)))
            }
        }
        errors += found.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
        return images
    }

    /// Whether the value is null or empty text.
    private static func isEmpty(_ value: YAMLValue) -> Bool {
        if value.tag == "tag:yaml.org,2002:null" { return true }
        guard value.isPlain, value.tag == nil else { return value.text.isEmpty }
        return ["", "~", "null"].contains(value.text.lowercased())
    }

    /// Whether YAML reads the value as a boolean or a number.
    private static func isNoText(_ value: YAMLValue) -> Bool {
        guard value.isPlain, value.tag == nil else { return false }
        return ["true", "false"].contains(value.text.lowercased())
            || value.text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    }

    private static func flaw(of value: YAMLValue) -> ImageListError.Reason? {
        if let tag = value.tag, tag != "!", tag != "tag:yaml.org,2002:str" { return .tag(tag) }
        if ListedReference.hasExpression(value.text) { return .expression(value.text) }
        if value.text.hasPrefix(RegistryReference.scheme) {
            return .transport(RegistryReference.scheme, in: value.text)
        }
        return ListedReference.flaw(of: value.text)
    }
}

/// The rules for references in lists, in addition to the grammar.
enum ListedReference {
    static func hasExpression(_ text: String) -> Bool {
        text.utf8.contains(UInt8(ascii: "$")) || text.contains(text: "{{")
    }

    /// `nil` if the text is a reference to an image in a registry.
    static func flaw(of text: String) -> ImageListError.Reason? {
        if let flaw = ReferenceFlaw.found(in: text) {
            if case .transport(let name) = flaw { return .transport(name + ":", in: text) }
            return .source(.malformedReference(text, flaw))
        }
        guard let reference = RegistryReference(parsing: text) else {
            return .source(.malformedReference(text, .noRepository))
        }
        // Status of Kubernetes and docker name local images so. The grammar would read a repository and a tag.
        if ["sha256", "sha512"].contains(where: { text.hasPrefix($0 + ":") }), (try? Digest(parsing: text)) != nil {
            return .imageID(text)
        }
        if reference.tag == nil, reference.digest == nil, Digest(algorithm: .sha256, hex: text) != nil {
            return .imageID(text)
        }
        return nil
    }
}
