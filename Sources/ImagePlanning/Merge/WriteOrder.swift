package import ImageModel

/// The order in which the content of a set of roots is written: documents children first, each blob once. Large blobs come
/// first, so that the last thread does not finish long after the others.
struct WriteOrder {
    private let source: String
    /// Whether images are written although content that they need is absent.
    private let allowsIncomplete: Bool
    private let completeness: Completeness
    private var content: GraphUnion { completeness.content }
    /// Meets documents and content of unknown kinds, but no layer of an image: these are most of a graph.
    private var walk = GraphVisitor<Void>(givesRepeats: true, givesLeaves: true)
    private var documents: [Document] = []
    private var blobs: PlannedBlobs
    private(set) var notes: [PlanNote] = []
    private var seenNotes: Set<PlanNote> = []

    /// `isWhole`: most blobs of the content are expected to be written.
    init(source: String, _ completeness: Completeness, allowsIncomplete: Bool = false, isWhole: Bool = false) {
        self.source = source
        self.allowsIncomplete = allowsIncomplete
        self.completeness = completeness
        blobs = PlannedBlobs(expected: isWhole ? completeness.content.blobCount : 0)
    }

    init(source: String, graph: ImageGraph, allowsIncomplete: Bool = false, isWhole: Bool = false) {
        self.init(
            source: source, Completeness(GraphUnion([graph])), allowsIncomplete: allowsIncomplete, isWhole: isWhole)
    }

    /// Adds a document that the merge itself makes.
    mutating func insert(_ document: Document) { completeness.insert(document) }

    /// Adds a root. Content that an image needs must be present. A child whose manifest is absent is omitted with a
    /// note: the source was pulled for some platforms only.
    mutating func add(_ descriptor: Descriptor) throws(PlanError) {
        if let missing = completeness.missing(descriptor) { try take(missing, descriptor) }
        walk.start([GraphLink(descriptor, .root)])
        while let step = walk.next() {
            let document = content.document(step.digest)
            if step.phase == .leave {
                if let document { documents.append(document) }
                continue
            }
            if let document {
                try check(step.descriptor, document)
                if step.phase == .enter { walk.descend(try links(of: document)) }
            } else if let blob = content.blob(step.descriptor) {
                try check(step.descriptor, blob)
                if step.phase == .enter { blobs.append(blob) }
            }
        }
    }

    /// The content that an image needs, without absent children of an index. Layers are added at once.
    private mutating func links(of document: Document) throws(PlanError) -> [GraphLink] {
        var links: [GraphLink] = []
        for link in document.links(.image) {
            if link.role == .layer, content.document(link.descriptor.digest) == nil {
                guard let blob = content.blob(link.descriptor) else { continue }
                try check(link.descriptor, blob)
                blobs.append(blob)
                continue
            }
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
    private func check(_ descriptor: Descriptor, _ document: Document) throws(PlanError) {
        guard Int64(document.bytes.count) != descriptor.size else { return }
        throw .conflict(
            .size(
                source: source, blob: descriptor.digest, stated: descriptor.size, found: Int64(document.bytes.count)))
    }

    private func check(_ descriptor: Descriptor, _ blob: WritePlan.Blob) throws(PlanError) {
        guard blob.sourceSize != descriptor.size else { return }
        throw .conflict(
            .size(source: blob.sourcePath, blob: descriptor.digest, stated: descriptor.size, found: blob.sourceSize))
    }

    /// Whether a child of an index is written.
    func includes(_ child: Digest) -> Bool { walk.hasMet(child) }

    /// Called once, last.
    mutating func result() -> (documents: [Document], blobs: [WritePlan.Blob]) {
        walk = GraphVisitor()
        return (documents, blobs.take())
    }
}

/// The blobs of a plan. They are added as often as images name them and given once each: no set of many thousand digests is
/// kept beside them.
struct PlannedBlobs {
    private var blobs: [WritePlan.Blob] = []
    /// The number at which repeats are removed.
    private var limit: Int

    /// With room for repeats if they are many: an array that grows takes twice the memory.
    init(expected count: Int) {
        limit = max(count + count / 4, Self.fewest)
        blobs.reserveCapacity(limit > Self.fewest ? limit : count)
    }

    private static let fewest = 1000

    mutating func append(_ blob: WritePlan.Blob) {
        if blobs.count == limit {
            removeRepeats()
            if blobs.count > limit - limit / 5 { limit *= 2 }
        }
        blobs.append(blob)
    }

    /// Large blobs first.
    mutating func take() -> [WritePlan.Blob] {
        removeRepeats()
        defer { blobs = [] }
        return blobs
    }

    /// Blobs of one digest have one size, because each is checked against the same bytes, so that they become neighbours.
    private mutating func removeRepeats() {
        blobs.sort { ($1.size, $0.digest) < ($0.size, $1.digest) }
        var count = 0
        for number in blobs.indices where count == 0 || blobs[number].digest != blobs[count - 1].digest {
            if number > count { blobs[count] = blobs[number] }
            count += 1
        }
        blobs.removeLast(blobs.count - count)
    }
}

/// Whether the sources have all content that an image needs. Layers that may be stored elsewhere are not missed. Each
/// manifest is searched once, although several entries may name it.
final class Completeness {
    typealias Missing = (digest: Digest, what: MergeConflict.Missing)

    let content: GraphUnion
    private var searched: [Digest: Missing?] = [:]

    init(_ content: GraphUnion) { self.content = content }

    convenience init(graph: ImageGraph) { self.init(GraphUnion([graph])) }

    func insert(_ document: Document) {
        content.insert(document)
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
        guard let document = content.document(digest) else {
            return content.hasBlob(digest) ? nil : (digest, .manifest)
        }
        guard let manifest = document.manifest else { return nil }
        let config = manifest.config.digest
        // The config of an image is a document; other artifacts have any blob there.
        if manifest.isImage ? !isPresent(config) : isMissing(manifest.config) { return (config, .config) }
        return manifest.layers.first(where: isMissing).map { ($0.digest, .layer) }
    }

    private func isPresent(_ digest: Digest) -> Bool { content.hasBlob(digest) || content.document(digest) != nil }

    private func isMissing(_ blob: Descriptor) -> Bool {
        !isPresent(blob.digest) && !blob.isForeign && !content.isElsewhere(blob.digest)
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
