internal import ByteIO
internal import ImageModel

/// Content that is present, under its name in the source.
struct FoundContent {
    let name: String
    let source: any ByteSource
    /// The document, if it was parsed already.
    let document: Document?
}

/// Reads, verifies and parses documents. Defects are reported in this order: size, digest, JSON.
struct DocumentReader {
    let places: any ContentPlaces
    let defects: DefectLog

    /// The index or manifest to which a child leads. `nil` if the content is something else.
    func structure(_ descriptor: Descriptor, _ found: FoundContent) throws(SourceError) -> Document? {
        let type = descriptor.mediaType
        if type.isSchema1 { throw .schema1(path: places.path, descriptor.digest) }
        if type.isIndex || type.isManifest { return try document(descriptor, found) }
        guard type.rawValue.isEmpty, found.source.size <= Limits.document else { return nil }
        if let known = found.document, known.digest == descriptor.digest,
            known.index != nil || known.manifest != nil
        {
            try checkSize(descriptor, found)
            return known
        }
        // Without a media type the content says its kind.
        let content = try content(of: found, descriptor.digest.algorithm)
        let recognised: RecognisedContent
        do throws(DocumentError) { recognised = try RecognisedContent(content) } catch {
            // Bytes that are no document are a blob. A document that tools read differently is refused.
            guard error == .ambiguous else { return nil }
            throw .document(path: places.path, member: found.name, error)
        }
        switch recognised.kind {
        case .schema1: throw .schema1(path: places.path, descriptor.digest)
        case .dockerArchiveManifest, .other: return nil
        case .index, .manifest: break
        }
        try checkSize(descriptor, found)
        try checkDigest(descriptor, found, content.digest)
        do throws(DocumentError) { return try recognised.document() } catch {
            throw .document(path: places.path, member: found.name, error)
        }
    }

    /// The document of the kind that its descriptor states.
    func document(_ descriptor: Descriptor, _ found: FoundContent) throws(SourceError) -> Document {
        try checkSize(descriptor, found)
        if found.source.size > Limits.document {
            throw .documentTooLarge(path: places.path, member: found.name, limit: Limits.document)
        }
        if let known = found.document, known.mediaType == descriptor.mediaType, known.digest == descriptor.digest {
            return known
        }
        let content = try content(of: found, descriptor.digest.algorithm)
        try checkDigest(descriptor, found, content.digest)
        do throws(DocumentError) { return try Document(content, mediaType: descriptor.mediaType) } catch {
            if error == .schema1, descriptor.mediaType.isManifest {
                throw .schema1(path: places.path, descriptor.digest)
            }
            throw .document(path: places.path, member: found.name, error)
        }
    }

    /// Content of an unknown kind. If another descriptor names it as an index, a manifest or a config, it is parsed a
    /// second time, because the strict view lacks some references.
    func lenient(
        _ descriptor: Descriptor, _ found: FoundContent, _ content: DigestedBytes
    ) throws(DocumentError) -> Document {
        if let known = found.document, case .other = known.view, known.mediaType == descriptor.mediaType {
            return known
        }
        return try Document(leniently: content, mediaType: descriptor.mediaType)
    }

    func content(of found: FoundContent, _ algorithm: Digest.Algorithm) throws(SourceError) -> DigestedBytes {
        if let known = found.document?.content, known.digest.algorithm == algorithm { return known }
        do throws(IOFailure) {
            return DigestedBytes(try found.source.bytes(limit: Limits.document), algorithm: algorithm)
        } catch { throw .io(error) }
    }

    func looksLikeAnObject(_ found: FoundContent) throws(SourceError) -> Bool {
        do throws(IOFailure) { return try found.source.firstJSONByte() == UInt8(ascii: "{") } catch { throw .io(error) }
    }

    private func checkSize(_ descriptor: Descriptor, _ found: FoundContent) throws(SourceError) {
        guard found.source.size != descriptor.size else { return }
        try defects.note(
            .documentSize(
                path: places.path, member: found.name, expected: descriptor.size, found: found.source.size),
            of: descriptor.digest, hides: false)
    }

    private func checkDigest(_ descriptor: Descriptor, _ found: FoundContent, _ digest: Digest) throws(SourceError) {
        guard digest != descriptor.digest else { return }
        try defects.note(
            .documentDigest(path: places.path, member: found.name, expected: descriptor.digest, found: digest),
            of: descriptor.digest)
    }
}

extension ByteSource {
    /// The first byte that is no space: `{` opens a JSON object, `[` an array. `nil` if the head is empty.
    func firstJSONByte() throws(IOFailure) -> UInt8? {
        try head(512).first { !" \t\r\n".utf8.contains($0) }
    }
}
