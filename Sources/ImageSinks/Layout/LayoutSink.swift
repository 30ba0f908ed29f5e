package import ByteIO
package import ImageModel
internal import ImagePlanning
internal import Synchronization

/// Writes an OCI image layout. All files are written into a staging directory. `commit` makes a new layout visible by
/// one rename of the directory. For an update the last step is the rename of `index.json`.
///
/// Existing content survives a power cut: new files are synced before they replace it. A wholly new layout is as
/// durable as copied files are, unless `syncs` is set.
package final class LayoutSink: ImageSink {
    private let destination: LayoutDestination
    private let tree: StagedTree
    private let lock: PathLock?
    /// The index of the layout that is updated, as it was when the lock was taken.
    private let existing: Document?
    /// The new index, if it was made before the blobs were written.
    private let checkedIndex = Mutex<[UInt8]?>(nil)
    /// Whether the directory was made for the lock.
    private let isNew: Bool
    private let referrers = Mutex(LayoutReferrers())

    package let traits = SinkTraits()
    package var spool: SpoolDirectory { tree.spool }

    /// `spooled` is told of the bytes of streams as they are taken in. Tests set `canExchange`.
    package init(
        _ destination: LayoutDestination, syncs: Bool, canExchange: Bool? = nil,
        spooled: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(SinkError) {
        let destination = try destination.restored()
        let kind = try sinking { () throws(IOFailure) in try FileSystem.presentKind(of: destination.path) }
        isNew = destination.mode == .fill && kind == nil
        if isNew { try sinking { () throws(IOFailure) in try FileSystem.makeDirectories(destination.path) } }
        do throws(SinkError) {
            lock =
                if destination.mode == .create { nil } else {
                    try sinking { () throws(IOFailure) in try PathLock(destination.path) }
                }
            let confirmed = try sinking { () throws(DestinationError) in try destination.confirmed() }
            existing = confirmed.mode == .update ? try Self.index(of: confirmed.path) : nil
            let staging = try sinking { () throws(IOFailure) in try confirmed.makeStaging() }
            let risks = confirmed.mode == .update || confirmed.mode == .replace
            tree = try StagedTree(
                staging, at: confirmed.path, shown: confirmed.typed, replaces: confirmed.mode == .replace,
                syncs: syncs || risks, canExchange: canExchange, progress: spooled)
            self.destination = confirmed
            // A killed run that created or replaced the layout has left its staging beside it.
            StagingDirectory.removeLeftovers(
                in: FileSystem.parent(of: confirmed.path), for: FileSystem.name(of: confirmed.path))
        } catch {
            if isNew { FileSystem.removeEmptyDirectory(destination.path) }
            throw error
        }
    }

    @discardableResult
    package func discard() -> IOFailure? {
        let failure = tree.staging.discard()
        // Made for the lock, or empty before; never anything else.
        if destination.mode == .fill, isNew { FileSystem.removeEmptyDirectory(destination.path) }
        return failure
    }

    package func begin(_ plan: WritePlan) throws(SinkError) {
        try checkSize(ofIndex: plan.roots)
        referrers.withLock { $0 = LayoutReferrers(plan) }
        let digests = plan.blobs.map(\.digest) + plan.documents.map(\.digest)
        try tree.reporting { () throws(IOFailure) in
            try FileSystem.makeDirectories("\(tree.path)/\(LayoutPath.blobs)")
            for folder in Set(digests.map { LayoutPath($0).folder }) {
                try FileSystem.makeDirectories("\(tree.path)/\(folder)")
            }
        }
    }

    /// A name and a size prove nothing: the file is read to its last byte.
    package func contains(_ content: SinkContent) throws(SinkError) -> Bool {
        guard destination.mode == .update else { return false }
        let (digest, size) =
            switch content {
            case .blob(let digest, let size): (digest, size)
            case .document(let document): (document.digest, Int64(document.bytes.count))
            }
        let path = "\(destination.path)/\(LayoutPath(digest))"
        return try sinking { () throws(IOFailure) in
            guard try FileSystem.presentSize(path) == size else { return false }
            let file = try OpenFile(path: path)
            let found = try ContentHasher.hash(FileWindow(file, offset: 0, size: size), digest.algorithm)
            return Digest(digest.algorithm, raw: found) == digest
        }
    }

    package func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError) {
        try tree.put(blob, as: LayoutPath(blob.digest).description, crew: crew, buffer: &buffer, progress: progress)
    }

    package func put(_ document: Document) throws(SinkError) {
        try tree.put(document, as: LayoutPath(document.digest).description)
    }

    // MARK: - Publication

    package func commit(_ roots: [RootEntry]) throws(SinkError) -> Publication {
        spool.remove()
        let complete = try referrers.withLock(\.self).completing(roots, present: presentList, put: putList)
        let checked = checkedIndex.withLock { $0.take() }
        // The index that was checked has the roots alone.
        let isSame = complete.count == roots.count && zip(complete, roots).allSatisfy { $0.descriptor == $1.descriptor }
        let index = if let checked, isSame { checked } else { try index(complete) }
        try tree.reporting { () throws(IOFailure) in
            try StagedFile.write(LayoutPath.markerBytes, to: "\(tree.path)/\(LayoutPath.marker)", sync: tree.syncs)
            try StagedFile.write(index, to: "\(tree.path)/\(LayoutPath.index)", sync: tree.syncs)
        }
        switch destination.mode {
        case .create: try publish(.new(occupied: destination.occupied))
        case .replace: try publish(.replacing)
        case .fill, .update: try publishInside()
        }
        return Publication(leftover: tree.staging.discard())
    }

    private func index(_ roots: [RootEntry]) throws(SinkError) -> [UInt8] {
        try sinking { () throws(JSONEditError) in
            guard let existing else { return try RootIndex.bytes(roots) }
            return try RootIndex.bytes(roots, updating: existing)
        }
    }

    /// The list of referrers that the layout has under this name.
    private func presentList(_ label: ImageLabel) throws(SinkError) -> Document? {
        let entries = existing?.index?.manifests ?? []
        let found = entries.first { ImageLabel(annotations: $0.descriptor.annotations) == label }
        guard let digest = found?.descriptor.digest else { return nil }
        return try existingList(digest)
    }

    private func putList(_ list: Document) throws(SinkError) {
        let path = LayoutPath(list.digest)
        try tree.reporting { () throws(IOFailure) in try FileSystem.makeDirectories("\(tree.path)/\(path.folder)") }
        try tree.put(list, as: path.description)
    }

    /// A list of the layout that is updated.
    private func existingList(_ digest: Digest) throws(SinkError) -> Document {
        let path = "\(destination.path)/\(LayoutPath(digest))"
        let bytes = try sinking { () throws(IOFailure) in
            let file = try OpenFile(path: path)
            return try FileWindow(file, offset: 0, size: file.size).bytes(limit: DocumentLimits.document)
        }
        let content = DigestedBytes(bytes, algorithm: digest.algorithm)
        guard content.digest == digest else {
            throw .blob(.digest(path: path, expected: digest, found: content.digest))
        }
        do throws(DocumentError) { return try Document(index: content) } catch {
            throw .destination(.unreadable(path: path, error))
        }
    }

    /// Refuses an index that no reader accepts, before a blob is written.
    private func checkSize(ofIndex roots: [RootEntry]) throws(SinkError) {
        // Annotations repeat a name twice; most indexes are far below the limit.
        let estimate = roots.totalSize { Int64($0.json.count + 2 * ($0.label?.description.utf8.count ?? 0) + 128) }
        guard [estimate, Int64(existing?.bytes.count ?? 0)].totalSize(\.self) > DocumentLimits.top / 2 else { return }
        let index = try index(roots)
        checkedIndex.withLock { $0 = index }
        do throws(PlanError) {
            try MergeConflict.checkListSize(
                LayoutPath.index, bytes: Int64(index.count),
                names: roots.count + (existing?.index?.manifests.count ?? 0))
        } catch { throw .destination(.plan(error)) }
    }

    private func publish(_ mode: StagedTree.Mode) throws(SinkError) {
        if tree.syncs { try tree.reporting { () throws(IOFailure) in try syncDirectories() } }
        try tree.publish(mode)
    }

    /// Nothing refers to a new blob before the index comes: a kill between two files leaves blobs that `gc` removes. A
    /// failure removes them at once.
    private func publishInside() throws(SinkError) {
        var placed: [String] = []
        do throws(SinkError) {
            try tree.reporting { () throws(IOFailure) in
                try tree.staging.publish { () throws(IOFailure) in try moveInside(&placed) }
            }
        } catch {
            for path in placed.reversed() { FileSystem.removeNew(path) }
            throw error
        }
        if tree.syncs { try UnflushedResult.flush([destination.path]) }
    }

    /// `placed` are the files and directories that did not exist before, in the order of their creation.
    private func moveInside(_ placed: inout [String]) throws(IOFailure) {
        let blobs = "\(destination.path)/\(LayoutPath.blobs)"
        try makeDirectory(blobs, &placed)
        for folder in try folders() {
            let (source, target) = ("\(tree.path)/\(folder)", "\(destination.path)/\(folder)")
            try makeDirectory(target, &placed)
            for name in try FileSystem.entries(of: source) {
                try move("\(source)/\(name)", to: "\(target)/\(name)", &placed)
            }
            if tree.syncs { try FileSystem.syncDirectory(target) }
        }
        if tree.syncs { try FileSystem.syncDirectory(blobs) }
        if destination.mode == .fill {
            try move("\(tree.path)/\(LayoutPath.marker)", to: "\(destination.path)/\(LayoutPath.marker)", &placed)
        }
        if tree.syncs { try FileSystem.syncDirectory(destination.path) }
        try FileSystem.move("\(tree.path)/\(LayoutPath.index)", to: "\(destination.path)/\(LayoutPath.index)")
    }

    private func makeDirectory(_ path: String, _ placed: inout [String]) throws(IOFailure) {
        if try FileSystem.isPresent(path) { return }
        try FileSystem.makeDirectory(path)
        placed.append(path)
    }

    private func move(_ from: String, to: String, _ placed: inout [String]) throws(IOFailure) {
        let isNew = try !FileSystem.isPresent(to)
        try FileSystem.move(from, to: to)
        if isNew { placed.append(to) }
    }

    /// The folders of the blobs, one for each algorithm, relative to the layout.
    private func folders() throws(IOFailure) -> [String] {
        try FileSystem.entries(of: "\(tree.path)/\(LayoutPath.blobs)").map(LayoutPath.folder(named:))
    }

    private func syncDirectories() throws(IOFailure) {
        for folder in try folders() { try FileSystem.syncDirectory("\(tree.path)/\(folder)") }
        try FileSystem.syncDirectory("\(tree.path)/\(LayoutPath.blobs)")
        try FileSystem.syncDirectory(tree.path)
    }

    /// A layout that cannot be updated is refused before any byte is copied.
    private static func index(of layout: String) throws(SinkError) -> Document {
        func read(_ name: String) throws(SinkError) -> [UInt8] {
            try sinking { () throws(IOFailure) in
                let file = try OpenFile(path: layout + "/" + name)
                return try FileWindow(file, offset: 0, size: file.size).bytes(limit: DocumentLimits.top)
            }
        }
        let bytes = try read(LayoutPath.marker)
        let marker = try? JSONDocument(parsing: bytes)
        let version = marker?.root["imageLayoutVersion"]?.string
        guard version == LayoutPath.version else {
            throw .destination(.layoutVersion(path: layout, found: version ?? ""))
        }
        let index = try read(LayoutPath.index)
        do throws(DocumentError) { return try Document(index: DigestedBytes(index)) } catch {
            throw .destination(.unreadable(path: "\(layout)/\(LayoutPath.index)", error))
        }
    }
}
