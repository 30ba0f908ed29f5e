internal import Glibc

/// Held by whoever changes a directory or a file that others may change too; released by the kernel when its holder
/// dies.
package final class PathLock: Sendable {
    private let descriptor: Int32

    /// Waits for its turn. What it holds is what stands at the path then, not what stood there when it began to wait.
    package init(_ path: String) throws(IOFailure) {
        while true {
            let candidate = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
            guard candidate >= 0 else { throw IOFailure.last(.lock, path) }
            do throws(IOFailure) { try Self.lock(candidate, path) } catch {
                close(candidate)
                throw error
            }
            if Self.isStill(candidate, at: path) {
                descriptor = candidate
                return
            }
            close(candidate)
        }
    }

    private static func lock(_ descriptor: Int32, _ path: String) throws(IOFailure) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // A file system that knows no locks has no neighbours to wait for either.
            // One that locks only what is open for writing lets nobody lock a directory.
            if [ENOTSUP, ENOLCK, ENOSYS, EBADF].contains(errno) { return }
            guard errno == EWOULDBLOCK || errno == EINTR else { throw IOFailure.last(.lock, path) }
            try Interruption.check(.lock, path)
            usleep(20_000)
        }
    }

    private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        var held = stat()
        var found = stat()
        guard unsafe fstat(descriptor, &held) == 0, unsafe stat(path, &found) == 0 else { return false }
        return held.st_dev == found.st_dev && held.st_ino == found.st_ino
    }

    deinit { close(descriptor) }
}

/// A small file that belongs to one process at a time and to no other user. The kernel lets go of it when its holder dies;
/// what it holds then stays.
package final class LockedFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// nil: somebody else holds it. Made when it is not there.
    package init?(_ path: String) throws(IOFailure) {
        let candidate = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
        guard candidate >= 0 else { throw IOFailure.last(.open, path) }
        guard flock(candidate, LOCK_EX | LOCK_NB) == 0, Self.isOurs(candidate, at: path) else {
            close(candidate)
            return nil
        }
        self.path = path
        descriptor = candidate
    }

    deinit { close(descriptor) }

    /// Whoever removed it or put another in its place meanwhile has a lock of his own.
    private static func isOurs(_ descriptor: Int32, at path: String) -> Bool {
        var held = stat()
        var found = stat()
        guard unsafe fstat(descriptor, &held) == 0, unsafe lstat(path, &found) == 0 else { return false }
        return held.st_dev == found.st_dev && held.st_ino == found.st_ino && held.st_mode & S_IFMT == S_IFREG
            && held.st_uid == geteuid() && held.st_mode & 0o077 == 0
    }

    /// Refused beyond `limit`.
    package func bytes(limit: Int) throws(IOFailure) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: limit + 1)
        let descriptor = descriptor
        let got = unsafe buffer.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        if got < 0 { throw IOFailure.last(.read, path) }
        if got > limit { throw IOFailure(.read, path, .tooLarge(limit: Int64(limit))) }
        return Array(buffer.prefix(got))
    }

    /// Whoever is killed meanwhile leaves something that is neither the old nor the new.
    package func replace(_ bytes: [UInt8]) throws(IOFailure) {
        let descriptor = descriptor
        guard ftruncate(descriptor, 0) == 0 else { throw IOFailure.last(.write, path) }
        let put = unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard put == bytes.count else { throw IOFailure.last(.write, path) }
    }

    /// Nobody else can hold it, so nobody loses anything.
    package func remove() { unsafe _ = unlink(path) }
}

extension FileSystem {
    /// How long ago a file was written, in seconds; nil: there is none.
    package static func age(of path: String) -> Int64? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(time(nil)) - Int64(status.st_mtim.tv_sec)
    }
}
