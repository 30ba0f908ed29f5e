package import ByteIO
package import ImageAudit
package import ImageModel

/// Makes new layers for images. The same requests give the same bytes on every machine, with any number of threads.
///
/// One maker serves all images of a run. It scans each directory once, reads each layer once, and makes a layer that
/// two images need once.
package struct LayerMaker {
    private let writer: LayerWriter
    /// Whether the user chose the compression, so that archives in another one are compressed again.
    private let isExplicit: Bool
    private let time: Int64
    private let owner: FileOwner
    private var listed = ListedLayers()
    private var snapshots: [String: DirectorySnapshot] = [:]
    private var made: [Content: AddedLayer] = [:]

    /// All inputs that determine a layer: the key of the cache.
    private enum Content: Hashable {
        case directory(String, DirectoryPlan)
        case archive(String)
        case deletion([FilePath], in: [KeptDirectory])
    }

    /// Without a `recipe` layers are stored plain. `time` is that of all members, in seconds since 1970. The files wait in
    /// `spool` and are adopted by rename.
    package init(
        spool: SpoolDirectory, recipe: Recipe?, isExplicit: Bool, time: Int64 = 0, owner: FileOwner = .root, jobs: Int
    ) {
        writer = LayerWriter(spool: spool, recipe: recipe, jobs: jobs)
        self.isExplicit = isExplicit
        self.time = time
        self.owner = owner
    }

    /// The new layers of one image, in the order of the requests. Each request applies to the files that the ones before
    /// have made. `base` are the layers of the image, the lowest first. They are read if a request needs their files.
    /// `progress` gets the numbers of bytes that are read.
    package mutating func layers(
        _ requests: [LayerRequest], on base: [ImageContents.Layer], progress: @escaping @Sendable (Int) -> Void
    ) throws(LayerMakingError) -> [AddedLayer] {
        var layers = base
        var added: [AddedLayer] = []
        for request in requests {
            let content = try content(of: request, on: layers, progress)
            var layer: AddedLayer
            if let known = made[content] { layer = known } else { layer = try make(content, progress) }
            made[content] = layer
            layer = layer.made(by: request.origin)
            added.append(layer)
            layers.append(ImageContents.Layer(digest: layer.digest, source: layer.source, diffID: layer.diffID))
        }
        return added
    }

    private mutating func content(
        of request: LayerRequest, on layers: [ImageContents.Layer], _ progress: @escaping (Int) -> Void
    ) throws(LayerMakingError) -> Content {
        switch request.content {
        case .archive(let path): return .archive(path)
        case .deletion(let paths):
            let tree = try listed.tree(of: layers, progress: progress)
            let found = try Whiteout.paths(paths, in: tree)
            return .deletion(found, in: KeptDirectory.all(above: Set(found.map(\.directory)), in: tree))
        case .directory(let path, let target):
            let target = try Self.target(target)
            let snapshot = try snapshot(of: path)
            let tree = try listed.tree(of: layers, progress: progress)
            return .directory(path, try DirectoryPlanning.plan(snapshot, at: target, in: tree))
        }
    }

    private static func target(_ text: String) throws(LayerMakingError) -> FilePath {
        guard text.utf8.first == UInt8(ascii: "/") else { throw .target(text, .relative) }
        let path = FilePath(text)
        if path.names.contains(Array("..".utf8)) { throw .target(text, .climbing) }
        if path.names.contains(where: { $0.starts(with: Whiteout.prefix) }) { throw .target(text, .whiteout) }
        return path
    }

    private mutating func snapshot(of path: String) throws(LayerMakingError) -> DirectorySnapshot {
        if let known = snapshots[path] { return known }
        let snapshot: DirectorySnapshot
        do throws(DirectoryScanError) { snapshot = try DirectorySnapshot(of: path) } catch {
            switch error {
            case .failed(let failure): throw .io(failure)
            case .special(let path, let kind): throw .file(path: path, .special(kind))
            }
        }
        snapshots[path] = snapshot
        return snapshot
    }

    private mutating func make(
        _ content: Content, _ progress: @escaping @Sendable (Int) -> Void
    ) throws(LayerMakingError) -> AddedLayer {
        switch content {
        case .archive(let path): return try archive(path, progress)
        case .deletion(let paths, let kept):
            let tar = MemoryBytes(Whiteout.tar(deleting: paths, in: kept, time: time), path: "whiteouts")
            return try writer.write(tar, nil, progress)
        case .directory(let path, let plan):
            let snapshot = try snapshot(of: path)
            let tar = try mapping(LayerMakingError.records) { () throws(DirectoryTarError) in
                try plan.tar(of: snapshot, owner: owner, time: time)
            }
            return try writer.write(tar, nil, progress)
        }
    }

    private func archive(
        _ path: String, _ progress: @escaping @Sendable (Int) -> Void
    ) throws(LayerMakingError) -> AddedLayer {
        let archive = try LayerArchive(path)
        guard let compression = archive.compression else {
            try archive.check()
            return try archive.unchanged(writer.write(archive.stored, nil, progress))
        }
        let kept = LayerCompression.allCases.first { $0.codec == compression }
        let isKept = !isExplicit || writer.recipe?.codec == compression
        let measure = try archive.measure(progress)
        if let kept, isKept { return try archive.layer(measure, kept) }
        return try archive.unchanged(writer.write(archive.stored, compression, progress))
    }
}

extension AddedLayer {
    fileprivate func made(by origin: String) -> AddedLayer {
        AddedLayer(
            digest: digest, size: size, compression: compression, diffID: diffID, source: source, origin: origin)
    }
}
