package import ByteIO
internal import ImageModel

/// Files by name, wherever they are. A tar indexed once and a directory are the same thing from here on.
package protocol ImageFiles: Sendable {
    var path: String { get }
    /// nil when there is no such file.
    func file(_ name: String) throws(SourceError) -> (any ByteSource)?
    /// The names at the top, for saying what a thing is when it is no image.
    var topNames: Set<String> { get throws(SourceError) }
    /// One file that holds the others.
    var isArchive: Bool { get }
    /// Every file, by name: also those that nobody asks for.
    func all() throws(SourceError) -> [ListedFile]
    /// Every name, links included.
    var names: [String] { get throws(SourceError) }
    /// The archive that they are members of, where it can be read again.
    var archive: ArchiveInput? { get }
    /// What the archive calls the file of that name.
    func memberName(_ name: String) -> String
}

/// A file of a source; without bytes where it is no regular one.
package struct ListedFile: Sendable {
    package let name: String
    package let source: (any ByteSource)?
}

extension ImageFiles {
    package var archive: ArchiveInput? { nil }
    package func memberName(_ name: String) -> String { name }

    /// A small file, refused beyond `limit` before it is read.
    func bytes(_ name: String, limit: Int64) throws(SourceError) -> [UInt8]? {
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

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        do throws(MemberError) { return try index.file(name) } catch { throw .member(error) }
    }

    var topNames: Set<String> {
        Set(index.names.map { String($0.prefix { $0 != "/" }) })
    }

    func all() -> [ListedFile] { index.unlinkedFiles.map { ListedFile(name: $0.name, source: $0.source) } }
    var names: [String] { Array(index.names) }
}

/// What is in no file.
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
            return DirectoryFile(root, name: name, size: file.size)
        } catch { throw .io(error) }
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

/// What `tar -c layout` makes: everything below one folder, which is no part of any dialect.
struct OneFolder: ImageFiles {
    private let files: TarFiles
    private let folder: String
    let isArchive = true

    static func unwrapped(_ files: any ImageFiles) throws(SourceError) -> any ImageFiles {
        guard let archive = files as? TarFiles, let folder = archive.topNames.first, archive.topNames.count == 1 else {
            return files
        }
        let wrapped = OneFolder(files: archive, folder: folder)
        for telling in ["index.json", "manifest.json"] where try wrapped.file(telling) != nil { return wrapped }
        return files
    }

    var path: String { files.path }

    var archive: ArchiveInput? { files.archive }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? { try files.file("\(folder)/\(name)") }

    var names: [String] {
        files.names.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
    }

    func memberName(_ name: String) -> String { "\(folder)/\(name)" }

    func all() -> [ListedFile] {
        files.all().compactMap { file in
            guard file.name.hasPrefix(folder + "/") else { return nil }
            return ListedFile(name: String(file.name.dropFirst(folder.count + 1)), source: file.source)
        }
    }

    var damage: TarError? { files.index.damage }

    var topNames: Set<String> {
        Set(files.index.names.compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) })
    }
}
