package import ByteIO
package import ImageModel
internal import Synchronization

/// Writes an uncompressed archive into a file. The plan gives the offset of every member. So blobs are copied in
/// parallel, each to its final offset.
package final class ArchiveSink: ImageSink {
    private let archive: StagedArchive
    package let spool: SpoolDirectory
    package let traits = SinkTraits()
    private let growing = Mutex<Growing?>(nil)

    private struct Growing: Sendable {
        let file: PlacedFile
        /// Where the bytes of each blob begin of which no copy was started.
        var places: [Digest: Int64]

        /// `nil` if the archive has no such blob, or if its copy was started.
        mutating func start(_ blob: Digest) -> (PlacedFile, Int64)? {
            places.removeValue(forKey: blob).map { (file, $0) }
        }
    }

    package init(
        _ target: ArchiveTarget, syncs: Bool, spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(SinkError) {
        archive = try StagedArchive(target, syncs: syncs)
        spool = try archive.spool(spooled)
    }

    @discardableResult
    package func discard() -> IOFailure? { archive.staging.discard() }

    /// Everything that is not a blob is in its place after this.
    package func begin(_ plan: WritePlan) throws(SinkError) {
        let placement = try sinking { () throws(DestinationError) in try TarPlacement(plan) }
        var places: [Digest: Int64] = [:]
        let file = try archive.reporting { () throws(IOFailure) in
            let file = try PlacedFile(creating: archive.path, size: placement.size)
            places.reserveCapacity(plan.blobs.count)
            for number in 0..<placement.count {
                let place = placement[number]
                switch place.member.content {
                case .document(let document):
                    try file.write((place.head + document.bytes).span, at: place.offset)
                case .bytes(let bytes): try file.write((place.head + bytes).span, at: place.offset)
                case .directory, .link: try file.write(place.head.span, at: place.offset)
                case .blob(let digest, _):
                    try file.write(place.head.span, at: place.offset)
                    places[digest] = place.dataOffset
                }
            }
            return file
        }
        growing.withLock { $0 = Growing(file: file, places: places) }
    }

    package func contains(_ content: SinkContent) -> Bool { false }

    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError) {
        guard let (file, offset) = growing.withLock({ $0?.start(blob.digest) }) else {
            throw .destination(.unplanned(blob.digest))
        }
        try archive.reporting { () throws(SinkError) in
            if try copy(blob.source.traits.keptFile, as: blob, to: file, at: offset, progress) { return }
            try blob.copy(to: file.writer(at: offset), crew: crew, buffer: &buffer, progress: progress)
        }
    }

    /// The digest was verified when the file was downloaded. `false` if the bytes have to be copied and hashed.
    private func copy(
        _ kept: KeptFile?, as blob: WritePlan.Blob, to file: PlacedFile, at offset: Int64, _ progress: (Int) -> Void
    ) throws(SinkError) -> Bool {
        guard let kept, kept.size == blob.size else { return false }
        return try sinking { () throws(IOFailure) in try kept.copy(to: file, at: offset, progress: progress) }
    }

    package func put(_ document: Document) {}

    package func commit(_ roots: [RootEntry]) throws(SinkError) -> Publication {
        spool.remove()
        if let hole = growing.withLock({ $0?.places.keys.first }) { throw .destination(.unplanned(hole)) }
        try archive.reporting { () throws(IOFailure) in
            try growing.withLock { $0 }?.file.finish(sync: archive.syncs)
        }
        try archive.publish()
        return Publication(leftover: archive.staging.discard())
    }
}

/// A new archive in a staging directory beside its place, which it takes by one rename. What stands there is unchanged
/// until then; afterwards the new archive is whole.
struct StagedArchive {
    let target: ArchiveTarget
    let staging: StagingDirectory
    let syncs: Bool
    var path: String { staging.path + "/archive" }

    init(_ target: ArchiveTarget, syncs: Bool) throws(SinkError) {
        self.target = target
        // If there is an archive to lose, the new one is on the disk before it takes its place.
        self.syncs = syncs || target.mode != .create
        staging = try sinking { () throws(IOFailure) in
            try StagingDirectory(
                in: FileSystem.parent(of: target.path), for: FileSystem.name(of: target.path),
                destination: target.path)
        }
        if target.volumeSize == nil { return }
        do throws(SinkError) {
            try locked { () throws(SinkError) in _ = try standingVolumes() }
        } catch {
            staging.discard()
            throw error
        }
    }

    /// Discards the staging directory if the spool cannot be made.
    func spool(_ progress: @escaping @Sendable (Int) -> Void) throws(SinkError) -> SpoolDirectory {
        do throws(IOFailure) {
            return try SpoolDirectory(staging.path + "/spool", shown: target.path, progress: progress)
        } catch {
            staging.discard()
            throw .io(error)
        }
    }

    func reporting<R, Failure: SinkCause>(_ body: () throws(Failure) -> R) throws(SinkError) -> R {
        try staging.reporting(as: target.path, body)
    }

    /// Makes the archive visible. `isCurrent` is asked last: the archive that was read, `source`, may have changed.
    func publish(_ source: String? = nil, isCurrent: () throws(IOFailure) -> Bool = { true }) throws(SinkError) {
        var isStill = true
        do throws(IOFailure) {
            if target.mode != .create { try FileSystem.copyPermissions(of: target.path, to: path) }
            try staging.publish { () throws(IOFailure) in
                isStill = try isCurrent()
                guard isStill else { return }
                if target.mode == .create {
                    try FileSystem.moveNew(path, to: target.path)
                } else {
                    try FileSystem.move(path, to: target.path)
                }
            }
        } catch {
            if error.isAlreadyThere { throw .destination(target.occupied) }
            throw .io(error.moved(from: staging.path, to: target.path))
        }
        guard isStill else { throw .destination(.changed(path: source ?? target.path)) }
        if syncs { try UnflushedResult.flush([FileSystem.parent(of: target.path)]) }
    }
}
