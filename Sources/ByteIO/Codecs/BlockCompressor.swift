internal import CDeflate

/// Compresses blocks into pieces that can be concatenated: the members or frames of a file. The same block gives the
/// same piece. Used by one thread at a time.
protocol BlockCompressor: AnyObject {
    /// The largest size that the piece of `count` bytes can have.
    static func bound(_ count: Int) -> Int
    /// Returns the size of the piece in `output`; `nil` if the library failed.
    func compress(_ content: Span<UInt8>, into output: inout [UInt8]) -> Int?
}

extension Recipe {
    /// The output depends on this size. Half of it saves 1 % less; twice of it needs more memory.
    var blockSize: Int {
        switch self {
        case .gzip: 1 << 20
        // The window is two to eight megabytes.
        case .zstd: 4 << 20
        }
    }

    var pieceBound: Int {
        switch self {
        case .gzip: DeflateCompressor.bound(blockSize)
        case .zstd: ZstandardBlockCompressor.bound(blockSize)
        }
    }

    /// `nil` if there is no memory.
    func blockCompressor() -> (any BlockCompressor)? {
        switch self {
        case .gzip(let level): DeflateCompressor(level: level)
        case .zstd(let level): ZstandardBlockCompressor(level: level)
        }
    }
}

/// Compresses whole buffers with libdeflate: each becomes a gzip member without time and name. Twice as fast as zlib at
/// the same size.
@safe final class DeflateCompressor: BlockCompressor {
    private let compressor: OpaquePointer

    /// `nil` if there is no such level, or no memory.
    init?(level: Int) {
        guard let compressor = unsafe libdeflate_alloc_compressor(Int32(level)) else { return nil }
        unsafe self.compressor = compressor
    }

    deinit { unsafe libdeflate_free_compressor(compressor) }

    static func bound(_ count: Int) -> Int { libdeflate_gzip_compress_bound(nil, count) }

    func compress(_ content: Span<UInt8>, into output: inout [UInt8]) -> Int? {
        let written = unsafe output.withUnsafeMutableBytes { target in
            unsafe content.withUnsafeBytes { bytes in
                unsafe libdeflate_gzip_compress(
                    compressor, bytes.baseAddress, bytes.count, target.baseAddress, target.count)
            }
        }
        return written == 0 ? nil : written
    }
}

/// Keeps the buffers and compressors of finished streams for the next ones, so that a small layer does not allocate
/// megabytes.
final class BlockPool: @unchecked Sendable {
    private let recipe: Recipe
    private let lock = Lock()
    private var compressors: [any BlockCompressor] = []
    private var blocks: [ContentBlock] = []

    init(_ recipe: Recipe) { self.recipe = recipe }

    /// `nil` if there is no memory.
    func takeCompressor() -> (any BlockCompressor)? {
        lock.hold { compressors.popLast() } ?? recipe.blockCompressor()
    }

    func give(_ compressor: any BlockCompressor) { lock.hold { compressors.append(compressor) } }

    func takeBlock() -> ContentBlock { lock.hold { blocks.popLast() } ?? ContentBlock(recipe) }

    func give(_ block: ContentBlock) {
        block.clear()
        lock.hold { blocks.append(block) }
    }
}
