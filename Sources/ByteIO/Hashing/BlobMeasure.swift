/// The size, digests and compression of a blob, found in one pass over its bytes.
package struct BlobMeasure: Sendable {
    package typealias Digests = [ContentHasher.Algorithm: [UInt8]]

    package let size: Int64
    /// The digests of the bytes, by each algorithm that was asked for.
    package let digests: Digests
    /// `nil` if the bytes are not compressed in a known format.
    package let compression: Compression?
    /// The digests of the content (decompressed, if it is compressed), by each algorithm that was asked for. Empty if
    /// none was, or if the content cannot be decompressed.
    package let content: Digests
    /// The first bytes of the content, one block of a tar at most.
    package let head: [UInt8]
    /// Why the content cannot be decompressed to its end; `nil` if it can.
    package let failure: IOFailure?

    /// What to find out about a blob.
    package struct Wishes {
        package var algorithms: Set<ContentHasher.Algorithm>
        /// Algorithms for the content. Empty: nothing is decompressed.
        package var content: Set<ContentHasher.Algorithm>
        /// Gets the decompressed content while it passes, and may read any part of it.
        package var look: ((any ByteReader) -> Void)?

        package init(
            _ algorithms: Set<ContentHasher.Algorithm> = [.sha256], content: Set<ContentHasher.Algorithm> = [],
            look: ((any ByteReader) -> Void)? = nil
        ) {
            self.algorithms = algorithms
            self.content = content
            self.look = look
        }
    }
}

extension CopyCrew {
    /// Reads all of `reader`, each byte once. An error of the reader is thrown; damage inside compressed bytes is part of
    /// the result. An idle worker may take over the hashing at any time.
    package func measure(
        _ reader: any ByteReader, path: String, size: Int64, _ wishes: BlobMeasure.Wishes,
        progress: @escaping (Int) -> Void
    ) throws(IOFailure) -> BlobMeasure {
        let start = try Beginning(reader)
        let compression = Compression(magic: start.bytes)
        let decompressed = wishes.content.isEmpty ? nil : compression
        // Bytes that are not compressed are their own content.
        let hashing = SharedHashing(
            stored: compression == nil ? wishes.algorithms.union(wishes.content) : wishes.algorithms,
            content: decompressed == nil ? [] : wishes.content)
        defer { hashing.end() }
        let stored = CountingReader(
            start.whole, path: path, hashing, crew: self, expected: size, offersHashing: true, progress: progress)
        var head = start.bytes
        var failure: IOFailure?
        if let decompressed {
            head = []
            do throws(IOFailure) {
                let content = CountingReader(
                    try decompressed.decoder(over: stored, path: path), path: path, hashing, side: .content)
                defer { head = content.head }
                wishes.look?(content)
                try content.drain()
            } catch { failure = error }
        } else if let look = wishes.look {
            look(stored)
        }
        // Bytes behind the end of the compressed stream belong to the blob too.
        if stored.failure == nil { try stored.drain() }
        if let failure = stored.failure { throw failure }
        let digests = hashing.finish()
        let content = compression == nil ? digests.stored : failure == nil ? digests.content : [:]
        return BlobMeasure(
            size: stored.count, digests: digests.stored.filter { wishes.algorithms.contains($0.key) },
            compression: compression, content: content.filter { wishes.content.contains($0.key) }, head: head,
            failure: failure)
    }
}

/// The first bytes, read ahead to recognise the format.
private struct Beginning {
    let bytes: [UInt8]
    let whole: any ByteReader

    init(_ reader: any ByteReader) throws(IOFailure) {
        var reader = reader
        var bytes = [UInt8](repeating: 0, count: TarHeader.blockSize)
        let got = try reader.fill(&bytes, count: bytes.count)
        bytes.removeLast(bytes.count - got)
        self.bytes = bytes
        whole = PrefixedReader(bytes, then: reader)
    }
}
