internal import Glibc

/// A file, directory or link that is open until nothing uses it. Names in a directory are bytes, and no link is
/// followed. Arguments `path` are the names for failures.
final class OpenEntry: Sendable {
    let descriptor: Int32

    init(adopting descriptor: Int32) { self.descriptor = descriptor }

    /// Follows links: for paths that the user typed.
    init(at path: String) throws(IOFailure) {
        descriptor = retried { unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        if descriptor < 0 { throw IOFailure.last(.open, path) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func status(_ path: () -> String) throws(IOFailure) -> stat {
        guard let status = FileSystem.status(of: descriptor) else { throw IOFailure.last(.read, path()) }
        return status
    }

    /// In no order.
    func names(_ path: String) throws(IOFailure) -> [[UInt8]] {
        let own = descriptor
        // Listing moves the offset of its descriptor and closes it.
        let listed = retried { unsafe openat(own, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        return try FileSystem.names(adopting: listed, path)
    }

    /// The status of the name itself. An absent name is a change: the directory was listed before.
    func status(of name: [UInt8], _ path: () -> String) throws(IOFailure) -> stat {
        var status = stat()
        let text = name.map { CChar(bitPattern: $0) } + [0]
        guard retried({ unsafe fstatat(descriptor, text, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            let failure = IOFailure.last(.read, path())
            throw failure.isAbsence ? IOFailure(.read, failure.path, .changed) : failure
        }
        return status
    }

    /// Opens the file that had `status` before. Another file, or a changed one, is an error. A link is opened itself.
    func open(
        _ name: [UInt8], _ kind: DirectorySnapshot.Kind, _ status: DirectorySnapshot.Status, _ path: () -> String
    ) throws(IOFailure) -> OpenEntry {
        let flags =
            switch kind {
            // O_NONBLOCK keeps the open of a FIFO that has taken the place of the file from waiting.
            case .file: O_RDONLY | O_NONBLOCK
            case .directory: O_RDONLY | O_DIRECTORY
            case .symbolicLink: O_PATH
            }
        let text = name.map { CChar(bitPattern: $0) } + [0]
        let opened = retried { unsafe openat(descriptor, text, flags | O_CLOEXEC | O_NOFOLLOW) }
        guard opened >= 0 else {
            let failure = IOFailure.last(.open, path())
            let isOther = [ENOENT, ENOTDIR, ELOOP, ENXIO].contains { failure.cause == .system($0) }
            throw isOther ? IOFailure(.read, failure.path, .changed) : failure
        }
        let file = OpenEntry(adopting: opened)
        try file.check(status, path)
        return file
    }

    /// Throws if the file has changed since it had `status`.
    func check(_ status: DirectorySnapshot.Status, _ path: () -> String) throws(IOFailure) {
        guard DirectorySnapshot.Status(try self.status(path)) == status else {
            throw IOFailure(.read, path(), .changed)
        }
    }

    /// The target of the link that this is.
    func target(_ path: () -> String) throws(IOFailure) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let size = buffer.count
        let got = retried { unsafe readlinkat(descriptor, "", &buffer, size) }
        if got < 0 { throw IOFailure.last(.read, path()) }
        return buffer[..<got].map { UInt8(bitPattern: $0) }
    }

    /// The bytes of the file that this is. Fewer than requested only at its end.
    func read(
        at offset: Int64, into buffer: inout MutableSpan<UInt8>, _ path: () -> String
    ) throws(IOFailure) -> Int {
        let (own, count) = (descriptor, buffer.count)
        return try unsafe buffer.withUnsafeMutableBytes { (bytes) throws(IOFailure) -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            var done = 0
            while done < count {
                let place = off_t(offset) + off_t(done)
                let got = retried { unsafe pread(own, base + done, count - done, place) }
                if got < 0 { throw IOFailure.last(.read, path()) }
                if got == 0 { break }
                done += got
            }
            return done
        }
    }
}
