internal import Glibc
internal import Synchronization

/// A file of a `PartialDirectory` that grows as its bytes arrive: its size is the progress. Belongs to one thread.
///
/// The writer passes all bytes from the first. Those that the file has already are not written again. A file with a second
/// name is never written to: it is a part of a result.
package final class PartialFile: ByteWriter {
    package let path: String
    private let directory: PartialDirectory
    private let name: String
    private var descriptor: Int32
    /// The number of bytes that an earlier run has kept. They are not verified yet.
    package private(set) var kept: Int64
    private var position: Int64 = 0

    /// Keeps the bytes that are there if they are at most `size`.
    package init(_ name: String, in directory: PartialDirectory, size: Int64) throws(IOFailure) {
        path = directory.path + "/" + name
        self.directory = directory
        self.name = name
        (descriptor, kept) = (-1, 0)
        if let found = try Self.usable(name, in: directory, path, size) {
            (descriptor, kept) = found
        } else {
            try restart()
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// `nil` if there is no file whose bytes can be kept.
    private static func usable(
        _ name: String, in directory: PartialDirectory, _ path: String, _ size: Int64
    ) throws(IOFailure) -> (Int32, Int64)? {
        let parent = directory.descriptor
        let found = retried { unsafe openat(parent, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) }
        guard found >= 0 else {
            // A link, a directory or a socket takes the name; it is replaced.
            if [ENOENT, ELOOP, EISDIR, ENXIO].contains(errno) { return nil }
            throw IOFailure.last(.open, path)
        }
        guard let status = FileSystem.status(of: found), status.st_mode & S_IFMT == S_IFREG,
            status.st_uid == geteuid(), status.st_size == size || status.st_nlink == 1, status.st_size <= size
        else {
            close(found)
            return nil
        }
        return (found, Int64(status.st_size))
    }

    /// Begins with an empty file of the name.
    package func restart() throws(IOFailure) {
        if descriptor >= 0 { close(descriptor) }
        (descriptor, kept, position) = (-1, 0, 0)
        let (parent, name) = (directory.descriptor, name)
        let code = FileSystem.removeTree(name, in: parent)
        if code != 0 { throw IOFailure(.remove, path, .system(code)) }
        descriptor = retried {
            unsafe openat(parent, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        }
        if descriptor < 0 { throw IOFailure.last(.create, path) }
    }

    /// Removes the file: its bytes are wrong.
    package func remove() { unsafe _ = unlinkat(directory.descriptor, name, 0) }

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        let known = Int(max(0, min(Int64(bytes.count), kept - position)))
        if known < bytes.count {
            try bytes.extracting(known..<bytes.count)
                .writeAll(to: descriptor, at: position + Int64(known), path: path)
        }
        position += Int64(bytes.count)
    }

    /// Reads the bytes that an earlier run has kept.
    package func keptBytes() throws(IOFailure) -> any ByteReader {
        FileReader(try OpenFile(adopting: fcntl(descriptor, F_DUPFD_CLOEXEC, 3), path: path), offset: 0, length: kept)
    }

    /// The file for reading, by the descriptor through which it was written and its kept bytes were read.
    package func finish() throws(IOFailure) -> KeptFile {
        // Some file systems report a full disk only when a descriptor is closed.
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0, close(copy) == 0 else { throw IOFailure.last(.write, path) }
        let file = try OpenFile(adopting: exchange(&descriptor, with: -1), path: path)
        return try KeptFile(file, name, in: directory)
    }
}

/// A complete file of a `PartialDirectory`. A file that another program has changed or replaced is an error.
package final class KeptFile: Sendable {
    package let size: Int64
    private let path: String
    private let directory: PartialDirectory
    private let name: String
    /// `nil` if the file is opened for each reading.
    private let held: Mutex<OpenFile?>
    private let status: Status

    /// What tells a file from others and from its later states.
    private struct Status: Equatable {
        let device: dev_t
        let number: ino_t
        let size: off_t
        let seconds: Int
        let nanoseconds: Int

        init(_ status: stat) {
            (device, number, size) = (status.st_dev, status.st_ino, status.st_size)
            (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        }
    }

    init(_ file: OpenFile, _ name: String, in directory: PartialDirectory) throws(IOFailure) {
        (path, size) = (file.path, file.size)
        self.directory = directory
        self.name = name
        status = Status(try file.status)
        held = Mutex(directory.mayHold() ? file : nil)
    }

    /// Closes the file. NFS cannot remove a directory with open files.
    package func release() { held.withLock { $0 = nil } }

    /// The file whose bytes were verified.
    package func open() throws(IOFailure) -> OpenFile {
        if let held = held.withLock({ $0 }) {
            guard Status(try held.status) == status else { throw changed }
            return held
        }
        let (parent, name) = (directory.descriptor, name)
        let file = try OpenFile(
            adopting: retried { unsafe openat(parent, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK) },
            path: path)
        guard Status(try file.status) == status else { throw changed }
        return file
    }

    /// Copies the verified bytes to `offset` of an archive within the system. `false` if the file systems cannot do that.
    package func copy(
        to archive: PlacedFile, at offset: Int64, progress: (Int) -> Void
    ) throws(IOFailure) -> Bool {
        guard try open().copy(to: archive, at: offset, progress: progress) else { return false }
        _ = try open()
        return true
    }

    private var changed: IOFailure { IOFailure(.read, path, .system(ESTALE)) }

    /// Gives the file a second name, so that no byte is copied. `false` if links are impossible or the name leads to another
    /// file. Nothing changes then. `sync` makes the bytes survive a power cut.
    package func link(to place: String, sync: Bool) throws(IOFailure) -> Bool {
        let file = try open()
        if sync { try file.sync() }
        guard unsafe linkat(directory.descriptor, name, AT_FDCWD, place, 0) == 0 else {
            if [EPERM, ENOTSUP, ENOSYS, EMLINK, EXDEV, ENOENT].contains(errno) { return false }
            throw IOFailure.last(.create, place)
        }
        if let linked = FileSystem.status(ofLink: place), Status(linked) == status { return true }
        unsafe _ = unlink(place)
        return false
    }
}
