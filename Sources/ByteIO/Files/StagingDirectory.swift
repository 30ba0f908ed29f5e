internal import Glibc
internal import Synchronization

/// A private directory beside (or inside) a destination, on its file system, where a result is written until it is
/// complete. It is locked as long as the process lives. So the next run removes the directory of a killed run, and
/// never that of a running one.
package final class StagingDirectory: Sendable {
    package let path: String
    private let descriptor: Int32
    /// Descriptors that are released before the removal, which needs one for each level of directories. Without them a
    /// process that may open no more files could not remove anything.
    private let spares: Mutex<[Int32]>

    /// Creates `directory/.name.ocimerge-xxxxxx`; leftovers of killed runs with the same name are removed first. An error
    /// names `destination`, which is the path that the user typed.
    package init(in directory: String, for name: String, destination: String) throws(IOFailure) {
        let prefix = Self.prefix(for: name)
        Self.removeLeftovers(in: directory, for: name)
        let base = directory == "/" ? "/" + prefix : directory + "/" + prefix
        var random = SystemRandomNumberGenerator()
        while true {
            let candidate = base + String(UInt32.random(in: 0x1000_0000...UInt32.max, using: &random), radix: 36)
            // A file that it will replace may be readable by fewer users than the umask allows.
            do throws(IOFailure) { try FileSystem.makeDirectory(candidate, permissions: 0o700) } catch {
                if error.isAlreadyThere { continue }
                let isThere = FileSystem.exists(destination)
                throw IOFailure(isThere ? .write : error.operation, destination, error.cause)
            }
            // Until it is locked, another process may remove it as a leftover; then another one is created.
            let locked: Int32?
            let copies: [Int32]
            do throws(IOFailure) {
                locked = try Self.locked(candidate)
                copies = try locked.map { (locked) throws(IOFailure) in try Self.copies(of: locked, candidate) } ?? []
            } catch {
                FileSystem.removeEmptyDirectory(candidate)
                throw error.moved(from: candidate, to: destination)
            }
            guard let locked else { continue }
            path = candidate
            descriptor = locked
            spares = Mutex(copies)
            break
        }
        Interruption.register(path)
    }

    /// `nil` if another process has removed the directory, or is about to.
    private static func locked(_ path: String) throws(IOFailure) -> Int32? {
        let descriptor = retried { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw IOFailure.last(.open, path)
        }
        // On a file system without locks the directory of another run cannot be told from a leftover; both stay.
        if retried({ flock(descriptor, LOCK_EX | LOCK_NB) }) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            return nil
        }
        do throws(IOFailure) {
            if try FileSystem.isPresent(path) { return descriptor }
        } catch {
            close(descriptor)
            throw error
        }
        close(descriptor)
        return nil
    }

    /// The levels of a staged layout: the staging directory, the layout, `blobs`, and the folder of an algorithm.
    private static let levels = 4

    /// Closes `descriptor` if the system refuses one.
    private static func copies(of descriptor: Int32, _ path: String) throws(IOFailure) -> [Int32] {
        var copies: [Int32] = []
        for _ in 0..<levels {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else {
                let failure = IOFailure.last(.open, path)
                for copy in copies + [descriptor] { close(copy) }
                throw failure
            }
            copies.append(copy)
        }
        return copies
    }

    private func releaseSpares() {
        spares.withLock { spares in
            for copy in spares { close(copy) }
            spares = []
        }
    }

    deinit {
        releaseSpares()
        close(descriptor)
    }

    /// Removes everything that was not published. Safe to call twice. Returns why something stays; `nil` if nothing does.
    @discardableResult
    package func discard() -> IOFailure? {
        releaseSpares()
        let failure = Self.remove(path)
        Interruption.unregister(path)
        return failure
    }

    /// Folders that hold the old content of the destination while the new content takes its place. Only the code that
    /// restores it, or knows that nothing is missing, removes them.
    package static let (keptName, begunName) = ("kept", "begun")
    /// The same for a directory as a whole.
    package static let asideName = "aside"

    /// Whether the directory holds content that exists nowhere else.
    private static func isNeeded(_ path: String) throws(IOFailure) -> Bool {
        for name in [keptName, begunName, asideName] {
            if try FileSystem.isPresent("\(path)/\(name)") { return true }
        }
        return false
    }

    /// Removes the directory unless it holds content that exists nowhere else. Returns why something stays.
    @discardableResult
    static func remove(_ path: String) -> IOFailure? {
        do throws(IOFailure) {
            return try isNeeded(path) ? IOFailure(.remove, path, .system(ENOTEMPTY)) : FileSystem.removeTree(path)
        } catch { return IOFailure(.remove, path, error.cause) }
    }

    /// Runs the step that makes the result visible. A signal takes effect before or after it, never within.
    package func publish(_ step: () throws(IOFailure) -> Void) throws(IOFailure) {
        try Interruption.uninterrupted { () throws(IOFailure) in
            try Interruption.check(.rename, path)
            try step()
        }
    }

    static func prefix(for name: String) -> String {
        "." + String(decoding: name.utf8.prefix(200), as: UTF8.self) + ".ocimerge-"
    }

    /// Removes the directories of killed runs, not those of running ones.
    package static func removeLeftovers(in directory: String, for name: String) {
        forEachLeftover(in: directory, for: name) { remove($0) }
    }

    /// Removes those beside a file or directory for which they were made.
    package static func removeLeftovers(beside path: String) {
        removeLeftovers(in: FileSystem.parent(of: path), for: FileSystem.name(of: path))
    }

    /// Calls `body` with each directory of a killed run that holds content that exists nowhere else; it is locked
    /// meanwhile.
    package static func forEachNeeded(
        in directory: String, for name: String, _ body: (String) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        try forEachLeftover(in: directory, for: name) { (path) throws(IOFailure) in
            if try isNeeded(path) { try body(path) }
        }
    }

    /// The paths of directories of killed runs that can be removed.
    package static func leftovers(in directory: String, for name: String) -> [String] {
        var found: [String] = []
        forEachLeftover(in: directory, for: name) { if (try? isNeeded($0)) == false { found.append($0) } }
        return found.sorted()
    }

    /// Each is locked while `body` runs.
    private static func forEachLeftover<Failure: Error>(
        in directory: String, for name: String, _ body: (String) throws(Failure) -> Void
    ) throws(Failure) {
        let prefix = prefix(for: name)
        for name in (try? FileSystem.entries(of: directory)) ?? [] where name.hasPrefix(prefix) {
            if name == prefix + PartialPlace.suffix { continue }
            let leftover = directory + "/" + name
            let descriptor = retried { unsafe open(leftover, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) }
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if retried({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 { try body(leftover) }
        }
    }
}
