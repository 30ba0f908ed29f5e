/// Hashes the bytes of one blob as they are stored and, if asked, its decompressed content. The owner's thread does it
/// until an assistant takes the work over, which may happen at any time.
///
/// Each hasher belongs to one of the two threads at a time. Buffers go to the assistant through `filled` and come back
/// through `empty`; the hashers come back when the assistant has sent to `finished`.
final class SharedHashing: SharedWork, @unchecked Sendable {
    enum Side: Sendable { case stored, content }

    private struct Piece: Sendable {
        var side: Side
        var bytes: [UInt8]
        var count: Int
    }

    /// The queues between the two threads. Most blobs are too small to be shared and have none.
    private final class Queues: Sendable {
        let filled = BlockingQueue<Piece>()
        let empty = BlockingQueue<[UInt8]>()
        let finished = BlockingQueue<Bool>()
    }

    /// `nil` until the work is shared.
    private var queues: Queues?
    private var stored: ContentHashers
    private var content: ContentHashers
    private let bufferCount: Int

    var isShared: Bool { queues != nil }

    /// Without algorithms for the content only the stored bytes are hashed.
    init(stored: Set<ContentHasher.Algorithm>, content: Set<ContentHasher.Algorithm> = []) {
        self.stored = ContentHashers(stored)
        self.content = ContentHashers(content)
        // The owner holds one for each side. Three more keep both threads busy and still fit into the cache.
        bufferCount = content.isEmpty ? 4 : 6
    }

    // MARK: - The owner

    /// Called before the assistant sees the work.
    func share() {
        let queues = Queues()
        for _ in 0..<bufferCount { queues.empty.send([UInt8](repeating: 0, count: transferSize)) }
        self.queues = queues
    }

    func emptyBuffer() -> [UInt8] { queues?.empty.receive() ?? [] }

    /// Copies the bytes if the work is shared.
    func hash(_ side: Side, _ bytes: Span<UInt8>) {
        guard let queues else { return update(side, bytes) }
        var done = 0
        while done < bytes.count {
            var buffer = emptyBuffer()
            let count = min(buffer.count, bytes.count - done)
            guard count > 0 else { return }
            var target = buffer.mutableSpan
            target.copy(from: bytes.extracting(done..<done + count))
            queues.filled.send(Piece(side: side, bytes: buffer, count: count))
            done += count
        }
    }

    /// Takes the buffer away if the work is shared.
    func hash(_ side: Side, _ buffer: inout [UInt8], count: Int) {
        if let queues {
            queues.filled.send(Piece(side: side, bytes: exchange(&buffer, with: []), count: count))
        } else {
            update(side, buffer.span.extracting(0..<count))
        }
    }

    /// The digests by algorithm.
    func finish() -> (stored: BlobMeasure.Digests, content: BlobMeasure.Digests) {
        end()
        _ = queues?.finished.receive()
        return (stored.finish(), content.finish())
    }

    /// Lets the assistant go, however the work ended. Safe after `finish`.
    func end() { queues?.filled.close() }

    private func update(_ side: Side, _ bytes: Span<UInt8>) {
        switch side {
        case .stored: stored.update(bytes)
        case .content: content.update(bytes)
        }
    }

    // MARK: - The assistant

    func assist() {
        guard let queues else { return }
        while let next = queues.filled.receive() {
            update(next.side, next.bytes.span.extracting(0..<next.count))
            queues.empty.send(next.bytes)
        }
        queues.finished.send(true)
    }
}
