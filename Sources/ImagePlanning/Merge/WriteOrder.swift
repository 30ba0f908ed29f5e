package import ImageModel

/// What has to be written for a set of roots: documents children first, each blob once, the big ones first so that the
/// last worker does not finish long after the others.
struct WriteOrder {
    private let source: String
    private var graph: ImageGraph
    private var documents: [Document] = []
    private var blobs: [WritePlan.Blob] = []
    private var seen: Set<Digest> = []
    private(set) var notes: [MergeNote] = []

    init(source: String, graph: ImageGraph) {
        self.source = source
        self.graph = graph
    }

    /// A document made by the merge itself.
    mutating func insert(_ document: Document) { graph.insert(document) }

    /// A root that is not wholly here is an error; a child of an index that is not is left out and said.
    mutating func add(_ descriptor: Descriptor) throws {
        if let missing = try missing(descriptor) {
            throw MergeConflict.missing(source: source, digest: missing.digest, what: missing.what)
        }
        try take(descriptor)
    }

    private mutating func take(_ descriptor: Descriptor) throws {
        try check(descriptor)
        guard seen.insert(descriptor.digest).inserted else { return }
        guard let document = graph.documents[descriptor.digest] else {
            if let blob = WritePlan.Blob(descriptor, in: graph) { blobs.append(blob) }
            return
        }
        if let index = document.index {
            for child in index.manifests {
                if let missing = try missing(child.descriptor) {
                    notes.append(
                        .incomplete(source: source, missing.digest, child.descriptor.platform, isCopied: true))
                } else {
                    try take(child.descriptor)
                }
            }
        } else if let manifest = document.manifest {
            try take(manifest.config)
            for layer in manifest.layers { try take(layer) }
        }
        documents.append(document)
    }

    /// Every descriptor must tell the size of what is there, also the second one of the same digest.
    private func check(_ descriptor: Descriptor) throws(MergeConflict) {
        if let document = graph.documents[descriptor.digest] {
            guard Int64(document.bytes.count) != descriptor.size else { return }
            throw .size(
                source: source, blob: descriptor.digest, stated: descriptor.size, found: Int64(document.bytes.count))
        }
        guard let blob = WritePlan.Blob(descriptor, in: graph), blob.sourceSize != descriptor.size else { return }
        throw .size(
            source: blob.sourcePath, blob: descriptor.digest, stated: descriptor.size, found: blob.sourceSize)
    }

    func includes(_ digest: Digest) -> Bool { seen.contains(digest) }

    /// The first thing without which the descriptor's content would be broken. An index needs no child in particular.
    private func missing(_ descriptor: Descriptor) throws -> (digest: Digest, what: MergeConflict.Missing)? {
        try Completeness(graph: graph).missing(descriptor)
    }

    func result() -> (documents: [Document], blobs: [WritePlan.Blob]) {
        (documents, blobs.sorted { ($1.size, $0.digest) < ($0.size, $1.digest) })
    }
}

/// Whether everything that an image needs is in its graph. Layers that stand elsewhere by right are not missed.
struct Completeness {
    let graph: ImageGraph

    func missing(_ descriptor: Descriptor) throws -> (digest: Digest, what: MergeConflict.Missing)? {
        guard let document = graph.documents[descriptor.digest] else {
            return graph.blobs[descriptor.digest] == nil ? (descriptor.digest, .manifest) : nil
        }
        guard let manifest = document.manifest else { return nil }
        let config = manifest.config.digest
        // The config of an image is a document; other artifacts have any blob there.
        if manifest.isImage ? graph.documents[config] == nil && graph.blobs[config] == nil : isMissing(manifest.config)
        {
            return (config, .config)
        }
        return manifest.layers.first(where: isMissing).map { ($0.digest, .layer) }
    }

    private func isMissing(_ blob: Descriptor) -> Bool {
        graph.documents[blob.digest] == nil && graph.blobs[blob.digest] == nil && !blob.isForeign
            && !graph.elsewhere.contains(blob.digest)
    }
}

/// A layout may lack what its indexes name; a registry is given no tag that leads to something that is not there.
package enum WholeImage {
    /// `inputs`: by them it can be told what is lacking.
    package static func check(_ plan: WritePlan, from inputs: [MergeInput]) throws {
        let graph = plan.graph
        let written = Set(graph.documents.keys).union(graph.blobs.keys)
        for document in plan.documents where document.mediaType.isIndex {
            for child in document.index?.manifests ?? []
            where !written.contains(child.descriptor.digest) {
                throw try missing(child.descriptor, inputs)
            }
        }
    }

    private static func missing(_ child: Descriptor, _ inputs: [MergeInput]) throws -> MergeConflict {
        for input in inputs where input.graph.documents[child.digest] != nil {
            guard let missing = try Completeness(graph: input.graph).missing(child) else { continue }
            return .missing(source: input.source, digest: missing.digest, what: missing.what)
        }
        return .missing(source: inputs.first?.source ?? "", digest: child.digest, what: .manifest)
    }
}
