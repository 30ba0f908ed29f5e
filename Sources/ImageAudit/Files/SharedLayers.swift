internal import ByteIO
package import ImageModel

/// Layers that several merged trees contain. Each of them is read once, as long as its files fit into the memory. Then
/// the files of one layer serve all trees.
package final class SharedLayers {
    /// The number of trees that still need a layer.
    private var uses: [Digest: Int] = [:]
    private var kept: [Digest: ReadLayer] = [:]
    private let memory: FileBudget
    private var isFull = false

    /// `trees` are the layers of all trees.
    package init(_ trees: [[Digest]], memory: FileBudget = FileBudget(limit: 128 << 20)) {
        self.memory = memory
        for digest in trees.flatMap(Set.init) { uses[digest, default: 0] += 1 }
    }

    /// The layers of one tree, with the files of those that another tree needs too. `budget` is that of the tree.
    package func layers(
        _ layers: [ImageContents.Layer], budget: FileBudget, progress: @escaping (Int) -> Void
    ) throws(LayerFailure) -> [ImageContents.Layer] {
        var taken: [Digest: ImageContents.Layer] = [:]
        return try layers.map { (layer) throws(LayerFailure) in
            if let known = taken[layer.digest] { return known }
            do throws(LayerFault) {
                let found = try self.layer(layer, budget, progress)
                taken[layer.digest] = found
                return found
            } catch { throw LayerFailure(layer: layer.digest, fault: error) }
        }
    }

    private func layer(
        _ layer: ImageContents.Layer, _ budget: FileBudget, _ progress: @escaping (Int) -> Void
    ) throws(LayerFault) -> ImageContents.Layer {
        let left = (uses[layer.digest] ?? 1) - 1
        uses[layer.digest] = left
        guard let source = layer.source, !(source is ReadLayer) else { return layer }
        let known = kept[layer.digest]
        if left == 0 { kept[layer.digest] = nil }
        guard known != nil || left > 0 && !isFull else { return layer }
        let read: ReadLayer
        if let known { read = known } else { read = try self.read(layer, source, progress) }
        let files: LayerFiles
        do throws(LayerFault) { files = try read.files(of: layer) } catch {
            // The tree reads the layer again, within its own budget.
            if case .tooManyFiles = error {
                isFull = true
                return layer
            }
            throw error
        }
        kept[layer.digest] = left == 0 ? nil : read
        try budget.spend(files: files.count, names: 0)
        return ImageContents.Layer(digest: layer.digest, source: read, diffID: layer.diffID)
    }

    private func read(
        _ layer: ImageContents.Layer, _ source: any ByteSource, _ progress: @escaping (Int) -> Void
    ) throws(LayerFault) -> ReadLayer {
        do throws(IOFailure) {
            return try CopyCrew.assisted(by: 1) { (crew) throws(IOFailure) in
                try ReadLayer(
                    source.open(), path: source.path, size: source.size, [layer.digest.algorithm],
                    content: layer.diffID.map { [$0.algorithm] } ?? [], crew, keeping: .hashes, memory,
                    progress: progress)
            }
        } catch { throw .unreadable(error) }
    }
}
