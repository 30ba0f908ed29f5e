package import ByteIO
internal import ImageModel

/// Files by name, wherever they are. A tar indexed once and a directory are the same thing from here on.
package protocol ImageFiles: Sendable {
    var path: String { get }
    /// nil when there is no such file.
    func file(_ name: String) throws(SourceError) -> (any ByteSource)?
    /// The names at the top, for saying what a thing is when it is no image.
    var topNames: Set<String> { get }
    /// Every name, for those that no document mentions.
    var names: [String] { get }
    /// The archive that they are members of, where it can be read again.
    var archive: ArchiveInput? { get }
    /// What the archive calls the file of that name.
    func memberName(_ name: String) -> String
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
    var archive: ArchiveInput?

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        do throws(MemberError) { return try index.file(name) } catch { throw .member(error) }
    }

    var topNames: Set<String> {
        Set(index.names.map { String($0.prefix { $0 != "/" }) })
    }

    var names: [String] { Array(index.names) }
}

struct DirectoryFiles: ImageFiles {
    let root: DirectoryRoot

    var path: String { root.path }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? {
        do throws(IOFailure) {
            guard let file = try root.open(name) else { return nil }
            return DirectoryFile(root, name: name, size: file.size)
        } catch { throw .io(error) }
    }

    var topNames: Set<String> { Set((try? FileSystem.entries(of: root.path)) ?? []) }

    var names: [String] {
        let top = topNames
        let blobs = ((try? FileSystem.entries(of: root.path + "/blobs/sha256")) ?? []).map { "blobs/sha256/" + $0 }
        // An archive that somebody has unpacked: a folder of each layer.
        return Array(top) + blobs + top.map { $0 + "/json" }.filter { FileSystem.exists(root.path + "/" + $0) }
    }
}
