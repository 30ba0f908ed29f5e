package import ByteIO
package import ImageModel
internal import Synchronization

/// Downloads blobs of registries into a `PartialDirectory`, so that a later run needs only the rest of them.
///
/// A download reads and hashes the bytes that an earlier run has kept, then requests the rest. A blob is complete only
/// if size and digest are the promised ones. From then on it is read from the file that was hashed.
package final class BlobDownloads: Sendable {
    package let directory: PartialDirectory
    /// As the user typed it; failures name it.
    private let destination: String
    private let files = Mutex<[Digest: KeptFile]>([:])

    package init(into directory: PartialDirectory, for destination: String) {
        self.directory = directory
        self.destination = destination
    }

    /// The blobs, of which those in registries can be downloaded.
    package func downloadable(_ blobs: [Digest: any ByteSource]) -> [Digest: any ByteSource] {
        var blobs = blobs
        for (digest, blob) in blobs where blob.traits.origin != nil {
            blobs[digest] = DownloadableBlob(digest, blob, self)
        }
        return blobs
    }

    /// `nil` if the blob was not downloaded completely.
    fileprivate func file(_ digest: Digest) -> KeptFile? { files.withLock { $0[digest] } }

    /// The blobs of a plan that are still in a registry, without those of which the destination holds as many bytes.
    package func missing(_ plan: WritePlan, held: (any BlobLookup)?) throws(SinkError) -> [WritePlan.Blob] {
        try sinking { () throws(IOFailure) in
            var missing: [WritePlan.Blob] = []
            for blob in plan.blobs where try isMissing(blob, held) { missing.append(blob) }
            return missing
        }
    }

    private func isMissing(_ blob: WritePlan.Blob, _ held: (any BlobLookup)?) throws(IOFailure) -> Bool {
        guard blob.source.traits.origin != nil else { return false }
        guard let held = try held?.blob(blob.digest) else { return true }
        return held.size != blob.size
    }

    /// Downloads the blobs over at most `jobs` connections. `progress` is also called with the bytes that were kept.
    package func run(
        _ blobs: [WritePlan.Blob], jobs: Int, observer: (any BlobObserver)? = nil,
        progress: @escaping @Sendable (Int) -> Void
    ) throws(SinkError) {
        let crew = CopyCrew()
        try crew.forEach(blobs.count, jobs: jobs) { [self] (number, buffer) throws(SinkError) in
            observer?.begin(blobs[number].digest)
            defer { observer?.end(blobs[number].digest) }
            do throws(SinkError) {
                let file = try download(blobs[number], crew, &buffer, progress)
                files.withLock { $0[blobs[number].digest] = file }
            } catch { throw error.moved(from: directory.path, to: destination) }
        }
    }

    /// Removes the directory with all downloads. They cannot be read afterwards.
    @discardableResult
    package func remove() -> IOFailure? {
        files.withLock { files in
            for file in files.values { file.release() }
        }
        return directory.remove()
    }

    private func download(
        _ blob: WritePlan.Blob, _ crew: CopyCrew, _ buffer: inout [UInt8], _ progress: (Int) -> Void
    ) throws(SinkError) -> KeptFile {
        let name = "\(blob.digest.algorithm)-\(blob.digest.hex)"
        let file = try sinking { () throws(IOFailure) in try PartialFile(name, in: directory, size: blob.size) }
        while true {
            do throws(SinkError) {
                try blob.copy(from: file, crew: crew, buffer: &buffer, progress: progress)
                return try sinking { () throws(IOFailure) in try file.finish() }
            } catch {
                guard case .blob = error else { throw error }
                // The bytes of the earlier run may be wrong, for example after a power cut.
                guard file.kept > 0 else {
                    file.remove()
                    throw error
                }
                try sinking { () throws(IOFailure) in try file.restart() }
            }
        }
    }
}

extension WritePlan.Blob {
    /// Reads the bytes that the file has, and the others from the source, and adds these to the file.
    fileprivate func copy(
        from file: PartialFile, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError) {
        let outcome = try sinking { () throws(IOFailure) in
            var reader = try source.open(from: file.kept)
            if file.kept > 0 { reader = JoinedReader(try file.keptBytes(), then: reader) }
            return try crew.copy(
                &reader, expected: size, algorithm: digest.algorithm, to: file, buffer: &buffer, progress: progress)
        }
        try sinking { () throws(BlobError) in try check(size: outcome.count, hash: outcome.digest) }
    }
}

/// A blob in a registry until it is downloaded, then a file.
private struct DownloadableBlob: ByteSource {
    private let digest: Digest
    private let remote: any ByteSource
    private let downloads: BlobDownloads

    init(_ digest: Digest, _ remote: any ByteSource, _ downloads: BlobDownloads) {
        self.digest = digest
        self.remote = remote
        self.downloads = downloads
    }

    var path: String { remote.path }
    var size: Int64 { remote.size }

    var traits: SourceTraits {
        guard let file = downloads.file(digest) else { return remote.traits }
        var traits = SourceTraits()
        traits.keptFile = file
        return traits
    }

    var window: FileWindow? {
        get throws(IOFailure) { try current.window }
    }

    func open() throws(IOFailure) -> any ByteReader { try current.open() }

    func open(from offset: Int64) throws(IOFailure) -> any ByteReader { try current.open(from: offset) }

    func openInParts() throws(IOFailure) -> any ByteReader { try current.openInParts() }

    func head(_ count: Int) throws(IOFailure) -> [UInt8] { try current.head(count) }

    private var current: any ByteSource {
        get throws(IOFailure) {
            guard let file = downloads.file(digest) else { return remote }
            return FileWindow(try file.open(), offset: 0, size: file.size)
        }
    }
}
