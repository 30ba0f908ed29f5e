internal import ImageModel

/// skopeo's `dir:`: the registry's manifest or index as `manifest.json`, blobs as `<hex>`, children as
/// `<hex>.manifest.json`. It has no names.
struct SkopeoDirectory: InputDialect {
    let prefixes = ["dir"]
    let name = "skopeo directory"

    /// `manifest.json`. Most of the time it must be parsed to recognise the directory.
    var top: Result<RecognisedContent, DocumentError>?

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool { try recognised(in: files) != nil }

    func recognised(in files: any ImageFiles) throws(SourceError) -> (any InputDialect)? {
        guard let bytes = try files.bytes(Self.list, limit: Limits.topDocument) else { return nil }
        var dialect = self
        do throws(DocumentError) { dialect.top = .success(try RecognisedContent(DigestedBytes(bytes))) } catch {
            dialect.top = .failure(error)
        }
        if try files.file("version") != nil { return dialect }
        return switch dialect.top {
        case .success(let content): [.manifest, .index, .schema1].contains(content.kind) ? dialect : nil
        case .failure, nil: nil
        }
    }

    func read(_ files: any ImageFiles, _ defects: DefectLog, keepsLists: Bool) throws(SourceError) -> SourceReading {
        guard let top else { throw .missingMember(path: files.path, member: Self.list) }
        if case .success(let content) = top, Int64(content.content.bytes.count) > Limits.document {
            throw .documentTooLarge(path: files.path, member: Self.list, limit: Limits.document)
        }
        let place = DescriptorPath(Self.list)
        let root = try defects.tolerating(at: place) { () throws(SourceError) in
            do throws(DocumentError) { return try top.get().image() } catch {
                throw .document(path: files.path, member: Self.list, error)
            }
        }
        guard let root else { return SourceReading() }
        let digestOfRoot = root.digest
        let places = FilesByDigest(files) { digest in
            digest == digestOfRoot ? [Self.list] : ["\(digest.hex).manifest.json", digest.hex]
        }
        var reader = GraphReader(places, defects: defects, known: [root.digest: root])
        try reader.visit(root.descriptor)
        reader.reading.graph.roots = [.init(descriptor: root.descriptor, entry: nil, labels: [], place: place)]
        return reader.reading
    }

    private static let list = "manifest.json"
}
