internal import Glibc

/// A private directory beside (or inside) a destination, on its file system, where a result grows until it is
/// complete. It holds a lock as long as the process lives, so the next run can tell a leftover from a neighbour at
/// work and removes only the former.
package final class StagingDirectory: Sendable {
    package let path: String
    private let descriptor: Int32

    /// `directory/.name.ocimerge-xxxxxx`; leftovers of killed runs with the same name are removed first.
    /// Where none can be made, the failure is that of `destination`, which people know: the name of this one says nothing
    /// to them.
    package init(in directory: String, for name: String, destination: String) throws(IOFailure) {
        let prefix = Self.prefix(for: name)
        Self.removeLeftovers(in: directory, for: name)
        let base = directory == "/" ? "/" + prefix : directory + "/" + prefix
        var random = SystemRandomNumberGenerator()
        while true {
            let candidate = base + String(UInt32.random(in: 0x1000_0000...UInt32.max, using: &random), radix: 36)
            do throws(IOFailure) { try FileSystem.makeDirectory(candidate) } catch {
                if error.isAlreadyThere { continue }
                let isThere = FileSystem.exists(destination)
                throw IOFailure(isThere ? .write : error.operation, destination, error.cause)
            }
            // Between its making and its locking a neighbour may take it for a leftover; then another one is made.
            guard let locked = try Self.locked(candidate) else { continue }
            path = candidate
            descriptor = locked
            break
        }
        Interruption.register(path)
    }

    /// nil when the directory is gone, or about to go.
    private static func locked(_ path: String) throws(IOFailure) -> Int32? {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw IOFailure.last(.open, path)
        }
        // Some file systems know no locks; then leftovers are only what nobody can mistake for a neighbour's work.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            return nil
        }
        if FileSystem.exists(path) { return descriptor }
        close(descriptor)
        return nil
    }

    deinit { close(descriptor) }

    /// What was not published is gone after this. Safe to call twice.
    package func discard() {
        Self.remove(path)
        Interruption.unregister(path)
    }

    /// What stood at the destination waits in a folder of one of these names while others take its place. Nobody removes
    /// it but who has put it back, or knows that nothing is missing there.
    package static let (keptName, begunName) = ("kept", "begun")

    /// Something in it stands nowhere else.
    private static func isNeeded(_ path: String) -> Bool {
        FileSystem.isDirectory("\(path)/\(keptName)") || FileSystem.isDirectory("\(path)/\(begunName)")
    }

    /// All of it, unless something in it stands nowhere else.
    static func remove(_ path: String) {
        if !isNeeded(path) { FileSystem.removeTree(path) }
    }

    /// Runs the step that makes the result visible; a signal comes before it or after it, never within.
    package func publish(_ step: () throws(IOFailure) -> Void) throws(IOFailure) {
        try Interruption.uninterrupted { () throws(IOFailure) in
            try Interruption.check(.rename, path)
            try step()
        }
    }

    private static func prefix(for name: String) -> String {
        "." + String(decoding: name.utf8.prefix(200), as: UTF8.self) + ".ocimerge-"
    }

    /// What killed runs left; a neighbour at work keeps what is its own.
    package static func removeLeftovers(in directory: String, for name: String) {
        forEachLeftover(in: directory, for: name) { remove($0) }
    }

    /// What killed runs left and stands nowhere else, each locked while `body` has it.
    package static func forEachNeeded(
        in directory: String, for name: String, _ body: (String) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        try forEachLeftover(in: directory, for: name) { (path) throws(IOFailure) in
            if isNeeded(path) { try body(path) }
        }
    }

    /// The paths of what killed runs left.
    package static func leftovers(in directory: String, for name: String) -> [String] {
        var found: [String] = []
        forEachLeftover(in: directory, for: name) { if !isNeeded($0) { found.append($0) } }
        return found.sorted()
    }

    /// Each is locked while `body` has it.
    private static func forEachLeftover<Failure: Error>(
        in directory: String, for name: String, _ body: (String) throws(Failure) -> Void
    ) throws(Failure) {
        let prefix = prefix(for: name)
        for name in (try? FileSystem.entries(of: directory)) ?? [] where name.hasPrefix(prefix) {
            let leftover = directory + "/" + name
            let descriptor = unsafe open(leftover, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { try body(leftover) }
        }
    }
}
