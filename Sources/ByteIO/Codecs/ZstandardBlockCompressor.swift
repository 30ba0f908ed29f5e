internal import CZstd

/// libzstd without threads of its own (Debian's archive has none): each block becomes a frame that says its size and ends
/// with a checksum.
@safe final class ZstandardBlockCompressor: BlockCompressor {
    private let context: OpaquePointer?

    /// nil: there is no such level, or no memory.
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
