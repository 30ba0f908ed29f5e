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
            try FileSystem.makeDirectory(staging.path + "/layout/blobs")
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
        "\(staging.path)/layout/blobs/\(digest.algorithm.rawValue)/\(digest.hex)"
    }

    package func begin(_ plan: WritePlan) throws {
        let digests = plan.blobs.map(\.digest) + plan.documents.map(\.digest)
        for algorithm in Set(digests.map(\.algorithm)) {
            try FileSystem.makeDirectories("\(staging.path)/layout/blobs/\(algorithm.rawValue)")
        }
    }

    /// Looked at to its last byte: a name and a size prove nothing.
    package func contains(_ digest: Digest, size: Int64) throws -> Bool {
        guard destination.mode == .update else { return false }
        let path = "\(destination.path)/blobs/\(digest.algorithm.rawValue)/\(digest.hex)"
        guard FileSystem.fileSize(path) == size else { return false }
        let file = try OpenFile(path: path)
        let found = try ContentHasher.hash(FileWindow(file, offset: 0, size: size), digest.algorithm.hasher)
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
        try StagedFile.write(RootIndex.layoutMarker, to: layout + "/oci-layout", sync: syncs)
        try StagedFile.write(index, to: layout + "/index.json", sync: syncs)
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
                try FileSystem.move(layout + "/oci-layout", to: destination.path + "/oci-layout")
            }
            if syncs { try FileSystem.syncDirectory(destination.path) }
            try staging.publish { () throws(IOFailure) in
                try FileSystem.move(layout + "/index.json", to: destination.path + "/index.json")
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
        for algorithm in try FileSystem.entries(of: layout + "/blobs") {
            let target = "\(destination.path)/blobs/\(algorithm)"
            try FileSystem.makeDirectories(target)
            for name in try FileSystem.entries(of: "\(layout)/blobs/\(algorithm)") {
                try Interruption.check(.rename, target)
                try FileSystem.move("\(layout)/blobs/\(algorithm)/\(name)", to: "\(target)/\(name)")
            }
            if syncs { try FileSystem.syncDirectory(target) }
        }
        if syncs { try FileSystem.syncDirectory(destination.path + "/blobs") }
    }

    private var isInside: Bool { destination.mode == .fill || destination.mode == .update }

    private func syncDirectories(_ layout: String) throws {
        for algorithm in try FileSystem.entries(of: layout + "/blobs") {
            try FileSystem.syncDirectory("\(layout)/blobs/\(algorithm)")
        }
        try FileSystem.syncDirectory(layout + "/blobs")
        try FileSystem.syncDirectory(layout)
    }

    /// Refused before any byte is copied when it cannot be updated.
    private static func index(of layout: String) throws -> [UInt8] {
        func read(_ name: String) throws -> [UInt8] {
            let file = try OpenFile(path: layout + "/" + name)
            return try FileWindow(file, offset: 0, size: file.size).bytes(limit: 20 << 20)
        }
        let version = (try? JSONDocument(parsing: try read("oci-layout")))?.root["imageLayoutVersion"]?.string
        guard version == "1.0.0" else {
            throw DestinationError.layoutVersion(path: layout, found: version ?? "")
        }
        let bytes = try read("index.json")
        do throws(DocumentError) { _ = try IndexView(bytes: bytes) } catch {
            throw DestinationError.unreadable(path: layout + "/index.json", error)
        }
        return bytes
    }
}
