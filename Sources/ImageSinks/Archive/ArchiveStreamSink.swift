package import ByteIO
package import ImageModel

/// Writes an archive from its first byte to its last: through a compression into a file, or to standard output. What a
/// pipe has taken cannot be taken back; without the end of the archive its reader knows that it is not whole.
///
/// Ordered: one thread at a time calls it, and the plan is carried out by one.
package final class ArchiveStreamSink: ResultSink, @unchecked Sendable {
    /// nil: standard output.
    private let file: (archive: StagedArchive, output: ArchiveFile)?
    private let output: any ByteWriter
    private let staging: StagingDirectory
    package let spool: SpoolDirectory
    /// The members that are not yet written.
    private var waiting: ArraySlice<TarPlacement.Place> = []

    package let isOrdered = true

    /// A compressed archive, or one in volumes.
    package init(
        _ destination: ArchiveDestination, syncs: Bool, spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        let archive = try StagedArchive(destination, syncs: syncs)
        spool = try archive.spool(spooled)
        staging = archive.staging
        do throws(IOFailure) {
            let output =
                if let size = destination.volumeSize {
                    try ArchiveFile(
                        VolumeFiles(creating: archive.path, size: size, syncs: archive.syncs), destination.compression)
                } else { try ArchiveFile(creating: archive.path, destination.compression) }
            file = (archive, output)
            self.output = output
        } catch {
            archive.staging.discard()
            throw archive.named(error)
        }
    }

    /// To standard output; streams wait in `directory`.
    package init(spoolingIn directory: String, spooled: @escaping @Sendable (Int) -> Void = { _ in }) throws {
        let temporary = try TemporarySpool(in: directory, for: "stream", progress: spooled)
        (staging, spool) = (temporary.staging, temporary.spool)
        file = nil
        output = StandardOutput()
    }

    package func discard() { staging.discard() }

    package func named(_ error: any Error) -> any Error { file?.archive.named(error) ?? error }

    package func begin(_ plan: WritePlan) throws { waiting = try TarPlacement(plan).places[...] }

    package func contains(_ digest: Digest, size: Int64) -> Bool { false }

    /// Whatever stands before the blob in the archive comes first.
    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws {
        guard let place = try advance(to: blob.digest) else { throw DestinationError.unplanned(blob.digest) }
        try output.write(place.head.span)
        try blob.copy(to: output, crew: crew, buffer: &buffer, progress: progress)
        try fill(place.padding)
    }

    package var volumes: WrittenVolumes? {
        guard let file, let volumes = file.output.volumes else { return nil }
        return WrittenVolumes(
            count: volumes.sums.count, first: "\(file.archive.destination.path).\(Volumes.number(1))")
    }

    package func put(_ document: Document) {}

    package func commit(_ roots: [RootEntry]) throws {
        FileSystem.removeTree(spool.path)
        _ = try advance(to: nil)
        try fill(Int(TarHeaderWriter.endSize))
        if let file {
            try file.output.finish(sync: file.archive.syncs)
            if let volumes = file.output.volumes {
                try file.archive.publish(volumes)
            } else {
                try file.archive.publish()
            }
        }
        discard()
    }

    /// Writes the members before that blob; nil: all that are left, of which none is a blob.
    private func advance(to digest: Digest?) throws -> TarPlacement.Place? {
        while let place = waiting.popFirst() {
            switch place.member.content {
            case .blob(let found, _):
                guard found == digest else { throw DestinationError.unplanned(found) }
                return place
            case .bytes(let bytes):
                try output.write((place.head + bytes).span)
                try fill(place.padding)
            case .directory, .link: try output.write(place.head.span)
            }
        }
        return nil
    }

    private func fill(_ count: Int) throws(IOFailure) { try output.write([UInt8](repeating: 0, count: count).span) }
}
