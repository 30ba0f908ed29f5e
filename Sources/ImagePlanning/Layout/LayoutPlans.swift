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
        self.index = try IndexWriter.bytes(of: index, removing: chosen)
    }
}

/// One more name for an image of a layout.
package struct TagPlan: Sendable {
    package let name: ImageName
    /// To what the name leads afterwards; several where one name led to several before.
    package let digests: [Digest]
    /// To what it led before.
    package let previous: [Digest]
    /// `index.json` afterwards: all that it said of other names stays byte by byte.
    package let index: [UInt8]
    package let isChanged: Bool

    /// `chosen` are roots of `graph`, or images below them. What index.json, or the index above, says of them is said
    /// under the new name too.
    package init(_ name: ImageName, for chosen: [ImageGraph.Root], in graph: ImageGraph, index: [UInt8]) throws {
        let label = ImageLabel.full(name)
        var seen: Set<Digest> = []
        let images = chosen.filter { seen.insert($0.descriptor.digest).inserted }
        let present = graph.roots.filter { $0.labels.contains(label) }.map(\.descriptor.digest)
        self.name = name
        digests = images.map(\.descriptor.digest)
        previous = present
        isChanged = present != digests
        self.index =
            isChanged ? try RootIndex.bytes(images.map { try Self.entry($0, label, graph) }, updating: index) : index
    }

    private static func entry(
        _ root: ImageGraph.Root, _ label: ImageLabel, _ graph: ImageGraph
    ) throws(GraphError) -> RootEntry {
        var json = root.entry
        if json == nil {
            let entries = graph.indexes.lazy.flatMap(\.view.manifests)
            json = entries.first { $0.descriptor.digest == root.descriptor.digest }.map { Array($0.json) }
        }
        return RootEntry(
            descriptor: root.descriptor, json: json ?? root.descriptor.json.bytes, label: label, isNamedHere: true)
    }
}

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
