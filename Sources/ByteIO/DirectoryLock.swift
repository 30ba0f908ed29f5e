internal import Glibc

/// Held by whoever changes a directory that others may change too; released by the kernel when its holder dies.
package final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Waits for its turn.
    package init(_ path: String) throws(IOFailure) {
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IOFailure.last(.lock, path) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else {
                let failure = IOFailure.last(.lock, path)
                close(descriptor)
                throw failure
            }
            do throws(IOFailure) { try Interruption.check(.lock, path) } catch {
                close(descriptor)
                throw error
            }
            usleep(20_000)
        }
    }

    deinit { close(descriptor) }
}
