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
