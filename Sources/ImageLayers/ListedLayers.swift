internal import ImageAudit
internal import ImageModel

/// The files of layers that several images may share. Each layer is read once, as long as the lists fit into the memory.
struct ListedLayers {
    private struct Key: Hashable {
        let digest: Digest
        let diffID: Digest?
    }

    private var lists: [Key: LayerFiles] = [:]
    private var size = 0
    private static let limit = 128 << 20

    /// The merged tree of layers, the lowest first.
    mutating func tree(
        of layers: [ImageContents.Layer], progress: @escaping (Int) -> Void
    ) throws(LayerMakingError) -> MergedTree {
        do throws(LayerFailure) {
            let budget = FileBudget()
            var files: [(digest: Digest, files: LayerFiles)] = []
            for layer in layers { files.append((layer.digest, try list(layer, budget, progress))) }
            return try MergedTree(files: files)
        } catch { throw .image(error) }
    }

    private mutating func list(
        _ layer: ImageContents.Layer, _ budget: FileBudget, _ progress: @escaping (Int) -> Void
    ) throws(LayerFailure) -> LayerFiles {
        let key = Key(digest: layer.digest, diffID: layer.diffID)
        if let known = lists[key] { return known }
        let files = try layer.listFiles(budget: budget, progress: progress)
        if size + files.estimatedSize > Self.limit {
            lists = [:]
            size = 0
        }
        lists[key] = files
        size += files.estimatedSize
        return files
    }
}
