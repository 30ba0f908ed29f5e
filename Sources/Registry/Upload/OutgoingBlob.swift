internal import ByteIO
internal import ImageModel

/// The bytes of one blob, as bodies of requests: each piece goes on where the last one ended, so that in the end all was
/// read and hashed once. A piece that is sent again is read again from the start of the blob. Memory is one buffer.
///
/// One request at a time reads it, on whatever thread its transport reads bodies.
final class OutgoingBlob: @unchecked Sendable {
    let digest: Digest
    let size: Int64
    private let source: any ByteSource
    private let progress: @Sendable (Int) -> Void

    private var reader: SendingReader?
    /// Up to here progress was told.
    private var furthest: Int64 = 0
    /// Why the bytes cannot be had: nothing that another attempt could mend.
    private(set) var failure: IOFailure?

    init(_ digest: Digest, size: Int64, source: any ByteSource, progress: @escaping @Sendable (Int) -> Void) {
        self.digest = digest
        self.size = size
        self.source = source
        self.progress = progress
    }

    /// All bytes have passed and are what they should be.
    var isComplete: Bool { reader?.position == size }

    func body(from offset: Int64, count: Int64) throws(IOFailure) -> HTTPRequest.Body {
        if count == 0 {
            // What was sent before, and is not sent any more, must be what the digest says all the same.
            try seek(offset)
            return .none
        }
        return .stream(size: count) { [self] () throws(IOFailure) in
            try seek(offset)
            return Piece(blob: self, rest: count)
        }
    }

    private func seek(_ offset: Int64) throws(IOFailure) {
        try noting { () throws(IOFailure) in
            if reader?.position != offset {
                reader = nil
                let fresh = try SendingReader(source, size: size, digest.algorithm, digest: digest.raw)
                try fresh.skip(to: offset)
                reader = fresh
            }
        }
        tell()
    }

    private func read(into buffer: inout MutableSpan<UInt8>, atMost rest: Int64) throws(IOFailure) -> Int {
        var part = buffer._mutatingExtracting(0..<Int(min(rest, Int64(buffer.count))))
        var got = 0
        try noting { () throws(IOFailure) in got = try reader?.read(into: &part) ?? 0 }
        tell()
        return got
    }

    private func noting(_ body: () throws(IOFailure) -> Void) throws(IOFailure) {
        do throws(IOFailure) { try body() } catch {
            reader = nil
            failure = error
            throw error
        }
    }

    private func tell() {
        guard let position = reader?.position, position > furthest else { return }
        progress(Int(position - furthest))
        furthest = position
    }

    private struct Piece: ByteReader {
        let blob: OutgoingBlob
        var rest: Int64

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            let got = try blob.read(into: &buffer, atMost: rest)
            rest -= Int64(got)
            return got
        }
    }
}
