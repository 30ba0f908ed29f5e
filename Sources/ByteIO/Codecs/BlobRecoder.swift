/// Writes blobs anew with their content compressed otherwise. Each byte is read once, hashed once on each side and
/// written once; a worker of the crew without a blob of its own compresses for the others.
package final class BlobRecoder: Sendable {
    /// A blob, and what there is to find out about it.
    package struct Blob: Sendable {
        let source: any ByteSource
        /// nil: its bytes are its content.
        let compression: Compression?
        /// As it is promised; no more is read than shows that it is wrong.
        let size: Int64
        let algorithm: ContentHasher.Algorithm
        let content: Set<ContentHasher.Algorithm>

        package init(
            _ source: any ByteSource, _ compression: Compression?, size: Int64, _ algorithm: ContentHasher.Algorithm,
            content: Set<ContentHasher.Algorithm>
        ) {
            self.source = source
            self.compression = compression
            self.size = size
            self.algorithm = algorithm
            self.content = content
        }
    }

    package struct Outcome: Sendable {
        /// Of the bytes as they were.
        package let size: Int64
        package let digest: [UInt8]
        package let content: BlobMeasure.Digests
        /// nil: they cannot be decompressed to their end.
        package let file: SpooledFile?
    }

    /// From here on decompressing takes a thread of its own.
    private static let worthAhead: Int64 = 4 << 20

    private let crew = CopyCrew()
    /// nil: nothing is compressed.
    private let pool: BlockPool?
    private let spool: SpoolDirectory
    private let jobs: Int

    /// nil: nothing is compressed.
    package init(_ recipe: Recipe?, into spool: SpoolDirectory, jobs: Int) {
        self.spool = spool
        self.jobs = jobs
        pool = recipe.map(BlockPool.init)
    }

    /// Calls `body` for each of `sizes`, the biggest first, on as many threads as there are jobs, until one fails.
    package func forEach(_ sizes: [Int64], _ body: @escaping @Sendable (Int, inout [UInt8]) throws -> Void) throws {
        let numbers = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        try crew.forEach(numbers.count, jobs: jobs, assistants: jobs) { try body(numbers[$0], &$1) }
    }

    package func recode(
        _ blob: Blob, buffer: inout [UInt8], progress: @escaping (Int) -> Void
    ) throws(IOFailure) -> Outcome {
        let stored = StoredStream(
            try blob.source.open(), path: blob.source.path, size: blob.size,
            blob.compression == nil ? blob.content.union([blob.algorithm]) : [blob.algorithm], crew, progress)
        let output = RecodedOutput(try StagedFile(creating: spool.nextName()))
        var content = ContentHashers(blob.compression == nil ? [] : blob.content)
        var isWhole = true
        do throws(IOFailure) {
            let compressor = pool.map { pool in
                StreamCompressor(pool, path: output.path, crew: crew) { (bytes) throws(IOFailure) in
                    try output.write(bytes)
                }
            }
            var reader = try reader(of: blob, over: stored)
            while true {
                let got = try reader.fill(&buffer, count: buffer.count)
                if got == 0 { break }
                let piece = buffer.span.extracting(0..<got)
                content.update(piece)
                if let compressor { try compressor.write(piece) } else { try output.write(piece) }
            }
            try compressor?.finish()
        } catch {
            guard error.operation == .decompress else { throw error }
            isWhole = false
        }
        // What is behind the end of the content counts too, and so does what damage keeps from being read.
        try stored.drain(&buffer)
        let found = stored.finish()
        return Outcome(
            size: stored.count, digest: found[blob.algorithm] ?? [],
            content: blob.compression == nil ? found : content.finish(),
            file: isWhole ? try output.finish(source: blob.source.path) : nil)
    }

    private func reader(of blob: Blob, over stored: StoredStream) throws(IOFailure) -> any ByteReader {
        guard let compression = blob.compression else { return stored }
        guard blob.size >= Self.worthAhead, jobs > 1 else {
            return try compression.decoder(over: stored, path: blob.source.path)
        }
        let handover = Handover(stored)
        return compression.reader(over: { handover.take() }, path: blob.source.path)
    }
}

/// The new file, hashed while it is written.
private final class RecodedOutput {
    private var file: StagedFile?
    private var hasher: ContentHasher? = ContentHasher()
    private var size: Int64 = 0
    let path: String

    init(_ file: consuming StagedFile) {
        path = file.path
        self.file = consume file
    }

    func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        try file?.write(bytes)
        hasher?.update(bytes)
        size += Int64(bytes.count)
    }

    func finish(source: String) throws(IOFailure) -> SpooledFile {
        try file.take()?.finish(sync: false)
        return SpooledFile(path: source, file: path, size: size, sha256: hasher.take()?.digest() ?? [])
    }
}
