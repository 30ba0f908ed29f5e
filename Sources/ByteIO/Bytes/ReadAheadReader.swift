/// Runs another reader on a thread of its own, a few buffers ahead: decompressing and hashing then use a core each. If
/// the system refuses the thread, the calling thread reads; the bytes are the same.
package final class ReadAheadReader: ByteReader {
    private static let bufferCount = 6

    private let queue = ChunkQueue()
    private let chunks: ChunkQueue.Reader
    /// The reader, while the calling thread reads; `nil` if a thread reads ahead.
    private var direct: DirectReader?

    package convenience init(path: String, _ make: @escaping @Sendable () throws(IOFailure) -> any ByteReader) {
        self.init(path: path, make) { Thread($0) }
    }

    /// `start` begins a thread, and returns `nil` if the system refuses it.
    init(
        path: String, _ make: @escaping @Sendable () throws(IOFailure) -> any ByteReader,
        start: (@escaping @Sendable () -> Void) -> Thread?
    ) {
        chunks = ChunkQueue.Reader(queue, path: path)
        let queue = queue
        let thread = start {
            do throws(IOFailure) {
                var reader = try make()
                while var buffer = queue.empty.receive() {
                    let got = try reader.fill(&buffer, count: buffer.count)
                    queue.filled.send(.init(bytes: buffer, count: got))
                    if got == 0 { break }
                }
            } catch {
                queue.filled.send(.init(bytes: [], count: 0, failure: error))
            }
        }
        guard let thread else {
            direct = DirectReader(make)
            return
        }
        thread.detach()
        for _ in 0..<Self.bufferCount { queue.empty.send([UInt8](repeating: 0, count: transferSize)) }
    }

    /// Ends the thread if the bytes are not read to their end.
    deinit { queue.empty.close() }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if let direct { return try direct.read(into: &buffer) }
        return try chunks.read(into: &buffer)
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
