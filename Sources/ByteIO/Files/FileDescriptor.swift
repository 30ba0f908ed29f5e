internal import Glibc

/// A regular file open for reading; closed when nobody holds it any more.
final class FileDescriptor: Sendable {
    let path: String
    let size: Int64
    private let descriptor: Int32
    private let modified: timespec

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
    func read(at offset: Int64, into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
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

    /// The path leads to this very file.
    func stands(at path: String) -> Bool {
        var held = stat()
        var found = stat()
        guard unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &found) == 0 else { return false }
        return held.st_dev == found.st_dev && held.st_ino == found.st_ino
    }

    /// Nobody has written to it since it was opened, wherever it stands now.
    var isUntouched: Bool {
        var held = stat()
        guard unsafe fstat(descriptor, &held) == 0 else { return false }
        return Int64(held.st_size) == size && held.st_mtim.tv_sec == modified.tv_sec
            && held.st_mtim.tv_nsec == modified.tv_nsec
    }
}
