internal import ByteIO
internal import ImageModel
internal import Synchronization

/// Writes tars as the blobs of new layers.
struct LayerWriter: Sendable {
    let spool: SpoolDirectory
    /// `nil` if layers are stored plain.
    let recipe: Recipe?
    let jobs: Int

    /// `compression` is that of the source. The layer has no origin yet.
    func write(
        _ source: any ByteSource, _ compression: Compression?, _ progress: @escaping @Sendable (Int) -> Void
    ) throws(LayerMakingError) -> AddedLayer {
        let blob = BlobRecoder.Blob(source, compression, size: source.size, .sha256, content: [.sha256])
        let recoder = BlobRecoder(recipe, into: spool, jobs: jobs)
        let result = Mutex<BlobRecoder.Outcome?>(nil)
        do throws(IOFailure) {
            try recoder.forEach([source.size]) { (_, buffer) throws(IOFailure) in
                let outcome = try recoder.recode(blob, buffer: &buffer, progress: progress)
                result.withLock { $0 = outcome }
            }
        } catch { throw .io(spool.reported(error)) }
        let outcome = result.withLock { $0 }
        if let failure = outcome?.stored.failure { throw .io(failure) }
        guard let outcome, let file = outcome.file, outcome.stored.size == source.size,
            let diffID = outcome.stored.content[.sha256]
        else { throw .io(IOFailure(.read, source.path, .changed)) }
        return AddedLayer(
            digest: Digest(.sha256, raw: file.sha256), size: file.size,
            compression: LayerCompression.allCases.first { $0.codec == recipe?.codec } ?? .none,
            diffID: Digest(.sha256, raw: diffID), source: file, origin: "")
    }
}
