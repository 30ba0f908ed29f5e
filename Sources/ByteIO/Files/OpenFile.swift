internal import Glibc

/// A file open for reading, shared by any number of concurrent readers: every read names its offset. It may consist of
/// several volumes. Closed when the last reader is released.
package final class OpenFile: Sendable {
    package let path: String
    package let size: Int64
    /// All but the last have the size of the first.
    private let parts: [FileDescriptor]
    private let partSize: Int64
    /// Whether the file consists of volumes; its replacement must too.
    package let isSplit: Bool

    /// Follows links: for paths that the user typed.
    package convenience init(path: String) throws(IOFailure) {
        try self.init(adopting: retried { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }, path: path)
    }

    /// Standard input, if it is a regular file at its start; `nil` if it must be read as a stream.
    package static func standardInput() throws(IOFailure) -> OpenFile? {
        guard let status = FileSystem.status(of: 0), status.st_mode & S_IFMT == S_IFREG, lseek(0, 0, SEEK_CUR) == 0
        else { return nil }
        return try OpenFile(adopting: fcntl(0, F_DUPFD_CLOEXEC, 3), path: "-")
    }

    /// Takes ownership of `descriptor`.
    convenience init(adopting descriptor: Int32, path: String) throws(IOFailure) {
        self.init([try FileDescriptor(adopting: descriptor, path: path)], isSplit: false)
    }

    /// All but the last volume must have one size, and the last no more. The error names a shorter volume.
    package convenience init(_ volumes: Volumes) throws(IOFailure) {
        let parts = try volumes.paths.map { (path) throws(IOFailure) in
            try FileDescriptor(adopting: retried { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }, path: path)
        }
        let size = parts.map(\.size).max() ?? 0
        for part in parts.dropLast() where part.size != size {
            throw IOFailure(.read, part.path, .volumeSize(expected: size, found: part.size))
        }
        self.init(parts, isSplit: true)
    }

    private init(_ parts: [FileDescriptor], isSplit: Bool) {
        self.parts = parts
        self.isSplit = isSplit
        path = parts[0].path
        size = parts.reduce(0) { $0 + $1.size }
        partSize = parts[0].size
    }

    /// Fewer bytes than requested only at the end of the file.
    package func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if parts.count == 1 || partSize == 0 { return try parts[0].read(at: offset, into: &buffer) }
        let count = buffer.count
        var done = 0
        while done < count {
            let place = offset + Int64(done)
            let number = Int(min(place / partSize, Int64(parts.count - 1)))
            let start = Int64(number) * partSize
            // A volume that has grown since it was opened gives the same bytes.
            let end = min(Int64(count), start + parts[number].size - offset)
            guard Int64(done) < end else { break }
            var rest = buffer._mutatingExtracting(done..<Int(end))
            let got = try parts[number].read(at: place - start, into: &rest)
            if got == 0 { break }
            done += got
        }
        return done
    }

    /// Whether the path still leads to this file, and it has not been written to since it was opened.
    package func isStill(at path: String) throws(IOFailure) -> Bool {
        guard try isUntouched else { return false }
        return try parts[0].stands(at: path)
    }

    /// Whether the file has not been written to since it was opened, wherever it is now.
    package var isUntouched: Bool {
        get throws(IOFailure) {
            for part in parts { if try !part.isUntouched { return false } }
            return true
        }
    }

    /// The attributes of the first volume.
    var status: stat { get throws(IOFailure) { try parts[0].status } }

    /// Copies the bytes of the first volume within the system; `false` if the file systems cannot do that.
    func copy(to target: PlacedFile, at offset: Int64, progress: (Int) -> Void) throws(IOFailure) -> Bool {
        try parts[0].copy(to: target, at: offset, progress: progress)
    }

    /// Makes the bytes of the first volume survive a power cut.
    func sync() throws(IOFailure) { try parts[0].sync() }

    package func bytes(at offset: Int64, count: Int) throws(IOFailure) -> [UInt8] {
        // Not filled with zeros before: archives of many small members are read in many small pieces.
        var failure: IOFailure?
        let content = unsafe [UInt8](unsafeUninitializedCapacity: count) { bytes, got in
            var span = unsafe MutableSpan(_unsafeElements: bytes)
            // In Swift 6.2 the errors of this closure have no type.
            do throws(IOFailure) { got = try read(at: offset, into: &span) } catch { failure = error }
        }
        if let failure { throw failure }
        return content
    }
}

/// A small file with settings. Links are followed. A FIFO or a device is refused: it may never open, or never end.
package enum ConfigurationFile {
    /// More than `limit` bytes are refused.
    package static func bytes(of path: String, limit: Int) throws(IOFailure) -> [UInt8] {
        let file = try OpenFile(path: path)
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            // A file of the kernel states no size.
            let piece = try file.bytes(at: Int64(bytes.count), count: min(64 * 1024, limit + 1 - bytes.count))
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        throw IOFailure(.read, path, .tooLarge(limit: Int64(limit)))
    }
}

