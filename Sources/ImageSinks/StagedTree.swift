internal import ByteIO
internal import ImageModel

/// A directory that grows in a staging directory and takes its place by a rename. Blobs are verified as they pass, and
/// get their names only when they are whole.
///
/// Existing content of the destination is unchanged until then; afterwards the new directory is whole.
struct StagedTree: Sendable {
    /// How the new directory takes its place.
    enum Mode: Sendable {
        /// Nothing stands there, or an empty directory. `occupied` is thrown if another program was faster.
        case new(occupied: DestinationError)
        /// The new directory takes the place of an old one.
        case replacing
    }

    let staging: StagingDirectory
    /// Where the blobs of streams wait; they are adopted from there by rename.
    let spool: SpoolDirectory
    let syncs: Bool
    private let destination: String
    /// The destination as failures name it.
    private let shown: String
    /// Whether the file system can exchange two names.
    private let canExchange: Bool

    let path: String

    private static let treeName = "tree"
    private static let replacedName = "replaced"

    /// If it `replaces`, the file system is asked whether it can exchange names, unless `canExchange` says so.
    init(
        _ staging: StagingDirectory, at destination: String, shown: String, replaces: Bool, syncs: Bool,
        canExchange: Bool? = nil, progress: @escaping @Sendable (Int) -> Void
    ) throws(SinkError) {
        self.staging = staging
        self.destination = destination
        self.shown = shown
        self.syncs = syncs
        path = staging.path + "/" + Self.treeName
        do throws(IOFailure) {
            try FileSystem.makeDirectory(path)
            if replaces, canExchange == nil {
                self.canExchange = try FileSystem.canExchange(in: staging.path)
            } else {
                self.canExchange = canExchange ?? true
            }
            spool = try SpoolDirectory(staging.path + "/spool", shown: shown, progress: progress)
        } catch {
            staging.discard()
            throw .io(error.moved(from: staging.path, to: shown))
        }
    }

    func reporting<R, Failure: SinkCause>(_ body: () throws(Failure) -> R) throws(SinkError) -> R {
        try staging.reporting(as: shown, body)
    }

    // MARK: - Content

    func put(
        _ blob: WritePlan.Blob, as name: String, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError) {
        let place = path + "/" + name
        try reporting { () throws(SinkError) in
            let traits = blob.source.traits
            if let spooled = traits.adoptableFile, let hash = traits.knownSHA256, blob.digest.algorithm == .sha256 {
                try adopt(spooled, hash, as: blob, at: place)
                progress(Int(blob.size))
            } else if try link(traits.keptFile, as: blob, at: place) {
                progress(Int(blob.size))
            } else {
                try copy(blob, to: place, crew, &buffer, progress)
            }
        }
    }

    func put(_ document: Document, as name: String) throws(SinkError) {
        try reporting { () throws(IOFailure) in
            try StagedFile.write(document.bytes, to: "\(path)/\(name)", sync: syncs)
        }
    }

    private func copy(
        _ blob: WritePlan.Blob, to place: String, _ crew: CopyCrew, _ buffer: inout [UInt8], _ progress: (Int) -> Void
    ) throws(SinkError) {
        let file = try sinking { () throws(IOFailure) in try StagedFile(creating: place) }
        try blob.copy(to: file, crew: crew, buffer: &buffer, progress: progress)
        do throws(IOFailure) { try file.finish(sync: syncs) } catch { throw .io(error) }
    }

    /// The digest was computed while the stream passed; the file only gets its name.
    private func adopt(
        _ spooled: String, _ hash: [UInt8], as blob: WritePlan.Blob, at place: String
    ) throws(SinkError) {
        try sinking { () throws(BlobError) in try blob.check(size: blob.source.size, hash: hash) }
        try sinking { () throws(IOFailure) in
            if syncs { try FileSystem.syncFile(spooled) }
            try FileSystem.move(spooled, to: place)
        }
    }

    /// The digest was verified when the file was downloaded. `false` if the bytes have to be copied.
    private func link(_ file: KeptFile?, as blob: WritePlan.Blob, at place: String) throws(SinkError) -> Bool {
        guard let file, file.size == blob.size else { return false }
        return try sinking { () throws(IOFailure) in try file.link(to: place, sync: syncs) }
    }

