internal import Glibc

/// A new file being written where nobody looks yet. It is closed, and its errors seen, by `finish`.
package struct StagedFile: ByteWriter, ~Copyable {
    package let path: String
    private let descriptor: Int32

    /// Fails when the name is taken: nothing is ever overwritten. Nobody ever has more than `permissions`.
    package init(creating path: String, permissions: UInt32 = 0o666) throws(IOFailure) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, permissions)
        guard descriptor >= 0 else { throw IOFailure.last(.create, path) }
        self.path = path
    }

    deinit { close(descriptor) }

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        let path = path
        let descriptor = descriptor
        try unsafe bytes.withUnsafeBytes { (bytes) throws(IOFailure) in
            guard let base = bytes.baseAddress else { return }
            var done = 0
            while done < bytes.count {
                let put = unsafe Glibc.write(descriptor, base + done, bytes.count - done)
                if put < 0 {
                    if errno == EINTR { continue }
                    throw IOFailure.last(.write, path)
                }
                done += put
            }
        }
    }

    /// `sync` makes the bytes survive a power cut; without it they are as durable as any copied file's.
    package consuming func finish(sync: Bool) throws(IOFailure) {
        if sync && fsync(descriptor) != 0 { throw IOFailure.last(.sync, path) }
        // A second descriptor is closed here because some file systems report a full disk only at close.
        let copy = dup(descriptor)
        guard copy < 0 || close(copy) == 0 else { throw IOFailure.last(.write, path) }
    }

    package static func write(
        _ bytes: [UInt8], to path: String, permissions: UInt32 = 0o666, sync: Bool
    ) throws(IOFailure) {
        let file = try StagedFile(creating: path, permissions: permissions)
        try file.write(bytes.span)
        try file.finish(sync: sync)
    }
}

/// A new file that is written in several places at once, each at its own offset: where everything will lie is known
/// before the first byte is there. What nobody writes reads as zeros.
package final class PlacedFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Fails when the name is taken: nothing is ever overwritten.
    package init(creating path: String, size: Int64) throws(IOFailure) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { throw IOFailure.last(.create, path) }
        self.path = path
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw IOFailure.last(.write, path) }
    }

    deinit { close(descriptor) }

    package func write(_ bytes: Span<UInt8>, at offset: Int64) throws(IOFailure) {
        let path = path
        let descriptor = descriptor
        try unsafe bytes.withUnsafeBytes { (bytes) throws(IOFailure) in
            guard let base = bytes.baseAddress else { return }
            var done = 0
            while done < bytes.count {
                let put = unsafe pwrite(descriptor, base + done, bytes.count - done, off_t(offset) + off_t(done))
                if put < 0 {
                    if errno == EINTR { continue }
                    throw IOFailure.last(.write, path)
                }
                done += put
            }
        }
    }

    /// A writer that begins at `offset`. Nobody keeps two of them apart but whoever chooses the offsets.
    package func writer(at offset: Int64) -> some ByteWriter { Place(file: self, offset: offset) }

    /// `sync` makes the bytes survive a power cut. A full disk that shows only at close is seen here.
    package func finish(sync: Bool) throws(IOFailure) {
        if sync && fsync(descriptor) != 0 { throw IOFailure.last(.sync, path) }
        let copy = dup(descriptor)
        guard copy < 0 || close(copy) == 0 else { throw IOFailure.last(.write, path) }
    }

    private final class Place: ByteWriter {
        private let file: PlacedFile
        private var offset: Int64

        init(file: PlacedFile, offset: Int64) {
            self.file = file
            self.offset = offset
        }

        var path: String { file.path }

        func write(_ bytes: Span<UInt8>) throws(IOFailure) {
            try file.write(bytes, at: offset)
            offset += Int64(bytes.count)
        }
    }
}
