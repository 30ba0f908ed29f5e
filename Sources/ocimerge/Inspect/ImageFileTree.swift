internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning
internal import ImageSources

/// The merged tree of the only image that a command line chooses.
struct ImageFileTree {
    let source: String
    let image: PlatformImage
    let layers: [ImageContents.Layer]
    let files: MergedTree

    init(_ selected: SelectedImages, _ bar: ProgressBar) throws(CommandError) {
        source = selected.source.reference.text
        image = try selected.image()
        layers = try selected.source.layers(of: image.manifest)
        do throws(LayerFailure) {
            files = try MergedTree(layers) { bar.advance($0) }
        } catch { throw CommandError(UnreadLayer(source: source, failure: error)) }
    }

    /// The file at a path that the user typed. Links are followed, for the last name only if `followsLast`. `nil`: the
    /// root.
    func file(at text: String, followsLast: Bool = true) throws(FilePathError) -> FileEntry? {
        let typed = FilePath(text)
        switch files.resolve(typed, followsLast: followsLast) {
        case .root: return nil
        case .file(let entry): return entry
        case .absent(let name, let directory):
            throw FilePathError(source: source, path: typed, flaw: .absent(near(name, in: directory), name, directory))
        case .notDirectory(let path): throw FilePathError(source: source, path: typed, flaw: .notDirectory(path))
        case .endless: throw FilePathError(source: source, path: typed, flaw: .endlessLinks)
        }
    }

    /// A similar name in the directory; `nil` if there is none.
    private func near(_ name: [UInt8], in directory: FilePath) -> FilePath? {
        guard let wanted = String(validating: name, as: UTF8.self) else { return nil }
        let names = files.names(in: directory).compactMap { String(validating: $0, as: UTF8.self) }
        return Spelling.nearest(to: wanted, among: names).map { directory.appending(Array($0.utf8)) }
    }
}

extension Source {
    /// The layers of a manifest for its merged tree, with the diffIDs of the config. Throws if a layer has another
    /// size than its descriptor states.
    func layers(of manifest: Digest) throws(CommandError) -> [ImageContents.Layer] {
        guard let view = graph.manifest(manifest) else { return [] }
        let diffIDs = try diffIDs(of: view, manifest)
        return try view.layers.enumerated().map { (number, descriptor) throws(CommandError) in
            let layer = ImageContents.Layer(
                digest: descriptor.digest, source: graph.blobs[descriptor.digest], diffID: diffIDs?[number])
            guard let found = layer.source?.size, found != descriptor.size else { return layer }
            let fault = LayerFault.wrongSize(expected: descriptor.size, found: found)
            throw CommandError(
                UnreadLayer(source: reference.text, failure: LayerFailure(layer: descriptor.digest, fault: fault)))
        }
    }
}

extension Source {
    /// One for each layer; `nil` if the source has no config of a container image.
    private func diffIDs(of manifest: ManifestView, _ digest: Digest) throws(CommandError) -> [Digest]? {
        guard manifest.isImage, let config = graph.config(of: manifest) else { return nil }
        guard config.diffIDs.count == manifest.layers.count else {
            throw CommandError(
                SourceError.layerCount(
                    path: reference.text, image: "\(digest)", layers: manifest.layers.count,
                    diffIDs: config.diffIDs.count))
        }
        return config.diffIDs
    }
}

/// A layer that cannot be read, so that the files of its image are not known.
struct UnreadLayer: Error {
    let source: String
    let failure: LayerFailure
}

/// A path that leads to no file of an image, or to one that the command does not take.
struct FilePathError: Error {
    enum Flaw {
        /// The name is not in the directory. The first path is that of a similar name there.
        case absent(FilePath?, [UInt8], FilePath)
        /// The path of a file that has names behind it.
        case notDirectory(FilePath)
        case endlessLinks
        /// A file that is not regular, where one is needed. The directory is the root if the entry is `nil`.
        case notRegular(FileEntry?)
        case sparse
        /// Control characters for a terminal.
        case controlCharacters
    }

    let source: String
    let path: FilePath
    let flaw: Flaw
}
