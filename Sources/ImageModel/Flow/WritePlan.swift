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

    package init(blobs: [Blob], documents: [Document], roots: [RootEntry]) {
        self.blobs = blobs
        self.documents = documents
        self.roots = roots
    }

    package var bytesToMove: Int64 { blobs.reduce(0) { $0 + $1.size } }
}
