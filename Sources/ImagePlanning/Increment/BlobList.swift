package import ImageModel

/// A list of documents and blobs that a receiver has. An increment over the list does not carry them.
package struct BlobList: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let digest: Digest
        /// `nil` if the list states the digest alone.
        package let size: Int64?
        package let mediaType: MediaType?
        /// The digest of the layer's content by the config; `nil` if this is no layer of an image, or if it is unknown.
        package var diffID: Digest?
    }

    /// The largest file with a list. A list of twenty thousand blobs has four million bytes.
    package static let limit = 64 << 20
    /// The largest number of blobs in a file.
    package static let entryLimit = 1 << 18

    private var entriesByDigest: [Digest: Entry] = [:]

    package init() {}

    /// Sorted by digest, so that the same content gives the same list.
    package var entries: [Entry] { entriesByDigest.values.sorted { $0.digest < $1.digest } }

    package var digests: Set<Digest> { Set(entriesByDigest.keys) }

    var count: Int { entriesByDigest.count }

    package func without(_ digests: Set<Digest>) -> BlobList {
        var list = self
        for digest in digests { list.entriesByDigest[digest] = nil }
        return list
    }

    package mutating func merge(_ other: BlobList) { for entry in other.entries { add(entry) } }

    /// A line may complete an earlier one of the same digest.
    mutating func add(_ entry: Entry) {
        guard let known = entriesByDigest[entry.digest], known.size != nil else {
            entriesByDigest[entry.digest] = entry
            return
        }
        if known.diffID == nil { entriesByDigest[entry.digest]?.diffID = entry.diffID }
    }
}

extension BlobList {
    /// All content below the roots of `graph` that is present. An increment counts for the content that it only names too,
    /// because its receiver has that. `absent` is content that the graph lacks and that the receiver may lack as well.
    /// Documents are not in it: every increment carries them.
    package static func held(by graph: ImageGraph) -> (list: BlobList, absent: [Entry]) {
        let named = BlobList(of: graph)
        if graph.isIncrement { return (named, []) }
        let missing = named.entries.filter { graph.documents[$0.digest] == nil && graph.blobs[$0.digest] == nil }
        let foreign = graph.foreignLayers()
        let absent = missing.filter { $0.mediaType?.isCarriedAlways != true && !foreign.contains($0.digest) }
        return (named.without(Set(missing.map(\.digest))), absent)
    }

    /// All content that the roots lead to, present or absent.
    private init(of graph: ImageGraph) {
        var walk = GraphVisitor<Void>()
        walk.start(graph.rootLinks)
        while let step = walk.next() {
            let document = graph.documents[step.digest]
            let type = document?.mediaType ?? step.descriptor.mediaType
            add(Entry(digest: step.digest, size: step.descriptor.size, mediaType: type))
            if let manifest = document?.manifest {
                add(Entry(manifest.config))
                for layer in Self.layers(of: manifest, in: graph) { add(layer) }
            } else if let document {
                walk.descend(document.links(.children))
            }
        }
    }

    private static func layers(of manifest: ManifestView, in graph: ImageGraph) -> [Entry] {
        let diffIDs = manifest.isImage ? graph.config(of: manifest)?.diffIDs ?? [] : []
        let isTold = diffIDs.count == manifest.layers.count
        return manifest.layers.enumerated().map { number, layer in
            var entry = Entry(layer)
            entry.diffID = isTold ? diffIDs[number] : nil
            // Every merge corrects a media type that does not match the bytes.
            guard let actual = graph.mislabelled[layer.digest], let right = layer.mediaType.labelled(actual) else {
                return entry
            }
            return Entry(digest: layer.digest, size: layer.size, mediaType: right, diffID: entry.diffID)
        }
    }
}

extension ImageGraph {
    /// Layers that may be stored elsewhere.
    fileprivate func foreignLayers() -> Set<Digest> {
        var foreign: Set<Digest> = []
        for manifest in manifests {
            foreign.formUnion(manifest.view.layers.filter(\.isForeign).map(\.digest))
        }
        return foreign
    }
}

extension MediaType {
    fileprivate var isCarriedAlways: Bool { isIndex || isManifest || isImageConfig }
}

extension BlobList.Entry {
    fileprivate init(_ descriptor: Descriptor) {
        self.init(digest: descriptor.digest, size: descriptor.size, mediaType: descriptor.mediaType, diffID: nil)
    }

    init(digest: Digest, size: Int64?, mediaType: MediaType?) {
        self.init(digest: digest, size: size, mediaType: mediaType, diffID: nil)
    }
}
