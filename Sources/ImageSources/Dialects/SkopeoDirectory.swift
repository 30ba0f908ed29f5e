internal import ImageModel

/// skopeo's `dir:`: the registry's manifest or index as `manifest.json`, blobs as `<hex>`, children as
/// `<hex>.manifest.json`. It has no names.
struct SkopeoDirectory: InputDialect {
    let prefixes = ["dir"]
    let name = "skopeo directory"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard let bytes = try files.bytes("manifest.json", limit: Limits.topDocument) else { return false }
        if try files.file("version") != nil { return true }
        guard let kind = try? DocumentKind.detect(bytes) else { return false }
        return kind == .manifest || kind == .index || kind == .schema1
    }

    func read(_ files: any ImageFiles, _ defects: DefectLog) throws(SourceError) -> SourceReading {
        guard let bytes = try files.bytes("manifest.json", limit: Limits.document) else {
            throw .missingMember(path: files.path, member: "manifest.json")
        }
        let place = DescriptorPath("manifest.json")
        let root = try defects.tolerating(at: place) { () throws(SourceError) in
            try Self.root(bytes, "manifest.json", files)
        }
        guard let root else { return SourceReading() }
        let top = root.digest
        let places = FilesByDigest(files) { digest in
            digest == top ? ["manifest.json"] : ["\(digest.hex).manifest.json", digest.hex]
        }
        var reader = GraphReader(places, defects: defects)
        try reader.visit(root.descriptor)
        reader.reading.graph.roots = [.init(descriptor: root.descriptor, entry: nil, labels: [], place: place)]
        return reader.reading
    }

    static func root(_ bytes: [UInt8], _ member: String, _ files: any ImageFiles) throws(SourceError) -> Document {
        do throws(DocumentError) {
            return try RecognisedContent(DigestedBytes(bytes)).image()
        } catch { throw .document(path: files.path, member: member, error) }
    }
}
