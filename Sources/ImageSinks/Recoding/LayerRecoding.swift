package import ByteIO
package import ImageModel
internal import Synchronization

/// Writes layers anew, compressed as `recipe` says, each once however many manifests name it. On the way it is verified:
/// the stored bytes against their digest and size, their content against every diffID. What was written waits in `spool`,
/// to be adopted by rename; where anything fails, nothing of it is wanted.
package struct LayerRecoding: Sendable {
    private let recipe: Recipe?
    private let spool: SpoolDirectory
    private let jobs: Int

    /// nil: they are stored plain.
    package init(_ recipe: Recipe?, into spool: SpoolDirectory, jobs: Int) {
        self.recipe = recipe
        self.spool = spool
        self.jobs = jobs
    }

    /// By the digests that the layers had. `progress` hears of the bytes read, from every worker; the first error ends
    /// the work of all.
    package func run(
        _ layers: [LayerToRecode], progress: @escaping @Sendable (Int) -> Void
    ) throws -> [Digest: RecodedLayer] {
        let recoder = BlobRecoder(recipe, into: spool, jobs: jobs)
        let compression: LayerCompression =
            switch recipe {
            case nil: .none
            case .gzip: .gzip
            case .zstd: .zstd
            }
        let results = Mutex<[Digest: RecodedLayer]>([:])
        try recoder.forEach(layers.map(\.size)) { number, buffer in
            let layer = layers[number]
            let outcome = try recoder.recode(layer.blob, buffer: &buffer, progress: progress)
            let file = try layer.checked(outcome)
            let new = RecodedLayer(
                digest: Digest(.sha256, raw: file.sha256), size: file.size, compression: compression, source: file)
            results.withLock { $0[layer.digest] = new }
        }
        return results.withLock { $0 }
    }
}

extension LayerToRecode {
    fileprivate var blob: BlobRecoder.Blob {
        let stored: Compression? =
            switch compression {
            case .none: nil
            case .gzip: .gzip
            case .zstd: .zstd
            }
        return BlobRecoder.Blob(
            source, stored, size: size, digest.algorithm, content: Set(diffIDs.map(\.algorithm)))
    }

    /// Damage of what is stored explains all that follows from it, so it is said first.
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
