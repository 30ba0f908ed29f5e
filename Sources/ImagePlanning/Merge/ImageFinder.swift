package import ImageModel

/// Finds the images of one graph: nested indexes flattened, attestations put to the images they speak of.
package struct ImageFinder: Sendable {
    /// What stands below some roots.
    package struct Found: Sendable {
        /// In the order in which they are reached; each manifest once.
        package var images: [PlatformImage] = []
        /// Artifacts that are no container image.
        package var others: [Digest] = []
        /// Named by an index and not here.
        package var absent: [Descriptor] = []
    }

    /// One manifest may be listed for several platforms.
    private struct Reached: Hashable {
        let digest: Digest
        let platform: Platform?
    }

    private let graph: ImageGraph
    private let source: Int
    /// By the digest of the subject as it is written: also those beside the images in `index.json`, and those of an
    /// index of which only a child was chosen.
    private let attestations: [String: [IndexView.Entry]]

    private static let depthLimit = 16

    package init(_ graph: ImageGraph, source: Int = 0) throws(GraphError) {
        self.graph = graph
        self.source = source
        attestations = try Self.attestations(of: graph)
    }

    package func all() throws(GraphError) -> Found { try below(graph.roots) }

    /// Everything that is reached through an index that is a root.
    func children() throws(GraphError) -> Set<Digest> {
        var children: Set<Digest> = []
        var indexes = graph.roots.map(\.descriptor.digest)
        while let next = indexes.popLast() {
            guard graph.documents[next]?.mediaType.isIndex == true else { continue }
            for entry in graph.index(next)?.manifests ?? [] {
                if children.insert(entry.descriptor.digest).inserted { indexes.append(entry.descriptor.digest) }
            }
        }
        return children
    }

    package func below(_ roots: [ImageGraph.Root]) throws(GraphError) -> Found {
        var found = Found()
        var seen: Set<Reached> = []
        for root in roots where !root.descriptor.isAttestation {
            try visit(root.descriptor, entry: root.entry.map { $0[...] }, depth: 0, &found, &seen)
        }
        return found
    }

    private func visit(
        _ descriptor: Descriptor, entry: ArraySlice<UInt8>?, depth: Int, _ found: inout Found,
        _ seen: inout Set<Reached>
    ) throws(GraphError) {
        guard depth < Self.depthLimit else { throw .tooDeep(descriptor.digest) }
        guard seen.insert(Reached(digest: descriptor.digest, platform: descriptor.platform)).inserted else { return }
        guard let document = graph.documents[descriptor.digest] else {
            if graph.blobs[descriptor.digest] == nil {
                found.absent.append(descriptor)
            } else {
                found.others.append(descriptor.digest)
            }
            return
        }
        if let index = document.index {
            for child in index.manifests where !child.descriptor.isAttestation {
                try visit(child.descriptor, entry: child.json, depth: depth + 1, &found, &seen)
            }
        } else if let manifest = graph.manifest(descriptor.digest), manifest.isImage {
            found.images.append(try image(descriptor, entry: entry, config: manifest.config.digest))
        } else {
            found.others.append(descriptor.digest)
        }
    }

    private func image(_ descriptor: Descriptor, entry: ArraySlice<UInt8>?, config: Digest) throws(GraphError)
        -> PlatformImage
    {
        let platform = graph.config(config)?.platform ?? descriptor.platform
        return PlatformImage(
            source: source, manifest: descriptor.digest, descriptor: descriptor, entry: entry,
            platform: Self.complete(platform, with: descriptor.platform),
            attestations: attestations[descriptor.digest.description] ?? [])
    }

    /// Versions of Windows and variants of arm often stand in the index alone.
    private static func complete(_ platform: Platform?, with descriptor: Platform?) -> Platform? {
        guard var platform, let descriptor, platform.os == descriptor.os else { return platform }
        if platform.variant == nil, platform.architecture == descriptor.architecture {
            platform.variant = descriptor.variant
        }
        if platform.osVersion == nil { platform.osVersion = descriptor.osVersion }
        if platform.osFeatures.isEmpty { platform.osFeatures = descriptor.osFeatures }
        return platform
    }

    private static func attestations(of graph: ImageGraph) throws(GraphError) -> [String: [IndexView.Entry]] {
        var found: [String: [IndexView.Entry]] = [:]
        func add(_ entry: IndexView.Entry) {
            guard entry.descriptor.isAttestation else { return }
            let subject = entry.descriptor.attested ?? ""
            if found[subject]?.contains(entry) != true { found[subject, default: []].append(entry) }
        }
        for index in graph.indexes {
            for entry in index.view.manifests { add(entry) }
        }
        for root in graph.roots {
            if let json = root.entry { add(IndexView.Entry(descriptor: root.descriptor, json: json[...])) }
        }
        return found
    }
}

/// One image for one platform, found below a root, with the attestations that speak of it.
package struct PlatformImage: Sendable {
    package let source: Int
    package let manifest: Digest
    package let descriptor: Descriptor
    /// Its entry in the index where it was found.
    package let entry: ArraySlice<UInt8>?
    /// What the config says, else what the descriptor says.
    package let platform: Platform?
    package var attestations: [IndexView.Entry]
}
