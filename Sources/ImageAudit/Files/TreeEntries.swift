internal import ByteIO
internal import ImageModel

/// Lists of the files of a tree.
extension MergedTree {
    /// Of each of these records the first name in the order of paths.
    func names(of linked: Set<Int>) -> [Int: FilePath] {
        if linked.isEmpty { return [:] }
        var names: [Int: FilePath] = [:]
        forEachNode { node, path in
            let record = nodes[node].record
            if linked.contains(record), names[record] == nil { names[record] = path }
        }
        return names
    }

    /// In the order of paths, without the root.
    private func forEachNode<Failure>(
        below start: Int = 0, _ body: (Int, FilePath) throws(Failure) -> Void
    ) throws(Failure) {
        var waiting = children(of: start, at: path(of: start))
        while let (node, directory) = waiting.popLast() {
            let path = directory.appending(nodes[node].name)
            try body(node, path)
            if !nodes[node].children.isEmpty { waiting += children(of: node, at: path) }
        }
    }

    /// The last first, each with the path of its directory.
    private func children(of node: Int, at path: FilePath) -> [(node: Int, directory: FilePath)] {
        nodes[node].children.values.sorted { nodes[$1].name.lexicographicallyPrecedes(nodes[$0].name) }.map {
            ($0, path)
        }
    }

    func path(of node: Int) -> FilePath {
        var names: [FileName] = []
        var node = node
        while node != 0 {
            names.append(nodes[node].name)
            node = nodes[node].parent
        }
        return FilePath(names: names.reversed())
    }

    /// Of any node but the root, which no layer may supply.
    func entry(_ node: Int, at path: FilePath) -> FileEntry {
        let record = records[nodes[node].record]
        let first = firstNames[nodes[node].record].flatMap { $0 == path ? nil : $0 }
        return FileEntry(record, at: path, first: first, layer: layers[record.layer])
    }

    /// All files in the order of paths, without the root.
    package var entries: [FileEntry] {
        var entries: [FileEntry] = []
        forEach { entries.append($0) }
        return entries
    }

    /// The files below a directory in the order of paths.
    package func forEach<Failure>(
        below directory: FilePath = FilePath([]), _ body: (FileEntry) throws(Failure) -> Void
    ) throws(Failure) {
        guard let start = node(at: directory) else { return }
        try forEachNode(below: start) { (node, path) throws(Failure) in try body(entry(node, at: path)) }
    }
}
