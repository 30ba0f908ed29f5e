package import ImageModel

/// Names, or unnamed entries, that go from the `index.json` of a layout.
package struct RemovalPlan: Sendable {
    package struct Entry: Sendable {
        package let label: ImageLabel?
        package let digest: Digest
    }

    /// An image that loses an entry.
    package struct Image: Sendable {
        package let digest: Digest
        /// Of the entries that still lead to it; nil is one without a name.
        package let names: [ImageLabel?]
        /// Other images contain it, or speak of it.
        package let isNeeded: Bool
    }

    /// In the order of the index.
    package let removed: [Entry]
    package let images: [Image]
    /// `index.json` afterwards.
    package let index: [UInt8]

    /// `chosen` are numbers of roots, which are in the order of the index.
    package init(_ chosen: Set<Int>, of graph: ImageGraph, index: [UInt8]) throws(JSONEditError) {
        let kept = graph.roots.indices.filter { !chosen.contains($0) }.map { graph.roots[$0] }
        let gone = chosen.sorted().map { graph.roots[$0] }
        let needed = graph.reachable(from: kept.map(\.descriptor), throughSubjects: true)
        removed = gone.map { Entry(label: $0.labels.first, digest: $0.descriptor.digest) }
        var seen: Set<Digest> = []
        images = gone.map(\.descriptor.digest).filter { seen.insert($0).inserted }.map { digest in
            let others = kept.filter { $0.descriptor.digest == digest }
            return Image(
                digest: digest, names: others.map(\.labels.first), isNeeded: others.isEmpty && needed[digest] != nil)
        }
        self.index = try RootIndex.bytes(removing: chosen, from: index)
    }
}
