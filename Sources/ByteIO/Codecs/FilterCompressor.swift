internal import CArchive

/// bzip2, xz and lz4 through libarchive's filters, around bytes that it does not look into.
@safe final class FilterCompressor {
    private let archive: OpaquePointer?
    private let drain: Drain

    init(
        _ compression: Compression, path: String, _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        unsafe archive = archive_write_new()
        drain = Drain(path: path, output)
        unsafe archive_write_set_format_raw(archive)
        switch compression {
        case .bzip2: unsafe archive_write_add_filter_bzip2(archive)
        case .xz: unsafe archive_write_add_filter_xz(archive)
        default: unsafe archive_write_add_filter_lz4(archive)
        }
        unsafe archive_write_set_bytes_per_block(archive, Int32(transferSize))
        unsafe archive_write_set_bytes_in_last_block(archive, 1)
        let opened = unsafe archive_write_open(
            archive, Unmanaged.passUnretained(drain).toOpaque(), nil,
            { _, client, bytes, count in
                guard let client = unsafe client else { return -1 }
                let drain = unsafe Unmanaged<Drain>.fromOpaque(client).takeUnretainedValue()
                return unsafe drain.take(UnsafeRawBufferPointer(start: bytes, count: count))
            }, nil)
        guard opened == ARCHIVE_OK else { throw drain.error() }
        let entry = unsafe archive_entry_new()
        defer { unsafe archive_entry_free(entry) }
        unsafe archive_entry_set_filetype(entry, 0o100000)
        guard unsafe archive_write_header(archive, entry) == ARCHIVE_OK else { throw drain.error() }
    }

    deinit {
        // What is not finished is not wanted: nothing more is written.
        unsafe archive_write_fail(archive)
        unsafe _ = archive_write_free(archive)
    }

    func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        let done = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(archive, $0.baseAddress, $0.count) }
        guard done == bytes.count else { throw drain.error() }
    }

    /// Not for content of no bytes: the library's lz4 writes through a null pointer then.
    func finish() throws(IOFailure) {
        guard unsafe archive_write_close(archive) == ARCHIVE_OK else { throw drain.error() }
    }

    /// Where the bytes go, and the error that the library saw only as a failed call.
    private final class Drain {
        private let path: String
        private let output: (Span<UInt8>) throws(IOFailure) -> Void
        private var failure: IOFailure?

        init(path: String, _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void) {
            self.path = path
            self.output = output
        }

        /// As the library wants it: how many bytes were taken, or -1.
        func take(_ bytes: UnsafeRawBufferPointer) -> Int {
            do throws(IOFailure) { try output(unsafe Span(_unsafeBytes: bytes)) } catch {
                failure = error
                return -1
            }
            return bytes.count
        }

        func error() -> IOFailure { failure ?? IOFailure(.write, path, .notCompressed) }
    }
}
