/// The content of several sources, where one may have what another lacks. The sources are not copied: a graph of many images
/// has a row for each layer.
package final class GraphUnion {
    private let graphs: [ImageGraph]
    /// Documents that a plan itself makes.
    private var made: [Digest: Document] = [:]

    /// A search in each of more graphs would take longer than one in a copy of all.
    private static let searchLimit = 4

    package init(_ graphs: [ImageGraph]) {
        self.graphs = graphs.count > Self.searchLimit ? [Self.joined(graphs)] : graphs
    }

    private static func joined(_ graphs: [ImageGraph]) -> ImageGraph {
        var joined = ImageGraph()
        for graph in graphs { joined.insertContent(of: graph) }
        return joined
    }

    package func insert(_ document: Document) { made[document.digest] = document }

    /// `nil` if no source has the document.
    package func document(_ digest: Digest) -> Document? {
        if let document = made[digest] { return document }
        for graph in graphs { if let document = graph.documents[digest] { return document } }
        return nil
    }

    /// The blob of the first source that has it, so that one digest always leads to the same bytes. `nil` if no source has
    /// the blob.
    package func blob(_ descriptor: Descriptor) -> WritePlan.Blob? {
        for graph in graphs { if let blob = WritePlan.Blob(descriptor, in: graph) { return blob } }
        return nil
    }

    package func hasBlob(_ digest: Digest) -> Bool { graphs.contains { $0.blobs[digest] != nil } }

    /// Whether the receiver of the result has the blob.
    package func isElsewhere(_ digest: Digest) -> Bool { graphs.contains { $0.elsewhere.contains(digest) } }

    /// An upper limit of the number of different blobs.
    package var blobCount: Int { graphs.reduce(0) { $0 + $1.blobs.count } }
}
