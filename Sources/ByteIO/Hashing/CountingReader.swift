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
