/// Writes blobs again with their content compressed in another way. Each byte is read once, hashed once on each side and
/// written once. A worker without a blob of its own compresses for the others.
package final class BlobRecoder: Sendable {
    /// A blob, and the digests to compute.
    package struct Blob: Sendable {
        let source: any ByteSource
        /// `nil` if its bytes are its content.
        let compression: Compression?
        /// The promised size. One byte more is read at most, which shows that it is wrong.
        let size: Int64
        let algorithm: ContentHasher.Algorithm
        let content: Set<ContentHasher.Algorithm>
        /// Gets the content while it passes, on a thread of its own; `nil` if nothing observes it.
        let observe: (@Sendable (any ByteReader) -> Void)?

        package init(
            _ source: any ByteSource, _ compression: Compression?, size: Int64, _ algorithm: ContentHasher.Algorithm,
            content: Set<ContentHasher.Algorithm>, observe: (@Sendable (any ByteReader) -> Void)? = nil
        ) {
            self.source = source
            self.compression = compression
            self.size = size
            self.algorithm = algorithm
            self.content = content
            self.observe = observe
        }
    }

    package struct Outcome: Sendable {
        /// The bytes that were read.
        package let stored: BlobMeasure
        /// The new file, and its measure. `nil` if the bytes cannot be decompressed to their end.
        package let file: SpooledFile?
        package let recoded: BlobMeasure?
    }

    /// From this size on decompressing uses a thread of its own.
    private static let worthAhead: Int64 = 4 << 20

    private let crew = CopyCrew()
    /// `nil` if the content is written as it is.
    private let recipe: Recipe?
    private let pool: BlockPool?
    private let spool: SpoolDirectory
    private let jobs: Int

    /// Without a recipe the content is written as it is.
    package init(_ recipe: Recipe?, into spool: SpoolDirectory, jobs: Int) {
        self.spool = spool
        self.jobs = jobs
        self.recipe = recipe
        pool = recipe.map(BlockPool.init)
    }

    /// Calls `body` for each of `sizes`, the biggest first, on as many threads as there are jobs, until one fails.
    package func forEach<Failure: Error>(
        _ sizes: [Int64], _ body: @escaping @Sendable (Int, inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let numbers = sizes.indices.sorted { (sizes[$1], $0) < (sizes[$0], $1) }
        try crew.forEach(numbers.count, jobs: jobs, assistants: jobs) { (number, buffer) throws(Failure) in
            try body(numbers[number], &buffer)
        }
    }

    package func recode(
        _ blob: Blob, buffer: inout [UInt8], progress: @escaping (Int) -> Void
    ) throws(IOFailure) -> Outcome {
        let hashing = SharedHashing(
            stored: blob.compression == nil ? blob.content.union([blob.algorithm]) : [blob.algorithm])
        let stored = CountingReader(
            try blob.source.open(), path: blob.source.path, hashing, crew: crew, expected: blob.size, isLimited: true,
            progress: progress)
        let output = try SpoolWriter(spool)
        var content = ContentHashers(blob.compression == nil ? [] : blob.content)
        let observer = blob.observe.flatMap { BytePipe(path: blob.source.path, $0) }
        var head: [UInt8] = []
        var failure: IOFailure?
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
                observer?.write(piece)
                if head.isEmpty { head = Array(buffer[..<min(got, TarHeader.blockSize)]) }
                if let compressor { try compressor.write(piece) } else { try output.write(piece) }
            }
            try compressor?.finish()
            observer?.finish()
        } catch {
            guard error.operation == .decompress else { throw error }
            failure = error
        }
        // Bytes behind the end of the compressed stream, or behind damage in it, belong to the blob too.
        try stored.drain()
        let found = hashing.finish().stored
        let passed = blob.compression == nil ? found.filtered(blob.content) : content.finish()
        let file = failure == nil ? try output.finish(from: blob.source.path) : nil
        return Outcome(
            stored: BlobMeasure(
                size: stored.count, digests: found, compression: blob.compression,
                content: failure == nil ? passed : BlobMeasure.Digests(), head: head, failure: failure),
            file: file, recoded: file.map { measure(of: $0, content: passed, head: head) })
    }

    private func measure(of file: SpooledFile, content: BlobMeasure.Digests, head: [UInt8]) -> BlobMeasure {
        var digests = BlobMeasure.Digests()
        digests[.sha256] = file.sha256
        return BlobMeasure(
            size: file.size, digests: digests, compression: recipe?.codec, content: content, head: head, failure: nil)
    }

    private func reader(of blob: Blob, over stored: CountingReader) throws(IOFailure) -> any ByteReader {
        guard let compression = blob.compression else { return stored }
        guard blob.size >= Self.worthAhead, jobs > 1 else {
            return try compression.decoder(over: stored, path: blob.source.path)
        }
        let transfer = ReaderTransfer(stored)
        return compression.reader(over: { transfer.take() }, path: blob.source.path)
    }
}

extension Recipe {
    /// The codec that reads the result.
    package var codec: Compression {
        switch self {
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }
}