/// A regular file open for reading; closed when it is released.
final class FileDescriptor: Sendable {
    let path: String
    let size: Int64
    private let descriptor: Int32
    private let modified: timespec

    /// Takes ownership of `descriptor`. O_NONBLOCK keeps the open of a FIFO from waiting; it has no effect on a file.
    init(adopting descriptor: Int32, path: String) throws(IOFailure) {
        guard descriptor >= 0 else { throw IOFailure.last(.open, path) }
        guard let status = FileSystem.status(of: descriptor) else {
            let failure = IOFailure.last(.open, path)
            close(descriptor)
            throw failure
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw IOFailure(.open, path, .notRegularFile)
        }
        self.path = path
        self.descriptor = descriptor
        self.size = Int64(status.st_size)
        self.modified = status.st_mtim
    }

    deinit { close(descriptor) }

    /// Copies all bytes to `offset` of another file, without passing them through this process. `false` if the file
    /// systems cannot do that.
    func copy(
        to target: PlacedFile, at offset: Int64, progress: (Int) -> Void
    ) throws(IOFailure) -> Bool {
        var (from, to) = (off_t(0), off_t(offset))
        while Int64(from) < size {
            try Interruption.check(.write, target.path)
            let wanted = Int(min(size - Int64(from), 8 << 20))
            let count = retried { unsafe copy_file_range(descriptor, &from, target.number, &to, wanted, 0) }
            if count < 0 {
                if from == 0, [EXDEV, ENOSYS, EOPNOTSUPP, EINVAL].contains(errno) { return false }
                throw IOFailure.last(.write, target.path)
            }
            // Some file systems of the kernel copy nothing without an error.
            if count == 0 {
                if from == 0 { return false }
                throw IOFailure(.read, path, .truncated)
            }
            progress(count)
        }
        return true
    }

    /// Fewer bytes than requested only at the end of the file.
    func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let count = buffer.count
        let path = path
        let descriptor = descriptor
        return try unsafe buffer.withUnsafeMutableBytes { (bytes) throws(IOFailure) -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            var done = 0
            while done < count {
                let got = retried { unsafe pread(descriptor, base + done, count - done, off_t(offset) + off_t(done)) }
                if got < 0 { throw IOFailure.last(.read, path) }
                if got == 0 { break }
                done += got
            }
            return done
        }
    }

    var status: stat {
        get throws(IOFailure) {
            guard let status = FileSystem.status(of: descriptor) else { throw IOFailure.last(.read, path) }
            return status
        }
    }

    func sync() throws(IOFailure) {
        guard retried({ fsync(descriptor) }) == 0 else { throw IOFailure.last(.sync, path) }
    }

    /// Whether the path leads to this file.
    func stands(at path: String) throws(IOFailure) -> Bool { try FileSystem.isFile(descriptor, at: path) }

    /// Whether the file has not been written to since it was opened, wherever it is now.
    var isUntouched: Bool {
        get throws(IOFailure) {
            guard let held = FileSystem.status(of: descriptor) else { throw IOFailure.last(.read, path) }
            return Int64(held.st_size) == size && held.st_mtim.tv_sec == modified.tv_sec
                && held.st_mtim.tv_nsec == modified.tv_nsec
        }
    }
}

/// A part of an open file: a member of a tar, or the whole file.
package struct FileWindow: ByteSource {
    private let file: OpenFile
    private let offset: Int64
    package let size: Int64

    package init(_ file: OpenFile, offset: Int64, size: Int64) {
        self.file = file
        self.offset = offset
        self.size = size
    }

    package var path: String { file.path }

    package var window: FileWindow? { self }

    /// Fewer bytes than requested only at the end of the window.
    package func bytes(at offset: Int64, count: Int) throws(IOFailure) -> [UInt8] {
        guard offset >= 0, offset < size else { return [] }
        return try file.bytes(at: self.offset + offset, count: Int(min(Int64(count), size - offset)))
    }

    package func open() -> any ByteReader { reader(from: 0) }

    package func open(from start: Int64) -> any ByteReader { reader(from: start) }

    /// Reads from `start` to the end of the window.
    package func reader(from start: Int64) -> any ByteReader {
        FileReader(file, offset: offset + min(start, size), length: max(0, size - start))
    }
}

/// Reads a window of an open file in order. A window beyond the end of the file is an error, not an early end.
package struct FileReader: ByteReader {
    private let file: OpenFile
    private var offset: Int64
    private let end: Int64

    package init(_ file: OpenFile, offset: Int64, length: Int64) {
        self.file = file
        self.offset = offset
        self.end = offset + length
    }

    package init(_ file: OpenFile) {
        self.init(file, offset: 0, length: file.size)
    }

    package mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let wanted = Int(min(Int64(buffer.count), end - offset))
        guard wanted > 0 else { return 0 }
        var part = buffer._mutatingExtracting(0..<wanted)
        let got = try file.read(at: offset, into: &part)
        guard got == wanted else { throw IOFailure(.read, file.path, .truncated) }
        offset += Int64(got)
        return got
    }
}
