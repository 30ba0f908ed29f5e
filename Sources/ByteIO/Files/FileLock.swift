internal import Glibc

/// An exclusive lock on a directory or file that other processes may change too. The kernel releases it when the
/// process ends.
package final class PathLock: Sendable {
    private let descriptor: Int32

    /// Waits for the lock. It holds the file that is at the path then, not the one that was there when the wait began.
    package init(_ path: String) throws(IOFailure) {
        while true {
            let candidate = retried { unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) }
            guard candidate >= 0 else { throw IOFailure.last(.lock, path) }
            do throws(IOFailure) {
                try Self.lock(candidate, path)
                if try FileSystem.isFile(candidate, at: path) {
                    descriptor = candidate
                    return
                }
            } catch {
                close(candidate)
                throw error
            }
            close(candidate)
        }
    }

    private static func lock(_ descriptor: Int32, _ path: String) throws(IOFailure) {
        while retried({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0 {
            // A file system without locks has no other processes to wait for. One that locks only files open for
            // writing cannot lock a directory.
            if [ENOTSUP, ENOLCK, ENOSYS, EBADF].contains(errno) { return }
            guard errno == EWOULDBLOCK else { throw IOFailure.last(.lock, path) }
            try Interruption.check(.lock, path)
            usleep(20_000)
        }
    }

    deinit { close(descriptor) }
}

/// A small file that one process at a time owns and no other user can read. The kernel releases the lock when the
/// process ends; the content stays.
package final class LockedFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// `nil` if another process holds it. Created if it does not exist.
    package init?(_ path: String) throws(IOFailure) {
        let candidate = retried {
            unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        }
        guard candidate >= 0 else { throw IOFailure.last(.open, path) }
        guard retried({ flock(candidate, LOCK_EX | LOCK_NB) }) == 0, Self.isOurs(candidate, at: path) else {
            close(candidate)
            return nil
        }
        self.path = path
        descriptor = candidate
    }

    deinit { close(descriptor) }

    /// Whether the path still leads to the locked file: another process may have removed or replaced it.
    private static func isOurs(_ descriptor: Int32, at path: String) -> Bool {
        guard let held = FileSystem.status(of: descriptor), let found = FileSystem.status(ofLink: path) else {
            return false
        }
        return held.isSameFile(as: found) && held.st_mode & S_IFMT == S_IFREG && held.st_uid == geteuid()
            && held.st_mode & 0o077 == 0
    }

    /// Throws if there are more than `limit` bytes.
    package func bytes(limit: Int) throws(IOFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit + 1)
        let descriptor = descriptor
        let got = unsafe buffer.withUnsafeMutableBytes { bytes in
            retried { unsafe pread(descriptor, bytes.baseAddress, bytes.count, 0) }
        }
        if got < 0 { throw IOFailure.last(.read, path) }
        if got > limit { throw IOFailure(.read, path, .tooLarge(limit: Int64(limit))) }
        return Array(buffer.prefix(got))
    }

    /// Not atomic: a process that is killed meanwhile leaves a mix of old and new bytes.
    package func replace(_ bytes: [UInt8]) throws(IOFailure) {
        let descriptor = descriptor
        guard retried({ ftruncate(descriptor, 0) }) == 0 else { throw IOFailure.last(.write, path) }
        try bytes.span.writeAll(to: descriptor, at: 0, path: path)
    }

    /// No other process holds the file while it is locked.
    package func remove() { unsafe _ = unlink(path) }
}

extension FileSystem {
    /// The seconds since a file was written; `nil` if there is none.
    package static func age(of path: String) -> Int64? {
        guard let status = status(ofLink: path), status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(time(nil)) - Int64(status.st_mtim.tv_sec)
    }
}
