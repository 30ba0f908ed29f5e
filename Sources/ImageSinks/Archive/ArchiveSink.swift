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

/// A new archive on its way to its place: it grows in a staging directory beside it and takes it by one rename. Until
/// then what stands there is as it was, and afterwards the new one is whole.
struct StagedArchive {
    let destination: ArchiveDestination
    let staging: StagingDirectory
    let syncs: Bool
    var path: String { staging.path + "/archive" }

    init(_ destination: ArchiveDestination, syncs: Bool) throws {
        self.destination = destination
        // Where there is something to lose, the new one is on the disk before it takes its place.
        self.syncs = syncs || destination.mode != .create
        staging = try StagingDirectory(
            in: FileSystem.parent(of: destination.path), for: FileSystem.name(of: destination.path),
            destination: destination.path)
        if destination.volumeSize == nil { return }
        do { try locked { _ = try standingVolumes() } } catch {
            staging.discard()
            throw error
        }
    }

    /// Whole and, if asked for, on the disk. `isCurrent` is asked last: what it was made from may have changed.
    func publish(isCurrent: () -> Bool = { true }) throws {
        if destination.mode != .create { try FileSystem.copyPermissions(of: destination.path, to: path) }
        var isStill = true
        do throws(IOFailure) {
            try staging.publish { () throws(IOFailure) in
                isStill = isCurrent()
                guard isStill else { return }
                if destination.mode == .create {
                    try FileSystem.moveNew(path, to: destination.path)
                } else {
                    try FileSystem.move(path, to: destination.path)
                }
            }
        } catch {
            throw error.isAlreadyThere ? DestinationError.archiveExists(path: destination.path) : error
        }
        guard isStill else { throw DestinationError.changed(path: destination.path) }
        if syncs { try FileSystem.syncDirectory(FileSystem.parent(of: destination.path)) }
    }

    func named(_ error: any Error) -> any Error { staging.named(error, as: destination.path) }
}
