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
