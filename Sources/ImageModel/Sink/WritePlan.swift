package import ByteIO

/// Everything that a run writes. The plan is made before a blob is copied. Blobs come first, in any order. Then come
/// documents, children before parents, and the roots last.
package struct WritePlan: Sendable {
    package struct Blob: Sendable {
        package let digest: Digest
        package let size: Int64
        package let source: any ByteSource

        package init(_ digest: Digest, size: Int64, source: any ByteSource) {
            self.digest = digest
            self.size = size
            self.source = source
        }

        package init(_ descriptor: Descriptor, source: any ByteSource) {
            self.init(descriptor.digest, size: descriptor.size, source: source)
        }

        /// `nil` if the graph has no such blob.
        package init?(_ descriptor: Descriptor, in graph: ImageGraph) {
            guard let source = graph.blobs[descriptor.digest] else { return nil }
            self.init(descriptor, source: source)
        }

        /// The blob with another source of the same bytes.
        init(_ blob: Blob, source: any ByteSource) {
            digest = blob.digest
            size = blob.size
            self.source = source
        }

        package var sourceSize: Int64 { source.size }
        package var sourcePath: String { source.path }
    }

    package let blobs: [Blob]
    package let documents: [Document]
    package var roots: [RootEntry]
    /// The members of the archive in their order; empty if the destination is no archive. Every blob is one of them.
    package let members: [ArchiveMember]

    package init(blobs: [Blob], documents: [Document], roots: [RootEntry], members: [ArchiveMember] = []) {
        self.blobs = blobs
        self.documents = documents
        self.roots = roots
        self.members = members
    }

    /// The plan with other sources of the same bytes.
    package func reading(_ source: (Blob) -> any ByteSource) -> WritePlan {
        WritePlan(
            blobs: blobs.map { Blob($0, source: source($0)) }, documents: documents, roots: roots, members: members)
    }

    /// The blobs in the order of the archive.
    package var orderedBlobs: [Blob] {
        let known = Dictionary(blobs.map { ($0.digest, $0) }) { first, _ in first }
        return members.compactMap { if case .blob(let digest, _) = $0.content { known[digest] } else { nil } }
    }

    /// The graph of the result.
    package var graph: ImageGraph {
        var graph = ImageGraph()
        graph.roots = roots.map { root in
            .init(descriptor: root.descriptor, entry: root.json, labels: root.label.map { [$0] } ?? [])
        }
        graph.blobs.reserveCapacity(blobs.count)
        for document in documents { graph.insert(document) }
        for blob in blobs { graph.blobs[blob.digest] = blob.source }
        return graph
    }

    package var bytesToMove: Int64 { blobs.totalSize(\.size) }
}

/// One member of an archive to be written.
package struct ArchiveMember: Sendable {
    package enum Content: Sendable {
        case bytes([UInt8])
        case document(Document)
        /// A blob of the plan, by digest.
        case blob(Digest, size: Int64)
        case directory
        /// Relative to the directory of the member.
        case link(to: String)
    }

    package let content: Content
    /// `nil` for content in its place in a layout: an archive may have many thousand such members.
    private let given: String?

    package init(_ name: String, _ content: Content) {
        self.content = content
        given = name
    }

    /// A document in its place in a layout.
    package init(inLayout document: Document) {
        content = .document(document)
        given = nil
    }

    /// A blob in its place in a layout.
    package init(inLayout blob: WritePlan.Blob) {
        content = .blob(blob.digest, size: blob.size)
        given = nil
    }

    package var name: String { given ?? digest.map { LayoutPath($0).description } ?? "" }

    /// `nil` if the member is neither a document nor a blob.
    package var digest: Digest? {
        switch content {
        case .document(let document): document.digest
        case .blob(let digest, _): digest
        case .bytes, .directory, .link: nil
        }
    }
}

extension ArchiveMember {
    /// The number of bytes behind the header.
    package var size: Int64 {
        switch content {
        case .bytes(let bytes): Int64(bytes.count)
        case .document(let document): Int64(document.bytes.count)
        case .blob(_, let size): size
        case .directory, .link: 0
        }
    }

    /// The limit of an archive's size: a quarter of what an offset can express. Room is left for headers and padding.
    package static let totalLimit: Int64 = 1 << 61
}

extension Sequence {
    /// The sum of sizes, and the only way to compute one. Documents claim sizes up to 2^53, so the sum ends at the
    /// greatest number instead of overflowing.
    package func totalSize(_ size: (Element) -> Int64) -> Int64 {
        reduce(0) { sum, element in
            let (next, overflows) = sum.addingReportingOverflow(size(element))
            return overflows ? .max : next
        }
    }
}

extension ByteSource {
    /// The repository that holds the bytes; `nil` if they are on this machine. Another repository of the same registry can
    /// get them without a transfer.
    package var repository: RepositoryName? { traits.origin as? RepositoryName }
}
