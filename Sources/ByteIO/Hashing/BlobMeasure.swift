/// What the bytes of a blob are, found in one pass over them.
package struct BlobMeasure: Sendable {
    package typealias Digests = [ContentHasher.Algorithm: [UInt8]]

    package let size: Int64
    /// Of the bytes, by each algorithm that was wished.
    package let digests: Digests
    /// nil: they are what they are, or compressed in a way that nobody knows.
    package let compression: Compression?
    /// Of what the bytes hold, decompressed where they are compressed, by each algorithm that was wished of it; empty
    /// where nobody asked, or where it cannot be decompressed.
    package let content: Digests
    /// The first bytes of the content, a block of a tar at most.
    package let head: [UInt8]
    /// Why the content cannot be decompressed to its end.
    package let failure: IOFailure?

    /// What somebody wants to know of a blob beside the digest of its bytes.
    package struct Wishes {
        package var algorithms: Set<ContentHasher.Algorithm>
        /// Empty: what the bytes hold is nobody's concern.
        package var content: Set<ContentHasher.Algorithm>
        /// Sees the content while it passes, decompressed, and may read as much of it as it likes.
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
    /// Reads all of `reader`, each byte once. An error of the reader is thrown; damage inside of compressed bytes is part
    /// of what is found. A worker without work of its own takes the hashing over, also in the middle.
    package func measure(
        _ reader: any ByteReader, path: String, size: Int64, _ wishes: BlobMeasure.Wishes,
        progress: @escaping (Int) -> Void
    ) throws(IOFailure) -> BlobMeasure {
        let start = try Beginning(reader)
        let compression = Compression(magic: start.bytes)
        let decompressed = wishes.content.isEmpty ? nil : compression
        // What is not compressed is its own content.
        let hashes = HashPair(
            stored: compression == nil ? wishes.algorithms.union(wishes.content) : wishes.algorithms,
            content: decompressed == nil ? [] : wishes.content)
        defer { hashes.end() }
        let sharing = { [self] (left: Int64) in
            if !hashes.isShared, left > Self.worthSharing { offer(hashes) }
        }
        let stored = StoredBytes(start.whole, hashes, size: size, path: path, crew: self, sharing, progress)
        var head = start.bytes
        var failure: IOFailure?
        if let decompressed {
            let content = PassingContent(hashes)
            do throws(IOFailure) {
                content.decoder = try decompressed.decoder(over: stored, path: path)
                wishes.look?(content)
                try content.drain()
            } catch { failure = error }
            head = content.head
        } else if let look = wishes.look {
            look(stored)
        }
        // What is behind the end of the compressed bytes counts too.
        if stored.failure == nil { try stored.drain() }
        if let failure = stored.failure { throw failure }
        let digests = hashes.finish()
        let content = compression == nil ? digests.stored : failure == nil ? digests.content : [:]
        return BlobMeasure(
            size: stored.count, digests: digests.stored.filter { wishes.algorithms.contains($0.key) },
            compression: compression, content: content.filter { wishes.content.contains($0.key) }, head: head,
            failure: failure)
    }
}

/// The first bytes, read ahead to see what follows.
private struct Beginning {
    let bytes: [UInt8]
    let whole: any ByteReader

    init(_ reader: any ByteReader) throws(IOFailure) {
        var reader = reader
        var bytes = [UInt8](repeating: 0, count: 512)
        let got = try reader.fill(&bytes, count: bytes.count)
        bytes.removeLast(bytes.count - got)
        self.bytes = bytes
        whole = PrefixedReader(bytes, then: reader)
    }
}

/// The bytes as they are stored, hashed while they pass.
private final class StoredBytes: ByteReader {
    private var source: any ByteReader
    private let hashes: HashPair
    private let size: Int64
    private let path: String
    private let crew: CopyCrew
    private let sharing: (Int64) -> Void
    private let progress: (Int) -> Void
    private(set) var count: Int64 = 0
    /// Why reading ended early; whoever reads through here may have taken it for something else.
    private(set) var failure: IOFailure?

    init(
        _ source: any ByteReader, _ hashes: HashPair, size: Int64, path: String, crew: CopyCrew,
        _ sharing: @escaping (Int64) -> Void, _ progress: @escaping (Int) -> Void
    ) {
        self.source = source
        self.hashes = hashes
        self.size = size
        self.path = path
        self.crew = crew
        self.sharing = sharing
        self.progress = progress
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let got = try next(into: &buffer)
        hashes.hash(.stored, buffer.span.extracting(0..<got))
        return got
    }

    private func next(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if let failure { throw failure }
        do throws(IOFailure) {
            try Interruption.check(.read, path)
            if crew.hasFailed { throw IOFailure(.read, path, .interrupted) }
            sharing(size - count)
            let got = try source.read(into: &buffer)
            count += Int64(got)
            progress(got)
            return got
        } catch {
            failure = error
            throw error
        }
    }

    /// The rest, for its hash alone: what an assistant hashes is not copied first.
    func drain() throws(IOFailure) {
        var own = [UInt8](repeating: 0, count: transferSize)
        while true {
            var buffer = hashes.isShared ? hashes.emptyBuffer() : exchange(&own, with: [])
            let wasShared = hashes.isShared
            var span = buffer.mutableSpan
            let got = try next(into: &span)
            if got == 0 { return }
            hashes.hash(.stored, &buffer, count: got)
            if !wasShared { own = buffer.isEmpty ? [UInt8](repeating: 0, count: transferSize) : buffer }
        }
    }
}

/// What is compressed, hashed while it passes.
private final class PassingContent: ByteReader {
    private static let headSize = 512

    var decoder: (any ByteReader)?
    private let hashes: HashPair
    private var failure: IOFailure?
    private(set) var head: [UInt8] = []

    init(_ hashes: HashPair) { self.hashes = hashes }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if let failure { throw failure }
        let got: Int
        do throws(IOFailure) { got = try decoder?.read(into: &buffer) ?? 0 } catch {
            failure = error
            throw error
        }
        hashes.hash(.content, buffer.span.extracting(0..<got))
        if head.count < Self.headSize {
            for index in 0..<min(got, Self.headSize - head.count) { head.append(buffer[index]) }
        }
        return got
    }

    /// What nobody wanted to see.
    func drain() throws(IOFailure) {
        var buffer = [UInt8](repeating: 0, count: transferSize)
        while true {
            var span = buffer.mutableSpan
            if try read(into: &span) == 0 { return }
        }
    }
}
