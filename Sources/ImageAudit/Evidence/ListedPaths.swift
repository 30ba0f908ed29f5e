/// Paths in the listings of layers.
extension LayerListing {
    /// The path as listings compare it: Windows ignores case.
    static func key(_ path: String) -> String {
        path.utf8.starts(with: "Files/".utf8) ? path.lowercased() : path
    }

    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    static func directory(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(path[..<slash])
    }

    /// Whether the path alone shows that the file may be evidence. Called for every file of every layer.
    static func isTelling(_ path: String) -> Bool {
        PathRole.isBinDirectory(directory(of: path))
            || name(of: path).utf8.starts(with: "ld".utf8) && PathRole(path).isLoader
    }

    /// A path that is looked up in many layers. Hashes are computed once.
    struct Place {
        let path: String
        let hash: Int
        /// From the nearest one up to the root, which is empty.
        let directories: [(path: String, hash: Int)]

        init(_ path: String) {
            self.path = path
            hash = path.hashValue
            var directories: [(path: String, hash: Int)] = []
            var above = path
            while !above.isEmpty {
                above = LayerListing.directory(of: above)
                directories.append((above, above.hashValue))
            }
            self.directories = directories
        }
    }
}
