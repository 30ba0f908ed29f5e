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
