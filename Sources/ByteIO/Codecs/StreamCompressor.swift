/// A stream compressed block by block: by this thread, by threads of its own, or by assistants of a crew. What comes out
/// depends on the content and the recipe alone. Every reader of gzip goes on to the next member, and every reader of zstd
/// to the next frame, as the formats demand (RFC 1952, 2.2; RFC 8878, 3.1).
final class StreamCompressor {
    private let pool: BlockPool
    private let lane: BlockLane
    private let path: String
    private let crew: CopyCrew?
    private let threads: [Thread]
    private let output: (Span<UInt8>) throws(IOFailure) -> Void
    /// nil until there is something to put into it.
    private var block: ContentBlock?
    private var isEmpty = true

    /// Helped by whoever of the crew has nothing to do, and by so many threads of its own. `output` gets what is compressed,
    /// in order, as it is ready.
    init(
        _ pool: BlockPool, path: String, crew: CopyCrew? = nil, threads: Int = 0,
        _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void
    ) {
        self.pool = pool
        self.path = path
        self.crew = crew
        self.output = output
        let lane = BlockLane(pool)
        self.lane = lane
        self.threads = (0..<threads).compactMap { _ in Self.helper(lane) }
    }

    private static func helper(_ lane: BlockLane) -> Thread? {
        guard let thread = Thread({ lane.run() }) else { return nil }
        lane.share()
        return thread
    }

    deinit {
        lane.end()
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

    /// Called once, last: everything has come out when it returns. A file of no bytes is neither gzip nor zstd, so content
    /// of no bytes is compressed too.
    func finish() throws(IOFailure) {
        if let block { try submit(block) } else if isEmpty { try submit(pool.takeBlock()) }
        try drain(keeping: 0)
        lane.end()
    }

    private func submit(_ full: ContentBlock) throws(IOFailure) {
        block = nil
        isEmpty = false
        crew?.offer(lane)
        lane.add(full)
        try drain(keeping: lane.enough)
    }

    private func drain(keeping count: Int) throws(IOFailure) {
        while let ready = lane.next(keeping: count) {
            guard ready.state == .done else { throw IOFailure(.write, path, .notCompressed) }
            try ready.write(to: output)
            pool.give(ready)
        }
    }
}

/// The blocks of one stream that are under way, in order. Whoever has time compresses the first that nobody has taken.
final class BlockLane: SharedWork, @unchecked Sendable {
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

    /// As many as keep everybody busy while one thread is late.
    var enough: Int { lock.hold { assistants == 0 ? 0 : 2 * assistants + 1 } }

    func add(_ block: ContentBlock) {
        lock.hold {
            ordered.append(block)
            untaken.append(block)
            lock.wakeAll()
        }
    }

    /// The first of the blocks once it is compressed, by this thread if by nobody else; nil when no more than `count` are
    /// under way and the first is not ready.
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

    /// Lets the assistants go, whatever ended the work.
    func end() {
        lock.hold {
            isClosed = true
            lock.wakeAll()
        }
    }

    // MARK: - Everybody

    private func compress(_ block: ContentBlock) {
        let compressor = pool.takeCompressor()
        let state = block.compress(with: compressor)
        if let compressor { pool.give(compressor) }
        lock.hold {
            block.state = state
            lock.wakeAll()
        }
    }

    func run() {
        while let block = waitForBlock() { compress(block) }
    }

    private func waitForBlock() -> ContentBlock? {
        lock.hold {
            while untaken.isEmpty, !isClosed { lock.wait() }
            return isClosed ? nil : untaken.removeFirst()
        }
    }
}

/// A part of the content and the piece that it becomes. Belongs to one thread at a time; its lane says to which.
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

    /// As much as there is room for; says how much that was.
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

    /// The state that its lane shall give it.
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
