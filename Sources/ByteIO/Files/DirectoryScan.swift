internal import Glibc

/// Why a directory cannot become a part of an image.
package enum DirectoryScanError: Error, Equatable, Sendable {
    package enum SpecialFile: Equatable, Sendable { case characterDevice, blockDevice, fifo, socket, other }

    case failed(IOFailure)
    /// A file that is no regular file, directory or symbolic link.
    case special(path: String, SpecialFile)
}

extension DirectorySnapshot {
    /// Reads all names below the directory, which a link may lead to. No link below it is followed, not even one that is
    /// made meanwhile. A directory that changes while it is listed is an error.
    package init(of path: String) throws(DirectoryScanError) {
        var scan = DirectoryScan(path)
        try scan.run()
        self = scan.snapshot
    }
}

private struct DirectoryScan {
    var snapshot: DirectorySnapshot
    /// The first names of files that have several.
    private var firsts: [FileKey: Int] = [:]

    private struct FileKey: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    init(_ path: String) { snapshot = DirectorySnapshot(empty: path) }

    mutating func run() throws(DirectoryScanError) {
        let path = snapshot.path
        let top = try failing { () throws(IOFailure) in try OpenEntry(at: path) }
        let status = try failing { () throws(IOFailure) in try top.status { path } }
        _ = snapshot.add([], in: 0, DirectorySnapshot.Status(status))
        try list(top, 0)
    }

    private func failing<R>(_ body: () throws(IOFailure) -> R) throws(DirectoryScanError) -> R {
        try mapping(DirectoryScanError.failed, body)
    }

    private mutating func list(_ directory: OpenEntry, _ number: Int) throws(DirectoryScanError) {
        let path = snapshot.path(of: number)
        let status = snapshot.status(of: number)
        let names = try failing { () throws(IOFailure) in
            let names = try directory.names(path)
            guard DirectorySnapshot.Status(try directory.status { path }) == status else {
                throw IOFailure(.list, path, .changed)
            }
            return names
        }
        for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            try add(name, in: directory, number) {
                path + (path.hasSuffix("/") ? "" : "/") + String(decoding: name, as: UTF8.self)
            }
        }
    }

    private mutating func add(
        _ name: [UInt8], in directory: OpenEntry, _ parent: Int, _ path: () -> String
    ) throws(DirectoryScanError) {
        try failing { () throws(IOFailure) in try Interruption.check(.list, snapshot.path) }
        let found = try failing { () throws(IOFailure) in try directory.status(of: name, path) }
        switch found.st_mode & S_IFMT {
        case S_IFREG: try addFile(name, in: directory, parent, found, path)
        case S_IFDIR: try addDirectory(name, in: directory, parent, found, path)
        case S_IFLNK: try addLink(name, in: directory, parent, found, path)
        case S_IFCHR: throw .special(path: path(), .characterDevice)
        case S_IFBLK: throw .special(path: path(), .blockDevice)
        case S_IFIFO: throw .special(path: path(), .fifo)
        case S_IFSOCK: throw .special(path: path(), .socket)
        default: throw .special(path: path(), .other)
        }
    }

    private mutating func addFile(
        _ name: [UInt8], in directory: OpenEntry, _ parent: Int, _ found: stat, _ path: () -> String
    ) throws(DirectoryScanError) {
        let status = DirectorySnapshot.Status(found)
        let key = FileKey(device: status.device, inode: status.inode)
        let number = snapshot.add(name, in: parent, status)
        if found.st_nlink > 1 {
            if let first = firsts[key] { return snapshot.note(number, isNameOf: first) }
            firsts[key] = number
        }
        let attributes = try failing { () throws(IOFailure) in
            let file = try directory.open(name, .file, status, path)
            return try ExtendedAttribute.all(ofFile: file.descriptor, path)
        }
        snapshot.add(attributes, of: number)
    }

    private mutating func addDirectory(
        _ name: [UInt8], in directory: OpenEntry, _ parent: Int, _ found: stat, _ path: () -> String
    ) throws(DirectoryScanError) {
        let status = DirectorySnapshot.Status(found)
        let number = snapshot.add(name, in: parent, status)
        let opened = try failing { () throws(IOFailure) in try directory.open(name, .directory, status, path) }
        let attributes = try failing { () throws(IOFailure) in
            try ExtendedAttribute.all(ofFile: opened.descriptor, path)
        }
        snapshot.add(attributes, of: number)
        try list(opened, number)
    }

    private mutating func addLink(
        _ name: [UInt8], in directory: OpenEntry, _ parent: Int, _ found: stat, _ path: () -> String
    ) throws(DirectoryScanError) {
        let status = DirectorySnapshot.Status(found)
        let (target, attributes) = try failing { () throws(IOFailure) in
            let link = try directory.open(name, .symbolicLink, status, path)
            return (try link.target(path), try ExtendedAttribute.all(ofLink: link.descriptor, path))
        }
        snapshot.add(attributes, of: snapshot.add(name, in: parent, status, target: target))
    }
}
