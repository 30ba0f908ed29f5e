/// What manifests and indexes have in common, and the checks that tell them apart for every reader in the same way.
struct SchemaHeader {
    let reading: JSONReading
    let mediaType: MediaType

    enum Family {
        case index, manifest

        var usual: MediaType { self == .index ? .ociIndex : .ociManifest }

        func contains(_ type: MediaType) -> Bool { self == .index ? type.isIndex : type.isManifest }
    }

    init(bytes: [UInt8], as family: Family, expecting: MediaType?) throws(DocumentError) {
        let root = try Self.object(bytes)
        let reading = JSONReading(root, at: "")
        try Self.refuseAmbiguous(root)
        if Self.isSchema1(root) || expecting?.isSchema1 == true { throw .schema1 }
        if let version = root["schemaVersion"], version.integer != 2 {
            throw .wrongSchemaVersion(version.integer)
        }
        // Registries and layouts hold descriptors with types like application/octet-stream; only a type that we know
        // to be one of these documents says something about this one.
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

    static func object(_ bytes: [UInt8]) throws(DocumentError) -> JSONValue {
        let root = try root(bytes)
        guard root.kind == .object else { throw .notAnObject }
        return root
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
/// differently there. So names that matter may stand only as the specification writes them.
enum FoldedNames {
    static func refuseVariants(of names: Set<String>, in object: JSONValue) throws(DocumentError) {
        for member in object.members where !names.contains(member.key) {
            let folded = fold(member.key)
            if names.contains(where: { fold($0) == folded }) { throw .ambiguous }
        }
    }

    /// As Go folds: ASCII case, and the two other letters whose simple case folding is ASCII.
    private static func fold(_ name: String) -> [Unicode.Scalar] {
        name.unicodeScalars.map { scalar in
            switch scalar {
            case "\u{17F}": "s"
            case "\u{212A}": "k"
            case "A"..."Z": Unicode.Scalar(UInt8(scalar.value) | 0x20)
            default: scalar
            }
        }
    }
}
