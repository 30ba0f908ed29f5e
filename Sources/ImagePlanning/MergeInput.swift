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

    /// Edits give some documents of it other digests.
    var isEdited: Bool { declared != nil || !corrections.isEmpty || !graph.mislabelled.isEmpty }
}

package struct MergeOptions: Sendable {
    package var tags: [ImageName]
    /// Empty: all.
    package var platforms: [Platform]
    package var annotations: [Annotation]
    /// Layers that were compressed otherwise before, by the digests they had.
    package var recodings: [Digest: RecodedLayer] = [:]

    package init(tags: [ImageName] = [], platforms: [Platform] = [], annotations: [Annotation] = []) {
        self.tags = tags
        self.platforms = platforms
        self.annotations = annotations
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
    package let plan: WritePlan
    package let images: [MergedImage]
    package var notes: [MergeNote]
}
