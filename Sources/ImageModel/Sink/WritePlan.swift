package import ByteIO

/// What is to be written, decided before a byte moves: blobs in any order, then documents children before parents, then
/// the roots that make them visible.
package struct WritePlan: Sendable {
    package struct Blob: Sendable {
        package let digest: Digest
        package let size: Int64
        package let source: any ByteSource

        package init(_ descriptor: Descriptor, source: any ByteSource) {
            digest = descriptor.digest
            size = descriptor.size
            self.source = source
        }

        /// nil when the graph has no such blob.
        package init?(_ descriptor: Descriptor, in graph: ImageGraph) {
            guard let source = graph.blobs[descriptor.digest] else { return nil }
            self.init(descriptor, source: source)
        }

        package var sourceSize: Int64 { source.size }
        package var sourcePath: String { source.path }
    }

    package let blobs: [Blob]
    package let documents: [Document]
    package let roots: [RootEntry]
    /// Where all this goes into one archive: what stands in it, in order. Every blob is one of them.
    package let members: [ArchiveMember]

    package init(blobs: [Blob], documents: [Document], roots: [RootEntry], members: [ArchiveMember] = []) {
        self.blobs = blobs
        self.documents = documents
        self.roots = roots
        self.members = members
    }

    /// As they stand in the archive.
    package var orderedBlobs: [Blob] {
        let known = Dictionary(blobs.map { ($0.digest, $0) }) { first, _ in first }
        return members.compactMap { if case .blob(let digest, _) = $0.content { known[digest] } else { nil } }
    }

    /// What is to be written, as the graph that it will be.
    package var graph: ImageGraph {
        var graph = ImageGraph()
        graph.roots = roots.map { root in
            .init(descriptor: root.descriptor, entry: root.json, labels: root.label.map { [$0] } ?? [])
        }
        for document in documents { graph.insert(document) }
        for blob in blobs { graph.blobs[blob.digest] = blob.source }
        return graph
    }

    package var bytesToMove: Int64 { blobs.totalSize(\.size) }
}
