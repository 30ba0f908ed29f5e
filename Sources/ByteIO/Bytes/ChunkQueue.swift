/// Buffers that pass from one thread to another and back: filled ones to the reader, emptied ones to the writer. A chunk of
/// no bytes is the end.
final class ChunkQueue: Sendable {
    struct Chunk: Sendable {
        var bytes: [UInt8]
        var count: Int
        var failure: IOFailure?
    }

    let filled = BlockingQueue<Chunk>()
    let empty = BlockingQueue<[UInt8]>()

    /// The bytes of a queue. An error stays the current chunk: it is thrown again by every later read. A queue that is
    /// closed before its end is an error.
    final class Reader: ByteReader {
        private let queue: ChunkQueue
        private let path: String
        private var current = Chunk(bytes: [], count: 0)
        private var position = 0
        private var isAtEnd = false

        init(_ queue: ChunkQueue, path: String) {
            self.queue = queue
            self.path = path
        }

        func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            if position == current.count {
                if isAtEnd { return 0 }
                try receive()
            }
            let count = min(buffer.count, current.count - position)
            buffer.copy(from: current.bytes.span.extracting(position..<position + count))
            position += count
            return count
        }

        private func receive() throws(IOFailure) {
            if let failure = current.failure { throw failure }
            if !current.bytes.isEmpty { queue.empty.send(exchange(&current.bytes, with: [])) }
            guard let next = queue.filled.receive() else { throw IOFailure(.read, path, .truncated) }
            current = next
            position = 0
            if let failure = next.failure { throw failure }
            isAtEnd = next.count == 0
        }
    }
}
