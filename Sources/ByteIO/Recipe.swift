/// How bytes are to be compressed. The same recipe gives the same bytes of the same content, whatever the number of
/// threads, the machine and the pieces in which the content comes.
package enum Recipe: Hashable, Sendable {
    case gzip(level: Int)
    case zstd(level: Int)

    /// libdeflate's. From 10 on it looks for the shortest way and is slow.
    package static let gzipLevels = 1...12
    /// The library's without those that need gigabytes of memory to write and 128 MiB and more to read.
    package static let zstdLevels = 1...19

    /// Measured: the smallest that is no larger than what the first level of others gives, at the best speed.
    package static let defaultGzipLevel = 1
    /// The library's own default.
    package static let defaultZstdLevel = 3

    /// Writes through `output`, which gets pieces in order. `threads` help beside the one that calls.
    package func compressor(
        path: String, threads: Int, _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void
    ) throws(IOFailure) -> any StreamCompressor {
        switch self {
        case .gzip(let level): GzipCompressor(GzipPool(level: level), path: path, threads: threads, output)
        case .zstd(let level):
            try ZstandardCompressor(level: level, workers: threads + 1, path: path, output)
        }
    }
}

/// Compressed bytes come out as they are ready; all of them have when `finish` returns.
package protocol StreamCompressor: AnyObject {
    func write(_ bytes: Span<UInt8>) throws(IOFailure)
    /// Called once, last. Content of no bytes is compressed too.
    func finish() throws(IOFailure)
}
