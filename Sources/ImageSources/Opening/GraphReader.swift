internal import ByteIO
internal import ImageModel

/// Follows descriptors from a root down and gathers documents and places of blobs. Documents are verified here, while
/// they are in memory anyway; what is absent is noted, because partly pulled images and pruned indexes are legal.
struct GraphReader {
    let places: any ContentPlaces
    let defects: DefectLog
    /// For whoever removes what nobody needs: subjects are followed too, and so is whatever a document of a kind that we
    /// do not know may name. What might name something and cannot be read is a defect.
    let isThorough: Bool
    /// Children that an index says to be for others are passed over.
    let platform: Platform?
    var reading = SourceReading()
    private var seen: Set<Digest> = []
    private var examined: Set<Digest> = []
    private var configs: Set<Digest> = []
    private var absent: Set<Digest> = []
    private var budget = DocumentBudget()

    init(_ places: any ContentPlaces, defects: DefectLog, isThorough: Bool = false, platform: Platform? = nil) {
        self.places = places
        self.defects = defects
        self.isThorough = isThorough
        self.platform = platform
    }

    /// Something led there, whether it is here or not.
    func hasMet(_ digest: Digest) -> Bool { reading.members[digest] != nil }

    mutating func visit(_ descriptor: Descriptor, depth: Int = 0) throws(SourceError) {
        guard depth < Limits.indexDepth else {
            return try defects.note(.tooDeep(path: places.path, descriptor.digest), of: descriptor.digest)
        }
        guard seen.insert(descriptor.digest).inserted else { return }
        do throws(SourceError) { try visitUnseen(descriptor, depth) } catch {
            try defects.note(error, of: descriptor.digest)
        }
    }

    private mutating func visitUnseen(_ descriptor: Descriptor, _ depth: Int) throws(SourceError) {
        guard let (name, source) = try find(descriptor, as: .child) else {
            note(absent: descriptor)
            return
        }
        var type = descriptor.mediaType
        if type.isSchema1 { throw .schema1(path: places.path, descriptor.digest) }
        if type.rawValue.isEmpty, source.size <= Limits.document {
            type = try detect(descriptor, source, name) ?? type
        }
        guard type.isIndex || type.isManifest else {
            reading.graph.blobs[descriptor.digest] = source
            if isThorough { try examine(descriptor, source, name, isEntry: true, depth) }
            return
        }
        let document = try document(descriptor, type, source, name)
        if let index = document.index {
            try visitChildren(of: index, depth)
        } else if let manifest = document.manifest {
            try visitContent(of: manifest, depth)
        }
        if isThorough { try follow(document.links([.lenient, .subject]), depth) }
    }

    private func isWanted(_ child: Descriptor) -> Bool {
        guard let platform, let other = child.platform else { return true }
        return platform.matches(other.normalized)
    }

    private mutating func visitChildren(of index: IndexView, _ depth: Int) throws(SourceError) {
        let children = index.manifests.map(\.descriptor).filter(isWanted)
        try places.expect(children.filter { !seen.contains($0.digest) })
        for child in children { try visit(child, depth: depth + 1) }
    }

    private mutating func visitContent(of manifest: ManifestView, _ depth: Int) throws(SourceError) {
        do throws(SourceError) {
            if manifest.isImage { try visitConfig(manifest.config) } else { try visitBlob(manifest.config, depth) }
        } catch { try defects.note(error, of: manifest.config.digest, hides: false) }
        for layer in manifest.layers {
            do throws(SourceError) { try visitBlob(layer, depth) } catch {
                try defects.note(error, of: layer.digest, hides: false)
            }
        }
    }

    private mutating func visitConfig(_ descriptor: Descriptor) throws(SourceError) {
        guard reading.graph.documents[descriptor.digest] == nil, configs.insert(descriptor.digest).inserted else {
            return
        }
        guard let (name, source) = try find(descriptor, as: .config) else {
            note(absent: descriptor)
            return
        }
        _ = try document(descriptor, descriptor.mediaType, source, name)
    }

    private mutating func visitBlob(_ descriptor: Descriptor, _ depth: Int) throws(SourceError) {
        guard reading.graph.blobs[descriptor.digest] == nil || isThorough else { return }
        guard let (name, source) = try find(descriptor, as: .blob) else {
            if !descriptor.isForeign { note(absent: descriptor) }
            return
        }
        reading.graph.blobs[descriptor.digest] = source
        if isThorough, descriptor.mediaType.layerCompression == nil {
            try examine(descriptor, source, name, isEntry: false, depth)
        }
    }

