package import ImageModel

/// A source as planning sees it: what the user called it and its graph.
package struct MergeInput: Sendable {
    package let source: String
    package let graph: ImageGraph
    package let declared: Platform?
    /// What images are found to be whatever they say, by their manifests.
    package let corrections: [Digest: Platform]

    package init(source: String, graph: ImageGraph, declared: Platform?, corrections: [Digest: Platform] = [:]) {
        self.source = source
        self.graph = graph
        self.declared = declared
        self.corrections = corrections
    }

    func with(_ graph: ImageGraph) -> MergeInput {
        MergeInput(source: source, graph: graph, declared: declared, corrections: corrections)
    }

    /// The manifest of the only image, for a platform that is declared for the source as a whole.
    func onlyImage() throws -> Digest {
        let images = try ImageFinder(graph).all().images
        guard let image = images.first, images.count == 1 else {
            throw MergeConflict.declaredForSeveral(source: source, platforms: images.compactMap(\.platform).sorted())
        }
        guard let manifest = graph.manifest(image.manifest), graph.documents[manifest.config.digest] != nil else {
            throw MergeConflict.missing(source: source, digest: image.manifest, what: .config)
        }
        return image.manifest
    }
}

package struct MergeOptions: Sendable {
    package var tags: [ImageName]
    /// Empty: all.
    package var platforms: [Platform]
    package var annotations: [Annotation]
    /// nil: every document stays in the format in which it is.
    package var format: ImageFormat?
    /// Layers that were compressed otherwise before, by the digests they had.
    package var recodings: [Digest: RecodedLayer] = [:]
    /// What every layer of the result becomes before another plan is made; nil: this plan is the last.
    package var recompression: LayerCompression?
    /// Images for several platforms that stand side by side under one name become one index.
    package var joinsSideBySide: Bool
    /// A lone image becomes an index of one.
    package var makesIndex: Bool

    package init(
        tags: [ImageName] = [], platforms: [Platform] = [], annotations: [Annotation] = [],
        format: ImageFormat? = nil, joinsSideBySide: Bool = false, makesIndex: Bool = false
    ) {
        self.tags = tags
        self.platforms = platforms
        self.annotations = annotations
        self.format = format
        self.joinsSideBySide = joinsSideBySide
        self.makesIndex = makesIndex
    }
}

/// One image of the result, for the report.
package struct MergedImage: Sendable {
    package struct Child: Sendable {
        package let platform: Platform?
        package let digest: Digest
        package let sources: [String]
    }

    package let labels: [ImageLabel]
    package let root: Descriptor
    package let children: [Child]
}

/// What a merge will do, decided without touching anything.
package struct MergeOutcome: Sendable {
    package var plan: WritePlan
    package let images: [MergedImage]
    package var notes: [MergeNote]
    /// nil: everything is carried.
    package var leftOut: LeftOut?

    package init(plan: WritePlan, images: [MergedImage], notes: [MergeNote]) {
        self.plan = plan
        self.images = images
        self.notes = notes
    }
}
