internal import ByteIO
internal import ImageModel
internal import Synchronization

/// The bytes of one blob, as bodies of requests: each piece goes on where the last one ended, so that in the end all was
/// read and hashed once. A piece that is sent again is read again from the start of the blob. Memory is one buffer.
///
/// Pieces are sent one after the other; the lock is for the threads that a transport may read on.
final class OutgoingBlob: Sendable {
    let digest: Digest
    let size: Int64
    private let source: any ByteSource
    private let progress: @Sendable (Int) -> Void
    private let state = Mutex(State())

    private struct State {
        nonisolated(unsafe) var reader: SendingReader?
        /// Up to here progress was told.
        var furthest: Int64 = 0
        /// How many bytes requests have taken, again and again.
        var taken: Int64 = 0
        var failure: IOFailure?
    }

    init(_ digest: Digest, size: Int64, source: any ByteSource, progress: @escaping @Sendable (Int) -> Void) {
        self.digest = digest
        self.size = size
        self.source = source
        self.progress = progress
    }

    /// Why the bytes cannot be had: nothing that another attempt could mend.
    var failure: IOFailure? { state.withLock(\.failure) }

    var taken: Int64 { state.withLock(\.taken) }

    /// All bytes have passed and are what they should be.
    var isComplete: Bool { state.withLock { $0.reader?.position == size } }

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
        try reading { (state) throws(IOFailure) in
            if state.reader == nil || state.reader?.position != offset {
                state.reader = nil
                let reader = try SendingReader(
                    source, size: size, digest.algorithm.hasher, digest: digest.raw)
                try reader.skip(to: offset)
                state.reader = reader
            }
            tell(&state, upTo: offset)
        }
    }

    fileprivate func read(into buffer: inout MutableSpan<UInt8>, atMost rest: Int64) throws(IOFailure) -> Int {
        var part = buffer._mutatingExtracting(0..<Int(min(rest, Int64(buffer.count))))
        return try read(into: &part)
    }

    private func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        try reading { (state) throws(IOFailure) in
            let got = try state.reader?.read(into: &buffer) ?? 0
            state.taken += Int64(got)
            tell(&state, upTo: state.reader?.position ?? 0)
            return got
        }
    }

    private func reading<R>(
        _ body: (inout State) throws(IOFailure) -> R
    ) throws(IOFailure) -> R {
        try state.withLock { (state) throws(IOFailure) in
            do throws(IOFailure) { return try body(&state) } catch {
                state.reader = nil
                state.failure = error
                throw error
            }
        }
    }

    private func tell(_ state: inout State, upTo position: Int64) {
        guard position > state.furthest else { return }
        progress(Int(position - state.furthest))
        state.furthest = position
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
