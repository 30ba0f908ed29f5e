package import ByteIO

/// Writes an archive again with a few members changed. It grows in a staging directory beside its place, which it takes
/// by one rename. The existing archive is unchanged until then; afterwards the new one is complete.
package struct ArchiveRevisionSink {
    private let target: ArchiveTarget
    private let syncs: Bool

    package init(_ target: ArchiveTarget, syncs: Bool) {
        self.target = target
        self.syncs = syncs
    }

    /// Removes the leftovers of killed runs beside the archive. Also called if nothing is left to write.
    package func removeLeftovers() {
        StagingDirectory.removeLeftovers(
            in: FileSystem.parent(of: target.path), for: FileSystem.name(of: target.path))
    }

    /// `progress` is told of every piece that is written. Returns why staging could not be removed.
    package func write(
        _ input: ArchiveInput, _ revision: TarRevision, progress: (Int) -> Void
    ) throws(SinkError) -> IOFailure? {
        let archive = try StagedArchive(target, syncs: syncs)
        defer { archive.staging.discard() }
        try archive.reporting { () throws(IOFailure) in
            try Self.copy(
                input.reader(revising: revision), to: try ArchiveFile(creating: archive.path, target.compression),
                path: input.file.path, syncs: archive.syncs, progress)
        }
        // The places of the members were found before they were copied.
        try archive.publish(input.file.path) { () throws(IOFailure) in
            try target.mode == .revise ? input.file.isStill(at: target.path) : input.file.isUntouched
        }
        return archive.staging.discard()
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
