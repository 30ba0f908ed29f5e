package import ImageModel

/// One image for one platform, found below a root, with the attestations that speak of it.
package struct PlatformImage: Sendable {
    package let source: Int
    package let manifest: Digest
    package let descriptor: Descriptor
    /// Its entry in the index where it was found.
    package let entry: [UInt8]?
    /// What the config says, else what the descriptor says.
    package let platform: Platform?
    package var attestations: [IndexView.Entry]

    fileprivate static let referenceDigest = "vnd.docker.reference.digest"

    /// All images of a graph, in the order of its roots; each manifest once.
    package static func all(in graph: ImageGraph, source: Int) throws(GraphError) -> [PlatformImage] {
        try below(graph.roots, in: graph, source: source)
    }

    /// Those of some of its roots.
    package static func all(in graph: ImageGraph, below roots: [ImageGraph.Root]) throws(GraphError) -> [PlatformImage]
    {
        try below(roots, in: graph, source: 0)
    }

    static func below(
        _ roots: [ImageGraph.Root], in graph: ImageGraph, source: Int
    ) throws(GraphError) -> [PlatformImage] {
        var walk = Walk(graph: graph, source: source)
        for root in roots where !isAttestation(root.descriptor) {
            try walk.visit(root.descriptor, entry: root.entry, depth: 0)
        }
        // Beside the images in index.json, or in an index of which only a child was chosen.
        walk.attach(try graph.attestations())
        return walk.images
    }

    static func isAttestation(_ descriptor: Descriptor) -> Bool {
        descriptor.annotations["vnd.docker.reference.type"] == "attestation-manifest"
            || descriptor.platform?.isUnknown == true && descriptor.annotations[referenceDigest] != nil
    }

    private struct Walk {
        let graph: ImageGraph
        let source: Int
        var images: [PlatformImage] = []
        var seen: Set<Digest> = []

        mutating func visit(_ descriptor: Descriptor, entry: [UInt8]?, depth: Int) throws(GraphError) {
            guard depth < 16 else { throw .tooDeep(descriptor.digest) }
            guard let document = graph.documents[descriptor.digest] else { return }
            if document.mediaType.isIndex, let index = try graph.index(descriptor.digest) {
                for child in index.manifests where !PlatformImage.isAttestation(child.descriptor) {
                    try visit(child.descriptor, entry: child.json, depth: depth + 1)
                }
            } else if let manifest = try graph.manifest(descriptor.digest), manifest.isImage {
                guard seen.insert(descriptor.digest).inserted else { return }
                let platform = try graph.config(manifest.config.digest)?.platform ?? descriptor.platform
                images.append(
                    PlatformImage(
                        source: source, manifest: descriptor.digest, descriptor: descriptor, entry: entry,
                        platform: Self.complete(platform, with: descriptor.platform), attestations: []))
            }
        }

        mutating func attach(_ attestations: [String: [IndexView.Entry]]) {
            guard !attestations.isEmpty else { return }
            for number in images.indices {
                images[number].attestations = attestations[images[number].manifest.description] ?? []
            }
        }

        /// Features and versions of Windows often stand in the index alone.
        private static func complete(_ platform: Platform?, with descriptor: Platform?) -> Platform? {
            guard var platform, let descriptor, platform.os == descriptor.os else { return platform }
            if platform.osVersion == nil { platform.osVersion = descriptor.osVersion }
            if platform.osFeatures.isEmpty { platform.osFeatures = descriptor.osFeatures }
            return platform
        }
    }
}

extension ImageGraph {
    /// Every attestation that any index of the graph holds, by the digest of its subject as it is written.
    fileprivate func attestations() throws(GraphError) -> [String: [IndexView.Entry]] {
        var found: [String: [IndexView.Entry]] = [:]
        func add(_ entry: IndexView.Entry) {
            guard PlatformImage.isAttestation(entry.descriptor) else { return }
            let subject = entry.descriptor.annotations[PlatformImage.referenceDigest] ?? ""
            if found[subject]?.contains(entry) != true { found[subject, default: []].append(entry) }
        }
        for document in documents.values.filter(\.mediaType.isIndex).sorted(by: { $0.digest < $1.digest }) {
            for entry in try index(document.digest)?.manifests ?? [] { add(entry) }
        }
        for root in roots { if let json = root.entry { add(IndexView.Entry(descriptor: root.descriptor, json: json)) } }
        return found
    }
}
