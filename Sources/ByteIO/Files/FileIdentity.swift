/// Compares paths that a command reads with those that it writes.
package enum FileIdentity {
    /// Whether both paths lead to one file, or would lead to one if it existed.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        if let first = FileSystem.status(of: one), let second = FileSystem.status(of: other) {
            return first.isSameFile(as: second)
        }
        let (first, second) = (FileSystem.resolved(one), FileSystem.resolved(other))
        guard FileSystem.name(of: first) == FileSystem.name(of: second),
            let folder = FileSystem.status(of: FileSystem.parent(of: first)),
            let otherFolder = FileSystem.status(of: FileSystem.parent(of: second))
        else { return false }
        return folder.isSameFile(as: otherFolder)
    }

    /// Whether `path` is the file at `place`, or is inside the directory there.
    package static func isAt(_ path: String, _ place: String) -> Bool {
        if isSame(path, place) { return true }
        guard FileSystem.isDirectory(place), let directory = FileSystem.status(of: place) else { return false }
        var folder = FileSystem.parent(of: FileSystem.resolved(path))
        // Each step goes up by one directory, the last to the root.
        while let status = FileSystem.status(of: folder) {
            if status.isSameFile(as: directory) { return true }
            let parent = folder + "/.."
            guard let above = FileSystem.status(of: parent), !above.isSameFile(as: status) else { return false }
            folder = parent
        }
        return false
    }
}
