internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// What a receiver has: all that the bases of an increment hold or name.
enum Base {
    /// nil: nobody has said it.
    static func blobs(_ bases: [String]) throws -> BlobList? {
        if bases.isEmpty { return nil }
        var known = BlobList()
        for text in bases { known.merge(try blobs(text)) }
        return known
    }

    private static func blobs(_ text: String) throws -> BlobList {
        let reference = try SourceReference(parsing: text)
        if reference.platform != nil { throw BaseError.declaredPlatform(base: text) }
        if let list = try list(reference) { return try parsed(list, text) }
        return try BlobList(of: try OpenedSource.open(reference, spool: nil).graph)
    }

    private static func parsed(_ bytes: [UInt8], _ text: String) throws(BaseError) -> BlobList {
        do throws(BlobListError) { return try BlobList(parsing: bytes) } catch { throw .list(base: text, error) }
    }

    /// nil: it is a source. What comes through a pipe is a list: it could not be looked at twice.
    private static func list(_ reference: SourceReference) throws -> [UInt8]? {
        guard reference.selection == nil, reference.dialect == nil else { return nil }
        guard case .path(let path) = reference.place else { return try bytes(of: StreamReader.standardInput(), "-") }
        switch FileSystem.kind(of: path) {
        case .other: return try bytes(of: StreamReader(path: path), path)
        case .file:
            let file = try OpenFile(path: path)
            guard BlobList.isList(try file.bytes(at: 0, count: 512)) else { return nil }
            return try bytes(of: FileReader(file), path)
        default: return nil
        }
    }

    private static func bytes(of source: any ByteReader, _ path: String) throws -> [UInt8] {
        var reader = source
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: transferSize)
        while true {
            let got = try reader.fill(&buffer, count: buffer.count)
            if got == 0 { return bytes }
            bytes += buffer[..<got]
            guard bytes.count <= BlobList.limit else {
                throw BaseError.list(base: path, .tooLarge(limit: BlobList.limit))
            }
        }
    }
}

/// What was given with `--since` does not say what a receiver has.
enum BaseError: Error {
    case declaredPlatform(base: String)
    case list(base: String, BlobListError)
}
