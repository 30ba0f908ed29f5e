package import ImageModel

/// An image before and after its platform was corrected. Both states are equal if there was nothing to correct.
package struct CorrectedImage: Sendable, Equatable {
    package struct State: Sendable, Equatable {
        package let platform: Platform?
        package let manifest: Digest
        package let config: Digest
    }

    package let before: State
    package let after: State

    /// The images of the graph for which the edit sets a platform, in the order in which they are reached from the roots.
    static func all(of graph: ImageGraph, _ edit: GraphEdit, _ edited: EditedGraph) throws(PlanError) -> [Self] {
        var images: [Self] = []
        var seen: Set<Digest> = []
        for image in try ImageFinder(graph).all().images where edit.platforms[image.manifest] != nil {
            guard seen.insert(image.manifest).inserted, let config = graph.manifest(image.manifest)?.config.digest
            else { continue }
            let manifest = edited.current(image.manifest)
            images.append(
                Self(
                    before: State(platform: image.platform, manifest: image.manifest, config: config),
                    after: State(
                        platform: edit.platform(of: image), manifest: manifest,
                        config: edited.graph.manifest(manifest)?.config.digest ?? config)))
        }
        return images
    }
}
