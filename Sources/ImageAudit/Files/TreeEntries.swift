/// Lists of the files of a tree.
extension MergedTree {
    /// The files below a directory, in the order of paths. The root is not one of them.
    private struct NodeIterator: IteratorProtocol {
        let tree: MergedTree
        /// The last first, each with the path of its directory.
        private var waiting: [(node: Int, directory: FilePath)]

        init(_ tree: MergedTree, below start: Int) {
            self.tree = tree
            waiting = []
            addChildren(of: start, at: tree.path(of: start))
        }

        mutating func next() -> (node: Int, path: FilePath)? {
            guard let (node, directory) = waiting.popLast() else { return nil }
            let path = directory.appending(tree.name(of: node))
            addChildren(of: node, at: path)
            return (node, path)
        }

        private mutating func addChildren(of node: Int, at path: FilePath) {
            if !tree.nodes.isDirectory(node) { return }
            for child in tree.sortedChildren(of: node).reversed() { waiting.append((child.node, path)) }
        }
    }

    /// In the order of names.
    private func sortedChildren(of directory: Int) -> [(name: FileName, node: Int)] {
        nodes.children(of: directory).map { (name(of: $0), $0) }.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    /// The names in a directory, in order; empty if there is no such directory.
    package func names(in directory: FilePath) -> [[UInt8]] {
        node(at: directory).map { sortedChildren(of: $0).map(\.name) } ?? []
    }

    /// Of each of these files the first name in the order of paths.
    func firstNames(of linked: Set<Int>) -> [Int: Int] {
        if linked.isEmpty { return [:] }
        var names: [Int: Int] = [:]
        var iterator = NodeIterator(self, below: 0)
        while let (node, _) = iterator.next() {
            let record = nodes.record(of: node)
            if linked.contains(record), names[record] == nil { names[record] = node }
        }
        return names
    }

    func name(of node: Int) -> FileName { layers.name(of: nodes.entry(of: node)) }

    func path(of node: Int) -> FilePath {
        var names: [FileName] = []
        var node = node
        while node != 0 {
            names.append(name(of: node))
            node = nodes.parent(of: node)
        }
        return FilePath(names: names.reversed())
    }

    /// Of any node but the root, which no layer may supply.
    func entry(_ node: Int, at path: FilePath) -> FileEntry {
        let record = nodes.record(of: node)
        let first = firstNames[record].flatMap { $0 == node ? nil : self.path(of: $0) }
        let layer = layers.digest(of: layers.layer(of: record))
        var properties = layers.record(of: record)
        if let link = lastLinks[record].map(layers.record) {
            (properties.mode, properties.user, properties.group) = (link.mode, link.user, link.group)
        }
        return FileEntry(properties, at: path, first: first, layer: layer)
    }

    /// Returns the files of a tree one after another, in the order of paths.
    package struct EntryIterator: IteratorProtocol {
        private var nodes: NodeIterator

        fileprivate init(_ tree: MergedTree, below start: Int) { nodes = NodeIterator(tree, below: start) }

        package mutating func next() -> FileEntry? {
            nodes.next().map { nodes.tree.entry($0.node, at: $0.path) }
        }
    }

    /// All files in the order of paths, without the root.
    package func makeEntryIterator() -> EntryIterator { EntryIterator(self, below: 0) }

    /// The files below a directory in the order of paths.
    package func forEach<Failure>(
        below directory: FilePath = FilePath([]), _ body: (FileEntry) throws(Failure) -> Void
    ) throws(Failure) {
        guard let start = node(at: directory) else { return }
        var entries = EntryIterator(self, below: start)
        while let entry = entries.next() { try body(entry) }
    }
}
