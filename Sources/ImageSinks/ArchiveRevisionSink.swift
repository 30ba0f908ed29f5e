package import ByteIO
internal import ImageModel

/// Writes an archive anew with a few members changed. It grows in a staging directory beside its place and takes it by
/// one rename: until then what stands there is as it was, and afterwards the new one is whole.
package struct ArchiveRevisionSink {
    private let destination: ArchiveDestination
    private let syncs: Bool

    package init(_ destination: ArchiveDestination, syncs: Bool) {
        self.destination = destination
        // Where there is something to lose, the new one is on the disk before it takes its place.
        self.syncs = syncs || destination.mode != .create
    }

    /// What killed runs left beside the destination, also where nothing is left to write.
    package func removeLeftovers() {
        StagingDirectory.removeLeftovers(
            in: FileSystem.parent(of: destination.path), for: FileSystem.name(of: destination.path))
    }

    /// `progress` hears of every piece that is written.
    package func write(_ input: ArchiveInput, _ revision: TarRevision, progress: (Int) -> Void) throws {
        let parent = FileSystem.parent(of: destination.path)
        let staging = try StagingDirectory(in: parent, for: FileSystem.name(of: destination.path))
        defer { staging.discard() }
        do {
            let staged = staging.path + "/archive"
            try Self.copy(
                input.reader(revising: revision), to: try ArchiveFile(creating: staged, destination.compression),
                path: input.file.path, syncs: syncs, progress)
            if destination.mode != .create { try FileSystem.copyPermissions(of: destination.path, to: staged) }
            try publish(staged, input, staging)
            if syncs { try FileSystem.syncDirectory(parent) }
        } catch let failure as IOFailure where failure.path.hasPrefix(staging.path) {
            throw IOFailure(failure.operation, destination.path, failure.cause)
        }
    }

    private static func copy(
        _ source: any ByteReader, to file: ArchiveFile, path: String, syncs: Bool, _ progress: (Int) -> Void
    ) throws(IOFailure) {
        var reader = source
        var buffer = [UInt8](repeating: 0, count: transferSize)
        while true {
            try Interruption.check(.write, path)
            let got = try reader.fill(&buffer, count: buffer.count)
            if got == 0 { break }
            try file.write(buffer.span.extracting(0..<got))
            progress(got)
        }
        try file.finish(sync: syncs)
    }

    private func publish(_ staged: String, _ input: ArchiveInput, _ staging: StagingDirectory) throws {
        var isCurrent = true
        do throws(IOFailure) {
            try staging.publish { () throws(IOFailure) in
                // Where members lie was found out before they were copied.
                isCurrent =
                    destination.mode == .revise ? input.file.isStill(at: destination.path) : input.file.isUntouched
                guard isCurrent else { return }
                if destination.mode == .create {
                    try FileSystem.moveNew(staged, to: destination.path)
                } else {
                    try FileSystem.move(staged, to: destination.path)
                }
            }
        } catch {
            throw error.isAlreadyThere ? DestinationError.archiveExists(path: destination.path) : error
        }
        guard isCurrent else { throw DestinationError.changed(path: input.file.path) }
    }
}