    // MARK: - Publication

    /// Makes the directory visible. A failure leaves the destination as it was, unless it is `unflushed`.
    func publish(_ mode: Mode) throws(SinkError) {
        var isStranded = false
        do throws(IOFailure) {
            try staging.publish { () throws(IOFailure) in
                switch mode {
                case .new: try FileSystem.move(path, to: destination)
                case .replacing where canExchange: try FileSystem.exchange(path, destination)
                case .replacing: try Self.replace(destination, by: path, in: staging.path, &isStranded)
                }
            }
        } catch {
            if isStranded { throw .destination(.leftoverWaits(path: destination, leftover: staging.path)) }
            if case .new(let occupied) = mode, error.isAlreadyThere { throw .destination(occupied) }
            throw .io(error.moved(from: staging.path, to: shown))
        }
        if syncs { try UnflushedResult.flush([FileSystem.parent(of: destination)]) }
    }

    /// Without an exchange of names: the old directory is moved aside, and back if the new one cannot take its place.
    /// After a kill between the two steps the next run moves it back (`restore`).
    static func replace(
        _ destination: String, by new: String, in staging: String, _ isStranded: inout Bool
    ) throws(IOFailure) {
        let aside = "\(staging)/\(StagingDirectory.asideName)"
        try FileSystem.move(destination, to: aside)
        do throws(IOFailure) { try FileSystem.move(new, to: destination) } catch {
            do throws(IOFailure) { try FileSystem.move(aside, to: destination) } catch { isStranded = true }
            throw error
        }
        // Nothing needs the old directory now. Under this name it is removed with the staging, else by the next run.
        try? FileSystem.move(aside, to: "\(staging)/\(replacedName)")
    }

    /// Moves the directory back that a killed run has moved aside. Whether there was one.
    static func restore(_ destination: String) throws(SinkError) -> Bool {
        var isRestored = false
        var stranded: String?
        try sinking { () throws(IOFailure) in
            try StagingDirectory.forEachNeeded(
                in: FileSystem.parent(of: destination), for: FileSystem.name(of: destination)
            ) { (leftover) throws(IOFailure) in
                let aside = "\(leftover)/\(StagingDirectory.asideName)"
                guard try FileSystem.isPresent(aside) else { return }
                // Without the new directory: it has its place, and the old one is not needed.
                if try FileSystem.isPresent("\(leftover)/\(treeName)") {
                    if try FileSystem.isPresent(destination) { return stranded = leftover }
                    try FileSystem.move(aside, to: destination)
                    isRestored = true
                }
                FileSystem.removeTree(leftover)
            }
        }
        if let stranded { throw .destination(.leftoverWaits(path: destination, leftover: stranded)) }
        return isRestored
    }
}

extension StagingDirectory {
    /// Runs a step of a sink. A failure in this directory is reported as one of `destination`, which the user knows.
    func reporting<R, Failure: SinkCause>(
        as destination: String, _ body: () throws(Failure) -> R
    ) throws(SinkError) -> R {
        do throws(Failure) { return try body() } catch { throw error.sinkError.moved(from: path, to: destination) }
    }
}

extension WritePlan.Blob {
    /// Copies the bytes, and refuses them afterwards unless size and digest are the promised ones.
    func copy(
        to output: borrowing some ByteWriter & ~Copyable, crew: CopyCrew, buffer: inout [UInt8],
        progress: (Int) -> Void
    ) throws(SinkError) {
        let outcome: CopyCrew.Outcome
        do throws(IOFailure) {
            var reader = try source.open()
            outcome = try crew.copy(
                &reader, expected: size, algorithm: digest.algorithm, to: output, buffer: &buffer,
                progress: progress)
        } catch { throw .io(error) }
        try sinking { () throws(BlobError) in try check(size: outcome.count, hash: outcome.digest) }
    }

    func check(size found: Int64, hash: [UInt8]) throws(BlobError) {
        guard found == size else {
            throw .size(path: source.path, blob: digest, expected: size, found: found)
        }
        let hashed = Digest(digest.algorithm, raw: hash)
        guard hashed == digest else { throw .digest(path: source.path, expected: digest, found: hashed) }
    }
}
