package import ImageModel

/// The removal of names, or of unnamed entries, from the `index.json` of a layout.
package struct RemovalPlan: Sendable {
    package struct Entry: Sendable {
        package let label: ImageLabel?
        package let digest: Digest
    }

    /// An image that loses an entry.
    package struct Image: Sendable {
        package let digest: Digest
        /// The names of the entries that still lead to it; `nil` stands for an entry without a name.
        package let names: [ImageLabel?]
        /// Whether another image contains it or refers to it.
        package let isNeeded: Bool
    }

    /// In the order of the index.
    package let removed: [Entry]
    package let images: [Image]
    /// The `index.json` that results.
    package let index: Document

    /// `chosen` are the numbers of roots, which are in the order of the index. Entries that only refer to an image are
    /// removed with its last name.
    package init(_ chosen: Set<Int>, of graph: ImageGraph, index: Document) throws(PlanError) {
        let chosen = chosen.union(DependentEntries(graph).orphaned(by: chosen))
        let kept = graph.roots.indices.filter { !chosen.contains($0) }.map { graph.roots[$0] }
        let gone = chosen.sorted().map { graph.roots[$0] }
        let needed = graph.reachable(from: kept.map(\.descriptor), throughSubjects: true)
        removed = gone.map { Entry(label: $0.labels.first, digest: $0.descriptor.digest) }
        let others = Dictionary(grouping: kept, by: \.descriptor.digest)
        var seen: Set<Digest> = []
        images = gone.map(\.descriptor.digest).filter { seen.insert($0).inserted }.map { digest in
            let others = others[digest] ?? []
            return Image(
                digest: digest, names: others.map(\.labels.first), isNeeded: others.isEmpty && needed[digest] != nil)
        }
        let edited: JSONDocument
        do throws(JSONEditError) { edited = try IndexWriter.edited(index.bytes, removing: chosen) } catch {
            throw .edit(error)
        }
        do throws(DocumentError) { self.index = try Document(index: edited) } catch { throw .document(error) }
    }
}

/// The addition of a name to an image of a layout.
package struct TagPlan: Sendable {
    package let name: ImageLabel
    /// The digests that the name leads to afterwards; several if one name led to several before.
    package let digests: [Digest]
    /// The digests that the name led to before.
    package let previous: [Digest]
    /// The `index.json` that results. All entries with other names keep their bytes.
    package let index: [UInt8]
    package let isChanged: Bool

    /// `chosen` are roots of `graph` or images below them. The entry under the new name has all members of the entry in
    /// `index.json` or in the index above.
    package init(
        _ name: ImageLabel, for chosen: [ImageGraph.Root], in graph: ImageGraph, index: Document
    ) throws(PlanError) {
        var seen: Set<Digest> = []
        // regctl lists the children of an index under the name of the index.
        let repeated = RepeatedRoots(graph)
        let whole = chosen.filter { $0.labels.isEmpty || !repeated.contains($0) }
        let images = whole.filter { seen.insert($0.descriptor.digest).inserted }
        let present = graph.roots.filter { $0.labels.contains(name) }.map(\.descriptor.digest)
        self.name = name
        digests = images.map(\.descriptor.digest)
        previous = present
        isChanged = present != digests
        self.index =
            isChanged ? try Self.index(index, adding: images.map { Self.entry($0, name, graph) }) : index.bytes
    }

    private static func index(_ index: Document, adding roots: [RootEntry]) throws(PlanError) -> [UInt8] {
        let bytes: [UInt8]
        do throws(JSONEditError) { bytes = try RootIndex.bytes(roots, updating: index) } catch { throw .edit(error) }
        try MergeConflict.checkListSize(
            LayoutPath.index, bytes: Int64(bytes.count), names: (index.index?.manifests.count ?? 0) + roots.count)
        return bytes
    }

    private static func entry(
        _ root: ImageGraph.Root, _ label: ImageLabel, _ graph: ImageGraph
    ) -> RootEntry {
        var json = root.entry
        if json == nil {
            let entries = graph.indexes.lazy.flatMap(\.view.manifests)
            json = entries.first { $0.descriptor.digest == root.descriptor.digest }.map { Array($0.json) }
        }
        return RootEntry(
            descriptor: root.descriptor, json: json ?? root.descriptor.json.bytes, label: label, isNamedHere: true)
    }
}

/// The garbage of a layout: blobs that no image needs.
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

    /// Keeps those of the `blobs` that a root of the graph leads to in any way, and those that are `named` elsewhere.
    package init(_ blobs: [Blob], in graph: ImageGraph, named: Set<Digest>) {
        let needed = graph.reachable(from: graph.roots.map(\.descriptor), throughSubjects: true)
        garbage = blobs.filter { needed[$0.digest] == nil && !named.contains($0.digest) }
            .sorted { $0.digest < $1.digest }
        kept = blobs.count - garbage.count
    }
}
