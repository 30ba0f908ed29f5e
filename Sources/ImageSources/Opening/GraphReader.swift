internal import ByteIO
internal import ImageModel

/// Follows descriptors from the roots down, and collects documents and the locations of blobs. Documents are verified
/// and parsed when they are read. Absent content is noted and is no error: partly pulled images and pruned indexes are
/// legal.
struct GraphReader {
    private let documents: DocumentReader
    private let defects: DefectLog
    /// For garbage collection: subjects are followed, and so are the references in documents of unknown kinds. Content
    /// that may contain references and cannot be read is a defect.
    private let isThorough: Bool
    /// Children that an index lists for other platforms are skipped.
    private let platform: Platform?
    /// Documents of the same source that were read before, by their digests. They are not read again.
    var known: [Digest: Document]
    var reading = SourceReading()
    private var walk = GraphVisitor<Void>(depthLimit: Limits.indexDepth, givesRepeats: true)
    /// The media types by which content was named first, without documents that tell it by their own.
    private var types: [Digest: MediaType] = [:]
    private var configs: Set<Digest> = []
    private var examined: Set<Digest> = []
    private var absent: Set<Digest> = []
    private var budget = DocumentBudget()

    init(
        _ places: any ContentPlaces, defects: DefectLog, isThorough: Bool = false, platform: Platform? = nil,
        known: [Digest: Document] = [:]
    ) {
        self.known = known
        documents = DocumentReader(places: places, defects: defects)
        self.defects = defects
        self.isThorough = isThorough
        self.platform = platform
    }

    private var places: any ContentPlaces { documents.places }

    /// The digests to which the descriptors led, present or not, in the order in which they were met. Empty unless the
    /// reader is thorough.
    private(set) var met: [Digest] = []
    private var everMet: Set<Digest> = []

    /// Whether a descriptor led to the digest. `false` unless the reader is thorough.
    func hasMet(_ digest: Digest) -> Bool { everMet.contains(digest) }

    /// Reads everything below the descriptor that was not read before.
    mutating func visit(_ root: Descriptor) throws(SourceError) {
        walk.start([GraphLink(root, .root)])
        while let step = walk.next() {
            switch step.phase {
            case .tooDeep: try defects.note(.tooDeep(path: places.path, step.digest), of: step.digest)
            case .enter:
                do throws(SourceError) { walk.descend(try enter(step.descriptor, step.depth)) } catch {
                    try defects.note(error, of: step.digest)
                }
            case .repeated: try checkType(step.descriptor)
            case .leave: break
            }
        }
    }

    /// Returns the links to follow.
    private mutating func enter(_ descriptor: Descriptor, _ depth: Int) throws(SourceError) -> [GraphLink] {
        try checkType(descriptor)
        guard let found = try find(descriptor, as: .child) else { return [] }
        guard let document = try documents.structure(descriptor, found) else {
            reading.graph.blobs[descriptor.digest] = found.source
            return isThorough ? try examine(descriptor, found, isEntry: true, depth) : []
        }
        try hold(document, for: descriptor.digest)
        let children = document.links(.children).filter { isWanted($0.descriptor) }
        try places.expect(children.map(\.descriptor).filter { !walk.hasMet($0.digest) })
        let below = try document.manifest.map { (manifest) throws(SourceError) in try contents(of: manifest, depth) }
        return children + (below ?? []) + (isThorough ? try followed(document, depth) : [])
    }

    private func isWanted(_ child: Descriptor) -> Bool {
        guard let platform, let other = child.platform else { return true }
        return platform.matches(other.normalized)
    }

    // MARK: - Contents of manifests

    /// A defect in one of them hides no other. Returns the links that they contain.
    private mutating func contents(of manifest: ManifestView, _ depth: Int) throws(SourceError) -> [GraphLink] {
        var links: [GraphLink] = []
        do throws(SourceError) {
            // Also that of a signature or attestation, which is no image.
            links +=
                manifest.config.mediaType.isImageConfig
                ? try config(manifest.config, depth) : try blob(manifest.config, depth)
        } catch { try defects.note(error, of: manifest.config.digest, hides: false) }
        for layer in manifest.layers {
            do throws(SourceError) { links += try blob(layer, depth) } catch {
                try defects.note(error, of: layer.digest, hides: false)
            }
        }
        return links
    }

    private mutating func config(_ descriptor: Descriptor, _ depth: Int) throws(SourceError) -> [GraphLink] {
        try checkType(descriptor)
        guard configs.insert(descriptor.digest).inserted, !isHeldStrictly(descriptor.digest),
            let found = try find(descriptor, as: .config)
        else { return [] }
        let config = try documents.document(descriptor, found)
        try hold(config, for: descriptor.digest)
        return isThorough ? try followed(config, depth) : []
    }

