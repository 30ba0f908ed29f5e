/// The hash of one blob: on the copying thread, or, once shared, on an assistant's. The hasher belongs to exactly one
/// of the two at a time; the queues are where it changes hands.
final class HashLane: SharedWork, @unchecked Sendable {
    /// Enough that neither side waits for the other's hiccups, few enough to stay in the cache.
    private static let circulating = 4

    private(set) var isShared = false
    private var hasher: ContentHasher?
    private let filled = BlockingQueue<Filled>()
    private let empty = BlockingQueue<[UInt8]>()
    private let finished = BlockingQueue<[UInt8]>()

    init(_ algorithm: ContentHasher.Algorithm) { hasher = ContentHasher(algorithm) }

    // MARK: - The copying thread

    func share() {
        isShared = true
        for _ in 0..<Self.circulating { empty.send([UInt8](repeating: 0, count: transferSize)) }
    }

    func emptyBuffer() -> [UInt8] { empty.receive() ?? [] }

    /// Takes the buffer away when the lane is shared.
    func hash(_ buffer: inout [UInt8], count: Int) {
        if isShared {
            filled.send(Filled(bytes: exchange(&buffer, with: []), count: count))
        } else {
            hasher?.update(buffer.span.extracting(0..<count))
        }
    }

    func finish() -> [UInt8] {
        filled.close()
        if isShared { _ = finished.receive() }
        return hasher.take()?.digest() ?? []
    }

    /// Lets the assistant go, whatever ended the copy. Safe after `finish`.
    func end() { filled.close() }

    // MARK: - The assistant

    func run() {
        while let next = filled.receive() {
            hasher?.update(next.bytes.span.extracting(0..<next.count))
            empty.send(next.bytes)
        }
        finished.send([])
    }
}

/// The hashes of the bytes of a blob and of what they hold, as both pass through one thread; once shared, an assistant
/// computes both. Each hasher belongs to exactly one of the two threads at a time; the queues are where it changes hands.
final class HashPair: SharedWork, @unchecked Sendable {
    enum Side: Sendable { case stored, content }

    private struct Piece: Sendable {
        var side: Side
        var bytes: [UInt8]
        var count: Int
    }

    /// The owner holds two at most, one of each side; the others are what the assistant works on.
    private static let circulating = 6

    private(set) var isShared = false
    private var stored: ContentHashers
    private var content: ContentHashers
    private let filled = BlockingQueue<Piece>()
    private let empty = BlockingQueue<[UInt8]>()
    private let finished = BlockingQueue<Bool>()

    /// Without algorithms for the content only the stored bytes are hashed.
    init(stored: Set<ContentHasher.Algorithm>, content: Set<ContentHasher.Algorithm>) {
        self.stored = ContentHashers(stored)
        self.content = ContentHashers(content)
    }

    // MARK: - The owner

    func share() {
        isShared = true
        for _ in 0..<Self.circulating { empty.send([UInt8](repeating: 0, count: transferSize)) }
    }

    func emptyBuffer() -> [UInt8] { empty.receive() ?? [] }

    /// The bytes stay the caller's.
    func hash(_ side: Side, _ bytes: Span<UInt8>) {
        guard isShared else { return update(side, bytes) }
        var done = 0
        while done < bytes.count {
            var buffer = emptyBuffer()
            let count = min(buffer.count, bytes.count - done)
            guard count > 0 else { return }
            var target = buffer.mutableSpan
            target.copy(from: bytes.extracting(done..<done + count))
            filled.send(Piece(side: side, bytes: buffer, count: count))
            done += count
        }
    }

    /// Takes the buffer away when the work is shared.
    func hash(_ side: Side, _ buffer: inout [UInt8], count: Int) {
        if isShared {
            filled.send(Piece(side: side, bytes: exchange(&buffer, with: []), count: count))
        } else {
            update(side, buffer.span.extracting(0..<count))
        }
    }

    /// The digests, by each algorithm that somebody asked for.
    func finish() -> (stored: BlobMeasure.Digests, content: BlobMeasure.Digests) {
        filled.close()
        if isShared { _ = finished.receive() }
        return (stored.finish(), content.finish())
    }

    /// Lets the assistant go, whatever ended the work. Safe after `finish`.
    func end() { filled.close() }

    private func update(_ side: Side, _ bytes: Span<UInt8>) {
        switch side {
        case .stored: stored.update(bytes)
        case .content: content.update(bytes)
        }
    }

    // MARK: - The assistant

    func run() {
        while let next = filled.receive() {
            update(next.side, next.bytes.span.extracting(0..<next.count))
            empty.send(next.bytes)
        }
        finished.send(true)
    }
}
