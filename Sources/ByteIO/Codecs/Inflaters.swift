internal import CISAL
internal import CZlib

/// Intel's ISA-L, opened at the first gzip stream: it has no static archive, and other commands should not wait for the
/// loader. zlib takes its place if it is not installed.
@safe final class ISALInflater: GzipInflater {
    static let libraryName = "libisal.so.2"

    @safe private struct Library: @unchecked Sendable {
        let initialise: UnsafeMutableRawPointer
        let inflate: UnsafeMutableRawPointer

        init?() {
            guard let handle = unsafe dlopen(ISALInflater.libraryName, RTLD_NOW | RTLD_LOCAL),
                let initialise = unsafe dlsym(handle, "isal_inflate_init"),
                let inflate = unsafe dlsym(handle, "isal_inflate")
            else { return nil }
            unsafe self.initialise = initialise
            unsafe self.inflate = inflate
        }
    }

    private static let library = Library()

    private let library: Library
    nonisolated(unsafe) private let state: UnsafeMutableRawPointer

    init?() {
        guard let library = Self.library else { return nil }
        self.library = library
        unsafe state = .allocate(byteCount: ocimerge_isal_state_size(), alignment: 16)
        startMember()
    }

    deinit { unsafe state.deallocate() }

    func startMember() { unsafe ocimerge_isal_start(library.initialise, state) }

    @_lifetime(output: copy output)
    func inflate(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>) -> InflateStep? {
        unsafe output.withUnsafeMutableBytes { out in
            unsafe input.withUnsafeBytes { data in
                let step = unsafe ocimerge_isal_inflate(
                    library.inflate, state, data.baseAddress?.assumingMemoryBound(to: UInt8.self), data.count,
                    out.baseAddress?.assumingMemoryBound(to: UInt8.self), out.count)
                if step.failed != 0 { return nil }
                return InflateStep(consumed: step.consumed, produced: step.produced, endsMember: step.ends_member != 0)
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

    @_lifetime(output: copy output)
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
