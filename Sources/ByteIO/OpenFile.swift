internal import Glibc

/// A file open for reading, shared by any number of concurrent readers: every read names its own offset.
/// Closed when the last reader is gone.
package final class OpenFile: Sendable {
    package let path: String
    package let size: Int64
    private let descriptor: Int32
    private let modified: timespec

    /// Follows links: for paths that the user typed.
    package convenience init(path: String) throws(IOFailure) {
        try self.init(adopting: unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), path: path)
    }

    /// Standard input, when it is a regular file standing at its start; nil when it must be read as a stream.
    package static func standardInput() throws(IOFailure) -> OpenFile? {
        var status = stat()
        guard unsafe fstat(0, &status) == 0, status.st_mode & S_IFMT == S_IFREG, lseek(0, 0, SEEK_CUR) == 0 else {
            return nil
        }
        return try OpenFile(adopting: fcntl(0, F_DUPFD_CLOEXEC, 3), path: "-")
    }

    /// Owns `descriptor` from here on. O_NONBLOCK at open keeps a FIFO from hanging us; it means nothing on a file.
    init(adopting descriptor: Int32, path: String) throws(IOFailure) {
        guard descriptor >= 0 else { throw IOFailure.last(.open, path) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else {
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

    /// Fewer bytes than asked only at the end of the file.
    package func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let count = buffer.count
        let path = path
        let descriptor = descriptor
        return try unsafe buffer.withUnsafeMutableBytes { (bytes) throws(IOFailure) -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            var done = 0
            while done < count {
                let got = unsafe pread(descriptor, base + done, count - done, off_t(offset) + off_t(done))
                if got == 0 { break }
                if got < 0 {
                    if errno == EINTR { continue }
                    throw IOFailure.last(.read, path)
                }
                done += got
            }
            return done
        }
    }

    /// The path still leads to this very file, and nobody has written to it since it was opened.
    package func isStill(at path: String) -> Bool {
        var held = stat()
        var found = stat()
        guard unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &found) == 0 else { return false }
        return isUntouched && held.st_dev == found.st_dev && held.st_ino == found.st_ino
    }

    /// Nobody has written to it since it was opened, wherever it stands now.
    package var isUntouched: Bool {
        var held = stat()
        guard unsafe fstat(descriptor, &held) == 0 else { return false }
        return Int64(held.st_size) == size && held.st_mtim.tv_sec == modified.tv_sec
            && held.st_mtim.tv_nsec == modified.tv_nsec
    }

    package func bytes(at offset: Int64, count: Int) throws(IOFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        var span = buffer.mutableSpan
        let got = try read(at: offset, into: &span)
        if got < count { buffer.removeLast(count - got) }
        return buffer
    }
}
