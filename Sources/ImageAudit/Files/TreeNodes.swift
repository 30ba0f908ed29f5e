/// The names of a merged tree. A name is a number; 0 is the root. Names of one directory are found by a hash table, and
/// form a list. A name takes 28 bytes, and about 6 bytes of the hash table.
struct TreeNodes: Sendable {
    enum Kind: UInt8 {
        case file, directory, symbolicLink
        /// A name that was removed, and is still in the list of its directory.
        case removed
    }

    /// Numbers of entries are those of the tree.
    private struct Node: Sendable {
        /// The root is its own parent.
        let parent: UInt32
        /// The entry that supplies the name; of a directory also its properties.
        var entry: UInt32
        /// The entry with the properties of a file; the first name in a directory.
        var detail: UInt32
        /// The next name in the directory.
        var next: UInt32 = none
        /// The last layer that wrote the file or a file below it; -1 for a root without files.
        var writer: Int32 = -1
        /// The last layer with an opaque mark for the directory; -1 if there is none.
        var opaqueIn: Int32 = -1
        let pathLength: UInt16
        let tag: UInt8
        var kind: Kind

        static let none = UInt32.max
    }

    private var nodes = SegmentedArray<Node>()
    private var table = HashTable()

    /// The root has no entry.
    init() {
        nodes.append(Node(parent: 0, entry: 0, detail: Node.none, pathLength: 0, tag: 0, kind: .directory))
    }

    func kind(of node: Int) -> Kind { nodes[node].kind }
    func isDirectory(_ node: Int) -> Bool { nodes[node].kind == .directory }
    func parent(of node: Int) -> Int { Int(nodes[node].parent) }
    func entry(of node: Int) -> Int { Int(nodes[node].entry) }
    func pathLength(of node: Int) -> Int { Int(nodes[node].pathLength) }
    func writer(of node: Int) -> Int { Int(nodes[node].writer) }

    /// The entry with the properties of the file. Names of one file have the same.
    func record(of node: Int) -> Int { Int(isDirectory(node) ? nodes[node].entry : nodes[node].detail) }

    /// States that an entry describes a directory.
    mutating func describe(_ directory: Int, by entry: Int) { nodes[directory].entry = UInt32(entry) }

    /// States that a layer has written a file. Its directories are then marked too.
    mutating func mark(_ node: Int, _ layer: Int) {
        var node = node
        while nodes[node].writer != Int32(layer) {
            nodes[node].writer = Int32(layer)
            node = Int(nodes[node].parent)
        }
    }

    // MARK: - Names in directories

    /// A name in a directory, with its hash.
    struct Key {
        let directory: Int
        let name: FileName
        fileprivate let hash: Int

        /// The seed of the hashes is random, so that no layer can choose names with equal hashes.
        init(_ name: FileName, in directory: Int) {
            self.directory = directory
            self.name = name
            var hasher = Hasher()
            hasher.combine(directory)
            var word: UInt64 = 0
            for (place, byte) in name.enumerated() {
                word = word << 8 | UInt64(byte)
                if place & 7 == 7 { hasher.combine(word) }
            }
            hasher.combine(word)
            hasher.combine(name.count)
            hash = hasher.finalize()
        }

        fileprivate var tag: UInt8 { UInt8(truncatingIfNeeded: hash >> 48) }
    }

    /// `nil` if there is no such name. `isNamed` tells whether a node has the name of the key.
    func child(_ key: Key, _ isNamed: (Int) -> Bool) -> Int? {
        table.find(key.hash) { node in
            nodes[node].tag == key.tag && nodes[node].parent == UInt32(key.directory) && isNamed(node)
        }
    }

