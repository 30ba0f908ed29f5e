internal import ByteIO
internal import ImageModel

/// The content of one blob as a sequence of request bodies.
///
/// Each body continues where the previous one ended, so that the blob is read and hashed once. To send a chunk again, the
/// blob is read again from its start. Memory use is one buffer. One request at a time reads the content, on the thread of
/// its transport.
final class OutgoingBlob: @unchecked Sendable {
    let digest: Digest
    let size: Int64
    private let source: any ByteSource
    private let progress: @Sendable (Int) -> Void

    private var reader: SendingReader?
    /// The offset up to which progress was reported.
    private var reported: Int64 = 0
    /// The failure to read the source, which no retry can repair; `nil` if there was none.
    private(set) var failure: IOFailure?

    init(_ digest: Digest, size: Int64, source: any ByteSource, progress: @escaping @Sendable (Int) -> Void) {
        self.digest = digest
        self.size = size
        self.source = source
        self.progress = progress
    }

    /// Whether all bytes were read and match the digest.
    var isComplete: Bool { reader?.position == size }

    func body(from offset: Int64, count: Int64) throws(IOFailure) -> HTTPRequest.Body {
        if count == 0 {
            // The content that an earlier request sent is verified all the same.
            try seek(offset)
            return .none
        }
        return .stream(size: count) { [self] () throws(IOFailure) in
            try seek(offset)
            return Chunk(blob: self, rest: count)
        }
    }

    private func seek(_ offset: Int64) throws(IOFailure) {
        try recordingFailure { () throws(IOFailure) in
            if reader?.position != offset {
                reader = nil
                let fresh = try SendingReader(source, size: size, digest.algorithm, digest: digest.raw)
                try fresh.skip(to: offset)
                reader = fresh
            }
        }
        reportProgress()
    }

    private func read(into buffer: inout MutableSpan<UInt8>, atMost rest: Int64) throws(IOFailure) -> Int {
        var part = buffer._mutatingExtracting(0..<Int(min(rest, Int64(buffer.count))))
        var got = 0
        try recordingFailure { () throws(IOFailure) in got = try reader?.read(into: &part) ?? 0 }
        reportProgress()
        return got
    }

    private func recordingFailure(_ body: () throws(IOFailure) -> Void) throws(IOFailure) {
        do { try body() } catch {
            reader = nil
            failure = error
            throw error
        }
    }

    private func reportProgress() {
        guard let position = reader?.position, position > reported else { return }
        progress(Int(position - reported))
        reported = position
    }

    private struct Chunk: ByteReader {
        let blob: OutgoingBlob
        var rest: Int64

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            let got = try blob.read(into: &buffer, atMost: rest)
            rest -= Int64(got)
            return got
        }
    }
}
