package import ByteIO
package import ImageModel
internal import Synchronization

/// Compresses layers by `recipe`, each once, even if several manifests name it. Each is verified meanwhile: the stored
/// bytes against their digest and size, the content against every diffID. The new files are in `spool` until a rename
/// adopts them. After a failure none of them is used.
package struct LayerRecoding: Sendable {
    private let recipe: Recipe?
    private let spool: SpoolDirectory
    private let jobs: Int
    private let observer: (any RecodingObserver)?

    /// Without a recipe layers are stored plain. The `observer` is told of each layer whose stored bytes are right.
    package init(
        _ recipe: Recipe?, into spool: SpoolDirectory, jobs: Int, observer: (any RecodingObserver)? = nil
    ) {
        self.recipe = recipe
        self.spool = spool
        self.jobs = jobs
        self.observer = observer
    }

    /// The new layers by the digests of the old ones. Each worker calls `progress` with the bytes that it read; the first
    /// error ends the work of all.
    package func run(
        _ layers: [LayerToRecode], progress: @escaping @Sendable (Int) -> Void
    ) throws(SinkError) -> [Digest: RecodedLayer] {
        let recoder = BlobRecoder(recipe, into: spool, jobs: jobs)
        let results = Mutex<[Digest: RecodedLayer]>([:])
        try recoder.forEach(layers.map(\.size)) { [self] (number, buffer) throws(SinkError) in
            let new = try recoded(layers[number], recoder, &buffer, progress)
            results.withLock { $0[layers[number].digest] = new }
        }
        return results.withLock { $0 }
    }

    private func recoded(
        _ layer: LayerToRecode, _ recoder: BlobRecoder, _ buffer: inout [UInt8],
        _ progress: @escaping @Sendable (Int) -> Void
    ) throws(SinkError) -> RecodedLayer {
        let outcome: BlobRecoder.Outcome
        do throws(IOFailure) {
            outcome = try recoder.recode(layer.blob(observer), buffer: &buffer, progress: progress)
        } catch { throw .io(spool.reported(error)) }
        try sinking { () throws(BlobError) in try layer.checkStored(outcome.stored) }
        observer?.note(layer, outcome)
        let file = try sinking { () throws(BlobError) in try layer.checked(outcome) }
        return RecodedLayer(
            digest: Digest(.sha256, raw: file.sha256), size: file.size,
            compression: LayerCompression.allCases.first { $0.codec == recipe?.codec } ?? .none, source: file)
    }
}

extension LayerToRecode {
    fileprivate func blob(_ observer: (any RecodingObserver)?) -> BlobRecoder.Blob {
        var observe: (@Sendable (any ByteReader) -> Void)?
        if let observer { observe = { content in observer.read(content, contentOf: self) } }
        return BlobRecoder.Blob(
            source, compression.codec, size: size, digest.algorithm, content: Set(diffIDs.map(\.algorithm)),
            observe: observe)
    }

    /// Damage of the stored bytes explains all other damage, so it is reported first.
    fileprivate func checkStored(_ measure: BlobMeasure) throws(BlobError) {
        guard measure.size == size else {
            throw .size(path: source.path, blob: digest, expected: size, found: measure.size)
        }
        let found = Digest(digest.algorithm, raw: measure.digests[digest.algorithm] ?? [])
        guard found == digest else { throw .digest(path: source.path, expected: digest, found: found) }
    }

    fileprivate func checked(_ outcome: BlobRecoder.Outcome) throws(BlobError) -> SpooledFile {
        guard let file = outcome.file else { throw .notDecompressed(path: source.path, layer: digest, compression) }
        for diffID in diffIDs.sorted() {
            guard let raw = outcome.stored.content[diffID.algorithm] else { continue }
            let found = Digest(diffID.algorithm, raw: raw)
            if found != diffID {
                throw .content(path: source.path, layer: digest, expected: diffID, found: found)
            }
        }
        return file
    }
}
