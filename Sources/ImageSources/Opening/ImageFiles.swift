package import ByteIO
internal import ImageModel

/// The files of a source by name: an indexed tar or a directory.
package protocol ImageFiles: Sendable {
    var path: String { get }
    /// `nil` if there is no such file.
    func file(_ name: String) throws(SourceError) -> (any ByteSource)?
    /// A small file. A file above `limit` is refused before it is read.
    func bytes(_ name: String, limit: Int64) throws(SourceError) -> [UInt8]?
    /// The names at the top, which tell the format of a source that is no image.
    var topNames: Set<String> { get throws(SourceError) }
    /// The name at the top if all files have the same; `nil` if they have different ones, or if there is no file.
    var onlyTopName: String? { get throws(SourceError) }
    /// Whether one file contains the others.
    var isArchive: Bool { get }
    /// Every file, including those that no dialect reads.
    func all() throws(SourceError) -> [ListedFile]
    /// Every name, links included.
    var names: [String] { get throws(SourceError) }
    /// The archive of which they are members; `nil` if it cannot be read again.
    var archive: ArchiveInput? { get }
    /// The damage at which the list of files ends; `nil` if it is complete.
    var damage: TarError? { get }
    /// The name of the file in the archive.
    func memberName(_ name: String) -> String
}

/// A file of a source; without bytes if it is no regular file.
package struct ListedFile: Sendable {
    package let name: String
    package let source: (any ByteSource)?
}

extension ImageFiles {
    package var archive: ArchiveInput? { nil }
    package var damage: TarError? { nil }
    package func memberName(_ name: String) -> String { name }
    package var onlyTopName: String? {
        get throws(SourceError) {
            let names = try topNames
            return names.count == 1 ? names.first : nil
        }
    }

    package func bytes(_ name: String, limit: Int64) throws(SourceError) -> [UInt8]? {
        guard let source = try file(name) else { return nil }
        if source.size > limit { throw .documentTooLarge(path: path, member: name, limit: limit) }
        do throws(IOFailure) { return try source.bytes(limit: limit) } catch { throw .io(error) }
    }
}

struct TarFiles: ImageFiles {
    let path: String
    let index: MemberIndex
    let isArchive = true
    var archive: ArchiveInput?
    var damage: TarError? { index.damage }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        do throws(MemberError) { return try index.file(name) } catch { throw .member(error) }
    }

    var topNames: Set<String> {
        Set(index.names.map { String(Substring(Self.top($0))) })
    }

    /// The search ends at the second name: an archive of thousands of images has as many of them.
    var onlyTopName: String? {
        var only: Substring.UTF8View?
        for name in index.names {
            let top = Self.top(name)
            if let only, !only.elementsEqual(top) { return nil }
            only = top
        }
        return only.map { String(Substring($0)) }
    }

    private static func top(_ name: String) -> Substring.UTF8View { name.utf8.prefix { $0 != UInt8(ascii: "/") } }

    func all() -> [ListedFile] { index.unlinkedFiles.map { ListedFile(name: $0.name, source: $0.source) } }
    var names: [String] { Array(index.names) }
}

/// The files of a source that has none.
struct NoFiles: ImageFiles {
    let path: String
    let isArchive = false
    let topNames: Set<String> = []
    let names: [String] = []

    func file(_ name: String) -> (any ByteSource)? { nil }
    func all() -> [ListedFile] { [] }
}

struct DirectoryFiles: ImageFiles {
    let root: DirectoryRoot
    let isArchive = false

