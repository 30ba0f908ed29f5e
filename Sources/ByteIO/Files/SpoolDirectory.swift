internal import Synchronization

/// Where members of streams wait until the plan says which of them are wanted. Part of the staging, so that taking one
/// over is a rename.
package final class SpoolDirectory: Sendable {
    package let path: String
    private let count = Atomic<Int>(0)
    private let progress: @Sendable (Int) -> Void

    /// `progress` hears of every piece that is written here.
    package init(_ path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }) throws(IOFailure) {
        try FileSystem.makeDirectory(path)
        self.path = path
        self.progress = progress
    }

    /// Of a file that nobody has made yet.
    func nextName() -> String { path + "/" + String(count.add(1, ordering: .relaxed).newValue) }

    /// `fill` gets a door to write through; what went through is hashed on its way.
    func add(
        from source: String,
        _ fill: ((ArraySlice<UInt8>) throws(IOFailure) -> Void) throws(IOFailure) -> Void
    ) throws(IOFailure) -> SpooledFile {
        let name = nextName()
        let file = try StagedFile(creating: name)
        var hasher = ContentHasher()
        var size: Int64 = 0
        try fill { (piece) throws(IOFailure) in
            try file.write(piece.span)
            hasher.update(piece.span)
            size += Int64(piece.count)
            progress(piece.count)
        }
        try file.finish(sync: false)
        return SpooledFile(path: source, file: name, size: size, sha256: hasher.digest())
    }
}

/// A member of a stream, written to the staging while it passed, with the digest its bytes had. It can be adopted by
/// rename instead of being read again.
package struct SpooledFile: HashedSource {
    /// The source it came from: what a user knows.
    package let path: String
    /// Where it waits.
    package let file: String
    package let size: Int64
    package let sha256: [UInt8]

    package var knownSHA256: [UInt8]? { sha256 }

    package init(path: String, file: String, size: Int64, sha256: [UInt8]) {
        self.path = path
        self.file = file
        self.size = size
        self.sha256 = sha256
    }

    package var window: FileWindow? {
        get throws(IOFailure) { FileWindow(try OpenFile(path: file), offset: 0, size: size) }
    }

    package func open() throws(IOFailure) -> any ByteReader { FileReader(try OpenFile(path: file)) }
}

/// A place of its own for what can be read only once, where no destination has a directory for it.
package struct TemporarySpool: Sendable {
    package let staging: StagingDirectory
    package let spool: SpoolDirectory

    package init(
        in directory: String, for purpose: String, progress: @escaping @Sendable (Int) -> Void
    ) throws(IOFailure) {
        let staging = try StagingDirectory(in: directory, for: purpose, destination: directory)
        self.staging = staging
        do throws(IOFailure) { spool = try SpoolDirectory(staging.path + "/spool", progress: progress) } catch {
            staging.discard()
            throw error
        }
    }

    package func discard() { staging.discard() }
}
