package import ByteIO
internal import ImageModel

/// Writes an archive anew with a few members changed. It grows in a staging directory beside its place and takes it by
/// one rename: until then what stands there is as it was, and afterwards the new one is whole.
package struct ArchiveRevisionSink {
    private let destination: ArchiveDestination
    private let syncs: Bool

    package init(_ destination: ArchiveDestination, syncs: Bool) {
        self.destination = destination
        self.syncs = syncs
    }

    /// What killed runs left beside the destination, also where nothing is left to write.
    package func removeLeftovers() {
        StagingDirectory.removeLeftovers(
            in: FileSystem.parent(of: destination.path), for: FileSystem.name(of: destination.path))
    }

    /// `progress` hears of every piece that is written.
    package func write(_ input: ArchiveInput, _ revision: TarRevision, progress: (Int) -> Void) throws {
        let archive = try StagedArchive(destination, syncs: syncs)
        defer { archive.staging.discard() }
        do {
            try Self.copy(
                input.reader(revising: revision), to: try ArchiveFile(creating: archive.path, destination.compression),
                path: input.file.path, syncs: archive.syncs, progress)
            // Where members lie was found out before they were copied.
            try archive.publish {
                destination.mode == .revise ? input.file.isStill(at: destination.path) : input.file.isUntouched
            }
        } catch {
            if case DestinationError.changed = error { throw DestinationError.changed(path: input.file.path) }
            throw archive.named(error)
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
}
