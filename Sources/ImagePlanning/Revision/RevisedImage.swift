package import ImageModel

/// An image before and after a revision. Both states are equal if there was nothing to change.
package struct RevisedImage: Sendable, Equatable {
    package struct State: Sendable, Equatable {
        package let platform: Platform?
        package let manifest: Digest
        package let config: Digest
    }

    package let before: State
    package let after: State

    /// The images of the graph that the edit is about, in the order in which they are reached from the roots.
    static func all(of graph: ImageGraph, _ edit: GraphEdit, _ edited: EditedGraph) throws(PlanError) -> [Self] {
        var images: [Self] = []
        var seen: Set<Digest> = []
        for image in try ImageFinder(graph).all().images where edit.concerns(image.manifest) {
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

    static func dropped(from graph: ImageGraph, _ edit: GraphEdit) throws(PlanError) -> [State] {
        guard !edit.dropped.isEmpty else { return [] }
        var dropped: [State] = []
        for image in try ImageFinder(graph).all().images where edit.dropped.contents.contains(image.manifest) {
            guard let config = graph.manifest(image.manifest)?.config.digest else { continue }
            let state = State(platform: image.platform, manifest: image.manifest, config: config)
            if !dropped.contains(state) { dropped.append(state) }
        }
        return dropped
    }
}
