internal import ByteIO
internal import ImageAudit

/// Marks that delete files of the layers below.
enum Whiteout {
    /// A file of this prefix deletes the file whose name follows.
    static let prefix = Array(".wh.".utf8)

    /// The tar of a layer that deletes these paths, which have no links. `kept` are the directories above them.
    static func tar(deleting paths: [FilePath], in kept: [KeptDirectory], time: Int64) -> [UInt8] {
        var tar: [UInt8] = []
        for directory in kept {
            tar +=
                TarMemberHeader(
                    directory.name, .directory, mode: directory.mode, owner: directory.owner, time: time
                ).bytes
        }
        for path in paths {
            let directory = path.bytes.dropLast(path.name.count)
            tar += TarMemberHeader(directory + prefix + path.name, .file(size: 0), mode: 0o644, time: time).bytes
        }
        return tar + [UInt8](repeating: 0, count: Int(TarHeaderWriter.endSize))
    }

    /// The files at the paths that the user typed, in order, without those below another of them. Links in the paths are
    /// followed, but not for the last name.
    static func paths(_ typed: [String], in tree: MergedTree) throws(LayerMakingError) -> [FilePath] {
        var paths: [FilePath] = []
        for text in typed { paths.append(try path(text, in: tree)) }
        var kept: [FilePath] = []
        for path in paths.sorted() {
            if let last = kept.last, path.isInside(last) { continue }
            kept.append(path)
        }
        return kept
    }

    private static func path(_ text: String, in tree: MergedTree) throws(LayerMakingError) -> FilePath {
        let typed = FilePath(text)
        if typed.names.contains(Array("..".utf8)) { throw .deletion(text, .climbing) }
        switch tree.resolve(typed, followsLast: false) {
        case .file(let entry): return entry.path
        case .root: throw .deletion(text, .root)
        case .absent(let name, let directory):
            throw .deletion(text, .absent(name: name, in: directory, others: tree.names(in: directory)))
        case .notDirectory(let file): throw .deletion(text, .notDirectory(file))
        case .endless: throw .deletion(text, .endlessLinks)
        }
    }
}
