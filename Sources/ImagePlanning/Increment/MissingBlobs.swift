package import ImageModel

/// What the images of increments need and nobody here has: all of it, so that one look tells what has to be fetched.
package struct MissingBlobs: Error, Equatable, Sendable {
    package struct Blob: Equatable, Sendable {
        package let digest: Digest
        package let size: Int64
        /// The first image that needs it; empty: it has no name.
        package let image: String
        package let platform: Platform?
    }

    /// Those that are increments.
    package let sources: [String]
    package let blobs: [Blob]

    /// What one source lacks another may have. Images that are not chosen may lack anything.
    static func check(_ inputs: [MergeInput], _ options: MergeOptions) throws {
        var search = MissingBlobSearch(options.platforms)
        for input in inputs { search.present.formUnion(input.graph.present) }
        let increments = inputs.filter(\.graph.isIncrement)
        for input in increments { try search.look(through: input.graph, declared: input.declared) }
        guard !search.blobs.isEmpty else { return }
        throw MissingBlobs(
            sources: increments.map(\.source), blobs: search.blobs.values.sorted { $0.digest < $1.digest })
    }
}

private struct MissingBlobSearch {
    private let platforms: [Platform]
    var present: Set<Digest> = []
    private(set) var blobs: [Digest: MissingBlobs.Blob] = [:]

    init(_ platforms: [Platform]) { self.platforms = platforms }

    mutating func look(through graph: ImageGraph, declared: Platform?) throws(GraphError) {
        let finder = try ImageFinder(graph)
        for root in graph.roots {
            let name = root.labels.first?.description ?? ""
            let found = try finder.below([root])
            for image in found.images {
                let platform = declared ?? image.platform
                guard isWanted(platform) else { continue }
                try note(image.manifest, graph, name, platform)
                for attestation in image.attestations {
                    try note(attestation.descriptor.digest, graph, name, platform)
                }
            }
            for other in found.others where platforms.isEmpty { try note(other, graph, name, nil) }
        }
    }

    private func isWanted(_ platform: Platform?) -> Bool {
        platforms.isEmpty
            || platform.map { platform in platforms.contains { $0.matches(platform.normalized) } } ?? false
    }

    private mutating func note(
        _ manifest: Digest, _ graph: ImageGraph, _ name: String, _ platform: Platform?
    ) throws(GraphError) {
        guard let view = graph.manifest(manifest) else { return }
        for blob in [view.config] + view.layers where !present.contains(blob.digest) && !blob.isForeign {
            guard blobs[blob.digest] == nil else { continue }
            blobs[blob.digest] = .init(digest: blob.digest, size: blob.size, image: name, platform: platform)
        }
    }
}

extension ImageGraph {
    fileprivate var present: Set<Digest> { elsewhere.union(documents.keys).union(blobs.keys) }

    /// Blobs that manifests name and nobody has given yet, each once. The config of an image is a document, and those are
    /// never left out.
    package func absentBlobs() -> [Digest] {
        var absent: Set<Digest> = []
        for manifest in manifests.map(\.view) {
            let named = manifest.isImage ? manifest.layers : [manifest.config] + manifest.layers
            for blob in named where blobs[blob.digest] == nil && documents[blob.digest] == nil && !blob.isForeign {
                absent.insert(blob.digest)
            }
        }
        return absent.sorted()
    }
}
