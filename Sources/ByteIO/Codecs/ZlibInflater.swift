internal import CZlib

/// The inflater that every machine has.
@safe final class ZlibInflater: GzipInflater {
    nonisolated(unsafe) private let stream: UnsafeMutablePointer<z_stream>
    private static let gzipWindow: Int32 = 15 + 16

    init?() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        let size = unsafe Int32(MemoryLayout<z_stream>.size)
        guard unsafe inflateInit2_(stream, Self.gzipWindow, ZLIB_VERSION, size) == Z_OK else { return nil }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    func startMember() { unsafe inflateReset(stream) }

    func inflate(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> InflateStep? {
        unsafe output.withUnsafeMutableBytes { out in
            unsafe input.withUnsafeBytes { data in
                // zlib never writes through next_in; its type only predates const.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(
                    mutating: data.baseAddress?.assumingMemoryBound(to: UInt8.self))
                unsafe stream.pointee.avail_in = UInt32(data.count)
                unsafe stream.pointee.next_out = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe stream.pointee.avail_out = UInt32(out.count)
                let status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
                return unsafe InflateStep(
                    consumed: data.count - Int(stream.pointee.avail_in),
                    produced: out.count - Int(stream.pointee.avail_out),
                    endsMember: status == Z_STREAM_END)
            }
        }
    }
}
