internal import Glibc

/// Looks up, creates, moves and removes names in the file system.
package enum FileSystem {
    package enum Kind: Sendable { case file, directory, other }

    /// The attributes of the file behind all links; `nil`, with errno set, if the look-up fails.
    static func status(of path: String) -> stat? {
        var status = stat()
        return retried { unsafe stat(path, &status) } == 0 ? status : nil
    }

    /// The same of a link itself.
    static func status(ofLink path: String) -> stat? {
        var status = stat()
        return retried { unsafe lstat(path, &status) } == 0 ? status : nil
    }

    /// The same of an open file.
    static func status(of descriptor: Int32) -> stat? {
        var status = stat()
        return retried { unsafe fstat(descriptor, &status) } == 0 ? status : nil
    }

    /// Whether the path leads to the open file. A look-up that fails is an error.
    static func isFile(_ descriptor: Int32, at path: String) throws(IOFailure) -> Bool {
        guard let held = status(of: descriptor) else { throw IOFailure.last(.open, path) }
        if let found = status(of: path) { return held.isSameFile(as: found) }
        try requireAbsence(path)
        return false
    }

    /// To be called after a look-up of the path that failed: throws the failure unless nothing is there.
    static func requireAbsence(_ path: String) throws(IOFailure) {
        let failure = IOFailure.last(.open, path)
        if !failure.isAbsence { throw failure }
    }

    /// The status of the name itself, not of what a link leads to; `nil` if it is absent. A look-up that fails is an error.
    static func presentStatus(ofLink path: String) throws(IOFailure) -> stat? {
        if let status = status(ofLink: path) { return status }
        try requireAbsence(path)
        return nil
    }

    package static func kind(of path: String) -> Kind? {
        guard let status = status(of: path) else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        default: return .other
        }
    }

    /// The kind of the file behind all links; `nil` if it is absent. A look-up that fails is an error, never an absence.
    package static func presentKind(of path: String) throws(IOFailure) -> Kind? {
        if let kind = kind(of: path) { return kind }
        try requireAbsence(path)
        return nil
    }

    /// Whether the name exists in any form, a dangling link included. A look-up that fails is an error.
    package static func isPresent(_ path: String) throws(IOFailure) -> Bool {
        try presentStatus(ofLink: path) != nil
    }

    /// The size of a regular file; `nil` if there is none. A look-up that fails is an error.
    package static func presentSize(_ path: String) throws(IOFailure) -> Int64? {
        try presentStatus(ofLink: path).flatMap { $0.st_mode & S_IFMT == S_IFREG ? Int64($0.st_size) : nil }
    }

    /// Whether the path is a directory itself, not a link to one. A look-up that fails is an error.
    package static func isPresentDirectory(_ path: String) throws(IOFailure) -> Bool {
        try presentStatus(ofLink: path).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
    }

    /// Whether the name exists in any form, a dangling link included.
    package static func exists(_ path: String) -> Bool { status(ofLink: path) != nil }

    /// Whether the path is a directory itself, not a link to one.
    package static func isDirectory(_ path: String) -> Bool { isOfType(S_IFDIR, path) }

    /// Whether the path is a link. A look-up that fails is an error.
    package static func isPresentLink(_ path: String) throws(IOFailure) -> Bool {
        try presentStatus(ofLink: path).map { $0.st_mode & S_IFMT == S_IFLNK } ?? false
    }

    package static func isLink(_ path: String) -> Bool { isOfType(S_IFLNK, path) }

    private static func isOfType(_ type: mode_t, _ path: String) -> Bool {
        status(ofLink: path).map { $0.st_mode & S_IFMT == type } ?? false
    }

    /// Whether this process can create files in the directory `from` and link them in the directory `to`.
    package static func canLink(from: String, to: String) -> Bool {
        guard let one = status(of: from), let other = status(of: to), one.st_dev == other.st_dev else { return false }
        return unsafe eaccess(from, W_OK | X_OK) == 0
    }

    package static func fileSize(_ path: String) -> Int64? {
        guard let status = status(ofLink: path), status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int64(status.st_size)
    }

    package static func makeDirectory(_ path: String, permissions: UInt32 = 0o777) throws(IOFailure) {
        guard unsafe mkdir(path, permissions) == 0 else { throw IOFailure.last(.create, path) }
    }

    package static func makeDirectories(_ path: String, permissions: UInt32 = 0o777) throws(IOFailure) {
        if kind(of: path) == .directory { return }
        let parent = self.parent(of: path)
        if parent != path { try makeDirectories(parent, permissions: permissions) }
        guard unsafe mkdir(path, permissions) == 0 || errno == EEXIST else { throw IOFailure.last(.create, path) }
    }

    /// Replaces a file or an empty directory at `to`; atomic.
    package static func move(_ from: String, to: String) throws(IOFailure) {
        guard unsafe rename(from, to) == 0 else { throw IOFailure.last(.rename, to) }
    }

    /// Moves a file. Fails, and changes nothing, if the name `to` exists, even if it was created this very moment.
    package static func moveNew(_ from: String, to: String) throws(IOFailure) {
        try moveNew(from, to: to, by: MoveMethod.allCases)
    }

    /// The methods of moving to a new name. Not every file system supports each; all support the last.
    enum MoveMethod: CaseIterable { case exclusiveRename, secondName, placeholder }

    static func moveNew(_ from: String, to: String, by methods: [MoveMethod]) throws(IOFailure) {
        for method in methods {
            switch method {
            case .exclusiveRename:
                if unsafe renameat2(AT_FDCWD, from, AT_FDCWD, to, UInt32(RENAME_NOREPLACE)) == 0 { return }
                guard errno == EINVAL || errno == ENOSYS else { throw IOFailure.last(.rename, to) }
            case .secondName:
                if unsafe link(from, to) == 0 {
                    unsafe _ = unlink(from)
                    return
                }
                guard [EPERM, ENOTSUP, ENOSYS, EMLINK].contains(errno) else { throw IOFailure.last(.rename, to) }
            case .placeholder: return try moveOverPlaceholder(from, to: to)
            }
        }
    }

    /// An empty file, which only one process can create, reserves the name until the rename.
    private static func moveOverPlaceholder(_ from: String, to: String) throws(IOFailure) {
        let placeholder = retried {
            unsafe open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        }
        guard placeholder >= 0 else { throw IOFailure.last(.rename, to) }
        close(placeholder)
        do throws(IOFailure) { try move(from, to: to) } catch {
            unsafe _ = unlink(to)
            throw error
        }
    }

    package static func removeFile(_ path: String) throws(IOFailure) {
        guard unsafe unlink(path) == 0 || errno == ENOENT else { throw IOFailure.last(.remove, path) }
    }

    /// Gives a new file the owner, group and permissions of the file at `path`. Never widens access: if the group cannot
    /// be kept, only the owner's permissions are; if the owner cannot, the group is still tried.
    package static func copyPermissions(of path: String, to new: String) throws(IOFailure) {
        guard let status = status(of: path) else { throw IOFailure.last(.open, path) }
        var mode = status.st_mode & 0o7777
        switch takeOwner(status, new) {
        case .ownerAndGroup: break
        // The set-user-ID bit is about the owner.
        case .group: mode &= ~0o4000
        case .neither: mode &= 0o700
        }
        guard unsafe chmod(new, mode) == 0 else { throw IOFailure.last(.create, new) }
    }

    private enum Taken { case ownerAndGroup, group, neither }

    /// Owner and group in one call; the group alone if this process may not give files away.
    private static func takeOwner(_ status: stat, _ new: String) -> Taken {
        if unsafe chown(new, status.st_uid, status.st_gid) == 0 { return .ownerAndGroup }
        let unchanged = uid_t.max
        return unsafe chown(new, unchanged, status.st_gid) == 0 ? .group : .neither
    }

    /// The permission bits; `nil` if nothing is there.
    package static func permissions(of path: String) -> UInt32? {
        status(of: path).map { $0.st_mode & 0o777 }
    }

    /// Gives `new` the owner and group of the file at `path`, as far as this process may. Its permissions stay, so this
    /// is for files that are the owner's alone.
    package static func copyOwner(of path: String, to new: String) {
        guard let status = status(of: path) else { return }
        _ = takeOwner(status, new)
    }

    package static var userNumber: UInt32 { getuid() }

    /// Exchanges the two names in one step.
    package static func exchange(_ one: String, _ other: String) throws(IOFailure) {
        guard unsafe renameat2(AT_FDCWD, one, AT_FDCWD, other, UInt32(RENAME_EXCHANGE)) == 0 else {
            throw IOFailure.last(.rename, other)
        }
    }

    /// Whether the file system of `directory` can exchange two names; not every one can. Tried with two new directories.
    package static func canExchange(in directory: String) throws(IOFailure) -> Bool {
        let names = [directory + "/exchange-1", directory + "/exchange-2"]
        for name in names { try makeDirectory(name) }
        defer { for name in names { removeEmptyDirectory(name) } }
        do throws(IOFailure) { try exchange(names[0], names[1]) } catch {
            if error.cause == .system(EINVAL) || error.cause == .system(ENOSYS) || error.cause == .system(ENOTSUP) {
                return false
            }
            throw error
        }
        return true
    }

    /// Takes back a file or an empty directory that this process has just made. Throws nothing, as `removeTree`.
    package static func removeNew(_ path: String) { if unsafe unlink(path) != 0 { removeEmptyDirectory(path) } }

    package static func removeEmptyDirectory(_ path: String) { unsafe _ = rmdir(path) }

    /// Makes the names in a directory survive a power cut.
    package static func syncDirectory(_ path: String) throws(IOFailure) {
        let descriptor = retried { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw IOFailure.last(.sync, path) }
        defer { close(descriptor) }
        guard retried({ fsync(descriptor) }) == 0 || errno == EINVAL else { throw IOFailure.last(.sync, path) }
    }

    /// Makes the bytes of a file survive a power cut.
    package static func syncFile(_ path: String) throws(IOFailure) {
        let descriptor = retried { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw IOFailure.last(.sync, path) }
        defer { close(descriptor) }
        guard retried({ fsync(descriptor) }) == 0 else { throw IOFailure.last(.sync, path) }
    }

    /// The path without links and dots; the path itself if it cannot be resolved.
    package static func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    package static func parent(of path: String) -> String {
        let trimmed = trimmingSlashes(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : trimmingSlashes(String(trimmed[..<slash]))
    }

    package static func name(of path: String) -> String {
        let trimmed = trimmingSlashes(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return trimmed }
        return String(trimmed[trimmed.index(after: slash)...])
    }

    package static func trimmingSlashes(_ path: String) -> String {
        var end = path.endIndex
        while end > path.startIndex {
            let before = path.index(before: end)
            guard path[before] == "/", before > path.startIndex else { break }
            end = before
        }
        return String(path[..<end])
    }
}

extension stat {
    func isSameFile(as other: stat) -> Bool { st_dev == other.st_dev && st_ino == other.st_ino }
}
