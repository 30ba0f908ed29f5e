package import ImageModel

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
            for parent in graph.documents.keys.sorted() where graph.documents[parent]?.mediaType.isIndex == true {
                let entries = try graph.index(parent)?.manifests ?? []
                json = entries.first { $0.descriptor.digest == root.descriptor.digest }?.json
                if json != nil { break }
            }
        }
        return RootEntry(
            descriptor: root.descriptor, json: json ?? root.descriptor.json.bytes, label: label, isNamedHere: true)
    }
}
