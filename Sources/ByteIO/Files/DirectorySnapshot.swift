internal import Glibc

/// The files of a directory at one moment: their names, properties and extended attributes, without their contents. Each
/// file has a number. The directory is number 0; files are sorted by name (bytes), and follow their directory.
package struct DirectorySnapshot: Sendable {
    package enum Kind: Sendable { case file, directory, symbolicLink }

    /// What tells whether a file is the same and unchanged.
    struct Status: Equatable {
        let device: UInt64
        let inode: UInt64
        let mode: UInt32
        let size: Int64
        let modified: Time
        let changed: Time

        struct Time: Equatable {
            let seconds: Int
            let nanoseconds: Int

            init(_ time: timespec) { (seconds, nanoseconds) = (time.tv_sec, time.tv_nsec) }
        }

        init(_ status: stat) {
            device = UInt64(status.st_dev)
            inode = UInt64(status.st_ino)
            mode = status.st_mode
            size = Int64(status.st_size)
            modified = Time(status.st_mtim)
            changed = Time(status.st_ctim)
        }
    }

    private struct Entry {
        let parent: Int
        /// The place of the name in `text`, and behind it the target of a link.
        let text: Int
        let nameLength: UInt16
        let targetLength: UInt16
        let status: Status
    }

    /// The path of the directory as it was given.
    package let path: String
    private var entries: [Entry] = []
    private var text: [UInt8] = []
    private var attributeLists: [Int: [ExtendedAttribute]] = [:]
    /// Of each further name of a file the number of the first.
    private var firsts: [Int: Int] = [:]

    init(empty path: String) { self.path = path }

    package var count: Int { entries.count }

    package func kind(of number: Int) -> Kind {
        switch entries[number].status.mode & UInt32(S_IFMT) {
        case UInt32(S_IFDIR): .directory
        case UInt32(S_IFLNK): .symbolicLink
        default: .file
        }
    }

    /// The number of the directory that has the file; 0 for the directory itself.
    package func parent(of number: Int) -> Int { entries[number].parent }

    /// Empty for the directory itself.
    package func name(of number: Int) -> [UInt8] {
        let entry = entries[number]
        return Array(text[entry.text..<entry.text + Int(entry.nameLength)])
    }

    /// The target of a symbolic link as it is written; empty for other files.
    package func target(of number: Int) -> [UInt8] {
        let entry = entries[number]
        let start = entry.text + Int(entry.nameLength)
        return Array(text[start..<start + Int(entry.targetLength)])
    }

    /// The number of the first name of the same file; `nil` if this is it.
    package func first(of number: Int) -> Int? { firsts[number] }

    /// The permissions, with the bits for set-user-ID, set-group-ID and sticky.
    package func mode(of number: Int) -> Int { Int(entries[number].status.mode & 0o7777) }

    /// The size of a regular file.
    package func size(of number: Int) -> Int64 { entries[number].status.size }

    package func attributes(of number: Int) -> [ExtendedAttribute] { attributeLists[number] ?? [] }

    /// The path for messages.
    package func path(of number: Int) -> String {
        var names: [[UInt8]] = []
        var number = number
        while number != 0 {
            names.append(name(of: number))
            number = parent(of: number)
        }
        let root = path.hasSuffix("/") ? String(path.dropLast()) : path
        if names.isEmpty { return path }
        return root + "/" + String(decoding: Array(names.reversed().joined(separator: "/".utf8)), as: UTF8.self)
    }

    func status(of number: Int) -> Status { entries[number].status }

    // MARK: - Adding

    /// Returns the number.
    mutating func add(_ name: [UInt8], in parent: Int, _ status: Status, target: [UInt8] = []) -> Int {
        entries.append(
            Entry(
                parent: parent, text: text.count, nameLength: UInt16(name.count), targetLength: UInt16(target.count),
                status: status))
        text += name
        text += target
        return entries.count - 1
    }

    mutating func add(_ attributes: [ExtendedAttribute], of number: Int) {
        if !attributes.isEmpty { attributeLists[number] = attributes }
    }

    mutating func note(_ number: Int, isNameOf first: Int) { firsts[number] = first }
}