    /// Content of a kind that we do not know may be a document that leads on. What an index names as one must be
    /// readable where it looks like one; what a manifest names beyond the size of a document is taken for mere content.
    private mutating func examine(
        _ descriptor: Descriptor, _ source: any ByteSource, _ name: String, isEntry: Bool, _ depth: Int
    ) throws(SourceError) {
        let (digest, limit) = (descriptor.digest, Limits.document)
        let isObject = try io { () throws(IOFailure) in try source.startsLikeAnObject() }
        if source.size > limit {
            if isEntry, isObject { throw .documentTooLarge(path: places.path, member: name, limit: limit) }
            return
        }
        guard examined.insert(digest).inserted else { return }
        let content = DigestedBytes(
            try io { () throws(IOFailure) in try source.bytes(limit: limit) }, algorithm: digest.algorithm)
        guard content.digest == digest else {
            throw .documentDigest(path: places.path, member: name, expected: digest, found: content.digest)
        }
        guard isObject, let document = try lenient(content, descriptor.mediaType, name, isEntry: isEntry) else {
            return
        }
        let links = document.links([.lenient, .subject])
        if links.isEmpty { return }
        try budget.spend(Int64(content.bytes.count), path: places.path)
        try budget.spendView(of: document, path: places.path)
        reading.graph.blobs[digest] = nil
        reading.graph.insert(document)
        if depth > Limits.indexDepth { throw .tooDeep(path: places.path, digest) }
        try follow(links, depth)
    }

    private mutating func follow(_ links: [GraphLink], _ depth: Int) throws(SourceError) {
        for link in links {
            if link.role == .content {
                try visitBlob(link.descriptor, depth + 1)
            } else {
                try visit(link.descriptor, depth: depth + 1)
            }
        }
    }

    /// `nil` if the content is not JSON and need not be.
    private func lenient(
        _ content: DigestedBytes, _ type: MediaType, _ name: String, isEntry: Bool
    ) throws(SourceError) -> Document? {
        do throws(JSONError) { return try Document(leniently: content, mediaType: type) } catch {
            if isEntry { throw .document(path: places.path, member: name, .notJSON(error)) }
            return nil
        }
    }

    private func io<R>(_ body: () throws(IOFailure) -> R) throws(SourceError) -> R {
        do throws(IOFailure) { return try body() } catch { throw .io(error) }
    }

    private mutating func note(absent descriptor: Descriptor) {
        guard absent.insert(descriptor.digest).inserted else { return }
        reading.notes.append(.absent(descriptor.digest, descriptor.mediaType, descriptor.platform))
    }

    private mutating func find(
        _ descriptor: Descriptor, as role: ContentRole
    ) throws(SourceError) -> (String, any ByteSource)? {
        let content = try places.content(of: descriptor, as: role)
        reading.members[descriptor.digest] = content.name
        return content.source.map { (content.name, $0) }
    }

    /// Reads, verifies, parses and keeps the document. A survey keeps a damaged document that can be parsed in the place of
    /// the document that it should be.
    private mutating func document(
        _ descriptor: Descriptor, _ type: MediaType, _ source: any ByteSource, _ name: String
    ) throws(SourceError) -> Document {
        if source.size != descriptor.size {
            try defects.note(
                .documentSize(path: places.path, member: name, expected: descriptor.size, found: source.size),
                of: descriptor.digest, hides: false)
        }
        let limit = Limits.document
        if source.size > limit { throw .documentTooLarge(path: places.path, member: name, limit: limit) }
        try budget.spend(source.size, path: places.path)
        let content = DigestedBytes(
            try io { () throws(IOFailure) in try source.bytes(limit: limit) }, algorithm: descriptor.digest.algorithm)
        if content.digest != descriptor.digest {
            try defects.note(
                .documentDigest(
                    path: places.path, member: name, expected: descriptor.digest, found: content.digest),
                of: descriptor.digest)
        }
        let document: Document
        do throws(DocumentError) { document = try Document(content, mediaType: type) } catch {
            if error == .schema1, type.isManifest { throw .schema1(path: places.path, descriptor.digest) }
            throw .document(path: places.path, member: name, error)
        }
        try budget.spendView(of: document, path: places.path)
        reading.graph.insert(document, inPlaceOf: descriptor.digest)
        return document
    }

    /// A descriptor without media type: the content says what it is.
    private func detect(
        _ descriptor: Descriptor, _ source: any ByteSource, _ name: String
    ) throws(SourceError) -> MediaType? {
        let bytes: [UInt8]
        do throws(IOFailure) { bytes = try source.bytes(limit: Limits.document) } catch { throw .io(error) }
        guard let kind = try? DocumentKind.detect(bytes) else { return nil }
        switch kind {
        case .index: return (try? IndexView(bytes: bytes))?.mediaType ?? .ociIndex
        case .manifest: return (try? ManifestView(bytes: bytes))?.mediaType ?? .ociManifest
        case .schema1: throw .schema1(path: places.path, descriptor.digest)
        case .dockerArchiveManifest, .other: return nil
        }
    }
}
