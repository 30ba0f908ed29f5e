internal import ByteIO

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
