package import ImageModel

/// A document that became another.
package struct DocumentEdit: Sendable, Equatable {
    package let before: Document
    package let after: Document

    package static func == (left: DocumentEdit, right: DocumentEdit) -> Bool {
        (left.before.digest, left.after.digest) == (right.before.digest, right.after.digest)
    }
}

/// An image before and after its platform was corrected; the same twice where there was nothing to correct.
package struct CorrectedImage: Sendable, Equatable {
    package struct State: Sendable, Equatable {
        package let platform: Platform?
        package let manifest: Digest
        package let config: Digest
    }

    package let before: State
    package let after: State
}

/// A graph in which images say another platform, and all that this took.
package struct CorrectedGraph: Sendable {
    package let graph: ImageGraph
    /// In the order in which they are reached from the roots.
    package let images: [CorrectedImage]
    /// Every document that became another, children before parents.
    package let edits: [DocumentEdit]
}

extension ImageGraph {
    /// Images by the digest of their manifests, with the platform that each shall say. Config, descriptors, indexes and
    /// the references of attestations follow; what says the platform already keeps its bytes.
    ///
    /// `top` is the `index.json` of a layout where it is a document of this graph like any other.
    package func corrected(_ platforms: [Digest: Platform], top: Digest? = nil) throws(GraphError) -> CorrectedGraph {
        var rewrite = GraphRewrite()
        rewrite.platforms = platforms
        rewrite.top = top
        var graph = self
        try rewrite.apply(to: &graph)
        var images: [CorrectedImage] = []
        var seen: Set<Digest> = []
        for image in try ImageFinder(self).all().images where platforms[image.manifest] != nil {
            guard seen.insert(image.manifest).inserted, let config = try manifest(image.manifest)?.config.digest else {
                continue
            }
            let manifest = rewrite.renamed[image.manifest]?.digest ?? image.manifest
            let after = try graph.manifest(manifest)?.config.digest ?? config
            // What nobody said anew of a system's version or a variant stays as it was.
            let platform = PlatformEdit.result(of: platforms[image.manifest], on: image.platform)
            images.append(
                CorrectedImage(
                    before: .init(platform: image.platform, manifest: image.manifest, config: config),
                    after: .init(platform: platform, manifest: manifest, config: after)))
        }
        return CorrectedGraph(graph: graph, images: images, edits: rewrite.edits)
    }
}
