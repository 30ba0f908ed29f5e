/// Writes a file in pieces of one size, `prefix.001` and so on, and hashes each while it is written. Used by one thread
/// at a time.
package final class VolumeFiles: ByteWriter {
    /// The path without the number.
    package let path: String
    private let size: Int64
    private let syncs: Bool
    private var current: StagedFile?
    private var left: Int64 = 0
    private var hasher: ContentHasher?
    /// The SHA-256 of each finished piece, in hexadecimal digits.
    package private(set) var sums: [String] = []

    package init(creating prefix: String, size: Int64, syncs: Bool) {
        path = prefix
        self.size = size
        self.syncs = syncs
    }

    package func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        var done = 0
        while done < bytes.count {
            // A piece is created with its first byte, so none is empty.
            if left == 0 { try begin() }
            let count = Int(min(Int64(bytes.count - done), left))
            let piece = bytes.extracting(done..<done + count)
            try current?.write(piece)
            hasher?.update(piece)
            left -= Int64(count)
            done += count
            if left == 0 { try end() }
        }
    }

    package func finish() throws(IOFailure) { if left > 0 { try end() } }

    private func begin() throws(IOFailure) {
        guard sums.count < Volumes.most else {
            throw IOFailure(.create, path, .tooManyVolumes(limit: Volumes.most))
        }
        current = try StagedFile(creating: "\(path).\(Volumes.number(sums.count + 1))")
        hasher = ContentHasher()
        left = size
    }

    private func end() throws(IOFailure) {
        try current.take()?.finish(sync: syncs)
        sums.append(Hex.text(hasher.take()?.digest() ?? []))
        left = 0
    }
}
