/// Compresses blocks one by one into pieces that can be written one behind the other: the members or frames of a file. The
/// same block gives the same piece. Belongs to one thread at a time.
protocol BlockCompressor: AnyObject {
    /// What the piece of so many bytes cannot exceed.
    static func bound(_ count: Int) -> Int
    /// The size of the piece in `output`; nil where the library gave up.
    func compress(_ content: Span<UInt8>, into output: inout [UInt8]) -> Int?
}

extension Recipe {
    /// Every byte of output depends on it. Measured: half the size costs 1 % of what is saved, twice the size memory.
    var blockSize: Int {
        switch self {
        case .gzip: 1 << 20
        // Its window is of two to eight megabytes.
        case .zstd: 4 << 20
        }
    }

    var pieceBound: Int {
        switch self {
        case .gzip: DeflateCompressor.bound(blockSize)
        case .zstd: ZstandardBlockCompressor.bound(blockSize)
        }
    }

    /// nil: no memory.
    func blockCompressor() -> (any BlockCompressor)? {
        switch self {
        case .gzip(let level): DeflateCompressor(level: level)
        case .zstd(let level): ZstandardBlockCompressor(level: level)
        }
    }
}
