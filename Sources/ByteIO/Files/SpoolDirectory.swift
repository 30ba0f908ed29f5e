internal import Synchronization

/// A directory for members of streams, until a plan selects the needed ones. It is part of the staging, so a sink takes
/// a file over by rename.
package final class SpoolDirectory: Sendable {
    /// Makes the directory and returns its path.
    private let make: @Sendable () throws(IOFailure) -> String
    /// `nil` until the directory is made.
    private let made: Mutex<String?>
    private let shown: String?
    private let count = Atomic<Int>(0)
    private let progress: @Sendable (Int) -> Void

    /// `shown` is the path that failures name, `path` if it is `nil`. `progress` is called with the size of every piece
    /// that is written.
    package init(
        _ path: String, shown: String? = nil, progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws(IOFailure) {
        made = Mutex(path)
        make = { path }
        self.shown = shown
        self.progress = progress
        do throws(IOFailure) { try FileSystem.makeDirectory(path) } catch { throw reported(error) }
    }

    /// A directory that the first file makes.
    init(
        progress: @escaping @Sendable (Int) -> Void, make: @escaping @Sendable () throws(IOFailure) -> String
    ) {
        made = Mutex(nil)
        self.make = make
        shown = nil
        self.progress = progress
    }

    /// The failure with the path that the user knows if it concerns a file in this directory.
    package func reported(_ failure: IOFailure) -> IOFailure {
        guard let shown, let path = made.withLock({ $0 }) else { return failure }
        return failure.moved(from: path, to: shown)
    }

    /// Removes the directory with its files.
    package func remove() {
        if let path = made.withLock({ $0 }) { FileSystem.removeTree(path) }
    }

    /// The path of a new file.
    func nextName() throws(IOFailure) -> String {
        let directory = try made.withLock { (made) throws(IOFailure) in
            if let made { return made }
            let path = try make()
            made = path
            return path
        }
        return directory + "/" + String(count.add(1, ordering: .relaxed).newValue)
    }

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
        path = try spool.nextName()
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

/// A spool in a staging directory of its own, for destinations that have none. The first file makes both: most runs have
/// none.
package final class TemporarySpool: Sendable {
    package let spool: SpoolDirectory
    private let staging: StagingOnDemand

    private final class StagingOnDemand: Sendable {
        let made = Mutex<StagingDirectory?>(nil)
    }

    package init(in directory: String, for purpose: String, progress: @escaping @Sendable (Int) -> Void) {
        let staging = StagingOnDemand()
        self.staging = staging
        spool = SpoolDirectory(progress: progress) { () throws(IOFailure) in
            let new = try StagingDirectory(in: directory, for: purpose, destination: directory)
            let path = new.path + "/spool"
            do throws(IOFailure) { try FileSystem.makeDirectory(path) } catch {
                new.discard()
                throw error
            }
            staging.made.withLock { $0 = new }
            return path
        }
    }

    /// Returns why something stays; `nil` if nothing does.
    @discardableResult
    package func discard() -> IOFailure? { staging.made.withLock { $0.take() }?.discard() }
}
