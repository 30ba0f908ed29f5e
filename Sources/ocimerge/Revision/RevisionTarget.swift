internal import ByteIO
internal import ImageSinks
internal import ImageSources

/// What receives the result of a revision.
enum RevisionTarget {
    /// A result of the destination's own format.
    case destination(any Destination)
    /// An archive of the source's format; `nil` if the source itself changes.
    case archive(ArchiveTarget?)
    /// The source itself, a directory at this path.
    case directory(String)

    init(_ work: any RevisionWork, _ reference: SourceReference) throws(CommandError) {
        let request = work.request
        let kind = try CommandError.checked { () throws(IOFailure) -> FileSystem.Kind? in
            if case .path(let path) = reference.place { try FileSystem.presentKind(of: path) } else { .other }
        }
        guard let output = request.output else {
            self = try Self.inPlace(work, reference, kind)
            return
        }
        // A file is read again for the revision; a stream cannot be, so it becomes a portable archive.
        let revision = try DestinationOpening.clearing(output, request.run) { () throws(DestinationError) in
            kind == .file && request.existing != .update && work.keepsContent
                ? try ArchiveTarget(revisionTo: output, replaces: request.existing == .replace) : nil
        }
        if let revision {
            self = .archive(revision)
            return
        }
        self = .destination(
            try DestinationOpening.destination(output, DestinationOptions(existing: request.existing), request.run))
    }

    /// The source itself, of the kind that its path leads to.
    private static func inPlace(
        _ work: any RevisionWork, _ reference: SourceReference, _ kind: FileSystem.Kind?
    ) throws(CommandError) -> RevisionTarget {
        let request = work.request
        let isFile = if case .path = reference.place { kind != nil && kind != .other } else { false }
        if !isFile, !request.isInPlace { return try unwritten(request) }
        if reference.registry != nil { throw CommandError(UsageError.inPlaceRegistry(request.source)) }
        guard case .path(let path) = reference.place, let kind, kind != .other else {
            throw CommandError(UsageError.inPlaceStream(request.source))
        }
        if kind == .directory { return .directory(path) }
        if work.keepsContent { return .archive(nil) }
        let isVolume = try CommandError.checked { () throws(IOFailure) in try Volumes(first: path) != nil }
        if isVolume { throw CommandError(RevisionError.volumes(source: request.source)) }
        // The archive with its new content takes the place of the old one.
        return .destination(
            try CommandError.checked { () throws(DestinationError) in try Destinations.archive(inPlaceOf: path) })
    }

    /// A dry run without a destination, of a source that cannot change itself: a layout that is never made.
    private static func unwritten(_ request: RevisionRequest) throws(CommandError) -> RevisionTarget {
        let place = SinkContext.temporaryDirectory + "/ocimerge-dry-run-\(UInt64.random(in: 0...UInt64.max))/"
        return .destination(try DestinationOpening.destination(place, DestinationOptions(), request.run))
    }

    /// The stream of the report, which never mixes with a result on standard output.
    var reports: StandardStreams.Stream {
        if case .destination(let destination) = self { destination.traits.reports } else { .output }
    }
}
