internal import CArchive

/// A new archive on its way to the disk, compressed as a whole where that is asked for. The same bytes give the same
/// file: no time and no name gets into it.
package final class ArchiveFile: ByteWriter {
    package let path: String
    private let output: Output
    private let filter: Filter?

    package init(creating path: String, _ compression: Compression?) throws(IOFailure) {
        self.path = path
        let output = Output(try StagedFile(creating: path), path: path)
        filter = try compression.map { (compression) throws(IOFailure) in try Filter(compression, output) }
        self.output = output
    }

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        if let filter { try filter.write(bytes) } else { try output.write(bytes) }
    }

    package func finish(sync: Bool) throws(IOFailure) {
        try filter?.finish()
        try output.finish(sync: sync)
    }

    /// The file, and the error that the library saw only as a failed call.
    private final class Output {
        private var file: StagedFile?
        let path: String
        var failure: IOFailure?

        init(_ file: consuming StagedFile, path: String) {
            self.file = consume file
            self.path = path
        }

        func write(_ bytes: Span<UInt8>) throws(IOFailure) { try file?.write(bytes) }

        /// As the library wants it: how many bytes were taken, or -1.
        func take(_ bytes: UnsafeRawBufferPointer) -> Int {
            do throws(IOFailure) { try write(unsafe Span(_unsafeBytes: bytes)) } catch {
                failure = error
                return -1
            }
            return bytes.count
        }

        func finish(sync: Bool) throws(IOFailure) { try file.take()?.finish(sync: sync) }
    }

    /// One of libarchive's compressing filters around bytes that it does not look into.
    @safe private final class Filter {
        private let archive: OpaquePointer?
        private let output: Output
        private var isEmpty = true

        init(_ compression: Compression, _ output: Output) throws(IOFailure) {
            unsafe archive = archive_write_new()
            self.output = output
            unsafe archive_write_set_format_raw(archive)
            switch compression {
            case .gzip:
                unsafe archive_write_add_filter_gzip(archive)
                unsafe archive_write_set_filter_option(archive, "gzip", "timestamp", nil)
            case .zstd: unsafe archive_write_add_filter_zstd(archive)
            case .bzip2: unsafe archive_write_add_filter_bzip2(archive)
            case .xz: unsafe archive_write_add_filter_xz(archive)
            case .lz4: unsafe archive_write_add_filter_lz4(archive)
            }
            unsafe archive_write_set_bytes_per_block(archive, Int32(transferSize))
            unsafe archive_write_set_bytes_in_last_block(archive, 1)
            let opened = unsafe archive_write_open(
                archive, Unmanaged.passUnretained(output).toOpaque(), nil,
                { _, client, bytes, count in
                    guard let client = unsafe client else { return -1 }
                    let output = unsafe Unmanaged<Output>.fromOpaque(client).takeUnretainedValue()
                    return unsafe output.take(UnsafeRawBufferPointer(start: bytes, count: count))
                }, nil)
            guard opened == ARCHIVE_OK else { throw failure() }
            let entry = unsafe archive_entry_new()
            defer { unsafe archive_entry_free(entry) }
            unsafe archive_entry_set_filetype(entry, 0o100000)
            guard unsafe archive_write_header(archive, entry) == ARCHIVE_OK else { throw failure() }
        }

        deinit {
            // What is not finished is not wanted: nothing more is written.
            unsafe archive_write_fail(archive)
            unsafe _ = archive_write_free(archive)
        }

        func write(_ bytes: Span<UInt8>) throws(IOFailure) {
            let done = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(archive, $0.baseAddress, $0.count) }
            guard done == bytes.count else { throw failure() }
            if done > 0 { isEmpty = false }
        }

        /// No archive is empty, and the library's lz4 writes through a null pointer where nothing was given to it.
        func finish() throws(IOFailure) {
            guard !isEmpty else { throw failure() }
            guard unsafe archive_write_close(archive) == ARCHIVE_OK else { throw failure() }
        }

        private func failure() -> IOFailure { output.failure ?? IOFailure(.write, output.path, .notCompressed) }
    }
}
