internal import CISAL
internal import CZlib

/// Intel's ISA-L, opened at the first gzip stream: it has no static archive, and other commands should not wait for the
/// loader. zlib takes its place if it is not installed.
@safe final class ISALInflater: GzipInflater {
    private typealias Initialise = @convention(c) (UnsafeMutablePointer<inflate_state>?) -> Void
    private typealias Inflate = @convention(c) (UnsafeMutablePointer<inflate_state>?) -> Int32

    @safe private struct Library {
        let initialise: Initialise
        let inflate: Inflate

        init?() {
            guard let handle = unsafe dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL),
                let initialise = unsafe dlsym(handle, "isal_inflate_init"),
                let inflate = unsafe dlsym(handle, "isal_inflate")
            else { return nil }
            unsafe self.initialise = unsafeBitCast(initialise, to: Initialise.self)
            unsafe self.inflate = unsafeBitCast(inflate, to: Inflate.self)
        }
    }

    private static let library = Library()

    private let library: Library
    nonisolated(unsafe) private let state: UnsafeMutablePointer<inflate_state>

    init?() {
        guard let library = Self.library else { return nil }
        self.library = library
        unsafe state = .allocate(capacity: 1)
        startMember()
    }

    deinit { unsafe state.deallocate() }

    func startMember() {
        unsafe library.initialise(state)
        // The library checks header, data and trailer with its CRC.
        unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP)
    }

    func inflate(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> InflateStep? {
        unsafe output.withUnsafeMutableBytes { out in
            unsafe input.withUnsafeBytes { data in
                unsafe state.pointee.next_in = UnsafeMutablePointer(
                    mutating: data.baseAddress?.assumingMemoryBound(to: UInt8.self))
                unsafe state.pointee.avail_in = UInt32(data.count)
                unsafe state.pointee.next_out = out.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe state.pointee.avail_out = UInt32(out.count)
                let status = unsafe library.inflate(state)
                guard status >= 0, status != ISAL_NEED_DICT else { return nil }
                return unsafe InflateStep(
                    consumed: data.count - Int(state.pointee.avail_in),
                    produced: out.count - Int(state.pointee.avail_out),
                    endsMember: state.pointee.block_state == ISAL_BLOCK_FINISH
                        && state.pointee.tmp_out_processed
                            == state.pointee.tmp_out_valid
                )
            }
        }
    }
}

/// zlib, which is linked.
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