    /// Adds a name that its directory does not have. `record` is the entry with the properties. `key` returns the key
    /// of a node.
    mutating func add(
        _ new: Key, entry: Int, record: Int, _ kind: Kind, pathLength: Int, key: (TreeNodes, Int) -> Key
    ) -> Int {
        if table.isFull {
            let size = table.neededSize
            table = HashTable()
            var larger = HashTable(size: size)
            for node in 1..<max(1, nodes.count) where nodes[node].kind != .removed {
                larger.insert(node, hash: key(self, node).hash)
            }
            table = larger
        }
        let node = nodes.count
        nodes.append(
            Node(
                parent: UInt32(new.directory), entry: UInt32(entry),
                detail: kind == .directory ? Node.none : UInt32(record), next: nodes[new.directory].detail,
                pathLength: UInt16(pathLength), tag: new.tag, kind: kind))
        nodes[new.directory].detail = UInt32(node)
        table.insert(node, hash: new.hash)
        return node
    }

    /// Replaces a file that is no directory by one of the same name.
    mutating func replace(_ node: Int, entry: Int, record: Int, _ kind: Kind) {
        nodes[node].entry = UInt32(entry)
        nodes[node].detail = kind == .directory ? Node.none : UInt32(record)
        nodes[node].kind = kind
    }

    /// `key` is that of the node.
    mutating func remove(_ node: Int, _ key: Key) {
        table.remove(node, hash: key.hash)
        nodes[node].kind = .removed
    }

    /// In no order.
    func children(of directory: Int) -> [Int] {
        guard isDirectory(directory) else { return [] }
        var children: [Int] = []
        var next = nodes[directory].detail
        while next != Node.none {
            if nodes[Int(next)].kind != .removed { children.append(Int(next)) }
            next = nodes[Int(next)].next
        }
        return children
    }

    /// The names in a directory that an opaque mark of a layer removes: those of other layers. Returns `nil` if the
    /// layer has marked the directory before, or if this is no directory. Only the layer's own names stay in the list.
    mutating func takeHidden(in directory: Int, by layer: Int) -> (hidden: [Int], own: [Int])? {
        guard isDirectory(directory), nodes[directory].opaqueIn != Int32(layer) else { return nil }
        nodes[directory].opaqueIn = Int32(layer)
        let all = children(of: directory)
        let own = all.filter { nodes[$0].writer == Int32(layer) }
        nodes[directory].detail = Node.none
        for node in own {
            nodes[node].next = nodes[directory].detail
            nodes[directory].detail = UInt32(node)
        }
        return (all.filter { nodes[$0].writer != Int32(layer) }, own)
    }
}

/// Finds nodes by hashes. Each slot takes 4 bytes.
private struct HashTable: Sendable {
    /// A node, or one of the marks below.
    private var slots: [UInt32]
    /// The slots that are not free.
    private var used = 0
    private var live = 0

    private static let free = UInt32.max
    private static let removed = UInt32.max - 1

    /// `size` is a power of two.
    init(size: Int = 16) { slots = Array(repeating: Self.free, count: size) }

    /// At most four fifths of the slots are used.
    var isFull: Bool { used >= slots.count / 5 * 4 }

    /// The size of a table that has space for more nodes.
    var neededSize: Int { live > slots.count / 2 ? 2 * slots.count : slots.count }

    func find(_ hash: Int, _ isWanted: (Int) -> Bool) -> Int? {
        var slot = hash & (slots.count - 1)
        while slots[slot] != Self.free {
            let node = Int(slots[slot])
            if slots[slot] != Self.removed, isWanted(node) { return node }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    mutating func insert(_ node: Int, hash: Int) {
        var slot = hash & (slots.count - 1)
        while slots[slot] != Self.free { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(node)
        used += 1
        live += 1
    }

    mutating func remove(_ node: Int, hash: Int) {
        var slot = hash & (slots.count - 1)
        while slots[slot] != Self.free {
            if slots[slot] == UInt32(node) {
                slots[slot] = Self.removed
                live -= 1
                return
            }
            slot = (slot + 1) & (slots.count - 1)
        }
    }
}
