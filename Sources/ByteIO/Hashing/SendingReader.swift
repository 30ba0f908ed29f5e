/// Reads bytes for an upload and hashes them as they pass. The last bytes are returned only if size and digest of the
/// whole are as promised, so a registry never gets a complete copy of damaged bytes.
///
/// A signal does not end reading: the caller decides whether to abort or to complete an upload.
package final class SendingReader: ByteReader {
    package let expected: Int64
    /// The number of bytes that have passed.
    package private(set) var position: Int64 = 0

    private let path: String
    private let algorithm: ContentHasher.Algorithm
    private let digest: [UInt8]
    private var source: any ByteReader
    private var hasher: ContentHasher?

    package init(_ source: any ByteSource, size: Int64, _ algorithm: ContentHasher.Algorithm, digest: [UInt8])
        throws(IOFailure)
    {
        self.source = try source.open()
        path = source.path
        expected = size
        self.algorithm = algorithm
        self.digest = digest
        hasher = ContentHasher(algorithm)
        if size == 0 { try finish() }
    }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let rest = expected - position
        if rest == 0 || buffer.isEmpty { return 0 }
        var part = buffer._mutatingExtracting(0..<Int(min(rest, Int64(buffer.count))))
        let got = try source.read(into: &part)
        if got == 0 { throw IOFailure(.read, path, .truncated) }
        hasher?.update(part.span.extracting(0..<got))
        position += Int64(got)
        if position == expected { try finish() }
        return got
    }

    /// Reads on, without returning bytes, until the position is `offset`.
    package func skip(to offset: Int64) throws(IOFailure) {
        var buffer = [UInt8](repeating: 0, count: transferSize)
        while position < offset {
            try Interruption.check(.read, path)
            var all = buffer.mutableSpan
            var part = all._mutatingExtracting(0..<Int(min(offset - position, Int64(all.count))))
            if try read(into: &part) == 0 { throw IOFailure(.read, path, .truncated) }
        }
    }

    private func finish() throws(IOFailure) {
        var one: [UInt8] = [0]
        var more = one.mutableSpan
        guard try source.read(into: &more) == 0 else { throw IOFailure(.read, path, .tooLarge(limit: expected)) }
        let found = hasher.take()?.digest() ?? []
        guard found == digest else {
            throw IOFailure(.read, path, .wrongContent(algorithm, expected: digest, found: found))
        }
    }
}
