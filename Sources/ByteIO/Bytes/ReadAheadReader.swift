/// Runs another reader on a thread of its own, a few buffers ahead: decompressing and hashing then use a core each. If
/// the system refuses the thread, the calling thread reads; the bytes are the same.
package final class ReadAheadReader: ByteReader {
    private static let bufferCount = 6

    private struct Chunk: Sendable {
        var bytes: [UInt8]
        var count: Int
        var failure: IOFailure?
    }

    private let filled = BlockingQueue<Chunk>()
    private let empty = BlockingQueue<[UInt8]>()
    private let path: String
    /// The reader, while the calling thread reads; `nil` if a thread reads ahead.
    private var direct: DirectReader?
    private var current = Chunk(bytes: [], count: 0, failure: nil)
    private var position = 0
    private var isAtEnd = false

    package convenience init(path: String, _ make: @escaping @Sendable () throws(IOFailure) -> any ByteReader) {
        self.init(path: path, make) { Thread($0) }
    }

    /// `start` begins a thread, and returns `nil` if the system refuses it.
    init(
        path: String, _ make: @escaping @Sendable () throws(IOFailure) -> any ByteReader,
        start: (@escaping @Sendable () -> Void) -> Thread?
    ) {
        self.path = path
        let filled = filled
        let empty = empty
        let thread = start {
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
        }
        guard let thread else {
            direct = DirectReader(make)
            return
        }
        thread.detach()
        for _ in 0..<Self.bufferCount { empty.send([UInt8](repeating: 0, count: transferSize)) }
    }

    /// Ends the thread if the bytes are not read to their end.
    deinit { empty.close() }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if let direct { return try direct.read(into: &buffer) }
        if position == current.count {
            if isAtEnd { return 0 }
            try receive()
        }
        let count = min(buffer.count, current.count - position)
        buffer.copy(from: current.bytes.span.extracting(position..<position + count))
        position += count
        return count
    }

    /// An error stays the current chunk: it is thrown again by every later read.
    private func receive() throws(IOFailure) {
        if let failure = current.failure { throw failure }
        if !current.bytes.isEmpty { empty.send(exchange(&current.bytes, with: [])) }
        guard let next = filled.receive() else { throw IOFailure(.read, path, .truncated) }
        current = next
        position = 0
        if let failure = next.failure { throw failure }
        isAtEnd = next.count == 0
    }

    /// Makes the reader at the first read, as the thread would.
    private final class DirectReader {
        private let make: () throws(IOFailure) -> any ByteReader
        private var reader: (any ByteReader)?
        private var failure: IOFailure?

        init(_ make: @escaping () throws(IOFailure) -> any ByteReader) { self.make = make }

        func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            if let failure { throw failure }
            do throws(IOFailure) {
                var reader = if let reader = self.reader.take() { reader } else { try make() }
                defer { self.reader = reader }
                return try reader.read(into: &buffer)
            } catch {
                failure = error
                throw error
            }
        }
    }
}

/// Carries a reader to the thread that will read it. The thread that made it must not use it any more.
package final class ReaderTransfer: @unchecked Sendable {
    private let reader: any ByteReader

    package init(_ reader: any ByteReader) { self.reader = reader }

    package func take() -> any ByteReader { reader }
}
