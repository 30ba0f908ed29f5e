/// Passes bytes on and remembers their digest.
package final class HashingReader: ByteReader {
    private var source: any ByteReader
    private var hasher: ContentHasher? = ContentHasher(.sha256)

    package init(_ source: any ByteReader) { self.source = source }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let got = try source.read(into: &buffer)
        hasher?.update(buffer.span.extracting(0..<got))
        return got
    }

    /// Of everything, also of what nobody asked for.
    package func finish() throws(IOFailure) -> [UInt8] {
        var rest = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            var span = rest.mutableSpan
            if try read(into: &span) == 0 { return hasher.take()?.digest() ?? [] }
        }
    }
}

extension ContentHasher {
    /// The digests of a compressed file and of what it holds.
    package struct Both: Sendable {
        package let bytes: [UInt8]
        package let content: [UInt8]
    }

    /// One pass over `source`.
    package static func hash(
        _ source: any ByteSource, decompressing compression: Compression, _ algorithm: Algorithm
    ) throws(IOFailure) -> Both {
        let compressed = HashingReader(try source.open())
        var content = try compression.decoder(over: compressed, path: source.path)
        var hasher = ContentHasher(algorithm)
        var buffer = [UInt8](repeating: 0, count: transferSize)
        while true {
            try Interruption.check(.read, source.path)
            let got = try content.fill(&buffer, count: buffer.count)
            if got == 0 { break }
            hasher.update(buffer.span.extracting(0..<got))
        }
        return Both(bytes: try compressed.finish(), content: hasher.digest())
    }
}

/// The bytes of a blob as they are stored, counted and hashed while somebody reads through them, and never more than one
/// beyond their promised size. Belongs to one thread at a time.
final class StoredStream: ByteReader {
    private var source: any ByteReader
    private let path: String
    private let size: Int64
    private var hashers: ContentHashers
    private let crew: CopyCrew
    private let progress: (Int) -> Void
    private(set) var count: Int64 = 0

    init(
        _ source: any ByteReader, path: String, size: Int64, _ algorithms: Set<ContentHasher.Algorithm>,
        _ crew: CopyCrew, _ progress: @escaping (Int) -> Void
    ) {
        self.source = source
        self.path = path
        self.size = size
        hashers = ContentHashers(algorithms)
        self.crew = crew
        self.progress = progress
    }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        try Interruption.check(.read, path)
        if crew.hasFailed { throw IOFailure(.read, path, .interrupted) }
        let allowed = Int(min(Int64(buffer.count), size + 1 - count))
        guard allowed > 0 else { return 0 }
        var part = buffer._mutatingExtracting(0..<allowed)
        let got = try source.read(into: &part)
        hashers.update(part.span.extracting(0..<got))
        count += Int64(got)
        progress(got)
        return got
    }

    /// The rest, for its hash alone.
    func drain(_ buffer: inout [UInt8]) throws(IOFailure) {
        while true {
            var span = buffer.mutableSpan
            if try read(into: &span) == 0 { return }
        }
    }

    /// The digests of all that was read.
    func finish() -> BlobMeasure.Digests { hashers.finish() }
}
