package import ByteIO
package import ImageModel

/// Writes an image as skopeo's `dir:` does: the index or manifest as `manifest.json`, blobs as `<hex>`, manifests of the
/// index as `<hex>.manifest.json`. Everything grows in a staging directory, and `commit` makes it visible by one rename.
///
/// An image that is replaced is never at risk, not even by a power cut: the new one is synced before it takes its place. A
/// wholly new directory is as durable as copied files are, unless `syncs` is set.
package final class SkopeoDirectorySink: ResultSink {
    private let destination: SkopeoDirectoryDestination
    private let staging: StagingDirectory
    private let lock: PathLock?
    private let files: StagedBlobs
    /// Where streams put what they cannot give twice; adopted from there by rename.
    package let spool: SpoolDirectory

    static let versionFile = "version"
    static let topFile = "manifest.json"
    private static let version = Array("Directory Transport Version: 1.1\n".utf8)

    /// `spooled` hears of the bytes of streams as they are taken in.
    package init(
        _ destination: SkopeoDirectoryDestination, syncs: Bool, spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        self.destination = destination
        lock = destination.mode == .replace ? try PathLock(destination.path) : nil
        try destination.confirmed()
        staging = try destination.makeStaging()
        files = StagedBlobs(syncs: syncs || destination.mode == .replace)
        do throws(IOFailure) {
            try FileSystem.makeDirectory(staging.path + "/image")
            spool = try SpoolDirectory(staging.path + "/spool", progress: spooled)
        } catch {
            staging.discard()
            throw error
        }
    }

    /// Removes everything that was not committed. After `commit` there is nothing left to remove but the staging.
    package func discard() { staging.discard() }

    /// The same failure, said of what the user named instead of the staging that nobody knows.
    package func named(_ error: any Error) -> any Error { staging.named(error, as: destination.path) }

    private var image: String { staging.path + "/image" }

    private func stagedManifest(_ digest: Digest) -> String { "\(image)/\(digest.hex).manifest.json" }

    package func begin(_ plan: WritePlan) throws { try SkopeoDirectoryDestination.check(plan) }

    package func contains(_ digest: Digest, size: Int64) -> Bool { false }

    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws {
        try files.put(blob, at: "\(image)/\(blob.digest.hex)", crew: crew, buffer: &buffer, progress: progress)
    }

    package func put(_ document: Document) throws {
        let isManifest = document.mediaType.isManifest || document.mediaType.isIndex
        try files.put(
            document, at: isManifest ? stagedManifest(document.digest) : "\(image)/\(document.digest.hex)")
    }

    package func commit(_ roots: [RootEntry]) throws {
        FileSystem.removeTree(spool.path)
        guard let root = roots.first?.descriptor.digest else {
            throw DestinationError.notOneImage(count: 0, names: [])
        }
        try FileSystem.move(stagedManifest(root), to: "\(image)/\(Self.topFile)")
        try StagedFile.write(Self.version, to: "\(image)/\(Self.versionFile)", sync: files.syncs)
        if files.syncs { try FileSystem.syncDirectory(image) }
        switch destination.mode {
        case .create: try create()
        case .replace:
            try staging.publish { () throws(IOFailure) in try FileSystem.exchange(image, destination.path) }
        }
        if files.syncs { try FileSystem.syncDirectory(FileSystem.parent(of: destination.path)) }
        staging.discard()
    }

    /// Takes the place of an empty directory too. Somebody else may have finished first; what stands there is theirs.
    private func create() throws {
        do throws(IOFailure) {
            try staging.publish { () throws(IOFailure) in try FileSystem.move(image, to: destination.path) }
        } catch {
            throw error.isAlreadyThere ? DestinationError.imageExists(path: destination.path) : error
        }
    }
}
