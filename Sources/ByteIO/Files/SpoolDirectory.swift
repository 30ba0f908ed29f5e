internal import Synchronization

/// A directory for members of streams until the plan says which of them are needed. It is part of the staging, so a sink
/// takes a file over by rename.
package final class SpoolDirectory: Sendable {
    package let path: String
    private let shown: String
    private let count = Atomic<Int>(0)
    private let progress: @Sendable (Int) -> Void

    /// `shown` is the path that failures name, `path` if it is `nil`. `progress` is called with the size of every piece
    /// that is written.
    package init(
        _ path: String, shown: String? = nil, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(IOFailure) {
        self.path = path
        self.shown = shown ?? path
        self.progress = progress
        do throws(IOFailure) { try FileSystem.makeDirectory(path) } catch { throw reported(error) }
    }

    /// The failure with the path that the user knows if it concerns a file in this directory.
    package func reported(_ failure: IOFailure) -> IOFailure { failure.moved(from: path, to: shown) }

    /// The path of a new file.
    func nextName() -> String { path + "/" + String(count.add(1, ordering: .relaxed).newValue) }

    /// Writes what `fill` passes to its argument.
    func add(
        from source: String,
        _ fill: ((ArraySlice<UInt8>) throws(IOFailure) -> Void) throws(IOFailure) -> Void
    ) throws(IOFailure) -> SpooledFile {
        do throws(IOFailure) {
            let file = try SpoolWriter(self)
            try fill { (piece) throws(IOFailure) in
                try file.write(piece.span)
                progress(piece.count)
            }
            return try file.finish(from: source)
        } catch { throw reported(error) }
    }
}

/// A new file of a spool, counted and hashed while it is written.
final class SpoolWriter: ByteWriter {
    let path: String
    private var file: StagedFile?
    private var hasher: ContentHasher? = ContentHasher()
    private var size: Int64 = 0

    init(_ spool: SpoolDirectory) throws(IOFailure) {
        path = spool.nextName()
        file = try StagedFile(creating: path)
    }

    func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        try file?.write(bytes)
        hasher?.update(bytes)
        size += Int64(bytes.count)
    }

    /// `source` is the name for error messages.
    func finish(from source: String) throws(IOFailure) -> SpooledFile {
        try file.take()?.finish(sync: false)
        return SpooledFile(path: source, file: path, size: size, sha256: hasher.take()?.digest() ?? [])
    }
}

/// A member of a stream that was written to the spool while it passed. A sink can take the file over by rename instead of
/// copying it.
package struct SpooledFile: ByteSource {
    /// The source that it comes from.
    package let path: String
    package let file: String
    package let size: Int64
    package let sha256: [UInt8]

    package init(path: String, file: String, size: Int64, sha256: [UInt8]) {
        self.path = path
        self.file = file
        self.size = size
        self.sha256 = sha256
    }

    package var traits: SourceTraits {
        var traits = SourceTraits()
        traits.knownSHA256 = sha256
        traits.adoptableFile = file
        return traits
    }

    package var window: FileWindow? {
        get throws(IOFailure) { FileWindow(try OpenFile(path: file), offset: 0, size: size) }
    }

    package func open() throws(IOFailure) -> any ByteReader { FileReader(try OpenFile(path: file)) }
}

/// A spool in a staging directory of its own, for destinations that have none.
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
