internal import ByteIO

/// Bytes and the digest that was computed from them.
package struct DigestedBytes: Sendable {
    package let bytes: [UInt8]
    package let digest: Digest

    package init(_ bytes: [UInt8], algorithm: Digest.Algorithm = .sha256) {
        self.bytes = bytes.trimmed
        digest = Digest(of: bytes, algorithm: algorithm)
    }

    /// Bytes that a parsed view shares.
    init(of parsed: JSONDocument, algorithm: Digest.Algorithm = .sha256) {
        bytes = parsed.bytes
        digest = Digest(of: parsed.bytes, algorithm: algorithm)
    }
}

extension [UInt8] {
    /// Without unused capacity: graphs and plans keep these bytes.
    package var trimmed: [UInt8] {
        guard capacity - count > count / 8 + 64 else { return self }
        var trimmed: [UInt8] = []
        trimmed.reserveCapacity(count)
        trimmed.append(contentsOf: self)
        return trimmed
    }
}

/// A small JSON document of an image: its exact bytes and their view. The bytes match the media type. A document is
/// parsed once, when it is made. An edit replaces byte ranges, so unknown members stay.
package final class Document: Sendable {
    package let content: DigestedBytes
    package let mediaType: MediaType
    package let view: DocumentView

    package var bytes: [UInt8] { content.bytes }
    package var digest: Digest { content.digest }
    package var descriptor: Descriptor { Descriptor(mediaType: mediaType, digest: digest, size: Int64(bytes.count)) }

    init(_ content: DigestedBytes, mediaType: MediaType, view: DocumentView) {
        self.content = content
        self.mediaType = mediaType
        self.view = view
    }

    /// The type that an index or a manifest declares must not contradict `mediaType`.
    package convenience init(_ content: DigestedBytes, mediaType: MediaType) throws(DocumentError) {
        let root = try SchemaHeader.root(content.bytes)
        self.init(content, mediaType: mediaType, view: try DocumentView(root, mediaType))
    }

    package convenience init(
        _ bytes: [UInt8], mediaType: MediaType, algorithm: Digest.Algorithm = .sha256
    ) throws(DocumentError) {
        try self.init(DigestedBytes(bytes, algorithm: algorithm), mediaType: mediaType)
    }

    /// The result of an edit.
    package convenience init(
        _ edited: JSONDocument, mediaType: MediaType, algorithm: Digest.Algorithm = .sha256
    ) throws(DocumentError) {
        let view = try DocumentView(edited.root, mediaType)
        self.init(DigestedBytes(of: edited, algorithm: algorithm), mediaType: mediaType, view: view)
    }

    /// An index that no descriptor names, such as `index.json`: its media type is the declared one, else OCI's.
    package convenience init(index content: DigestedBytes) throws(DocumentError) {
        let view = try IndexView(SchemaHeader.root(content.bytes))
        self.init(content, mediaType: view.mediaType, view: .index(view))
    }

    /// The result of an edit of such an index.
    package convenience init(index edited: JSONDocument) throws(DocumentError) {
        let view = try IndexView(edited.root)
        self.init(DigestedBytes(of: edited), mediaType: view.mediaType, view: .index(view))
    }

    /// Content in a place where the media type proves nothing: read leniently as a document of another kind.
    package convenience init(leniently content: DigestedBytes, mediaType: MediaType) throws(DocumentError) {
        let root = try SchemaHeader.root(content.bytes)
        self.init(content, mediaType: mediaType, view: .other(References(root)))
    }

    /// Whether the digest, of any algorithm, is that of the bytes.
    package func isNamed(by digest: Digest) -> Bool {
        digest.algorithm == self.digest.algorithm
            ? digest == self.digest : digest == Digest(of: bytes, algorithm: digest.algorithm)
    }

    /// The same config as an image config of another type.
    package func asConfig(_ type: MediaType) -> Document {
        type == mediaType ? self : Document(content, mediaType: type, view: view)
    }

    /// `nil` if the document is of another kind.
    package var index: IndexView? { if case .index(let view) = view { view } else { nil } }
    package var manifest: ManifestView? { if case .manifest(let view) = view { view } else { nil } }
    package var config: ConfigView? { if case .config(let view) = view { view } else { nil } }

    /// The document to which this one refers without needing it.
    package var subject: Descriptor? {
        switch view {
        case .index(let index): index.subject
        case .manifest(let manifest): manifest.subject
        case .config: nil
        case .other(let references): references.subject
        }
    }

    /// The number of descriptors that the view keeps in memory.
    package var descriptorCount: Int {
        switch view {
        case .index(let index): index.manifests.count + index.extras.count
        case .manifest(let manifest): 1 + manifest.layers.count + manifest.extras.count
        case .config(let config): config.diffIDs.count + config.extras.count
        case .other(let references): references.children.count + references.contents.count
        }
    }
}

/// The typed view of a document.
package enum DocumentView: Sendable {
    case index(IndexView)
    case manifest(ManifestView)
    case config(ConfigView)
    /// A document of another kind, for commands that must not overlook a reference.
    case other(References)

    init(_ root: JSONValue, _ mediaType: MediaType) throws(DocumentError) {
        if mediaType.isIndex {
            self = .index(try IndexView(root, expecting: mediaType))
        } else if mediaType.isManifest {
            self = .manifest(try ManifestView(root, expecting: mediaType))
        } else if mediaType.isImageConfig {
            self = .config(try ConfigView(root))
        } else {
            self = .other(References(root))
        }
    }
}

extension Document {
    /// The descriptors that the document contains, in this order: children, config, layers, other content, subject.
    package func links(_ kinds: LinkKinds) -> [GraphLink] {
        var links: [GraphLink] = []
        switch view {
        case .index(let index):
            if kinds.contains(.children) {
                for (number, entry) in index.manifests.enumerated() {
                    links.append(GraphLink(entry.descriptor, .child, number: number, json: entry.json))
                }
            }
            if kinds.contains(.lenient) { links += Self.links(index.extras, .content) }
        case .manifest(let manifest):
            if kinds.contains(.config) { links.append(GraphLink(manifest.config, .config)) }
            if kinds.contains(.layers) { links += Self.links(manifest.layers, .layer) }
            if kinds.contains(.lenient) { links += Self.links(manifest.extras, .content) }
        case .config(let config):
            if kinds.contains(.lenient) { links += Self.links(config.extras, .content) }
        case .other(let references):
            if kinds.contains(.lenient) {
                links += Self.links(references.children, .child) + Self.links(references.contents, .content)
            }
        }
        if kinds.contains(.subject), let subject { links.append(GraphLink(subject, .subject)) }
        return links
    }

    private static func links(_ descriptors: [Descriptor], _ role: GraphLink.Role) -> [GraphLink] {
        descriptors.enumerated().map { GraphLink($1, role, number: $0) }
    }
}

extension Digest {
    package init(of bytes: [UInt8], algorithm: Algorithm = .sha256) {
        self.init(algorithm, raw: ContentHasher.hash(bytes, algorithm))
    }
}
