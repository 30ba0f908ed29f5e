/// Paths in a tree of files. Links are followed inside it: `..` of the root is the root.
extension MergedTree {
    /// The end of a walk along a path. Nodes are numbers.
    enum Step {
        case found(Int)
        /// `rest` are the names behind `name`.
        case absent(in: Int, name: FileName, rest: [FileName])
        /// A file has names behind it.
        case notDirectory(Int)
        case endless
    }

    /// The number of links that Linux follows in one path.
    private static let linkLimit = 40

    /// `steps` is the number of names that links may lead through.
    func walk(_ names: [FileName], from start: Int = 0, followsLast: Bool = true, steps: inout Int) -> Step {
        var here = start
        var rest = Array(names.reversed())
        var followed = 0
        while let name = rest.popLast() {
            if name == FilePath.here { continue }
            if name == FilePath.parent {
                here = nodes.parent(of: here)
                continue
            }
            guard let child = child(TreeNodes.Key(name, in: here)) else {
                return .absent(in: here, name: name, rest: rest.reversed())
            }
            let kind = nodes.kind(of: child)
            if kind == .symbolicLink, followsLast || !rest.isEmpty {
                let link = layers.link(of: nodes.record(of: child))
                let target = FilePath.names(in: link)
                followed += 1
                steps -= min(steps, target.count + 1)
                guard followed <= Self.linkLimit, steps > 0 else { return .endless }
                if link.first == FilePath.slash { here = 0 }
                rest += target.reversed()
                continue
            }
            if !rest.isEmpty, kind != .directory { return .notDirectory(child) }
            here = child
        }
        return .found(here)
    }

    /// The result of looking up a path.
    package enum Found: Equatable, Sendable {
        /// The path without links.
        case file(FileEntry)
        /// The root of the image, which is a directory.
        case root
        /// `name` is not in the directory, which is a path without links.
        case absent(name: [UInt8], in: FilePath)
        /// A part of the path is a file, and names follow it.
        case notDirectory(FilePath)
        /// The path leads through more than 40 symbolic links.
        case endless
    }

    /// The file at a path. Links are followed inside the image, for the last name only if `followsLast`.
    package func resolve(_ path: FilePath, followsLast: Bool = true) -> Found {
        var steps = 1_000_000
        switch walk(path.names, followsLast: followsLast, steps: &steps) {
        case .found(0): return .root
        case .found(let node): return .file(entry(node, at: self.path(of: node)))
        case .absent(let directory, let name, _): return .absent(name: name, in: self.path(of: directory))
        case .notDirectory(let node): return .notDirectory(self.path(of: node))
        case .endless: return .endless
        }
    }

    /// `nil` if there is no file at the path. No link is followed for its last name.
    func node(at path: FilePath) -> Int? {
        var steps = 1_000_000
        guard case .found(let node) = walk(path.names, followsLast: false, steps: &steps) else { return nil }
        return node
    }

    /// `nil` if the directory has no such name.
    func child(_ key: TreeNodes.Key) -> Int? {
        nodes.child(key) { layers.isName(key.name, of: nodes.entry(of: $0)) }
    }

    func key(of node: Int) -> TreeNodes.Key { TreeNodes.Key(name(of: node), in: nodes.parent(of: node)) }
}
