package import ImageModel

/// The documents and blobs that somebody has, or needs: what an increment over them need not carry.
package struct BlobList: Sendable, Equatable {
    package struct Entry: Sendable, Equatable {
        package let digest: Digest
        /// nil: the list says the digest alone.
        package let size: Int64?
        package let mediaType: MediaType?
        /// Of a layer of an image: what the config says of its content.
        package var diffID: Digest?
    }

    /// A list of twenty thousand blobs has four million bytes.
    package static let limit = 64 << 20
    /// Of what a file lists.
    package static let entryLimit = 1 << 18

    private var entriesByDigest: [Digest: Entry] = [:]

    package init() {}

    /// By digest, so that the same content gives the same list.
    package var entries: [Entry] { entriesByDigest.values.sorted { $0.digest < $1.digest } }

    package var digests: Set<Digest> { Set(entriesByDigest.keys) }

    var count: Int { entriesByDigest.count }

    package func without(_ digests: Set<Digest>) -> BlobList {
        var list = self
        for digest in digests { list.entriesByDigest[digest] = nil }
        return list
    }

    package mutating func merge(_ other: BlobList) { for entry in other.entries { add(entry) } }

    /// What one line does not say another may.
    mutating func add(_ entry: Entry) {
        guard let known = entriesByDigest[entry.digest], known.size != nil else {
            entriesByDigest[entry.digest] = entry
            return
        }
        if known.diffID == nil { entriesByDigest[entry.digest]?.diffID = entry.diffID }
    }
}

extension BlobList {
    /// Everything to which the roots of `graph` lead and which is there. An increment stands for what it only names too:
    /// whoever loads it has that. Of all others `absent` is what nobody is known to have, documents aside: those are
    /// carried anyway.
    package static func held(by graph: ImageGraph) throws(GraphError) -> (list: BlobList, absent: [Entry]) {
        let named = try BlobList(of: graph)
        if graph.isIncrement { return (named, []) }
        let missing = named.entries.filter { graph.documents[$0.digest] == nil && graph.blobs[$0.digest] == nil }
        let foreign = graph.foreignLayers()
        let absent = missing.filter { $0.mediaType?.isCarriedAlways != true && !foreign.contains($0.digest) }
        return (named.without(Set(missing.map(\.digest))), absent)
    }

    /// Whether it is there or only named.
    private init(of graph: ImageGraph) throws(GraphError) {
        var waiting = graph.roots.map(\.descriptor)
        var seen: Set<Digest> = []
        while let descriptor = waiting.popLast() {
            guard seen.insert(descriptor.digest).inserted else { continue }
            let document = graph.documents[descriptor.digest]
            let type = document?.mediaType ?? descriptor.mediaType
            add(Entry(digest: descriptor.digest, size: descriptor.size, mediaType: type))
            if type.isIndex, let index = graph.index(descriptor.digest) {
                waiting += index.manifests.map(\.descriptor)
            } else if type.isManifest, let manifest = graph.manifest(descriptor.digest) {
                add(Entry(manifest.config))
                for layer in try Self.layers(of: manifest, in: graph) { add(layer) }
            }
        }
    }

    private static func layers(of manifest: ManifestView, in graph: ImageGraph) throws(GraphError) -> [Entry] {
        let diffIDs = manifest.isImage ? graph.config(of: manifest)?.diffIDs ?? [] : []
        let isTold = diffIDs.count == manifest.layers.count
        return manifest.layers.enumerated().map { number, layer in
            var entry = Entry(layer)
            entry.diffID = isTold ? diffIDs[number] : nil
            // A label that lies is corrected by every merge.
            guard let actual = graph.mislabelled[layer.digest], let right = layer.mediaType.labelled(actual) else {
                return entry
            }
            return Entry(digest: layer.digest, size: layer.size, mediaType: right, diffID: entry.diffID)
        }
    }
}

extension ImageGraph {
    /// Those that may rightly be absent.
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
