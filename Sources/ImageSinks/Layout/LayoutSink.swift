package import ByteIO
package import ImageModel

/// Writes an OCI image layout. Everything grows in a staging directory; `commit` makes it visible in one step: a rename
/// of the whole for a new layout, a rename of `index.json`, after all it names, for an update.
///
/// What stood there before is never at risk, not even by a power cut: where there is something to lose, new files are
/// synced before they take its place. A wholly new layout is as durable as copied files are, unless `syncs` is set.
package final class LayoutSink: ResultSink {
    private let destination: LayoutDestination
    private let staging: StagingDirectory
    private let lock: PathLock?
    /// The index of the layout that is updated, as it was when the lock was taken.
    private let existing: [UInt8]?
    private let syncs: Bool
    private let isNew: Bool
    private var files: StagedBlobs { StagedBlobs(syncs: syncs) }
    /// Where streams put what they cannot give twice; adopted from there by rename.
    package let spool: SpoolDirectory

    /// `spooled` hears of the bytes of streams as they are taken in.
    package init(
        _ destination: LayoutDestination, syncs: Bool, spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws {
        isNew = destination.mode == .fill && FileSystem.kind(of: destination.path) == nil
        if isNew { try FileSystem.makeDirectories(destination.path) }
        do {
            lock = destination.mode == .create ? nil : try PathLock(destination.path)
            let confirmed = try destination.confirmed()
            existing = confirmed.mode == .update ? try Self.index(of: confirmed.path) : nil
            staging = try confirmed.makeStaging()
            self.destination = confirmed
        } catch {
            if isNew { FileSystem.removeEmptyDirectory(destination.path) }
            throw error
        }
        self.syncs = syncs || self.destination.mode == .update || self.destination.mode == .replace
        do throws(IOFailure) {
            try FileSystem.makeDirectory(staging.path + "/layout")
            try FileSystem.makeDirectory(staging.path + "/layout/" + LayoutPath.blobs)
            spool = try SpoolDirectory(staging.path + "/spool", progress: spooled)
        } catch {
            staging.discard()
            throw staging.named(error, as: destination.typed)
        }
    }

    /// Removes everything that was not committed. After `commit` there is nothing left to remove but the staging.
    package func discard() {
        staging.discard()
        // Made for the lock, or empty before; never anything else.
        if destination.mode == .fill, isNew { FileSystem.removeEmptyDirectory(destination.path) }
    }

    /// The same failure, said of what the user named instead of the staging that nobody knows.
    package func named(_ error: any Error) -> any Error { staging.named(error, as: destination.typed) }

    private func stagedPath(_ digest: Digest) -> String {
        "\(staging.path)/layout/\(LayoutPath(digest))"
    }

    package func begin(_ plan: WritePlan) throws {
        let digests = plan.blobs.map(\.digest) + plan.documents.map(\.digest)
        for folder in Set(digests.map { LayoutPath($0).folder }) {
            try FileSystem.makeDirectories("\(staging.path)/layout/\(folder)")
        }
    }

    /// Looked at to its last byte: a name and a size prove nothing.
    package func contains(_ digest: Digest, size: Int64) throws -> Bool {
        guard destination.mode == .update else { return false }
        let path = "\(destination.path)/\(LayoutPath(digest))"
        guard FileSystem.fileSize(path) == size else { return false }
        let file = try OpenFile(path: path)
        let found = try ContentHasher.hash(FileWindow(file, offset: 0, size: size), digest.algorithm)
        return Digest(digest.algorithm, raw: found) == digest
    }

    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws {
        try files.put(blob, at: stagedPath(blob.digest), crew: crew, buffer: &buffer, progress: progress)
    }

    package func put(_ document: Document) throws {
        try files.put(document, at: stagedPath(document.digest))
    }

    package func commit(_ roots: [RootEntry]) throws {
        FileSystem.removeTree(spool.path)
        let layout = staging.path + "/layout"
        let index = try RootIndex.bytes(roots, updating: existing)
        try StagedFile.write(LayoutPath.markerBytes, to: "\(layout)/\(LayoutPath.marker)", sync: syncs)
        try StagedFile.write(index, to: "\(layout)/\(LayoutPath.index)", sync: syncs)
        switch destination.mode {
        case .create:
            if syncs { try syncDirectories(layout) }
            try create(layout)
        case .replace:
            try syncDirectories(layout)
            try staging.publish { () throws(IOFailure) in try FileSystem.exchange(layout, destination.path) }
        case .fill, .update:
            try moveBlobs(from: layout)
            if destination.mode == .fill {
                try FileSystem.move("\(layout)/\(LayoutPath.marker)", to: "\(destination.path)/\(LayoutPath.marker)")
            }
            if syncs { try FileSystem.syncDirectory(destination.path) }
            try staging.publish { () throws(IOFailure) in
                try FileSystem.move("\(layout)/\(LayoutPath.index)", to: "\(destination.path)/\(LayoutPath.index)")
            }
        }
        if syncs { try FileSystem.syncDirectory(isInside ? destination.path : FileSystem.parent(of: destination.path)) }
        staging.discard()
    }

    /// Somebody else may have finished first; what stands there is theirs.
    private func create(_ layout: String) throws {
        do throws(IOFailure) {
            try staging.publish { () throws(IOFailure) in try FileSystem.move(layout, to: destination.path) }
        } catch {
            throw error.isAlreadyThere ? DestinationError.exists(path: destination.path) : error
        }
    }

    /// Blobs come first: nobody refers to them yet, so a kill between two of them harms nothing.
    private func moveBlobs(from layout: String) throws {
        for folder in try folders(of: layout) {
            let target = "\(destination.path)/\(folder)"
            try FileSystem.makeDirectories(target)
            for name in try FileSystem.entries(of: "\(layout)/\(folder)") {
                try Interruption.check(.rename, target)
                try FileSystem.move("\(layout)/\(folder)/\(name)", to: "\(target)/\(name)")
            }
            if syncs { try FileSystem.syncDirectory(target) }
        }
        if syncs { try FileSystem.syncDirectory("\(destination.path)/\(LayoutPath.blobs)") }
    }

    private var isInside: Bool { destination.mode == .fill || destination.mode == .update }

    private func syncDirectories(_ layout: String) throws {
        for folder in try folders(of: layout) { try FileSystem.syncDirectory("\(layout)/\(folder)") }
        try FileSystem.syncDirectory("\(layout)/\(LayoutPath.blobs)")
        try FileSystem.syncDirectory(layout)
    }

    /// The folders of blobs, one for each algorithm, relative to the layout.
    private func folders(of layout: String) throws -> [String] {
        try FileSystem.entries(of: "\(layout)/\(LayoutPath.blobs)").map(LayoutPath.folder(named:))
    }

    /// Refused before any byte is copied when it cannot be updated.
    private static func index(of layout: String) throws -> [UInt8] {
        func read(_ name: String) throws -> [UInt8] {
            let file = try OpenFile(path: layout + "/" + name)
            return try FileWindow(file, offset: 0, size: file.size).bytes(limit: 20 << 20)
        }
        let version = (try? JSONDocument(parsing: try read(LayoutPath.marker)))?.root["imageLayoutVersion"]?.string
        guard version == LayoutPath.version else {
            throw DestinationError.layoutVersion(path: layout, found: version ?? "")
        }
        let bytes = try read(LayoutPath.index)
        do throws(DocumentError) { _ = try Document(index: DigestedBytes(bytes)) } catch {
            throw DestinationError.unreadable(path: "\(layout)/\(LayoutPath.index)", error)
        }
        return bytes
    }
}
