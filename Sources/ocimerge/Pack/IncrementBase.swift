internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// What a receiver has: all that the bases of an increment hold, and what former increments name.
enum IncrementBase {
    /// nil: nobody has said it.
    static func blobs(_ bases: [String], _ registries: RegistryAccess, _ console: Console) throws -> BlobList? {
        if bases.isEmpty { return nil }
        var known = BlobList()
        for text in bases { known.merge(try blobs(text, registries, console)) }
        return known
    }

    private static func blobs(
        _ text: String, _ registries: RegistryAccess, _ console: Console
    ) throws -> BlobList {
        let reference = try SourceReference(parsing: text)
        if reference.platform != nil { throw IncrementBaseError.declaredPlatform(base: text) }
        if let list = try list(reference) { return try parsed(list, text) }
        let (list, absent) = BlobList.held(by: try Source.open(reference, registries, OpeningPolicy()).graph)
        if !absent.isEmpty { console.warn(IncrementMessage.absent(absent, of: text, isList: false)) }
        return list
    }

    private static func parsed(_ bytes: [UInt8], _ text: String) throws(IncrementBaseError) -> BlobList {
        do throws(BlobListError) { return try BlobList(parsing: bytes) } catch { throw .list(base: text, error) }
    }

    /// nil: it is a source. What comes through a pipe is a list: it could not be looked at twice.
    private static func list(_ reference: SourceReference) throws(IOFailure) -> [UInt8]? {
        guard reference.selection == nil, reference.dialect == nil else { return nil }
        let path: String
        switch reference.place {
        case .path(let known): path = known
        case .standardInput: return try bytes("-")
        case .registry: return nil
        }
        switch FileSystem.kind(of: path) {
        case .other: return try bytes(path)
        case .file: return try BlobList.isList(OpenFile(path: path).bytes(at: 0, count: 512)) ? bytes(path) : nil
        default: return nil
        }
    }

    private static func bytes(_ path: String) throws(IOFailure) -> [UInt8] {
        try SmallInput.bytes(of: path, limit: BlobList.limit)
    }
}

/// What was given with `--since` does not say what a receiver has.
enum IncrementBaseError: Error {
    case declaredPlatform(base: String)
    case list(base: String, BlobListError)
}
