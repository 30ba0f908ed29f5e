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