    var path: String { root.path }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        do throws(IOFailure) {
            guard let file = try root.open(name) else { return nil }
            if let place = LayoutPath(exactly: name) { return DirectoryBlob(root: root, place: place, size: file.size) }
            return DirectoryFile(root, name: name, size: file.size)
        } catch { throw .io(error) }
    }

    /// Other programs may write the directory at the same time. The file is opened once, so that a rename over it changes
    /// nothing. A program that writes in place leaves it empty or short for a moment: then it is read again.
    func bytes(_ name: String, limit: Int64) throws(SourceError) -> [UInt8]? {
        var attempts = 10
        while true {
            attempts -= 1
            do throws(IOFailure) {
                guard let file = try root.open(name) else { return nil }
                if file.size > limit { throw IOFailure(.read, file.path, .tooLarge(limit: limit)) }
                let bytes = try file.bytes(at: 0, count: Int(file.size))
                let isShort = Int64(bytes.count) < file.size
                if !isShort, !bytes.isEmpty || attempts == 0 { return bytes }
                if attempts == 0 { throw IOFailure(.read, file.path, .truncated) }
                try SystemTime().sleep(.milliseconds(50), for: file.path)
            } catch {
                if case .tooLarge = error.cause { throw .documentTooLarge(path: path, member: name, limit: limit) }
                throw .io(error)
            }
        }
    }

    var topNames: Set<String> {
        get throws(SourceError) {
            do throws(IOFailure) { return Set(try FileSystem.entries(of: root.path)) } catch { throw .io(error) }
        }
    }

    func all() throws(SourceError) -> [ListedFile] {
        do throws(IOFailure) {
            return try root.names().map { name, size in
                ListedFile(name: name, source: size.map { DirectoryFile(root, name: name, size: $0) })
            }
        } catch { throw .io(error) }
    }

    var names: [String] {
        get throws(SourceError) {
            do throws(IOFailure) { return try root.names().map(\.name) } catch { throw .io(error) }
        }
    }
}

/// A blob of a layout in a directory. It keeps no name: a layout may have many thousand blobs.
private struct DirectoryBlob: ByteSource {
    let root: DirectoryRoot
    let place: LayoutPath
    let size: Int64

    private var file: DirectoryFile { DirectoryFile(root, name: place.description, size: size) }

    var path: String { file.path }

    func open() throws(IOFailure) -> any ByteReader { try file.open() }

    var window: FileWindow? { get throws(IOFailure) { try file.window } }
}

/// The files below the only folder of an archive, as `tar -c layout` writes it. The folder is no part of any dialect.
struct OneFolder: ImageFiles {
    private let files: any ImageFiles
    private let folder: String
    let isArchive = true

    static func unwrapped(_ files: any ImageFiles) throws(SourceError) -> any ImageFiles {
        guard files.isArchive else { return files }
        guard let folder = try files.onlyTopName else { return files }
        let wrapped = OneFolder(files: files, folder: folder)
        for telling in ["index.json", "manifest.json"] where try wrapped.file(telling) != nil { return wrapped }
        return files
    }

    var path: String { files.path }

    var archive: ArchiveInput? { files.archive }
    var damage: TarError? { files.damage }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? { try files.file("\(folder)/\(name)") }

    var names: [String] {
        get throws(SourceError) { try files.names.compactMap(inside) }
    }

    /// The name below the folder; `nil` if it is not below it.
    private func inside(_ name: String) -> String? {
        name.hasPrefix(folder + "/") ? String(name.dropFirst(folder.count + 1)) : nil
    }

    func memberName(_ name: String) -> String { "\(folder)/\(name)" }

    func all() throws(SourceError) -> [ListedFile] {
        try files.all().compactMap { file in inside(file.name).map { ListedFile(name: $0, source: file.source) } }
    }

    var topNames: Set<String> {
        get throws(SourceError) {
            Set(try files.names.compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) })
        }
    }
}

/// Files, and the names of those that were read. It is used by one thread and does not leave the opening of a source.
final class TrackedFiles: ImageFiles, @unchecked Sendable {
    let untracked: any ImageFiles
    /// Whether names are kept.
    private let isTracking: Bool
    private var read: Set<String> = []

    init(_ files: any ImageFiles, isTracking: Bool) {
        untracked = files
        self.isTracking = isTracking
    }

    var path: String { untracked.path }
    var isArchive: Bool { untracked.isArchive }
    var topNames: Set<String> { get throws(SourceError) { try untracked.topNames } }
    var names: [String] { get throws(SourceError) { try untracked.names } }
    var archive: ArchiveInput? { untracked.archive }
    var damage: TarError? { untracked.damage }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        if isTracking { read.insert(name) }
        return try untracked.file(name)
    }

    func all() throws(SourceError) -> [ListedFile] { try untracked.all() }

    func memberName(_ name: String) -> String { untracked.memberName(name) }

    /// The files that were not read, except those that belong to other dialects.
    func unused() throws(SourceError) -> [ListedFile] {
        try all().filter { file in
            !read.contains(file.name) && !Self.known.contains(file.name) && !file.name.hasPrefix("signature-")
                && !SourceOpening.isLegacy(file.name)
        }
    }

    /// The files at the top of any dialect.
    private static let known: Set<String> = ["oci-layout", "index.json", "manifest.json", "repositories", "version"]
}
