internal import CArchive

/// Decompresses bzip2, xz and lz4 with libarchive: one interface, hardened for fifteen years, for three rare formats.
@safe final class FilterReader: ByteReader {
    private let archive: OpaquePointer?
    private let feed: Feed
    private let path: String
    private let name: String
    private var isAtEnd = false

    init(_ compression: Compression, _ source: any ByteReader, path: String) throws(IOFailure) {
        unsafe archive = archive_read_new()
        feed = Feed(source)
        self.path = path
        name = compression.rawValue
        switch compression {
        case .bzip2: unsafe archive_read_support_filter_bzip2(archive)
        case .xz: unsafe archive_read_support_filter_xz(archive)
        default: unsafe archive_read_support_filter_lz4(archive)
        }
        unsafe archive_read_support_format_raw(archive)
        unsafe archive_read_support_format_empty(archive)
        let opened = unsafe archive_read_open(
            archive, Unmanaged.passUnretained(feed).toOpaque(), nil,
            { _, client, block in
                guard let client = unsafe client else { return -1 }
                return unsafe Unmanaged<Feed>.fromOpaque(client).takeUnretainedValue().next(block)
            }, nil)
        var entry: OpaquePointer?
        guard opened == ARCHIVE_OK else { throw failure() }
        let status = unsafe archive_read_next_header(archive, &entry)
        // The content is empty.
        isAtEnd = status == ARCHIVE_EOF
        // If the library does not recognise the format, it would pass the bytes through as they are.
        let isDecoding = unsafe archive_filter_code(archive, 0) != ARCHIVE_FILTER_NONE
        guard status == ARCHIVE_OK || isAtEnd, isDecoding else { throw failure() }
    }

    deinit { unsafe _ = archive_read_free(archive) }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if isAtEnd { return 0 }
        let got = unsafe buffer.withUnsafeMutableBytes { unsafe archive_read_data(archive, $0.baseAddress, $0.count) }
        // To the library an error of the source behind the last whole stream looks like the end.
        guard got >= 0, feed.failure == nil else { throw failure() }
        // So do bytes that belong to no stream. Content that is cut off must not pass for a whole one.
        if got == 0 {
            let rest = try feed.rest()
            if unsafe archive_filter_bytes(archive, -1) < feed.given + rest { throw failure() }
        }
        return got
    }

    private func failure() -> IOFailure { feed.failure ?? IOFailure(.decompress, path, .corrupt(name)) }

    /// Feeds libarchive. The library demands that the buffer stays in place between two calls.
    @safe private final class Feed {
        private var source: any ByteReader
        private let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: transferSize)
        private(set) var failure: IOFailure?
        private(set) var given: Int64 = 0

        init(_ source: any ByteReader) { self.source = source }

        deinit { unsafe buffer.deallocate() }

        /// The number of bytes left in the input, up to one buffer.
        func rest() throws(IOFailure) -> Int64 {
            var span = unsafe buffer.mutableSpan
            return Int64(try source.read(into: &span))
        }

        func next(_ block: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
            unsafe block?.pointee = UnsafeRawPointer(buffer.baseAddress)
            do throws(IOFailure) {
                var span = unsafe buffer.mutableSpan
                let got = try source.read(into: &span)
                given += Int64(got)
                return got
            } catch {
                failure = error
                return -1
            }
        }
    }
}

/// Compresses to bzip2, xz and lz4 with libarchive.
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
        // After a failure nothing more is written.
        unsafe archive_write_fail(archive)
        unsafe _ = archive_write_free(archive)
    }

    func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        let done = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(archive, $0.baseAddress, $0.count) }
        guard done == bytes.count else { throw drain.error() }
    }

    /// Call only after a byte was written: for empty content the library's lz4 writes through a null pointer.
    func finish() throws(IOFailure) {
        guard unsafe archive_write_close(archive) == ARCHIVE_OK else { throw drain.error() }
    }

    /// Takes the output, and keeps the error that the library saw only as a failed call.
    private final class Drain {
        private let path: String
        private let output: (Span<UInt8>) throws(IOFailure) -> Void
        private var failure: IOFailure?

        init(path: String, _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void) {
            self.path = path
            self.output = output
        }

        /// Returns the number of bytes taken, or -1, as the library expects.
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
