package import ImageModel

/// The images of a source, one for each name.
package struct LayoutListing: Sendable {
    package struct Child: Sendable {
        package let platform: Platform?
        package let digest: Digest
        package let isPresent: Bool
    }

    package enum Kind: Sendable, Equatable {
        case image
        case artifact(MediaType)
        /// A list of the referrers of a manifest.
        case referrers
    }

    package struct Image: Sendable {
        package let kind: Kind
        /// `nil` if the image has no name.
        package let label: ImageLabel?
        package let root: Descriptor
        /// Empty if the root is no container image.
        package let platforms: [Child]
        /// The size of all content that the image needs, each blob once, shared and absent content included.
        package let size: Int64
        /// Absent content. Content that may be stored elsewhere does not count.
        package let absent: [Descriptor]

        /// Identifies the details: entries that differ in their names alone have one key.
        package struct Key: Hashable {
            let digest: Digest
            let platform: Platform?
        }

        package var key: Key { Key(digest: root.digest, platform: root.platform) }
    }

    /// Sorted by name; images without a name are last.
    package let images: [Image]

    package init(_ graph: ImageGraph) throws(PlanError) {
        let finder = ImageFinder(graph)
        let lists = ReferrersLists(graph)
        let artifacts = GraphContents(graph).artifacts
        let types = Dictionary(artifacts.map { ($0.descriptor.digest, $0.type) }) { first, _ in first }
        var platforms: [RootKey: [Child]] = [:]
        var needs: [Digest: Needs] = [:]
        var images: [Image] = []
        for root in graph.roots {
            let digest = root.descriptor.digest
            let key = RootKey(root)
            let children: [Child]
            if let known = platforms[key] { children = known } else { children = try Self.children(of: root, finder) }
            let needed = needs[digest] ?? Needs(root, graph)
            // An absent root is listed with its own descriptor.
            if graph.holds(digest) { (platforms[key], needs[digest]) = (children, needed) }
            let kind: Kind = lists.contains(root) ? .referrers : types[digest].map(Kind.artifact) ?? .image
            images.append(
                Image(
                    kind: kind, label: root.labels.first, root: root.descriptor, platforms: children, size: needed.size,
                    absent: needed.absent))
        }
        // The text of a name is made once, not in each comparison.
        self.images = images.map { ($0, Self.order($0)) }.sorted { $0.1 < $1.1 }.map(\.0)
    }

    /// Depends on the digest and the platform of the root. Names do not change it.
    private static func children(
        of root: ImageGraph.Root, _ finder: ImageFinder
    ) throws(PlanError) -> [Child] {
        let found = try finder.below([root])
        return found.images.map { Child(platform: $0.platform, digest: $0.manifest, isPresent: true) }
            + found.absent.map { Child(platform: $0.platform, digest: $0.digest, isPresent: false) }
    }

    /// The content below a root. It depends on the digest of the root alone.
    private struct Needs {
        let size: Int64
        let absent: [Descriptor]

        init(_ root: ImageGraph.Root, _ graph: ImageGraph) {
            let needs = graph.reachable(from: [root.descriptor]).values
            size = needs.filter { graph.holds($0.digest) || !$0.isForeign }.totalSize(\.size)
            absent = needs.filter { !graph.holds($0.digest) && !$0.isForeign }.sorted { $0.digest < $1.digest }
        }
    }

    private static func order(_ image: Image) -> (Int, String, Digest) {
        (image.label == nil ? 1 : 0, image.label?.description ?? "", image.root.digest)
    }
}

extension ImageGraph {
    fileprivate func holds(_ digest: Digest) -> Bool { documents[digest] != nil || blobs[digest] != nil }
}
