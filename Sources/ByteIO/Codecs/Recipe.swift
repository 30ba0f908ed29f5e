/// How bytes are to be compressed. The same recipe gives the same bytes of the same content, whatever the number of
/// threads, the machine and the pieces in which the content comes.
package enum Recipe: Hashable, Sendable {
    case gzip(level: Int)
    case zstd(level: Int)

    /// libdeflate's. From 10 on it looks for the shortest way and is slow.
    package static let gzipLevels = 1...12
    /// The library's without those that gain next to nothing in blocks of ours.
    package static let zstdLevels = 1...19

    /// Measured: the fastest that makes real layers no larger than what other tools write.
    package static let defaultGzipLevel = 2
    /// The library's own default.
    package static let defaultZstdLevel = 3
}
