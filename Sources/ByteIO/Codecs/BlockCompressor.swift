internal import CDeflate

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

/// libdeflate, which knows whole buffers only: each becomes a gzip member without time and name. Twice as fast as zlib at
/// the same size.
@safe final class DeflateCompressor: BlockCompressor {
    private let compressor: OpaquePointer

    /// nil: there is no such level, or no memory.
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

/// The memory of a recipe's compression, made once and used for one stream after another: a layer of a kilobyte must not
/// pay for megabytes.
final class BlockPool: @unchecked Sendable {
    private let recipe: Recipe
    private let lock = Lock()
    private var compressors: [any BlockCompressor] = []
    private var blocks: [ContentBlock] = []

    init(_ recipe: Recipe) { self.recipe = recipe }

    /// nil: no memory.
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
