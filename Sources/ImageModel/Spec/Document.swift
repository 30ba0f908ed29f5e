internal import ByteIO

/// Bytes and the digest that was computed from them.
package struct DigestedBytes: Sendable {
    package let bytes: [UInt8]
    package let digest: Digest

    package init(_ bytes: [UInt8], algorithm: Digest.Algorithm = .sha256) {
        self.bytes = bytes
        digest = Digest(of: bytes, algorithm: algorithm)
    }
}

/// A small JSON document of an image: its exact bytes, and a view of them that is parsed once. Documents are made from
/// bytes, never from a structure, so unknown members survive every edit. A document exists only if its bytes are what its
/// media type says.
package final class Document: Sendable {
    package let content: DigestedBytes
    package let mediaType: MediaType
    package let view: DocumentView

    /// Throws if the bytes declare another type than `mediaType`, or lack what that type requires.
    package init(_ content: DigestedBytes, mediaType: MediaType) throws(DocumentError) {
        self.content = content
        self.mediaType = mediaType
        view = try DocumentView(content.bytes, mediaType)
    }

    package convenience init(
        _ bytes: [UInt8], mediaType: MediaType, algorithm: Digest.Algorithm = .sha256
    ) throws(DocumentError) {
        try self.init(DigestedBytes(bytes, algorithm: algorithm), mediaType: mediaType)
    }

    /// An index whatever the content declares its type to be: the `index.json` of a layout.
    package convenience init(index content: DigestedBytes) throws(DocumentError) {
        let view = try IndexView(bytes: content.bytes)
        self.init(content, view.mediaType, .index(view))
    }

    /// A document of any kind, read for its references alone.
    package convenience init(leniently content: DigestedBytes, mediaType: MediaType) throws(JSONError) {
        self.init(content, mediaType, .other(try DocumentReferences(bytes: content.bytes)))
    }

    private init(_ content: DigestedBytes, _ mediaType: MediaType, _ view: DocumentView) {
        self.content = content
        self.mediaType = mediaType
        self.view = view
    }

    /// A document whose kind its content decides. `nil` if it is neither an index nor a manifest. The content must not
    /// declare another type than `expecting`.
    package static func recognized(
        _ content: DigestedBytes, expecting: MediaType? = nil
    ) throws(DocumentError) -> Document? {
        switch try DocumentKind.detect(content.bytes) {
        case .index:
            let view = try IndexView(bytes: content.bytes, expecting: expecting)
            return Document(content, view.mediaType, .index(view))
        case .manifest:
            let view = try ManifestView(bytes: content.bytes, expecting: expecting)
            return Document(content, view.mediaType, .manifest(view))
        case .schema1: throw .schema1
        case .dockerArchiveManifest, .other: return nil
        }
    }

    package var bytes: [UInt8] { content.bytes }
    package var digest: Digest { content.digest }
    package var descriptor: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count)) }

    /// `nil` if the document is no index.
    package var index: IndexView? { if case .index(let view) = view { view } else { nil } }
    /// `nil` if the document is no manifest.
    package var manifest: ManifestView? { if case .manifest(let view) = view { view } else { nil } }
    /// `nil` if the document is no image config.
    package var config: ConfigView? { if case .config(let view) = view { view } else { nil } }

    /// The number of descriptors in the document.
    package var descriptorCount: Int {
        switch view {
        case .index(let index): index.manifests.count + index.extras.count
        case .manifest(let manifest): manifest.layers.count + manifest.extras.count + 1
        case .config(let config): config.diffIDs.count
        case .other(let references): references.children.count + references.contents.count
        }
    }

    /// The descriptors in the document, in the order of the document.
    package func links(_ kinds: LinkKinds) -> [GraphLink] { view.links(kinds) }
}

/// The content of a document, parsed.
package enum DocumentView: Sendable {
    case index(IndexView)
    case manifest(ManifestView)
    case config(ConfigView)
    /// A document of another kind, read leniently so that no reference is overlooked.
    case other(DocumentReferences)

    init(_ bytes: [UInt8], _ mediaType: MediaType) throws(DocumentError) {
        if mediaType.isIndex {
            self = .index(try IndexView(bytes: bytes, expecting: mediaType))
        } else if mediaType.isManifest {
            self = .manifest(try ManifestView(bytes: bytes, expecting: mediaType))
        } else if mediaType.isImageConfig {
            self = .config(try ConfigView(bytes: bytes))
        } else {
            do throws(JSONError) { self = .other(try DocumentReferences(bytes: bytes)) } catch {
                throw .notJSON(error)
            }
        }
    }

    func links(_ kinds: LinkKinds) -> [GraphLink] {
        var links: [GraphLink] = []
        func add(_ descriptors: [Descriptor], _ role: GraphLink.Role) {
            for (number, descriptor) in descriptors.enumerated() {
                links.append(GraphLink(descriptor, role, number: number))
            }
        }
        switch self {
        case .index(let index):
            if kinds.contains(.children) {
                for (number, entry) in index.manifests.enumerated() {
                    links.append(GraphLink(entry.descriptor, .child, number: number, json: entry.json))
                }
            }
            if kinds.contains(.lenient) { add(index.extras, .content) }
            if kinds.contains(.subject), let subject = index.subject { links.append(GraphLink(subject, .subject)) }
        case .manifest(let manifest):
            if kinds.contains(.config) { links.append(GraphLink(manifest.config, .config)) }
            if kinds.contains(.layers) { add(manifest.layers, .layer) }
            if kinds.contains(.lenient) { add(manifest.extras, .content) }
            if kinds.contains(.subject), let subject = manifest.subject { links.append(GraphLink(subject, .subject)) }
        case .config: break
        case .other(let references):
            if kinds.contains(.lenient) {
                add(references.children, .child)
                add(references.contents, .content)
            }
            if kinds.contains(.subject), let subject = references.subject { links.append(GraphLink(subject, .subject)) }
        }
        return links
    }
}

extension Digest {
    package init(of bytes: [UInt8], algorithm: Algorithm = .sha256) {
        self.init(algorithm, raw: ContentHasher.hash(bytes, algorithm))
    }
}

/// The kind of a document, by its own content alone.
package enum DocumentKind: Sendable, Equatable {
    case index, manifest, dockerArchiveManifest, schema1, other

    /// Throws if the bytes are not JSON, or fit two kinds at once. An image config is `other`: it has a `config`, as a
    /// manifest has, but no `layers`.
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
    /// `nil` if it is no integer.
    case wrongSchemaVersion(Int64?)
    /// The member at a path such as `manifests[3].size`, and what it should have been.
    case member(String, expected: String)
    case mediaTypeMismatch(declared: String, expected: String)
    case malformedDigest(String)
    case tooMany(String)
}

/// All references in a JSON document of any kind, for callers that must not overlook one. Names match in any case, as
/// Go's readers match them; malformed references are ignored.
package struct DocumentReferences: Sendable {
    /// The documents under `manifests`.
    package let children: [Descriptor]
    /// The content under `layers`, `blobs` and `config`.
    package let contents: [Descriptor]
    /// The document that this one describes.
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

    /// The descriptors under `blobs`.
    static func extras(of root: JSONValue) -> [Descriptor] {
        root.members.filter { $0.key.lowercased() == "blobs" }.flatMap { $0.value.elements.compactMap(descriptor) }
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
