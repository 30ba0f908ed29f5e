package import ImageModel

/// What of a layout nobody needs.
package struct GarbagePlan: Sendable {
    package struct Blob: Sendable, Equatable {
        package let digest: Digest
        package let size: Int64

        package init(digest: Digest, size: Int64) {
            self.digest = digest
            self.size = size
        }
    }

    /// By digest.
    package let garbage: [Blob]
    package let kept: Int
    package var bytes: Int64 { garbage.totalSize(\.size) }

    /// Of these `blobs` everything stays to which a root of the graph leads in any way, and what is `named` elsewhere.
    package init(_ blobs: [Blob], in graph: ImageGraph, named: Set<Digest>) {
        let needed = graph.reachable(from: graph.roots.map(\.descriptor), throughSubjects: true)
        garbage = blobs.filter { needed[$0.digest] == nil && !named.contains($0.digest) }
            .sorted { $0.digest < $1.digest }
        kept = blobs.count - garbage.count
    }
}
