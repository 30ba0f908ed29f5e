internal import ByteIO
internal import ImageModel
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The content that a receiver has: the blobs in the bases of an increment, and those that former increments name.
enum IncrementBase {
    /// `nil` if there are no bases.
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

    /// The bytes of a list; `nil` if the base is a source. A pipe must carry a list, because it cannot be read twice.
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

/// The value of `--since` is not a base.
enum IncrementBaseError: Error {
    case declaredPlatform(base: String)
    case list(base: String, BlobListError)
}
