package import ByteIO
package import ImageModel
internal import Synchronization

/// Writes an uncompressed archive into a file. Where every member will lie is known from the plan, so blobs are copied
/// side by side, each to its own place, and nothing is moved twice.
package final class ArchiveSink: ResultSink {
    private let archive: StagedArchive
    package let spool: SpoolDirectory
    private let growing = Mutex<Growing?>(nil)
    /// Blobs whose place still reads as zeros.
    private let missing = Mutex<Set<Digest>>([])

    private struct Growing: Sendable {
        let file: PlacedFile
        /// Where the bytes of each blob begin.
        let places: [Digest: Int64]
    }

    package init(
        _ destination: ArchiveDestination, syncs: Bool, spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        archive = try StagedArchive(destination, syncs: syncs)
        spool = try archive.spool(spooled)
    }

    package func discard() { archive.staging.discard() }

    package func named(_ error: any Error) -> any Error { archive.named(error) }

    /// Everything that is not a blob is in its place after this.
    package func begin(_ plan: WritePlan) throws {
        let placement = try TarPlacement(plan)
        let file = try PlacedFile(creating: archive.path, size: placement.size)
        var places: [Digest: Int64] = [:]
        for place in placement.places {
            switch place.member.content {
            case .bytes(let bytes): try file.write((place.head + bytes).span, at: place.offset)
            case .directory, .link: try file.write(place.head.span, at: place.offset)
            case .blob(let digest, _):
                try file.write(place.head.span, at: place.offset)
                places[digest] = place.dataOffset
            }
        }
        growing.withLock { $0 = Growing(file: file, places: places) }
        missing.withLock { $0 = Set(places.keys) }
    }

    package func contains(_ digest: Digest, size: Int64) -> Bool { false }

    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws {
        guard let growing = growing.withLock({ $0 }), let offset = growing.places[blob.digest] else {
            throw DestinationError.unplanned(blob.digest)
        }
        try blob.copy(to: growing.file.writer(at: offset), crew: crew, buffer: &buffer, progress: progress)
        missing.withLock { _ = $0.remove(blob.digest) }
    }

    package func put(_ document: Document) {}

    package func commit(_ roots: [RootEntry]) throws {
        FileSystem.removeTree(spool.path)
        if let hole = missing.withLock(\.first) { throw DestinationError.unplanned(hole) }
        try growing.withLock { $0 }?.file.finish(sync: archive.syncs)
        try archive.publish()
        discard()
    }
}

extension StagedArchive {
    /// Discards the staging when it cannot be made.
    func spool(_ progress: @escaping @Sendable (Int) -> Void) throws -> SpoolDirectory {
        do throws(IOFailure) { return try SpoolDirectory(staging.path + "/spool", progress: progress) } catch {
            staging.discard()
            throw named(error)
        }
    }
}
