internal import CZstd

/// zstd in one frame, compressed by threads of the library's own while the caller reads on. Never without a thread: what
/// the library writes then is other bytes, while one thread and many write the same.
@safe final class ZstandardCompressor: StreamCompressor {
    /// The library chooses by what comes first: that must not depend on the caller's buffers.
    private static let startSize = 1 << 20

    private let context: OpaquePointer?
    private let path: String
    private let output: (Span<UInt8>) throws(IOFailure) -> Void
    private var start: [UInt8] = []
    private var isStarted = false
    private var compressed = [UInt8](repeating: 0, count: transferSize)

    init(
        level: Int, workers: Int, path: String, _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        unsafe context = ZSTD_createCCtx()
        self.path = path
        self.output = output
        try set(ZSTD_c_compressionLevel, level)
        try set(ZSTD_c_checksumFlag, 1)
        try set(ZSTD_c_nbWorkers, max(1, workers))
    }

    deinit { unsafe _ = ZSTD_freeCCtx(context) }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int) throws(IOFailure) {
        guard unsafe ZSTD_isError(ZSTD_CCtx_setParameter(context, parameter, Int32(value))) == 0 else {
            throw IOFailure(.write, path, .notCompressed)
        }
    }

    func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        var rest = bytes
        if !isStarted {
            let count = min(rest.count, Self.startSize - start.count)
            start.append(copying: rest.extracting(0..<count))
            rest = rest.extracting(count..<rest.count)
            guard start.count == Self.startSize else { return }
            try begin()
        }
        try pass(rest, ZSTD_e_continue)
    }

    /// Content that is shorter than the start ends with its first piece, and the frame says how long it is.
    func finish() throws(IOFailure) {
        let rest = exchange(&start, with: [])
        isStarted = true
        try pass(rest.span, ZSTD_e_end)
    }

    private func begin() throws(IOFailure) {
        let first = exchange(&start, with: [])
        isStarted = true
        try pass(first.span, ZSTD_e_continue)
    }

    private func pass(_ bytes: Span<UInt8>, _ directive: ZSTD_EndDirective) throws(IOFailure) {
        var consumed = 0
        while true {
            var buffer = exchange(&compressed, with: [])
            let (left, taken, produced) = step(bytes.extracting(consumed..<bytes.count), directive, &buffer)
            defer { compressed = buffer }
            guard ZSTD_isError(left) == 0 else { throw IOFailure(.write, path, .notCompressed) }
            consumed += taken
            if produced > 0 { try output(buffer.span.extracting(0..<produced)) }
            if directive == ZSTD_e_end ? left == 0 : consumed == bytes.count { return }
        }
    }

    private func step(
        _ bytes: Span<UInt8>, _ directive: ZSTD_EndDirective, _ buffer: inout [UInt8]
    ) -> (left: Int, taken: Int, produced: Int) {
        unsafe buffer.withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes { bytes in
                var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                var from = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                let left = unsafe ZSTD_compressStream2(context, &to, &from, directive)
                return unsafe (left, from.pos, to.pos)
            }
        }
    }
}

extension [UInt8] {
    fileprivate mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { unsafe append(contentsOf: $0) }
    }
}
