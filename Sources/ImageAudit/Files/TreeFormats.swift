package import ByteIO

/// The formats and contents of files that decide whether an image starts. Only lists of layers that keep formats have
/// them.
extension MergedTree {
    /// The format of a regular file, also of a hard link to one; `other` if this is no regular file of the tree.
    package func format(of file: FileEntry) throws(IOFailure) -> FileFormat {
        guard let node = node(at: file.path) else { return .other }
        return try layers.format(of: nodes.record(of: node))
    }

    /// The content of a regular file; `nil` if it is not kept, or longer than 1 MiB. Kept are the files of accounts
    /// (`passwd`, `group`) and the settings of dynamic loaders.
    package func content(of file: FileEntry) throws(IOFailure) -> [UInt8]? {
        guard let node = node(at: file.path) else { return nil }
        return try layers.content(of: nodes.record(of: node))
    }

    /// Of each of these names the first regular file in the order of paths.
    func firstFiles(named names: Set<FileName>) -> [FileName: FilePath] {
        var found: [FileName: FilePath] = [:]
        if names.isEmpty { return found }
        forEach { entry in
            let name = entry.path.name
            if entry.fileKind == .file, names.contains(name), found[name] == nil { found[name] = entry.path }
        }
        return found
    }
}
