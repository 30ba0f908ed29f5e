/// Compares paths that a command reads with those that it writes.
package enum FileIdentity {
    /// Whether both paths lead to one file, or would lead to one if it existed.
    package static func isSame(_ one: String, _ other: String) -> Bool {
        if let first = FileSystem.status(of: one), let second = FileSystem.status(of: other) {
            return first.isSameFile(as: second)
        }
        return FileSystem.resolved(one) == FileSystem.resolved(other)
    }

    /// Whether `path` is the file at `place`, or is inside the directory there.
    package static func isAt(_ path: String, _ place: String) -> Bool {
        if isSame(path, place) { return true }
        guard FileSystem.isDirectory(place) else { return false }
        var folder = FileSystem.resolved(path)
        while true {
            let parent = FileSystem.parent(of: folder)
            if parent == folder || parent == "." { return isSame(".", place) && !folder.hasPrefix("/") }
            if isSame(parent, place) { return true }
            folder = parent
        }
    }
}
