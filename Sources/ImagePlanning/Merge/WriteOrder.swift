package import ImageModel

/// The order in which the content of a set of roots is written: documents children first, each blob once. Large blobs come
/// first, so that the last thread does not finish long after the others.
struct WriteOrder {
    private let source: String
    /// Whether images are written although content that they need is absent.
    private let allowsIncomplete: Bool
    private let completeness: Completeness
    private var graph: ImageGraph { completeness.graph }
    private var walk = GraphVisitor<Void>(givesRepeats: true, givesLeaves: true)
    private var documents: [Document] = []
    private var blobs: [WritePlan.Blob] = []
    private(set) var notes: [PlanNote] = []
    private var seenNotes: Set<PlanNote> = []

    /// `isWhole`: most blobs of the graph are expected to be written.
    init(source: String, graph: ImageGraph, allowsIncomplete: Bool = false, isWhole: Bool = false) {
        self.source = source
        self.allowsIncomplete = allowsIncomplete
        completeness = Completeness(graph: graph)
        if isWhole { blobs.reserveCapacity(graph.blobs.count) }
    }

    /// Adds a document that the merge itself makes.
    mutating func insert(_ document: Document) { completeness.insert(document) }

    /// Adds a root. Content that an image needs must be present. A child of an index whose manifest is absent is left out
    /// with a note: the source was pulled for some platforms only.
    mutating func add(_ descriptor: Descriptor) throws(PlanError) {
        if let missing = completeness.missing(descriptor) { try take(missing, descriptor) }
        walk.start([GraphLink(descriptor, .root)])
        while let step = walk.next() {
            let document = graph.documents[step.digest]
            if step.phase == .leave {
                if let document { documents.append(document) }
                continue
            }
            try check(step.descriptor)
            guard step.phase == .enter else { continue }
            if let document {
                let links = try links(of: document)
                walk.descend(links)
            } else if let blob = WritePlan.Blob(step.descriptor, in: graph) {
                blobs.append(blob)
            }
        }
    }

    /// The content that an image needs, without absent children of an index.
    private mutating func links(of document: Document) throws(PlanError) -> [GraphLink] {
        var links: [GraphLink] = []
        for link in document.links(.image) {
            if link.role == .child, let missing = completeness.missing(link.descriptor) {
                if missing.what == .manifest || link.descriptor.isAttestation {
                    notes.append(.incomplete(source: source, missing.digest, link.descriptor.platform, isCopied: true))
                    continue
                }
                try take(missing, link.descriptor)
            }
            links.append(link)
        }
        return links
    }

    private mutating func take(_ missing: Completeness.Missing, _ image: Descriptor) throws(PlanError) {
        guard allowsIncomplete, missing.what != .manifest else {
            throw .conflict(.missing(source: source, digest: missing.digest, what: missing.what))
        }
        let note = PlanNote.writtenIncomplete(source: source, missing.digest, missing.what, image.platform)
        if seenNotes.insert(note).inserted { notes.append(note) }
    }

    /// Every descriptor must state the size of its content, also a second one of the same digest.
    private func check(_ descriptor: Descriptor) throws(PlanError) {
        if let document = graph.documents[descriptor.digest] {
            guard Int64(document.bytes.count) != descriptor.size else { return }
            throw .conflict(
                .size(
                    source: source, blob: descriptor.digest, stated: descriptor.size,
                    found: Int64(document.bytes.count)))
        }
        guard let blob = WritePlan.Blob(descriptor, in: graph), blob.sourceSize != descriptor.size else { return }
        throw .conflict(
            .size(source: blob.sourcePath, blob: descriptor.digest, stated: descriptor.size, found: blob.sourceSize))
    }

    func includes(_ digest: Digest) -> Bool { walk.hasMet(digest) }

    /// Called once, last.
    mutating func result() -> (documents: [Document], blobs: [WritePlan.Blob]) {
        // A plan may have many thousand blobs: they are sorted in their place, without the marks of the walk.
        walk = GraphVisitor()
        blobs.sort { ($1.size, $0.digest) < ($0.size, $1.digest) }
        defer { blobs = [] }
        return (documents, blobs)
    }
}

/// Whether a graph has all content that an image needs. Layers that may be stored elsewhere are not missed. Each manifest
/// is searched once, whatever the number of entries that name it.
final class Completeness {
    typealias Missing = (digest: Digest, what: MergeConflict.Missing)

    private(set) var graph: ImageGraph
    private var searched: [Digest: Missing?] = [:]

    init(graph: ImageGraph) { self.graph = graph }

    func insert(_ document: Document) {
        graph.insert(document)
        searched[document.digest] = nil
    }

    /// The first content without which the image is incomplete; `nil` if nothing is missing. An index needs no child in
    /// particular.
    func missing(_ descriptor: Descriptor) -> Missing? {
        if let known = searched[descriptor.digest] { return known }
        let missing = search(descriptor.digest)
        searched[descriptor.digest] = .some(missing)
        return missing
    }

    private func search(_ digest: Digest) -> Missing? {
        guard let document = graph.documents[digest] else {
            return graph.blobs[digest] == nil ? (digest, .manifest) : nil
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

extension WritePlan {
    /// Refuses a plan of which an index names a child that is not written. A layout may lack such children; a registry
    /// gets no tag that leads to missing content. `inputs` tell why the child is missing.
    package func requireWholeImages(from inputs: [MergeInput]) throws(PlanError) {
        let written = Set(documents.map(\.digest)).union(blobs.map(\.digest))
        for document in documents {
            for child in document.index?.manifests ?? [] where !written.contains(child.descriptor.digest) {
                throw .conflict(Self.missing(child.descriptor, inputs))
            }
        }
    }

    private static func missing(_ child: Descriptor, _ inputs: [MergeInput]) -> MergeConflict {
        for input in inputs where input.graph.documents[child.digest] != nil {
            guard let missing = Completeness(graph: input.graph).missing(child) else { continue }
            return .missing(source: input.source, digest: missing.digest, what: missing.what)
        }
        return .missing(source: inputs.first?.source ?? "", digest: child.digest, what: .manifest)
    }
}
