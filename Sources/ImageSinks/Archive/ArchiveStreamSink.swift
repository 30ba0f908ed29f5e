package import ByteIO
package import ImageModel

/// Writes an archive from its first byte to its last: through a compression into a file, or to standard output. A pipe's
/// bytes cannot be taken back; without the end of the archive its reader knows that it is not whole.
///
/// Ordered: only one thread calls it.
package final class ArchiveStreamSink: ImageSink, @unchecked Sendable {
    /// `nil` if the archive goes to standard output.
    private let file: (archive: StagedArchive, output: ArchiveFile)?
    private let output: any ByteWriter
    /// `nil` if the archive has a staging directory.
    private let temporary: TemporarySpool?
    package let spool: SpoolDirectory
    /// `nil` before the beginning.
    private var placement: TarPlacement?
    /// The number of members that are written.
    private var done = 0

    package let traits = SinkTraits(isOrdered: true)

    /// A compressed archive, or one in volumes.
    package init(
        _ target: ArchiveTarget, syncs: Bool, spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(SinkError) {
        let archive = try StagedArchive(target, syncs: syncs)
        spool = try archive.spool(spooled)
        temporary = nil
        do throws(IOFailure) {
            let output =
                if let size = target.volumeSize {
                    try ArchiveFile(
                        VolumeFiles(creating: archive.path, size: size, syncs: archive.syncs), target.compression)
                } else { try ArchiveFile(creating: archive.path, target.compression) }
            file = (archive, output)
            self.output = output
        } catch {
            archive.staging.discard()
            throw .io(error.moved(from: archive.staging.path, to: target.path))
        }
    }

    /// To standard output; streams wait in `directory`.
    package init(
        spoolingIn directory: String, spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        let temporary = TemporarySpool(in: directory, for: "stream", progress: spooled)
        (self.temporary, spool) = (temporary, temporary.spool)
        file = nil
        output = StandardOutput()
    }

    @discardableResult
    package func discard() -> IOFailure? { removeStaging() }

    private func removeStaging() -> IOFailure? { file?.archive.staging.discard() ?? temporary?.discard() }

    package func begin(_ plan: WritePlan) throws(SinkError) {
        placement = try sinking { () throws(DestinationError) in try TarPlacement(plan) }
    }

    package func contains(_ content: SinkContent) -> Bool { false }

    /// All members that stand before the blob in the archive are written first.
    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError) {
        try reporting { () throws(SinkError) in
            guard let place = try advance(to: blob.digest) else { throw .destination(.unplanned(blob.digest)) }
            try write(place.head)
            try blob.copy(to: output, crew: crew, buffer: &buffer, progress: progress)
            try fill(place.padding)
        }
    }

    package func put(_ document: Document) {}

    package func commit(_ roots: [RootEntry]) throws(SinkError) -> Publication {
        spool.remove()
        try reporting { () throws(SinkError) in
            _ = try advance(to: nil)
            try fill(Int(TarHeaderWriter.endSize))
        }
        let volumes = try published()
        return Publication(volumes: volumes, leftover: removeStaging())
    }

    /// Makes the archive visible. `nil` if it is not split.
    private func published() throws(SinkError) -> WrittenVolumes? {
        guard let file else {
            try sinking { () throws(IOFailure) in try StandardStreams.finish(.output) }
            return nil
        }
        try file.archive.reporting { () throws(IOFailure) in try file.output.finish(sync: file.archive.syncs) }
        guard let volumes = file.output.volumes else {
            try file.archive.publish()
            return nil
        }
        try file.archive.publish(volumes)
        return WrittenVolumes(
            count: volumes.sums.count, first: "\(file.archive.target.path).\(Volumes.number(1))")
    }

    private func reporting(_ body: () throws(SinkError) -> Void) throws(SinkError) {
        if let file { try file.archive.reporting(body) } else { try body() }
    }

    /// Writes the members before that blob and returns the blob's place. With `nil` it writes all members that are left,
    /// of which none is a blob.
    private func advance(to digest: Digest?) throws(SinkError) -> TarPlacement.Place? {
        while let placement, done < placement.count {
            let place = placement[done]
            done += 1
            switch place.member.content {
            case .blob(let found, _):
                guard found == digest else { throw .destination(.unplanned(found)) }
                return place
            case .bytes(let bytes):
                try write(place.head + bytes)
                try fill(place.padding)
            case .document(let document):
                try write(place.head + document.bytes)
                try fill(place.padding)
            case .directory, .link: try write(place.head)
            }
        }
        return nil
    }

    private func write(_ bytes: [UInt8]) throws(SinkError) {
        try sinking { () throws(IOFailure) in try output.write(bytes.span) }
    }

    private func fill(_ count: Int) throws(SinkError) { try write([UInt8](repeating: 0, count: count)) }
}
