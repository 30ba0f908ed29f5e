/// The memory of gzip compression, made once and used for one stream after another: a layer of a kilobyte must not pay
/// for megabytes.
final class GzipPool: @unchecked Sendable {
    let level: Int
    private let lock = Lock()
    private var compressors: [DeflateCompressor] = []
    private var blocks: [GzipBlock] = []

    init(level: Int) { self.level = level }

    /// nil: no memory.
    func takeCompressor() -> DeflateCompressor? {
        lock.hold { compressors.popLast() } ?? DeflateCompressor(level: level)
    }

    func give(_ compressor: DeflateCompressor) { lock.hold { compressors.append(compressor) } }

    func takeBlock() -> GzipBlock { lock.hold { blocks.popLast() } ?? GzipBlock() }

    func give(_ block: GzipBlock) {
        block.count = 0
        block.state = .waiting
        lock.hold { blocks.append(block) }
    }
}

/// A piece of the content and the member that it becomes. Belongs to one thread at a time; its lane says to which.
final class GzipBlock: @unchecked Sendable {
    enum State { case waiting, done, failed }

    /// Measured: smaller members cost size, larger ones memory and nothing else. Every byte of output depends on it.
    static let size = 1 << 20

    var content = [UInt8](repeating: 0, count: size)
    var count = 0
    var member = [UInt8](repeating: 0, count: DeflateCompressor.bound(size))
    var memberCount = 0
    var state = State.waiting

    /// As much as there is room for; says how much that was.
    func append(_ bytes: Span<UInt8>) -> Int {
        let taken = min(bytes.count, Self.size - count)
        var buffer = exchange(&content, with: [])
        var space = buffer.mutableSpan
        var target = space._mutatingExtracting(count..<count + taken)
        target.copy(from: bytes.extracting(0..<taken))
        content = buffer
        count += taken
        return taken
    }

    func compress(with compressor: DeflateCompressor?) -> State {
        guard let size = compressor?.member(of: content.span.extracting(0..<count), into: &member) else {
            return .failed
        }
        memberCount = size
        return .done
    }
}
