/// The kind of a small document, by its own words alone.
package enum DocumentKind: Sendable, Equatable {
    case index, manifest, dockerArchiveManifest, schema1, other

    /// Throws if the value is two of these at once. The config of an image is `other`: it has a `config`, as a manifest has,
    /// but no `layers`.
    init(_ root: JSONValue) throws(DocumentError) {
        if root.kind == .array {
            self = .dockerArchiveManifest
            return
        }
        guard root.kind == .object else {
            self = .other
            return
        }
        try SchemaHeader.refuseAmbiguous(root)
        let declared = MediaType(root["mediaType"]?.string ?? "")
        if SchemaHeader.isSchema1(root) {
            self = .schema1
        } else if root["manifests"] != nil || declared.isIndex {
            self = .index
        } else if root["layers"] != nil || declared.isManifest {
            self = .manifest
        } else {
            self = .other
        }
    }
}

/// Content that no descriptor describes: its own words say its kind. Parsed once for the kind and the document.
package struct RecognisedContent: Sendable {
    package let content: DigestedBytes
    package let kind: DocumentKind
    private let root: JSONValue

    /// Throws if the kind cannot be told.
    package init(_ content: DigestedBytes) throws(DocumentError) {
        try self.init(content, SchemaHeader.root(content.bytes))
    }

    private init(_ content: DigestedBytes, _ root: JSONValue) throws(DocumentError) {
        self.content = content
        self.root = root
        kind = try DocumentKind(root)
    }

    /// An index or a manifest, if the content is a valid one; else a document of another kind with the type `unknown`.
    /// Throws only if the content is not JSON.
    package static func document(
        _ content: DigestedBytes, orLeniently unknown: MediaType
    ) throws(DocumentError) -> Document {
        let root = try SchemaHeader.root(content.bytes)
        if let document = try? RecognisedContent(content, root).document() { return document }
        return Document(content, mediaType: unknown, view: .other(References(root)))
    }

    /// `nil` if this is neither index nor manifest. `expecting` is the type that the sender states, which must not
    /// contradict the content.
    package func document(expecting: MediaType? = nil) throws(DocumentError) -> Document? {
        switch kind {
        case .index:
            let view = try IndexView(root, expecting: expecting)
            return Document(content, mediaType: view.mediaType, view: .index(view))
        case .manifest:
            let view = try ManifestView(root, expecting: expecting)
            return Document(content, mediaType: view.mediaType, view: .manifest(view))
        case .dockerArchiveManifest, .schema1, .other: return nil
        }
    }

    /// The image or index that the content must be.
    package func image(expecting: MediaType? = nil) throws(DocumentError) -> Document {
        if kind == .schema1 { throw .schema1 }
        guard let document = try document(expecting: expecting) else { throw .absentMember("layers") }
        return document
    }
}

/// Why bytes are not the document they should be.
package enum DocumentError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    case notAnObject
    /// One tool reads it as an index and another as a manifest (CVE-2021-41190), or two members differ only in case,
    /// which Go's readers ignore.
    case ambiguous
    case schema1
    /// `nil` if the version is no integer.
    case wrongSchemaVersion(Int64?)
    /// The member at a path such as `manifests[3].size`, and the value that is needed there.
    case member(String, expected: String)
    /// A required member, by its path.
    case absentMember(String)
    case mediaTypeMismatch(declared: String, expected: String)
    case malformedDigest(String)
    case tooMany(String)
}

/// The members that manifests and indexes share, and the checks that tell them apart for every reader in the same way.
struct SchemaHeader {
    let reading: JSONReading
    let mediaType: MediaType

    enum Family {
        case index, manifest

        var usual: MediaType { self == .index ? .ociIndex : .ociManifest }

        func contains(_ type: MediaType) -> Bool { self == .index ? type.isIndex : type.isManifest }
    }

    init(_ root: JSONValue, as family: Family, expecting: MediaType?) throws(DocumentError) {
        guard root.kind == .object else { throw .notAnObject }
        let reading = JSONReading(root, at: "")
        try Self.refuseAmbiguous(root)
        if Self.isSchema1(root) || expecting?.isSchema1 == true { throw .schema1 }
        if let version = root["schemaVersion"], version.integer != 2 {
            throw .wrongSchemaVersion(version.integer)
        }
        // Registries and layouts hold descriptors with types like application/octet-stream. Only the type of an index
        // or a manifest is compared.
        let expected = expecting.flatMap { $0.isIndex || $0.isManifest ? $0 : nil }
        let text = try reading.string("mediaType") ?? ""
        let declared = text.isEmpty ? nil : MediaType(text)
        let type = declared ?? expected ?? family.usual
        if let expected, type != expected {
            throw .mediaTypeMismatch(declared: type.rawValue, expected: expected.rawValue)
        }
        guard family.contains(type) else {
            throw .mediaTypeMismatch(declared: type.rawValue, expected: family.usual.rawValue)
        }
        self.reading = reading
        self.mediaType = type
    }

    static func root(_ bytes: [UInt8]) throws(DocumentError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument(parsing: bytes).root
        } catch {
            throw .notJSON(error)
        }
    }

    /// The mere presence of the members counts, as in containers/image.
    static func refuseAmbiguous(_ root: JSONValue) throws(DocumentError) {
        try FoldedNames.refuseVariants(of: names, in: root)
        let isIndex = root["manifests"] != nil
        let isManifest = root["layers"] != nil || root["config"] != nil
        let isSchema1 = root["fsLayers"] != nil
        if [isIndex, isManifest, isSchema1].count(where: { $0 }) > 1 { throw .ambiguous }
    }

    static func isSchema1(_ root: JSONValue) -> Bool {
        if root["schemaVersion"]?.integer == 1 || root["fsLayers"] != nil { return true }
        return root["mediaType"]?.string.map { MediaType($0).isSchema1 } ?? false
    }

    private static let names: Set<String> = [
        "schemaVersion", "mediaType", "manifests", "config", "layers", "fsLayers", "subject", "artifactType",
        "annotations",
    ]
}

/// Go's `encoding/json` takes `Layers` for `layers`: a document that has both, or only the wrong one, would read
/// differently there. So the names that matter are accepted only as the specification writes them.
enum FoldedNames {
    static func refuseVariants(of names: Set<String>, in object: JSONValue) throws(DocumentError) {
        for name in object.memberNames where !names.contains(name) {
            if names.contains(where: { folds(name, to: $0) }) { throw .ambiguous }
        }
    }

    /// `name` is ASCII. Most names differ in their first letter.
    private static func folds(_ key: String, to name: String) -> Bool {
        key.unicodeScalars.lazy.map(fold).elementsEqual(name.unicodeScalars.lazy.map(fold))
    }

    /// Folds as Go does: ASCII case, and the two other letters whose simple case folding is ASCII.
    private static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar {
        case "\u{17F}": "s"
        case "\u{212A}": "k"
        case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) | 0x20)
        default: scalar
        }
    }
}
