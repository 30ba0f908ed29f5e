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
