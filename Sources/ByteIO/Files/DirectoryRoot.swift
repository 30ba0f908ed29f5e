internal import Glibc
internal import Synchronization

/// A directory whose files are opened one path component at a time and never through a link: no name in an untrusted
/// document leads out of it.
package final class DirectoryRoot: Sendable {
    package let path: String
    private let top: OpenEntry
    /// The directory of the file that was opened last: a layout has its blobs in one.
    private let recent: Mutex<(name: Substring, directory: OpenEntry)?> = Mutex(nil)

    package init(path: String) throws(IOFailure) {
        top = try OpenEntry(at: path)
        self.path = path
    }

    /// `nil` if the name is absent. A link, a FIFO or a directory is an error.
    package func open(_ name: String) throws(IOFailure) -> OpenFile? {
        let full = path == "/" ? "/" + name : path + "/" + name
        let end = name.utf8.lastIndex(of: UInt8(ascii: "/"))
        let file = end.map { String(name[name.utf8.index(after: $0)...]) } ?? name
        guard Self.isPlain(file) else { throw IOFailure(.open, full, .system(ENOENT)) }
        let parent = if let end { try directory(name[..<end], full) } else { top as OpenEntry? }
        guard let parent else { return nil }
        let opened = retried {
            unsafe openat(parent.descriptor, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        }
        if opened < 0 && errno == ENOENT { return nil }
        // A link, or a socket.
        if opened < 0 && (errno == ELOOP || errno == ENXIO) { throw IOFailure(.open, full, .notRegularFile) }
        return try OpenFile(adopting: opened, path: full)
    }

    /// A directory below, for the file `full` inside it; `nil` if it is absent.
    private func directory(_ name: Substring, _ full: String) throws(IOFailure) -> OpenEntry? {
        if let known = recent.withLock({ $0?.name == name ? $0?.directory : nil }) { return known }
        let components = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard components.allSatisfy(Self.isPlain) else { throw IOFailure(.open, full, .system(ENOENT)) }
        var directory = top
        for component in components {
            let parent = directory.descriptor
            let next = retried {
                unsafe openat(parent, component, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            }
            if next < 0 {
                let failure = IOFailure.last(.open, full)
                if isLink(component, in: directory.descriptor) { throw IOFailure(.open, full, .notRegularFile) }
                if failure.isAbsence { return nil }
                throw failure
            }
            directory = OpenEntry(adopting: next)
        }
        let found = directory
        recent.withLock { $0 = (name, found) }
        return found
    }

    private static func isPlain(_ component: String) -> Bool {
        !component.isEmpty && component != "." && component != ".."
    }

    /// All names below except directories, sorted, with the sizes of regular files. Links are not followed.
    package func names() throws(IOFailure) -> [(name: String, size: Int64?)] {
        var found: [(name: String, size: Int64?)] = []
        var waiting = [""]
        while let folder = waiting.popLast() {
            for entry in try FileSystem.entries(of: folder.isEmpty ? path : path + "/" + folder) {
                let name = folder.isEmpty ? entry : folder + "/" + entry
                let full = path + "/" + name
                // Another program may have removed it meanwhile.
                guard let status = try FileSystem.presentStatus(ofLink: full) else { continue }
                switch status.st_mode & S_IFMT {
                case S_IFDIR: waiting.append(name)
                case S_IFREG: found.append((name, Int64(status.st_size)))
                default: found.append((name, nil))
                }
                guard found.count + waiting.count <= Self.nameLimit else {
                    throw IOFailure(.list, path, .tooLarge(limit: Int64(Self.nameLimit)))
                }
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    private static let nameLimit = 1_000_000

    private func isLink(_ name: String, in parent: Int32) -> Bool {
        var status = stat()
        guard retried({ unsafe fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) }) == 0 else { return false }
        return status.st_mode & S_IFMT == S_IFLNK
    }
}

/// A file below a directory, opened for each reading: a layout with twenty thousand blobs must not hold as many
/// descriptors. A size that has changed shows as missing or excess bytes.
package struct DirectoryFile: ByteSource {
    private let root: DirectoryRoot
    private let name: String
    package let size: Int64

    package init(_ root: DirectoryRoot, name: String, size: Int64) {
        self.root = root
        self.name = name
        self.size = size
    }

    package var path: String { root.path + "/" + name }

    package func open() throws(IOFailure) -> any ByteReader { FileReader(try file()) }

    package var window: FileWindow? {
        get throws(IOFailure) { FileWindow(try file(), offset: 0, size: size) }
    }

    private func file() throws(IOFailure) -> OpenFile {
        guard let file = try root.open(name) else { throw IOFailure(.open, path, .system(IOFailure.noSuchFile)) }
        return file
    }
}
