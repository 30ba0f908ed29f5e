package import ImageModel

/// The images of a layout, one for each name.
package struct LayoutListing: Sendable {
    package struct Child: Sendable {
        package let platform: Platform?
        package let digest: Digest
        package let isPresent: Bool
    }

    package struct Image: Sendable {
        /// nil: it has no name.
        package let label: ImageLabel?
        package let root: Descriptor
        /// Empty where it is no container image.
        package let platforms: [Child]
        /// Of everything that it needs, each thing once, also what is shared with others or absent.
        package let size: Int64
        /// Named below it and not here; what is rightly elsewhere is not counted.
        package let absent: [Descriptor]
    }

    /// By name, those without one last.
    package let images: [Image]

    package init(_ graph: ImageGraph) throws(GraphError) {
        let finder = try ImageFinder(graph)
        var images: [Image] = []
        for root in graph.roots {
            let found = try finder.below([root])
            let needs = graph.reachable(from: [root.descriptor]).values
            images.append(
                Image(
                    label: root.labels.first, root: root.descriptor,
                    platforms: found.images.map { Child(platform: $0.platform, digest: $0.manifest, isPresent: true) }
                        + found.absent.map { Child(platform: $0.platform, digest: $0.digest, isPresent: false) },
                    size: needs.filter { graph.holds($0.digest) || !$0.isForeign }.totalSize(\.size),
                    absent: needs.filter { !graph.holds($0.digest) && !$0.isForeign }
                        .sorted { $0.digest < $1.digest }))
        }
        self.images = images.sorted { Self.key($0) < Self.key($1) }
    }

    private static func key(_ image: Image) -> (Int, String, Digest) {
        (image.label == nil ? 1 : 0, image.label?.description ?? "", image.root.digest)
    }
}

extension ImageGraph {
    fileprivate func holds(_ digest: Digest) -> Bool { documents[digest] != nil || blobs[digest] != nil }
}
