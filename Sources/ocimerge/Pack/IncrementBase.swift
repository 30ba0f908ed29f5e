internal import ByteIO
internal import ImagePlanning
internal import ImageSources
internal import Registry

/// The content that a receiver has: the blobs in the bases of an increment, and those that former increments name.
enum IncrementBase {
    /// `nil` if there are no bases.
    static func blobs(
        _ bases: [String], _ registries: RegistryAccess, _ console: Console
    ) throws(CommandError) -> BlobList? {
        if bases.isEmpty { return nil }
        var known = BlobList()
        for text in bases { known.merge(try blobs(text, registries, console)) }
        return known
    }

    private static func blobs(
        _ text: String, _ registries: RegistryAccess, _ console: Console
    ) throws(CommandError) -> BlobList {
        let reference = try CommandError.checked { () throws(SourceError) in try SourceReference(parsing: text) }
        if reference.platform != nil { throw CommandError(IncrementBaseError.declaredPlatform(base: text)) }
        if let known = try known(reference, text) { return known }
        let source = try CommandError.checked { () throws(SourceError) in
            try Source.open(reference, registries, OpeningPolicy())
        }
        let (list, absent) = BlobList.held(by: source.graph)
        if !absent.isEmpty { console.warn(IncrementMessage.absent(absent, of: text, isList: false)) }
        return list
    }

    /// The blobs of a list; `nil` if the base is a source.
    private static func known(_ reference: SourceReference, _ text: String) throws(CommandError) -> BlobList? {
        let bytes = try CommandError.checked { () throws(IOFailure) in try list(reference) }
        guard let bytes else { return nil }
        return try CommandError.checked { () throws(IncrementBaseError) in try parsed(bytes, text) }
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
        switch try FileSystem.presentKind(of: path) {
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
