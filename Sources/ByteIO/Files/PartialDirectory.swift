internal import Glibc
internal import Synchronization

/// The place of a directory for partial downloads: `DIRECTORY/.NAME.ocimerge-partial`.
package struct PartialPlace: Equatable, Sendable {
    package let directory: String
    package let name: String

    package init(in directory: String, for name: String) {
        self.directory = directory
        self.name = name
    }

    /// Beside a file or a directory.
    package init(beside path: String) {
        self.init(in: FileSystem.parent(of: path), for: FileSystem.name(of: path))
    }

    package var path: String {
        let last = StagingDirectory.prefix(for: name) + Self.suffix
        if directory == "." { return last }
        return directory == "/" ? "/" + last : directory + "/" + last
    }

    /// Longer than the random suffix of a staging directory can be with these letters.
    static let suffix = "partial"
}

/// A private directory beside a destination that keeps the blobs of a registry as they arrive. It outlives the process:
/// the next run for the destination goes on where this one ends.
///
/// It is used only if it is a directory of this user without access for others, and only by one process at a time. Each
/// file in it is opened relative to its descriptor and never through a link.
package final class PartialDirectory: Sendable {
    /// Why a directory cannot be used.
    package enum Refusal: Error, Equatable, Sendable {
        /// Another process uses it.
        case inUse
        /// It is no directory, belongs to another user, or other users have access.
        case notPrivate
        /// The file system has no locks.
        case noLocks
        case io(IOFailure)
    }

    package let path: String
    let descriptor: Int32
    /// The number of files that are held open.
    private let held = Atomic<Int>(0)
    /// More files than this are opened again when they are read: a process may not hold many thousand descriptors.
    static let heldLimit = 128

    /// Creates the directory if it is absent.
    package convenience init(creating place: PartialPlace) throws(Refusal) {
        // The process that used it may remove it before it is locked here.
        for _ in 0..<100 {
            if unsafe mkdir(place.path, 0o700) != 0, errno != EEXIST {
                throw .io(IOFailure.last(.create, place.path))
            }
            guard let descriptor = try Self.locked(place.path) else { continue }
            self.init(adopting: descriptor, place.path)
            return
        }
        throw .inUse
    }

    /// `nil` if it is absent.
    package convenience init?(existing place: PartialPlace) throws(Refusal) {
        guard let descriptor = try Self.locked(place.path) else { return nil }
        self.init(adopting: descriptor, place.path)
    }

    private init(adopting descriptor: Int32, _ path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// `nil` if nothing is there.
    private static func locked(_ path: String) throws(Refusal) -> Int32? {
        let descriptor = retried { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
        guard descriptor >= 0 else {
            switch errno {
            case ENOENT: return nil
            case ELOOP, ENOTDIR: throw .notPrivate
            default: throw .io(IOFailure.last(.open, path))
            }
        }
        do throws(Refusal) {
            if try isLocked(descriptor, path) { return descriptor }
        } catch {
            close(descriptor)
            throw error
        }
        close(descriptor)
        return nil
    }

    /// Whether the locked directory is still at its path.
    private static func isLocked(_ descriptor: Int32, _ path: String) throws(Refusal) -> Bool {
        guard let status = FileSystem.status(of: descriptor) else { throw .io(IOFailure.last(.open, path)) }
        guard status.st_uid == geteuid(), status.st_mode & 0o077 == 0 else { throw .notPrivate }
        guard retried({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
            switch errno {
            case EWOULDBLOCK: throw .inUse
            case ENOTSUP, ENOLCK, ENOSYS, EBADF: throw .noLocks
            default: throw .io(IOFailure.last(.lock, path))
            }
        }
        return FileSystem.status(ofLink: path).map(status.isSameFile) ?? false
    }

    /// Whether one more file may be held open.
    func mayHold() -> Bool {
        if held.add(1, ordering: .relaxed).newValue <= Self.heldLimit { return true }
        held.subtract(1, ordering: .relaxed)
        return false
    }

    // MARK: - End

    /// Fewer bytes are not worth keeping.
    package static let leastKept: Int64 = 1 << 20

    /// The sum of the sizes of all files; `nil` if they cannot be listed. Removes the directory and returns 0 if the sum is
    /// below `leastKept`.
    package func settle() -> Int64? {
        var sum: Int64 = 0
        guard let names = try? names() else { return nil }
        for name in names {
            var status = stat()
            guard retried({ unsafe fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { continue }
            sum += Int64(status.st_size)
        }
        guard sum < Self.leastKept else { return sum }
        remove()
        return 0
    }

    /// The space that this user can still take on the file system; `nil` if the file system does not say.
    package var freeSpace: Int64? {
        var status = statvfs()
        guard retried({ unsafe fstatvfs(descriptor, &status) }) == 0 else { return nil }
        let (bytes, isTooMuch) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isTooMuch ? .max : Int64(clamping: bytes)
    }

    /// Removes the directory with its files. Returns why something stays; `nil` if nothing does.
    @discardableResult
    package func remove() -> IOFailure? {
        do throws(IOFailure) {
            for name in try names() {
                let code = FileSystem.removeTree(name, in: descriptor)
                if code != 0 { throw IOFailure(.remove, path, .system(code)) }
            }
        } catch { return error }
        // Never another directory with content that has taken its name.
        if unsafe rmdir(path) == 0 || errno == ENOENT { return nil }
        return IOFailure.last(.remove, path)
    }

    /// Through a descriptor of its own, because reading a directory moves the position.
    private func names() throws(IOFailure) -> [String] {
        try FileSystem.entries(
            adopting: retried { unsafe openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) }, path)
    }
}
