internal import CZstd

/// Decompresses zstd, all frames of it. The window is limited to the library's default of 128 MiB.
@safe final class ZstandardReader: ByteReader {
    private let context: OpaquePointer?
    private var source: any ByteReader
    private let path: String
    private var input = [UInt8](repeating: 0, count: transferSize)
    private var available = 0..<0
    private var isInsideFrame = false

    init(_ source: any ByteReader, path: String) throws(IOFailure) {
        unsafe context = ZSTD_createDCtx()
        self.source = source
        self.path = path
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        while true {
            var sourceEnded = false
            if available.isEmpty {
                var span = input.mutableSpan
                available = 0..<(try source.read(into: &span))
                sourceEnded = available.isEmpty
            }
            if sourceEnded && !isInsideFrame { return 0 }
            let produced = try step(into: &buffer)
            if produced > 0 { return produced }
            if sourceEnded { throw IOFailure(.decompress, path, .truncated) }
        }
    }

    private func step(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let range = available
        let (status, consumed, produced) = unsafe buffer.withUnsafeMutableBytes { out in
            unsafe input.withUnsafeBytes { bytes in
                var target = unsafe ZSTD_outBuffer(dst: out.baseAddress, size: out.count, pos: 0)
                var from = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: range.upperBound, pos: range.lowerBound)
                let status = unsafe ZSTD_decompressStream(context, &target, &from)
                return unsafe (status, from.pos - range.lowerBound, target.pos)
            }
        }
        guard ZSTD_isError(status) == 0 else { throw IOFailure(.decompress, path, .corrupt("zstd")) }
        available = available.lowerBound + consumed..<available.upperBound
        isInsideFrame = status != 0
        return produced
    }
}

/// Compresses with libzstd without its threads, which Debian's archive lacks. Each block becomes a frame that states
/// its size and ends with a checksum.
@safe final class ZstandardBlockCompressor: BlockCompressor {
    private let context: OpaquePointer?

    /// `nil` if there is no such level, or no memory.
    init?(level: Int) {
        unsafe context = ZSTD_createCCtx()
        guard unsafe context != nil, set(ZSTD_c_compressionLevel, level), set(ZSTD_c_checksumFlag, 1) else {
            return nil
        }
    }

    deinit { unsafe _ = ZSTD_freeCCtx(context) }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int) -> Bool {
        unsafe ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, Int32(value))) == 0
    }

    static func bound(_ count: Int) -> Int { ZSTD_compressBound(count) }

    func compress(_ content: Span<UInt8>, into output: inout [UInt8]) -> Int? {
        let written = unsafe output.withUnsafeMutableBytes { target in
            unsafe content.withUnsafeBytes { bytes in
                unsafe ZSTD_compress2(context, target.baseAddress, target.count, bytes.baseAddress, bytes.count)
            }
        }
        return ZSTD_isError(written) == 0 ? written : nil
    }
}
