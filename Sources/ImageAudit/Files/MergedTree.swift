internal import ByteIO
internal import ImageModel

/// The file system of one image as a container sees it: the layers are stacked, whiteouts are applied, and hard
/// links are names of one file. The bytes of every layer are verified. A layer that cannot be read completely is an
/// error.
///
/// Where container engines differ, the tree follows containerd: a member below a link of a lower layer is written to
/// the target of the link.
package struct MergedTree: Sendable {
    struct Node: Sendable {
        /// The root is its own parent.
        let parent: Int
        let name: FileName
        var record: Int
        var children: [FileName: Int] = [:]
    }

    private(set) var nodes = [Node(parent: 0, name: [], record: 0)]
    private(set) var records = [FileRecord(directoryOf: 0)]
    private let layers: [Digest]
    /// The records that hard links name.
    private var linked: Set<Int> = []
    /// Of each of these the first name in the order of paths.
    private var firstNames: [Int: FilePath] = [:]
    private let budget: FileBudget
    /// The number of names that links may lead through until all layers are applied. Real images need a thousandth of
    /// it.
    private var linkSteps = 50_000_000

    /// `layers` are in the order of a manifest, the lowest first. `hashing`: Whether the content of each file is
    /// hashed.
    package init(
        _ layers: [ImageContents.Layer], hashing: Bool = false, budget: FileBudget = FileBudget(),
        progress: @escaping (Int) -> Void = { _ in }
    ) throws(LayerFailure) {
        self.layers = layers.map(\.digest)
        self.budget = budget
        // A manifest may list one layer many times.
        var counts: [Digest: Int] = [:]
        for layer in layers { counts[layer.digest, default: 0] += 1 }
        var kept: [Digest: ReadLayer] = [:]
        let content = Set(layers.compactMap(\.diffID?.algorithm))
        for (number, layer) in layers.enumerated() {
            do throws(LayerFault) {
                let known = kept[layer.digest]
                let read =
                    if let known { known } else {
                        try CopyCrew.assisted(by: 1) { (crew) throws(LayerFault) in
                            try layer.read(crew, content: content, hashing: hashing, budget, progress: progress)
                        }
                    }
                if counts[layer.digest] != 1 { kept[layer.digest] = read }
                let files = try read.files(of: layer)
                if known != nil { try budget.spend(files: files.files.count + files.whiteouts.count, names: 0) }
                try apply(files, number)
            } catch { throw LayerFailure(layer: layer.digest, fault: error) }
        }
        nameLinks()
    }

    // MARK: - Layers

    /// Whiteouts are for the layers below only, wherever they are in the tar, so they come first.
    private mutating func apply(_ layer: LayerFiles, _ number: Int) throws(LayerFault) {
        for path in layer.whiteouts { remove(path) }
        for path in layer.opaqueDirectories {
            guard case .found(let node) = step(path.names) else { continue }
            nodes[node].children = [:]
        }
        for file in layer.files { try add(file, number) }
        remove(LayerFiles.linkDirectory)
    }

    private mutating func remove(_ path: FilePath) {
        guard let name = path.names.last,
            case .found(let parent) = step(Array(path.names.dropLast()))
        else { return }
        nodes[parent].children[name] = nil
    }

    private mutating func add(_ file: LayerFiles.File, _ layer: Int) throws(LayerFault) {
        let names = file.path.names
        guard let name = names.last else {
            records[0] = FileRecord(file, layer: layer)
            return
        }
        let parent = try directory(Array(names.dropLast()), of: file.path, layer)
        if file.kind == .hardLink { return try link(file, parent, name) }
        let record = FileRecord(file, layer: layer)
        if file.kind == .directory, let present = nodes[parent].children[name], isDirectory(present) {
            records[nodes[present].record] = record
        } else {
            put(record, parent, name)
        }
    }

    private mutating func link(_ file: LayerFiles.File, _ parent: Int, _ name: FileName) throws(LayerFault) {
        let target = FilePath(file.link)
        guard case .found(let node) = step(target.names, followsLast: false), !isDirectory(node) else {
            throw .hardLinkTarget(file.path, target: target)
        }
        if nodes[parent].children[name] == node { return }
        linked.insert(nodes[node].record)
        nodes[parent].children[name] = nodes.count
        nodes.append(Node(parent: parent, name: name, record: nodes[node].record))
    }

    /// Replaces a file of that name.
    @discardableResult
    private mutating func put(_ record: FileRecord, _ parent: Int, _ name: FileName) -> Int {
        nodes[parent].children[name] = nodes.count
        nodes.append(Node(parent: parent, name: name, record: records.count))
        records.append(record)
        return nodes.count - 1
    }

    /// The directory at a path. It is made if it is absent, and takes the place of a file.
    private mutating func directory(
        _ names: [FileName], of path: FilePath, _ layer: Int
    ) throws(LayerFault) -> Int {
        var step = self.step(names)
        while true {
            let new: (parent: Int, name: FileName, rest: [FileName])
            switch step {
            case .found(let node) where isDirectory(node): return node
            case .found(let node): new = (nodes[node].parent, nodes[node].name, [])
            case .absent(let directory, let name, let rest): new = (directory, name, rest)
            case .notDirectory(let node, let rest): new = (nodes[node].parent, nodes[node].name, rest)
            case .endless: throw .endlessLinks(path)
            }
            try budget.spend(names: new.name.count)
            let node = put(FileRecord(directoryOf: layer), new.parent, new.name)
            step = self.step(new.rest, from: node)
        }
    }

    private mutating func step(_ names: [FileName], from start: Int = 0, followsLast: Bool = true) -> Step {
        var steps = linkSteps
        defer { linkSteps = steps }
        return walk(names, from: start, followsLast: followsLast, steps: &steps)
    }

    func isDirectory(_ node: Int) -> Bool { records[nodes[node].record].kind == .directory }

    // MARK: - Files

    private mutating func nameLinks() {
        if linked.isEmpty { return }
        var names: [Int: FilePath] = [:]
        forEachNode { node, path in
            let record = nodes[node].record
            if linked.contains(record), names[record] == nil { names[record] = path }
        }
        firstNames = names
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
