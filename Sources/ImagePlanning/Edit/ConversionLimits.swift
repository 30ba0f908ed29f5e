internal import ImageModel

/// What docker's format cannot say of what is about to be written.
enum ConversionLimits {
    /// A layer without a form there is refused; manifests that are no image stay what they were, and that is said.
    static func notes(_ plan: WritePlan, _ inputs: [MergeInput], _ options: MergeOptions) throws -> [MergeNote] {
        guard options.format == .docker else { return [] }
        let documents = Dictionary(plan.documents.map { ($0.digest, $0) }) { first, _ in first }
        let passing = try passing(plan, options)
        var mixed: Set<Digest> = []
        for document in plan.documents {
            if document.mediaType == .dockerManifest {
                try checkLayers(of: document, inputs, besides: passing)
            } else if document.mediaType == .dockerList {
                for entry in try IndexView(bytes: document.bytes).manifests {
                    let type = documents[entry.descriptor.digest]?.mediaType
                    if type == .ociManifest || type == .ociIndex { mixed.insert(entry.descriptor.digest) }
                }
            }
        }
        return mixed.isEmpty ? [] : [.notConverted(count: mixed.count)]
    }

    /// Layers that will have another form when it counts.
    private static func passing(_ plan: WritePlan, _ options: MergeOptions) throws -> Set<Digest> {
        guard let target = options.recompression, target != .zstd else { return [] }
        return Set(try RecodingChoice(plan, to: target, includesCompressed: true).layers.map(\.digest))
    }

    private static func checkLayers(
        of document: Document, _ inputs: [MergeInput], besides passing: Set<Digest>
    ) throws {
        let manifest = try ManifestView(bytes: document.bytes, expecting: .dockerManifest)
        guard
            let layer = manifest.layers.first(where: {
                ImageFormat.docker.cannotExpress($0.mediaType) && !passing.contains($0.digest)
            })
        else { return }
        let input = inputs.first { $0.graph.documents[document.digest] != nil }
        throw MergeConflict.zstandardForDocker(source: input?.source ?? "", layer: layer.digest)
    }
}
