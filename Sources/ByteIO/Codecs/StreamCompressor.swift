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
