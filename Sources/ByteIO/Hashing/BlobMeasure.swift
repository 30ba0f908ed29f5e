/// The size, digests and compression of a blob, found in one pass over its bytes.
package struct BlobMeasure: Sendable {
    /// A hash value by each of some algorithms. An audit keeps them of every blob.
    package struct Digests: Equatable, Sendable {
        private var sha256: [UInt8]?
        private var sha512: [UInt8]?

        package init() {}

        package subscript(algorithm: ContentHasher.Algorithm) -> [UInt8]? {
            get { algorithm == .sha256 ? sha256 : sha512 }
            set { if algorithm == .sha256 { sha256 = newValue } else { sha512 = newValue } }
        }

        /// Those by the `algorithms`.
        func filtered(_ algorithms: Set<ContentHasher.Algorithm>) -> Digests {
            var result = Digests()
            for algorithm in algorithms { result[algorithm] = self[algorithm] }
            return result
        }
    }

    /// The first bytes of some content.
    package enum Beginning: Sendable {
        /// There are none.
        case empty
        case tar
        case other

        init(_ head: [UInt8]) {
            self = head.isEmpty ? .empty : TarArchive.startsLikeTar(head) ? .tar : .other
        }
    }

    package let size: Int64
    /// The digests of the bytes, by each algorithm that was asked for.
    package let digests: Digests
    /// `nil` if the bytes are not compressed in a known format.
    package let compression: Compression?
    /// The digests of the content (decompressed, if it is compressed), by each algorithm that was asked for. Empty if
    /// none was, or if the content cannot be decompressed.
    package let content: Digests
    package let beginning: Beginning
    /// Why the content cannot be decompressed to its end; `nil` if it can.
    package var failure: IOFailure? { damage?.failure }
    private let damage: Damage?

    /// Few blobs have one.
    private final class Damage: Sendable {
        let failure: IOFailure

        init(_ failure: IOFailure) { self.failure = failure }
    }

    init(
        size: Int64, digests: Digests, compression: Compression?, content: Digests, head: [UInt8], failure: IOFailure?
    ) {
        self.size = size
        self.digests = digests
        self.compression = compression
        self.content = content
        beginning = Beginning(head)
        damage = failure.map(Damage.init)
    }

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
        let start = try ReadStart(reader)
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
        let content = compression == nil ? digests.stored : failure == nil ? digests.content : BlobMeasure.Digests()
        return BlobMeasure(
            size: stored.count, digests: digests.stored.filtered(wishes.algorithms), compression: compression,
            content: content.filtered(wishes.content), head: head, failure: failure)
    }
}

/// The first bytes, read ahead to recognise the format.
private struct ReadStart {
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
