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
        /// The length of its path.
        var pathLength = 0
        /// The last layer that wrote the file or a file below it; `nil` for a root without files.
        var writer: Int?
        /// The last layer with an opaque mark for the directory.
        var opaqueIn: Int?
        var children: [FileName: Int] = [:]
    }

    private(set) var nodes = [Node(parent: 0, name: [], record: 0)]
    private(set) var records = [FileRecord(directoryOf: 0)]
    let layers: [Digest]
    /// The records that hard links name.
    private var linked: Set<Int> = []
    /// Of each of these the first name in the order of paths.
    private(set) var firstNames: [Int: FilePath] = [:]
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
                if known != nil { try budget.spend(files: files.members.count, names: files.nameBytes) }
                try apply(files, number)
            } catch { throw LayerFailure(layer: layer.digest, fault: error) }
        }
        firstNames = names(of: linked)
    }

    // MARK: - Layers

    /// Members take effect in the order of the tar, as in container engines. If a directory replaces a link, whiteouts
    /// below the directory therefore spare the target of the link.
    private mutating func apply(_ layer: LayerFiles, _ number: Int) throws(LayerFault) {
        for member in layer.members {
            switch member {
            case .file(let file): try add(file, number)
            case .whiteout(let path): try hide(path, number)
            case .opaque(let path):
                if let node = try present(path.names, of: path) { hideFiles(in: node, number) }
            }
        }
        nodes[0].children[LayerFiles.linkDirectory.bytes] = nil
    }

    private mutating func hide(_ path: FilePath, _ layer: Int) throws(LayerFault) {
        let name = path.name
        guard let parent = try present(path.directory.names, of: path), let node = nodes[parent].children[name] else {
            return
        }
        if nodes[node].writer == layer {
            hideFiles(in: node, layer)
        } else {
            nodes[parent].children[name] = nil
        }
    }

    /// Removes what other layers have written in a directory. A second mark of one layer finds nothing to remove.
    private mutating func hideFiles(in directory: Int, _ layer: Int) {
        var waiting = [directory]
        while let node = waiting.popLast() {
            if nodes[node].opaqueIn == layer { continue }
            nodes[node].opaqueIn = layer
            let own = nodes[node].children.filter { nodes[$0.value].writer == layer }
            nodes[node].children = own
            waiting += own.values
        }
    }

    /// `nil` if there is no such file.
    private mutating func present(_ names: [FileName], of path: FilePath) throws(LayerFault) -> Int? {
        switch step(names) {
        case .found(let node): return node
        case .absent, .notDirectory: return nil
        case .endless: throw .endlessLinks(path)
        }
    }

    private mutating func add(_ file: LayerFiles.File, _ layer: Int) throws(LayerFault) {
        let name = file.path.name
        if name.isEmpty {
            records[0] = FileRecord(file, layer: layer)
            return
        }
        let parent = try directory(file.path.directory.names, of: file.path, layer)
        if file.kind == .hardLink { return try link(file, parent, name, layer) }
        let record = FileRecord(file, layer: layer)
        if file.kind == .directory, let present = nodes[parent].children[name], isDirectory(present) {
            records[nodes[present].record] = record
            mark(present, layer)
        } else {
            try put(record, parent, name, of: file.path)
        }
    }

    private mutating func link(
        _ file: LayerFiles.File, _ parent: Int, _ name: FileName, _ layer: Int
    ) throws(LayerFault) {
        let target = FilePath(file.link)
        let node: Int
        switch step(target.names, followsLast: false) {
        case .found(let found) where !isDirectory(found): node = found
        case .endless: throw .endlessLinks(file.path)
        default: throw .hardLinkTarget(file.path, target: target)
        }
        if nodes[parent].children[name] == node { return mark(node, layer) }
        linked.insert(nodes[node].record)
        try makeNode(nodes[node].record, parent, name, of: file.path, layer)
    }

    /// Replaces a file of that name.
    @discardableResult
    private mutating func put(
        _ record: FileRecord, _ parent: Int, _ name: FileName, of path: FilePath
    ) throws(LayerFault) -> Int {
        records.append(record)
        return try makeNode(records.count - 1, parent, name, of: path, record.layer)
    }

    /// `path` is that of the member. Links can lead to longer paths than those in the tar.
    @discardableResult
    private mutating func makeNode(
        _ record: Int, _ parent: Int, _ name: FileName, of path: FilePath, _ layer: Int
    ) throws(LayerFault) -> Int {
        let length = nodes[parent].pathLength + (parent == 0 ? 0 : 1) + name.count
        guard length <= LayerFiles.nameLimit else { throw .longPath(path, limit: LayerFiles.nameLimit) }
        try budget.spend(files: 0, names: length)
        let node = nodes.count
        nodes[parent].children[name] = node
        nodes.append(Node(parent: parent, name: name, record: record, pathLength: length))
        mark(node, layer)
        return node
    }

    /// States that a layer has written a file. Its directories are then marked too.
    private mutating func mark(_ node: Int, _ layer: Int) {
        var node = node
        while nodes[node].writer != layer {
            nodes[node].writer = layer
            node = nodes[node].parent
        }
    }

    /// The directory at a path. It is made if it is absent.
    private mutating func directory(
        _ names: [FileName], of path: FilePath, _ layer: Int
    ) throws(LayerFault) -> Int {
        var step = self.step(names)
        while true {
            let new: (parent: Int, name: FileName, rest: [FileName])
            switch step {
            case .found(let node) where isDirectory(node): return node
            case .absent(let directory, let name, let rest): new = (directory, name, rest)
            case .found(let node), .notDirectory(let node):
                throw .notDirectory(path, file: self.path(of: node))
            case .endless: throw .endlessLinks(path)
            }
            try budget.spend(names: 0)
            let node = try put(FileRecord(directoryOf: layer), new.parent, new.name, of: path)
            step = self.step(new.rest, from: node)
        }
    }

    private mutating func step(_ names: [FileName], from start: Int = 0, followsLast: Bool = true) -> Step {
        var steps = linkSteps
        defer { linkSteps = steps }
        return walk(names, from: start, followsLast: followsLast, steps: &steps)
    }

    func isDirectory(_ node: Int) -> Bool { records[nodes[node].record].kind == .directory }
}
