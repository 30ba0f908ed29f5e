/// gzip in members of 1 MiB of content, each compressed by itself: by this thread, by threads of its own, or by
/// assistants of a crew. Every reader of gzip goes on to the next member, as the format demands (RFC 1952, 2.2).
final class GzipCompressor: StreamCompressor {
    private let pool: GzipPool
    private let lane: GzipLane
    private let path: String
    private let crew: CopyCrew?
    private let threads: [Thread]
    private let output: (Span<UInt8>) throws(IOFailure) -> Void
    private var block: GzipBlock
    private var isEmpty = true

    /// Helped by whoever of the crew has nothing to do, and by so many threads of its own.
    init(
        _ pool: GzipPool, path: String, crew: CopyCrew? = nil, threads: Int = 0,
        _ output: @escaping (Span<UInt8>) throws(IOFailure) -> Void
    ) {
        self.pool = pool
        self.path = path
        self.crew = crew
        self.output = output
        let lane = GzipLane(pool)
        self.lane = lane
        block = pool.takeBlock()
        self.threads = (0..<threads).compactMap { _ in Self.helper(lane) }
    }

    private static func helper(_ lane: GzipLane) -> Thread? {
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
            done += block.append(bytes.extracting(done..<bytes.count))
            if block.count == GzipBlock.size { try submit() }
        }
    }

    /// A member even of nothing, where there is no other: a file of no bytes is no gzip.
    func finish() throws(IOFailure) {
        if block.count > 0 || isEmpty { try submit() }
        try drain(keeping: 0)
        pool.give(block)
        lane.end()
    }

    private func submit() throws(IOFailure) {
        isEmpty = false
        crew?.offer(lane)
        lane.add(exchange(&block, with: pool.takeBlock()))
        try drain(keeping: lane.enough)
    }

    private func drain(keeping count: Int) throws(IOFailure) {
        while let ready = lane.next(keeping: count) {
            guard ready.state == .done else { throw IOFailure(.write, path, .notCompressed) }
            let member = ready.member
            try output(member.span.extracting(0..<ready.memberCount))
            pool.give(ready)
        }
    }
}
