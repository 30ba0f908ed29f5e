internal import ByteIO
internal import ImageModel

/// The layers of a merged tree, the lowest first. The entries of all layers are numbered in one sequence.
struct TreeLayers: Sendable {
    private struct Layer: Sendable {
        let digest: Digest
        let files: LayerFiles
        /// The number of its first entry.
        let start: Int
    }

    /// A directory that a path needs and no layer describes.
    private struct MadeDirectory: Sendable {
        let name: UInt32
        let layer: UInt32
    }

    private var layers: [Layer] = []
    private var count = 0
    private var made = SegmentedArray<MadeDirectory>()
    private var names = NamePool()
    /// Numbers from here on are those of made directories.
    private static let firstMade = 1 << 31

    /// The number of the layer.
    mutating func add(_ files: LayerFiles, _ digest: Digest) -> Int {
        layers.append(Layer(digest: digest, files: files, start: count))
        count += files.count
        return layers.count - 1
    }

    func entry(_ number: Int, of layer: Int) -> Int { layers[layer].start + number }

    /// The entry of a new directory.
    mutating func makeDirectory(_ name: FileName, in layer: Int) -> Int {
        made.append(MadeDirectory(name: names.add(name), layer: UInt32(layer)))
        return Self.firstMade + made.count - 1
    }

    /// The layer of the entry, and the number of the entry there; `nil` for a made directory. The layer is the last one
    /// that begins at the entry or before it.
    private func place(of entry: Int) -> (layer: Int, number: Int)? {
        if entry >= Self.firstMade { return nil }
        var (low, high) = (0, layers.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if layers[middle].start <= entry { low = middle } else { high = middle }
        }
        return (low, entry - layers[low].start)
    }

    /// The last part of the path.
    func name(of entry: Int) -> FileName {
        guard let place = place(of: entry) else { return names[made[entry - Self.firstMade].name] }
        return layers[place.layer].files.name(of: place.number)
    }

    func isName(_ name: FileName, of entry: Int) -> Bool {
        guard let place = place(of: entry) else {
            return names.holds(name, at: made[entry - Self.firstMade].name)
        }
        return layers[place.layer].files.isName(name, of: place.number)
    }

    /// The path in the tar.
    func memberPath(of entry: Int) -> FilePath {
        guard let place = place(of: entry) else { return FilePath([]) }
        return FilePath(names: layers[place.layer].files.path(of: place.number))
    }

    /// The target of a link as it is written; empty for other files.
    func link(of entry: Int) -> [UInt8] {
        guard let place = place(of: entry) else { return [] }
        return layers[place.layer].files.link(of: place.number)
    }

    func record(of entry: Int) -> FileRecord {
        guard let place = place(of: entry) else { return .madeDirectory }
        return layers[place.layer].files.record(of: place.number) ?? .madeDirectory
    }

    func format(of entry: Int) throws(IOFailure) -> FileFormat {
        guard let place = place(of: entry) else { return .other }
        return try layers[place.layer].files.format(of: place.number)
    }

    /// `nil` if it was not kept.
    func content(of entry: Int) throws(IOFailure) -> [UInt8]? {
        guard let place = place(of: entry) else { return nil }
        return try layers[place.layer].files.content(of: place.number)
    }

    /// The number of the layer that supplied the entry.
    func layer(of entry: Int) -> Int {
        place(of: entry)?.layer ?? Int(made[entry - Self.firstMade].layer)
    }

    func digest(of layer: Int) -> Digest { layers[layer].digest }
}