    private func isHeldStrictly(_ digest: Digest) -> Bool {
        switch reading.graph.documents[digest]?.view {
        case .index, .manifest, .config: true
        case .other, nil: false
        }
    }

    private mutating func blob(_ descriptor: Descriptor, _ depth: Int) throws(SourceError) -> [GraphLink] {
        try checkType(descriptor)
        let digest = descriptor.digest
        let isExamined = !isThorough || descriptor.mediaType.layerCompression != nil || examined.contains(digest)
        let isHeld = reading.graph.blobs[digest] != nil || isThorough && reading.graph.documents[digest] != nil
        if isHeld && isExamined { return [] }
        guard let found = try find(descriptor, as: .blob) else { return [] }
        reading.graph.blobs[digest] = found.source
        return isExamined ? [] : try examine(descriptor, found, isEntry: false, depth)
    }

    /// Content has one kind in a source. If two descriptors name it as an index and as a manifest, tools that start at
    /// different descriptors read different images.
    private mutating func checkType(_ descriptor: Descriptor) throws(SourceError) {
        let type = descriptor.mediaType
        guard let kind = type.kind else { return }
        guard let first = types[descriptor.digest] ?? reading.graph.documents[descriptor.digest]?.mediaType,
            first.kind != nil
        else {
            types[descriptor.digest] = type
            return
        }
        guard first.kind != kind else { return }
        try defects.note(
            .severalTypes(path: places.path, descriptor.digest, first, type), of: descriptor.digest, hides: false)
    }

    // MARK: - Documents of unknown kinds

    /// Content of an unknown kind may be a document with references. If an index lists it and it looks like a document,
    /// it must be readable. If a manifest lists it, content above the size limit of a document is a blob.
    private mutating func examine(
        _ descriptor: Descriptor, _ found: FoundContent, isEntry: Bool, _ depth: Int
    ) throws(SourceError) -> [GraphLink] {
        let (digest, limit) = (descriptor.digest, Limits.document)
        let isObject = try documents.looksLikeAnObject(found)
        if found.source.size > limit {
            if isEntry, isObject { throw .documentTooLarge(path: places.path, member: found.name, limit: limit) }
            return []
        }
        guard examined.insert(digest).inserted else { return [] }
        let content = try documents.content(of: found, digest.algorithm)
        guard content.digest == digest else {
            throw .documentDigest(path: places.path, member: found.name, expected: digest, found: content.digest)
        }
        guard isObject else { return [] }
        let document: Document
        do throws(DocumentError) { document = try documents.lenient(descriptor, found, content) } catch {
            if isEntry { throw .document(path: places.path, member: found.name, error) }
            return []
        }
        if document.links(.everything).isEmpty { return [] }
        if !isHeldStrictly(digest) { try hold(document, for: digest) }
        reading.graph.blobs[digest] = nil
        if depth > Limits.indexDepth { throw .tooDeep(path: places.path, digest) }
        return try followed(document, depth)
    }

    /// Reads the content to which only a lenient view of the document leads. Returns its children and its subject.
    private mutating func followed(_ document: Document, _ depth: Int) throws(SourceError) -> [GraphLink] {
        var links: [GraphLink] = []
        for link in document.links([.lenient, .subject]) {
            if link.role == .content { links += try blob(link.descriptor, depth + 1) } else { links.append(link) }
        }
        return links
    }

    // MARK: - Keeping

    /// `nil` if the content is absent, which is noted.
    private mutating func find(_ descriptor: Descriptor, as role: ContentRole) throws(SourceError) -> FoundContent? {
        let content = try places.content(of: descriptor, as: role)
        if isThorough, everMet.insert(descriptor.digest).inserted { met.append(descriptor.digest) }
        if defects.namesFiles { reading.members[descriptor.digest] = content.name }
        if let source = content.source {
            let document = content.document ?? known[descriptor.digest]
            return FoundContent(name: content.name, source: source, document: document)
        }
        if role != .blob || !descriptor.isForeign, absent.insert(descriptor.digest).inserted {
            reading.notes.append(.absent(descriptor.digest, descriptor.mediaType, descriptor.platform))
        }
        return nil
    }

    /// `digest` is that of the descriptor. In a survey a damaged document is kept under the digest that it should have.
    private mutating func hold(_ document: Document, for digest: Digest) throws(SourceError) {
        if reading.graph.documents[digest] == nil { try budget.spend(document, path: places.path) }
        reading.graph.insert(document, inPlaceOf: digest)
        if let kind = document.mediaType.kind, types[digest]?.kind == kind { types[digest] = nil }
    }
}
