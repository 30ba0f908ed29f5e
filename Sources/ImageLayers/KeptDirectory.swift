internal import ByteIO
internal import ImageAudit

/// A directory of the image above a new member. The layer repeats it with its mode and its owner. Some engines give a
/// directory without a member the mode 755 and the owner root, which would change `/tmp` or `/root`.
struct KeptDirectory: Hashable, Sendable {
    let path: FilePath
    let mode: Int
    let owner: FileOwner

    var name: [UInt8] { path.bytes + [UInt8(ascii: "/")] }

    /// The directories of the image above members in these directories, the highest first.
    static func all(above directories: Set<FilePath>, in tree: MergedTree) -> [KeptDirectory] {
        var paths: Set<FilePath> = []
        for directory in directories {
            var path = directory
            while !path.bytes.isEmpty, paths.insert(path).inserted { path = path.directory }
        }
        return paths.sorted().compactMap { path in
            guard case .file(let entry) = tree.resolve(path, followsLast: false), entry.fileKind == .directory else {
                return nil
            }
            let owner = FileOwner(user: UInt32(clamping: entry.user), group: UInt32(clamping: entry.group))
            return KeptDirectory(path: path, mode: entry.mode, owner: owner)
        }
    }
}
