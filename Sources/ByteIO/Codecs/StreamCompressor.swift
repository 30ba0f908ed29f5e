/// Compresses a stream block by block: on the calling thread, on threads of its own, or on assistants of a crew. The output
/// depends on the content and the recipe alone. Every reader of gzip goes on to the next member, and every reader of zstd
/// to the next frame, as the formats demand (RFC 1952, 2.2; RFC 8878, 3.1).
final class StreamCompressor {
    private let pool: BlockPool
    private let blocks: PendingBlocks
    private let path: String
    private let crew: CopyCrew?
    private let threads: [Thread]
    private let output: (Span<UInt8>) throws(IOFailure) -> Void
    /// The block that is being filled; `nil` until there are bytes for it.
    private var block: ContentBlock?
    private var isEmpty = true

    /// Idle workers of the crew and `threads` threads of its own help. `output` gets the compressed bytes in order.
    init(
        _ pool: BlockPool, path: String, crew: CopyCrew? = nil, threads: Int = 0,
        _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void
    ) {
        self.pool = pool
        self.path = path
        self.crew = crew
        self.output = output
        let blocks = PendingBlocks(pool)
        self.blocks = blocks
        self.threads = (0..<threads).compactMap { _ in Self.helper(blocks) }
    }

    private static func helper(_ blocks: PendingBlocks) -> Thread? {
        guard let thread = Thread({ blocks.assist() }) else { return nil }
        blocks.share()
        return thread
    }

    deinit {
        blocks.end()
        for thread in threads { thread.join() }
    }

    func write(_ bytes: Span<UInt8>) throws(IOFailure) {
        var done = 0
        while done < bytes.count {
            let block = self.block ?? pool.takeBlock()
            self.block = block
            done += block.append(bytes.extracting(done..<bytes.count))
            if block.isFull { try submit(block) }
        }
    }

    /// Called once, last. All output has been written when it returns. An empty file is neither gzip nor zstd, so empty
    /// content gives one block too.
    func finish() throws(IOFailure) {
        if let block { try submit(block) } else if isEmpty { try submit(pool.takeBlock()) }
        try drain(keeping: 0)
        blocks.end()
    }

    private func submit(_ full: ContentBlock) throws(IOFailure) {
        block = nil
        isEmpty = false
        crew?.offer(blocks)
        blocks.add(full)
        try drain(keeping: blocks.enough)
    }

    private func drain(keeping count: Int) throws(IOFailure) {
        while let ready = blocks.next(keeping: count) {
            guard ready.state == .done else { throw IOFailure(.write, path, .notCompressed) }
            try ready.write(to: output)
            pool.give(ready)
        }
    }
}

/// The blocks of one stream that are not written yet, in order. The owner and its assistants each compress the first
/// block that no other thread has taken.
final class PendingBlocks: SharedWork, @unchecked Sendable {
    private let pool: BlockPool
    private let lock = Lock()
    /// Guarded by the lock, as are the states of blocks.
    private var ordered: [ContentBlock] = []
    private var untaken: [ContentBlock] = []
    private var assistants = 0
    private var isClosed = false

    init(_ pool: BlockPool) { self.pool = pool }

    // MARK: - The owner

    func share() { lock.hold { assistants += 1 } }

    /// The number of blocks that keeps all threads busy while one of them is late.
    var enough: Int { lock.hold { assistants == 0 ? 0 : 2 * assistants + 1 } }

    func add(_ block: ContentBlock) {
        lock.hold {
            ordered.append(block)
            untaken.append(block)
            lock.wakeAll()
        }
    }

    /// The first block, once it is compressed; this thread compresses blocks that no assistant has taken. `nil` if at most
    /// `count` blocks are pending and the first is not ready.
    func next(keeping count: Int) -> ContentBlock? {
        while true {
            let own = lock.hold { () -> ContentBlock? in
                while let first = ordered.first, first.state == .waiting, ordered.count > count, untaken.isEmpty {
                    lock.wait()
                }
                guard let first = ordered.first, first.state == .waiting, ordered.count > count else { return nil }
                return untaken.removeFirst()
            }
            guard let own else { return takeFirst() }
            compress(own)
        }
    }

    private func takeFirst() -> ContentBlock? {
        lock.hold {
            guard let first = ordered.first, first.state != .waiting else { return nil }
            return ordered.removeFirst()
        }
    }

    /// Lets the assistants go, however the work ended.
    func end() {
        lock.hold {
            isClosed = true
            lock.wakeAll()
        }
    }

    // MARK: - The owner and the assistants

    private func compress(_ block: ContentBlock) {
        let compressor = pool.takeCompressor()
        let state = block.compress(with: compressor)
        if let compressor { pool.give(compressor) }
        lock.hold {
            block.state = state
            lock.wakeAll()
        }
    }

    func assist() {
        while let block = waitForBlock() { compress(block) }
    }

    private func waitForBlock() -> ContentBlock? {
        lock.hold {
            while untaken.isEmpty, !isClosed { lock.wait() }
            return isClosed ? nil : untaken.removeFirst()
        }
    }
}

/// A part of the content, and the same part compressed. `PendingBlocks` gives it to one thread at a time.
final class ContentBlock: @unchecked Sendable {
    enum State { case waiting, done, failed }

    private(set) var count = 0
    var state = State.waiting
    private var content: [UInt8]
    private var compressed: [UInt8]
    private var compressedCount = 0

    init(_ recipe: Recipe) {
        content = [UInt8](repeating: 0, count: recipe.blockSize)
        compressed = [UInt8](repeating: 0, count: recipe.pieceBound)
    }

    var isFull: Bool { count == content.count }

    func clear() {
        count = 0
        state = .waiting
    }

    /// Takes as many bytes as there is room for, and returns their number.
    func append(_ bytes: Span<UInt8>) -> Int {
        let taken = min(bytes.count, content.count - count)
        var buffer = exchange(&content, with: [])
        var space = buffer.mutableSpan
        var target = space._mutatingExtracting(count..<count + taken)
        target.copy(from: bytes.extracting(0..<taken))
        content = buffer
        count += taken
        return taken
    }

    /// The new state, which the caller sets under its lock.
    func compress(with compressor: (any BlockCompressor)?) -> State {
        guard let size = compressor?.compress(content.span.extracting(0..<count), into: &compressed) else {
            return .failed
        }
        compressedCount = size
        return .done
    }

    func write(to output: (Span<UInt8>) throws(IOFailure) -> Void) throws(IOFailure) {
        let piece = compressed
        try output(piece.span.extracting(0..<compressedCount))
    }
}
