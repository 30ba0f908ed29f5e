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
