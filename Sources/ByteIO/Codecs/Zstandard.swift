internal import CZstd

/// zstd, all frames of it. The window is bounded by the library's default of 128 MiB.
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
