internal import ByteIO
internal import ImageModel
internal import ImageSinks
internal import ImageSources

/// Where a correction goes.
enum FixTarget {
    case result(ResultDestination)
    case archive(ArchiveDestination)
    case inPlace(String)

    init(_ request: FixRequest, _ reference: SourceReference) throws {
        guard let output = request.output else {
            if reference.registry != nil { throw UsageError.inPlaceRegistry(request.source) }
            guard case .path(let path) = reference.place, FileSystem.kind(of: path) != .other else {
                throw UsageError.inPlaceStream(request.source)
            }
            self = .inPlace(path)
            return
        }
        // What can be read again keeps its kind; a stream becomes what every loader takes.
        let isArchive =
            if case .path(let path) = reference.place { FileSystem.kind(of: path) == .file } else { false }
        if isArchive, request.existing != .update,
            let destination = try ArchiveDestination(revisionTo: output, replaces: request.existing == .force)
        {
            self = .archive(destination)
        } else {
            self = .result(try ResultDestination(output, existing: request.existing))
        }
    }

    /// Where the report goes: not among the bytes of a result.
    var reports: StandardStreams.Stream {
        if case .result(let destination) = self { destination.reports } else { .output }
    }
}

extension SourceReference {
    /// nil: it is no path, and nobody else can change it.
    func lock() throws(IOFailure) -> PathLock? {
        guard case .path(let path) = place else { return nil }
        return try PathLock(path)
    }
}
