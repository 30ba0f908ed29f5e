internal import Glibc
internal import Synchronization

/// A new file that is being written, usually in a staging directory. `finish` reports errors that show only at close.
package struct StagedFile: ByteWriter, ~Copyable {
    package let path: String
    private let descriptor: WritingDescriptor

    /// Fails if the name exists: nothing is ever overwritten. The file never has more than `permissions`.
    package init(creating path: String, permissions: UInt32 = 0o666) throws(IOFailure) {
        descriptor = try WritingDescriptor(creating: path, permissions: permissions)
        self.path = path
    }

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) { try bytes.writeAll(to: descriptor.number, path: path) }

    /// `sync` makes the bytes survive a power cut; without it they are as durable as any copied file's.
    package consuming func finish(sync: Bool) throws(IOFailure) {
        let path = path
        try descriptor.finish(sync: sync, path: path)
    }

    package static func write(
        _ bytes: [UInt8], to path: String, permissions: UInt32 = 0o666, sync: Bool
    ) throws(IOFailure) {
        let file = try StagedFile(creating: path, permissions: permissions)
        try file.write(bytes.span)
        try file.finish(sync: sync)
    }
}

/// The descriptor of a new file. It is closed once: by `finish`, else when it is released.
struct WritingDescriptor: ~Copyable, Sendable {
    let number: Int32

    /// Fails if the name exists.
    init(creating path: String, permissions: UInt32 = 0o666) throws(IOFailure) {
        let number = retried {
            unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, permissions)
        }
        guard number >= 0 else { throw IOFailure.last(.create, path) }
        self.number = number
    }

    deinit { _ = Glibc.close(number) }

    /// Throws unless the system has all bytes: some file systems report a full disk only at close. Linux releases the
    /// descriptor also when it reports an error.
    consuming func finish(sync: Bool, path: String) throws(IOFailure) {
        let number = number
        discard self
        var failure: IOFailure?
        if sync && retried({ fsync(number) }) != 0 { failure = IOFailure.last(.sync, path) }
        if Glibc.close(number) != 0 && failure == nil { failure = IOFailure.last(.write, path) }
        if let failure { throw failure }
    }
}

/// A new file that several threads write at offsets that are known beforehand. Bytes that are not written read as zeros.
package final class PlacedFile: Sendable {
    package let path: String
    let number: Int32
    /// `nil` after `finish`.
    private let descriptor: Mutex<WritingDescriptor?>

    /// Fails if the name exists: nothing is ever overwritten.
    package init(creating path: String, size: Int64) throws(IOFailure) {
        let new = try WritingDescriptor(creating: path)
        let number = new.number
        self.path = path
        self.number = number
        descriptor = Mutex(new)
        guard retried({ ftruncate(number, off_t(size)) }) == 0 else { throw IOFailure.last(.write, path) }
    }

    package func write(_ bytes: Span<UInt8>, at offset: Int64) throws(IOFailure) {
        try bytes.writeAll(to: number, at: offset, path: path)
    }

    /// A writer that begins at `offset`. The caller chooses offsets so that two writers do not overlap.
    package func writer(at offset: Int64) -> some ByteWriter { Place(file: self, offset: offset) }

    /// `sync` makes the bytes survive a power cut. The caller writes nothing afterwards.
    package func finish(sync: Bool) throws(IOFailure) {
        guard let descriptor = descriptor.withLock({ $0.take() }) else { return }
        try descriptor.finish(sync: sync, path: path)
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

extension Span where Element == UInt8 {
    /// Writes all bytes, at `offset` or, without one, at the descriptor's position.
    func writeAll(to descriptor: Int32, at offset: Int64? = nil, path: String) throws(IOFailure) {
        try unsafe withUnsafeBytes { (bytes) throws(IOFailure) in
            guard let base = bytes.baseAddress else { return }
            var done = 0
            while done < bytes.count {
                let (from, count) = unsafe (base + done, bytes.count - done)
                let put =
                    if let offset {
                        retried { unsafe pwrite(descriptor, from, count, off_t(offset) + off_t(done)) }
                    } else { retried { unsafe Glibc.write(descriptor, from, count) } }
                if put < 0 { throw IOFailure.last(.write, path) }
                done += put
            }
        }
    }
}
