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
