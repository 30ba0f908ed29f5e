package import ImageModel

/// A source for planning: its graph and the text by which the user names it.
package struct MergeInput: Sendable {
    package let source: String
    package let graph: ImageGraph
    package let declared: Platform?
    /// The platforms of images by evidence, by their manifests.
    package let corrections: [Digest: Platform]

    package init(source: String, graph: ImageGraph, declared: Platform?, corrections: [Digest: Platform] = [:]) {
        self.source = source
        self.graph = graph
        self.declared = declared
        self.corrections = corrections
    }

    package func with(_ graph: ImageGraph) -> MergeInput {
        MergeInput(source: source, graph: graph, declared: declared, corrections: corrections)
    }

    /// The manifest of the only image, for a platform that is declared for the source as a whole.
    func onlyImage() throws(PlanError) -> Digest {
        let images = try ImageFinder(graph).all().images
        guard let image = images.first, images.count == 1 else {
            let platforms = images.compactMap(\.platform).sorted()
            throw .conflict(.declaredForSeveral(source: source, platforms: platforms))
        }
        guard let manifest = graph.manifest(image.manifest), graph.documents[manifest.config.digest] != nil else {
            throw .conflict(.missing(source: source, digest: image.manifest, what: .config))
        }
        return image.manifest
    }
}

package struct MergeOptions: Sendable {
    package var tags: [ImageName]
    /// Empty stands for all.
    package var platforms: [Platform]
    package var annotations: [Annotation]
    /// The format of all documents; `nil` if each keeps its own.
    package var format: ImageFormat?
    /// Layers that were compressed again, by their former digests.
    package var recodings: [Digest: RecodedLayer] = [:]
    /// The compression of all layers in a plan that follows this one; `nil` if this plan is the last.
    package var recompression: LayerCompression?
    /// Whether images are written although content that they need is absent.
    package var allowsIncomplete: Bool
    /// Whether images for several platforms under one name become one index.
    package var joinsSideBySide: Bool
    /// Whether a lone image becomes an index with one entry.
    package var makesIndex: Bool
    /// Whether images of different names stay apart, each under its name.
    package var keepsImages = false
    /// Whether an index keeps its bytes although images of other platforms are left out.
    package var isSparse = false

    package init(
        tags: [ImageName] = [], platforms: [Platform] = [], annotations: [Annotation] = [],
        format: ImageFormat? = nil, joinsSideBySide: Bool = false, makesIndex: Bool = false,
        allowsIncomplete: Bool = false
    ) {
        self.tags = tags
        self.platforms = platforms
        self.annotations = annotations
        self.format = format
        self.joinsSideBySide = joinsSideBySide
        self.makesIndex = makesIndex
        self.allowsIncomplete = allowsIncomplete
    }
}

/// One image of the result, for the report.
package struct MergedImage: Sendable {
    package struct Child: Sendable {
        package let platform: Platform?
        package let digest: Digest
        package let sources: [String]
    }

    package internal(set) var labels: [ImageLabel]
    package let root: Descriptor
    package let children: [Child]
}

/// The result of planning a merge. Nothing is read or written.
package struct MergeOutcome: Sendable {
    package var plan: WritePlan
    package let images: [MergedImage]
    package var notes: [PlanNote]
    /// The blobs that an increment omits; `nil` if the result is no increment.
    package var leftOut: OmittedBlobs?

    /// Whether an image lacks content that it needs.
    package var isIncomplete: Bool {
        notes.contains { if case .writtenIncomplete = $0 { true } else { false } }
    }

    package init(plan: WritePlan, images: [MergedImage], notes: [PlanNote]) {
        self.plan = plan
        self.images = images
        self.notes = notes
    }
}
