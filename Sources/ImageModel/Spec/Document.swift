internal import ByteIO

/// A small JSON document of an image: its exact bytes, and what those bytes are called. Made from bytes and never from
/// a structure, so unknown members survive everything.
package struct Document: Sendable {
    package let bytes: [UInt8]
    package let mediaType: MediaType
    package let digest: Digest

    package init(_ bytes: [UInt8], mediaType: MediaType, algorithm: Digest.Algorithm = .sha256) {
        self.bytes = bytes
        self.mediaType = mediaType
        self.digest = Digest(of: bytes, algorithm: algorithm)
    }

    package var descriptor: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count)) }
}

extension Digest {
    package init(of bytes: [UInt8], algorithm: Algorithm = .sha256) {
        self.init(algorithm, raw: ContentHasher.hash(bytes, algorithm))
    }
}

/// What a small document is, by its own words alone.
package enum DocumentKind: Sendable, Equatable {
    case index, manifest, dockerArchiveManifest, schema1, other

    /// Refuses what is not JSON, and what is two of these at once. An image config is `other`: it has a `config`, as
    /// a manifest has, but no `layers`.
    package static func detect(_ bytes: [UInt8]) throws(DocumentError) -> DocumentKind {
        let root = try SchemaHeader.root(bytes)
        if root.kind == .array { return .dockerArchiveManifest }
        guard root.kind == .object else { return .other }
        try SchemaHeader.refuseAmbiguous(root)
        if SchemaHeader.isSchema1(root) { return .schema1 }
        let declared = MediaType(root["mediaType"]?.string ?? "")
        if root["manifests"] != nil || declared.isIndex { return .index }
        if root["layers"] != nil || declared.isManifest { return .manifest }
        return .other
    }
}

/// Why bytes are not the document they should be.
package enum DocumentError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    case notAnObject
    /// It reads as an index to one tool and as a manifest to another (CVE-2021-41190), or two members differ only in
    /// case, which Go's readers ignore.
    case ambiguous
    case schema1
    /// Nil: it is no integer.
    case wrongSchemaVersion(Int64?)
    /// The member at a path such as `manifests[3].size`, and what it should have been.
    case member(String, expected: String)
    case mediaTypeMismatch(declared: String, expected: String)
    case malformedDigest(String)
    case tooMany(String)
}

/// Everything to which a JSON document of whatever kind leads, for those who must not overlook anything: names count in
/// any case, as Go's readers take them, and what is malformed leads nowhere.
package struct DocumentReferences: Sendable {
    /// Documents, as an index names them.
    package let children: [Descriptor]
    /// Whatever else it needs.
    package let contents: [Descriptor]
    /// What the document speaks of, without needing it.
    package let subject: Descriptor?

    package init(bytes: [UInt8]) throws(JSONError) {
        var children: [Descriptor] = []
        var contents: [Descriptor] = []
        var subject: Descriptor?
        for (name, value) in try JSONDocument(parsing: bytes).root.members {
            switch name.lowercased() {
            case "manifests": children += value.elements.compactMap(Self.descriptor)
            case "layers", "blobs": contents += value.elements.compactMap(Self.descriptor)
            case "config": contents += [value].compactMap(Self.descriptor)
            case "subject": subject = Self.descriptor(value) ?? subject
            default: break
            }
        }
        self.children = children
        self.contents = contents
        self.subject = subject
    }

    package var isEmpty: Bool { children.isEmpty && contents.isEmpty && subject == nil }

    private static func descriptor(_ value: JSONValue) -> Descriptor? {
        if let strict = try? Descriptor(json: value) { return strict }
        let members = Dictionary(
            value.members.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let text = members["digest"]?.string, let digest = try? Digest(parsing: text) else { return nil }
        let size = members["size"]?.integer ?? 0
        return Descriptor(mediaType: MediaType(members["mediatype"]?.string ?? ""), digest: digest, size: max(size, 0))
    }
}
