internal import ByteIO
package import ImageModel

/// The file system of one image as a container sees it: the layers are stacked, whiteouts are applied, and hard
/// links are names of one file. The bytes of every layer are verified. A layer that cannot be read completely is an
/// error.
///
/// Where container engines differ, the tree follows containerd: a member below a link of a lower layer is written to
/// the target of the link.
package struct MergedTree: Sendable {
    private(set) var nodes = TreeNodes()
    private(set) var layers = TreeLayers()
    /// Of each file with hard links the first name in the order of paths.
    private(set) var firstNames: [Int: Int] = [:]
    /// Of each file with hard links the last member that links to it: engines give the file its mode and its owner.
    private(set) var lastLinks: [Int: Int] = [:]
    /// The files that hard links name.
    private var linked: Set<Int> = []
    private let budget: FileBudget
    /// The directory of the last member: its entry, and its node.
    private var last: (entry: Int, node: Int)?
    /// The number of names that links may lead through until all layers are applied. Real images need a thousandth of
    /// it.
    private var linkSteps = 50_000_000

    /// `layers` are in the order of a manifest, the lowest first. `hashing`: Whether the content of each file is
    /// hashed.
    package init(
        _ layers: [ImageContents.Layer], hashing: Bool = false, budget: FileBudget = FileBudget(),
        progress: @escaping (Int) -> Void = { _ in }
    ) throws(LayerFailure) {
        self.budget = budget
        // A manifest may list one layer many times.
        var counts: [Digest: Int] = [:]
        for layer in layers { counts[layer.digest, default: 0] += 1 }
        var kept: [Digest: ReadLayer] = [:]
        let content = Set(layers.compactMap(\.diffID?.algorithm))
        for layer in layers {
            do throws(LayerFault) {
                let known = kept[layer.digest]
                let read =
                    if let known { known } else {
                        try CopyCrew.assisted(by: 1) { (crew) throws(LayerFault) in
                            try layer.read(
                                crew, content: content, keeping: hashing ? .hashes : .nothing, budget,
                                progress: progress)
                        }
                    }
                if counts[layer.digest] != 1 { kept[layer.digest] = read }
                let files = try read.files(of: layer)
                if known != nil { try budget.spend(files: files.count, names: files.nameBytes) }
                try apply(files, layer.digest)
            } catch { throw LayerFailure(layer: layer.digest, fault: error) }
        }
        finish()
    }

    /// Stacks layers whose files were listed before, the lowest first. `budget` is that of the tree alone.
    package init(
        files layers: [(digest: Digest, files: LayerFiles)], budget: FileBudget = FileBudget()
    ) throws(LayerFailure) {
        self.budget = budget
        for (digest, files) in layers {
            do throws(LayerFault) {
                try budget.spend(files: files.count, names: files.nameBytes)
                try apply(files, digest)
            } catch { throw LayerFailure(layer: digest, fault: error) }
        }
        finish()
    }

    /// Releases what only layers need.
    private mutating func finish() {
        firstNames = firstNames(of: linked)
        linked = []
        last = nil
    }

    // MARK: - Layers

    /// Members take effect in the order of the tar, as in container engines. If a directory replaces a link, whiteouts
    /// below the directory therefore spare the target of the link.
    private mutating func apply(_ files: LayerFiles, _ digest: Digest) throws(LayerFault) {
        let layer = layers.add(files, digest)
        last = nil
        for number in 0..<files.count {
            let entry = layers.entry(number, of: layer)
            switch files.role(of: number) {
            case .part: break
            case .file(let attributes): try add(entry, number, attributes.kind, of: files, layer)
            case .whiteout: try hide(entry, number, of: files, layer)
            case .opaque:
                if let node = try present(files.parent(of: number), of: files, entry) { hideFiles(in: node, layer) }
            }
        }
        let links = TreeNodes.Key(LayerFiles.linkDirectory, in: 0)
        if let node = child(links) { remove(node, links) }
    }

    private mutating func hide(_ entry: Int, _ number: Int, of files: LayerFiles, _ layer: Int) throws(LayerFault) {
        guard let parent = try present(files.parent(of: number), of: files, entry) else { return }
        let key = TreeNodes.Key(files.name(of: number), in: parent)
        guard let node = child(key) else { return }
        if nodes.writer(of: node) == layer {
            hideFiles(in: node, layer)
        } else {
            remove(node, key)
        }
    }

    /// Removes what other layers have written in a directory. A second mark of one layer finds nothing to remove.
    private mutating func hideFiles(in directory: Int, _ layer: Int) {
        var waiting = [directory]
        while let node = waiting.popLast() {
            guard let (hidden, own) = nodes.takeHidden(in: node, by: layer) else { continue }
            for node in hidden { remove(node, key(of: node)) }
            waiting += own
        }
    }

    private mutating func remove(_ node: Int, _ key: TreeNodes.Key) {
        nodes.remove(node, key)
        last = nil
    }

    /// The file at the path of `parent`, which is an entry of `files`; the root if that is `nil`. `nil` if there is no
    /// such file. `entry` is the member that needs the path.
    private mutating func present(_ parent: Int?, of files: LayerFiles, _ entry: Int) throws(LayerFault) -> Int? {
        guard let parent else { return 0 }
        if let last, last.entry == parent { return last.node }
        switch step(files.path(of: parent)) {
        case .found(let node): return node
        case .absent, .notDirectory: return nil
        case .endless: throw .endlessLinks(layers.memberPath(of: entry))
        }
    }

    private mutating func add(
        _ entry: Int, _ number: Int, _ kind: FileMember.Kind, of files: LayerFiles, _ layer: Int
    ) throws(LayerFault) {
        let name = files.name(of: number)
        // The root is not listed.
        if name.isEmpty { return }
        let parent = try directory(files.parent(of: number), of: files, entry, layer)
        let key = TreeNodes.Key(name, in: parent)
        switch kind {
        case .hardLink: try link(entry, to: FilePath(files.link(of: number)), key, layer)
        case .directory:
            if let present = child(key), nodes.isDirectory(present) {
                nodes.describe(present, by: entry)
                nodes.mark(present, layer)
            } else {
                try put(entry, entry, .directory, key, of: entry, layer)
            }
        case .symbolicLink: try put(entry, entry, .symbolicLink, key, of: entry, layer)
        default: try put(entry, entry, .file, key, of: entry, layer)
        }
    }

    private mutating func link(
        _ entry: Int, to target: FilePath, _ key: TreeNodes.Key, _ layer: Int
    ) throws(LayerFault) {
        let node: Int
        switch step(target.names, followsLast: false) {
        case .found(let found) where !nodes.isDirectory(found): node = found
        case .endless: throw .endlessLinks(layers.memberPath(of: entry))
        default: throw .hardLinkTarget(layers.memberPath(of: entry), target: target)
        }
        let record = nodes.record(of: node)
        lastLinks[record] = entry
        if child(key) == node { return nodes.mark(node, layer) }
        linked.insert(record)
        try put(entry, record, nodes.kind(of: node), key, of: entry, layer)
    }

    /// Adds a name, which replaces a file of that name. `entry` supplies the name, `record` the properties. `member` is
    /// the member that needs them. Links can lead to longer paths than those in the tar.
    @discardableResult
    private mutating func put(
        _ entry: Int, _ record: Int, _ kind: TreeNodes.Kind, _ key: TreeNodes.Key, of member: Int, _ layer: Int
    ) throws(LayerFault) -> Int {
        let parent = key.directory
        let length = nodes.pathLength(of: parent) + (parent == 0 ? 0 : 1) + key.name.count
        guard length <= LayerFiles.nameLimit else {
            throw .longPath(layers.memberPath(of: member), limit: LayerFiles.nameLimit)
        }
        try budget.spend(files: 0, names: length)
        var node: Int
        if let present = child(key), !nodes.isDirectory(present) {
            if nodes.kind(of: present) == .symbolicLink { last = nil }
            node = present
            nodes.replace(node, entry: entry, record: record, kind)
        } else {
            if let present = child(key) { remove(present, key) }
            let layers = self.layers
            node = nodes.add(key, entry: entry, record: record, kind, pathLength: length) { nodes, node in
                TreeNodes.Key(layers.name(of: nodes.entry(of: node)), in: nodes.parent(of: node))
            }
        }
        nodes.mark(node, layer)
        return node
    }

    /// The directory at the path of `parent`, which is an entry of `files`; the root if that is `nil`. The directory is
    /// made if it is absent. `entry` is the member that needs it.
    private mutating func directory(
        _ parent: Int?, of files: LayerFiles, _ entry: Int, _ layer: Int
    ) throws(LayerFault) -> Int {
        guard let parent else { return 0 }
        if let last, last.entry == parent { return last.node }
        var step = self.step(files.path(of: parent))
        while true {
            let new: (parent: Int, name: FileName, rest: [FileName])
            switch step {
            case .found(let node) where nodes.isDirectory(node):
                last = (parent, node)
                return node
            case .absent(let directory, let name, let rest): new = (directory, name, rest)
            case .found(let node), .notDirectory(let node):
                throw .notDirectory(layers.memberPath(of: entry), file: self.path(of: node))
            case .endless: throw .endlessLinks(layers.memberPath(of: entry))
            }
            try budget.spend(names: 0)
            let made = layers.makeDirectory(new.name, in: layer)
            let key = TreeNodes.Key(new.name, in: new.parent)
            let node = try put(made, made, .directory, key, of: entry, layer)
            step = self.step(new.rest, from: node)
        }
    }

    private mutating func step(_ names: [FileName], from start: Int = 0, followsLast: Bool = true) -> Step {
        var steps = linkSteps
        defer { linkSteps = steps }
        return walk(names, from: start, followsLast: followsLast, steps: &steps)
    }
}
