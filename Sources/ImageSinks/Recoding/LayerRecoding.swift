package import ByteIO
package import ImageModel
internal import Synchronization

/// Writes layers anew, compressed as `recipe` says, each once however many manifests name it. Each is verified on the way:
/// the stored bytes against their digest and size, their content against every diffID. The new files wait in `spool` and
/// are adopted by rename. After a failure none of them is used.
package struct LayerRecoding: Sendable {
    private let recipe: Recipe?
    private let spool: SpoolDirectory
    private let jobs: Int

    /// Without a recipe layers are stored plain.
    package init(_ recipe: Recipe?, into spool: SpoolDirectory, jobs: Int) {
        self.recipe = recipe
        self.spool = spool
        self.jobs = jobs
    }

    /// The new layers by the digests of the old ones. Each worker calls `progress` with the bytes that it read; the first
    /// error ends the work of all.
    package func run(
        _ layers: [LayerToRecode], progress: @escaping @Sendable (Int) -> Void
    ) throws(SinkError) -> [Digest: RecodedLayer] {
        let recoder = BlobRecoder(recipe, into: spool, jobs: jobs)
        let compression = LayerCompression.allCases.first { $0.codec == recipe?.codec } ?? .none
        let results = Mutex<[Digest: RecodedLayer]>([:])
        try recoder.forEach(layers.map(\.size)) { (number, buffer) throws(SinkError) in
            let layer = layers[number]
            let outcome: BlobRecoder.Outcome
            do throws(IOFailure) {
                outcome = try recoder.recode(layer.blob, buffer: &buffer, progress: progress)
            } catch { throw .io(spool.reported(error)) }
            let file = try sinking { () throws(BlobError) in try layer.checked(outcome) }
            let new = RecodedLayer(
                digest: Digest(.sha256, raw: file.sha256), size: file.size, compression: compression, source: file)
            results.withLock { $0[layer.digest] = new }
        }
        return results.withLock { $0 }
    }
}

extension Recipe {
    fileprivate var codec: Compression {
        switch self {
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}

extension LayerToRecode {
    fileprivate var blob: BlobRecoder.Blob {
        BlobRecoder.Blob(
            source, compression.codec, size: size, digest.algorithm,
            content: Set(diffIDs.map(\.algorithm)))
    }

    /// Damage of the stored bytes explains all other damage, so it is reported first.
    fileprivate func checked(_ outcome: BlobRecoder.Outcome) throws(BlobError) -> SpooledFile {
        guard outcome.size == size else {
            throw .size(path: source.path, blob: digest, expected: size, found: outcome.size)
        }
        let found = Digest(digest.algorithm, raw: outcome.digest)
        guard found == digest else { throw .digest(path: source.path, expected: digest, found: found) }
        guard let file = outcome.file else { throw .notDecompressed(path: source.path, layer: digest, compression) }
        for diffID in diffIDs.sorted() {
            guard let raw = outcome.content[diffID.algorithm] else { continue }
            let found = Digest(diffID.algorithm, raw: raw)
            if found != diffID {
                throw .content(path: source.path, layer: digest, expected: diffID, found: found)
            }
        }
        return file
    }
}
