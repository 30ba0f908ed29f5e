package import ImageModel

/// The blobs that the images of increments need and that no source has. The list is complete, so that one error tells all
/// that has to be fetched.
package struct MissingBlobs: Error, Equatable, Sendable {
    package struct Blob: Equatable, Sendable {
        package let digest: Digest
        package let size: Int64
        /// The name of the first image that needs it; empty if that image has no name.
        package let image: String
        package let platform: Platform?
    }

    /// The sources that are increments.
    package let sources: [String]
    package let blobs: [Blob]

    /// With the blobs of another list.
    package func joined(_ other: MissingBlobs) -> MissingBlobs {
        let known = Set(blobs.map(\.digest))
        let all = blobs + other.blobs.filter { !known.contains($0.digest) }
        return MissingBlobs(
            sources: sources + other.sources.filter { !sources.contains($0) },
            blobs: all.sorted { $0.digest < $1.digest })
    }

    /// Throws if a blob is in no source. Images that are not chosen do not count.
    static func check(_ inputs: [MergeInput], _ options: MergeOptions) throws(PlanError) {
        let increments = inputs.filter(\.graph.isIncrement)
        if increments.isEmpty || options.allowsIncomplete { return }
        var search = MissingBlobSearch(options.platforms)
        for input in inputs { search.present.formUnion(input.graph.present) }
        for input in increments { try search.search(input.graph, declared: input.declared) }
        guard !search.blobs.isEmpty else { return }
        throw .missing(
            MissingBlobs(
                sources: increments.map(\.source), blobs: search.blobs.values.sorted { $0.digest < $1.digest }))
    }
}

private struct MissingBlobSearch {
    private let platforms: [Platform]
    var present: Set<Digest> = []
    private(set) var blobs: [Digest: MissingBlobs.Blob] = [:]
    /// Manifests of which every blob was noted.
    private var noted: Set<Digest> = []

    init(_ platforms: [Platform]) { self.platforms = platforms }

    mutating func search(_ graph: ImageGraph, declared: Platform?) throws(PlanError) {
        let finder = ImageFinder(graph)
        var searched: Set<RootKey> = []
        for root in graph.roots where searched.insert(RootKey(root)).inserted {
            let name = root.labels.first?.description ?? ""
            let found = try finder.below([root])
            for image in found.images {
                let platform = declared ?? image.platform
                guard isWanted(platform) else { continue }
                note(image.manifest, graph, name, platform)
                for attestation in image.attestations {
                    note(attestation.descriptor.digest, graph, name, platform)
                }
            }
            for other in found.others where platforms.isEmpty { note(other.digest, graph, name, nil) }
        }
    }

    private func isWanted(_ platform: Platform?) -> Bool {
        platforms.isEmpty || platforms.match(platform?.normalized)
    }

    private mutating func note(_ digest: Digest, _ graph: ImageGraph, _ name: String, _ platform: Platform?) {
        guard let manifest = graph.manifest(digest), noted.insert(digest).inserted else { return }
        for blob in [manifest.config] + manifest.layers where !present.contains(blob.digest) && !blob.isForeign {
            guard blobs[blob.digest] == nil else { continue }
            blobs[blob.digest] = .init(digest: blob.digest, size: blob.size, image: name, platform: platform)
        }
    }
}

extension ImageGraph {
    fileprivate var present: Set<Digest> { elsewhere.union(documents.keys).union(blobs.keys) }

    /// The absent blobs that the images for these platforms need; of all images if there is no platform.
    package func missingBlobs(for platforms: [Platform]) throws(PlanError) -> [MissingBlobs.Blob] {
        var search = MissingBlobSearch(platforms)
        search.present = present
        try search.search(self, declared: nil)
        return search.blobs.values.sorted { $0.digest < $1.digest }
    }

    /// The absent blobs that manifests name, each once. The config of an image is a document: increments carry those.
    package func absentBlobs() -> [Descriptor] {
        var absent: [Digest: Descriptor] = [:]
        for manifest in manifests.map(\.view) {
            let named = manifest.isImage ? manifest.layers : [manifest.config] + manifest.layers
            for blob in named where blobs[blob.digest] == nil && documents[blob.digest] == nil && !blob.isForeign {
                absent[blob.digest] = blob
            }
        }
        return absent.values.sorted { $0.digest < $1.digest }
    }
}
