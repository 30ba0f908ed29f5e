/// Runs another reader on a thread of its own, a few buffers ahead: decompressing and hashing then take a core each.
package final class ReadAheadReader: ByteReader {
    private static let circulating = 6

    private struct Chunk: Sendable {
        var bytes: [UInt8]
        var count: Int
        var failure: IOFailure?
    }

    private let filled = BlockingQueue<Chunk>()
    private let empty = BlockingQueue<[UInt8]>()
    private let path: String
    private var current = Chunk(bytes: [], count: 0, failure: nil)
    private var position = 0
    private var isAtEnd = false

    package init(path: String, _ make: @escaping @Sendable () throws(IOFailure) -> any ByteReader) {
        self.path = path
        for _ in 0..<Self.circulating { empty.send([UInt8](repeating: 0, count: transferSize)) }
        let filled = filled
        let empty = empty
        let thread = Thread {
            do throws(IOFailure) {
                var reader = try make()
                while var buffer = empty.receive() {
                    let got = try reader.fill(&buffer, count: buffer.count)
                    filled.send(Chunk(bytes: buffer, count: got, failure: nil))
                    if got == 0 { break }
                }
            } catch {
                filled.send(Chunk(bytes: [], count: 0, failure: error))
            }
            filled.close()
        }
        if let thread { thread.detach() } else { filled.close() }
    }

    /// Lets the thread end when nobody reads on.
    deinit { empty.close() }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if position == current.count {
            if isAtEnd { return 0 }
            if !current.bytes.isEmpty { empty.send(exchange(&current.bytes, with: [])) }
            guard let next = filled.receive() else { throw IOFailure(.read, path, .truncated) }
            if let failure = next.failure { throw failure }
            current = next
            position = 0
            isAtEnd = next.count == 0
        }
        let count = min(buffer.count, current.count - position)
        buffer.copy(from: current.bytes.span.extracting(position..<position + count))
        position += count
        return count
    }
}

/// Carries a reader to the thread that will read it. Whoever made it has given it up.
package final class Handover: @unchecked Sendable {
    private let reader: any ByteReader

    package init(_ reader: any ByteReader) { self.reader = reader }

    package func take() -> any ByteReader { reader }
}
