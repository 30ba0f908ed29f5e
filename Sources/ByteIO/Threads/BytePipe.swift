/// Passes a copy of some bytes to a consumer on a thread of its own, while the caller works with the same bytes. Memory is
/// a few buffers. The writer waits for the consumer if that is slower; it never waits for one that has ended.
package final class BytePipe {
    private static let bufferCount = 6

    private let queue = ChunkQueue()
    private let thread: Thread
    /// The number of buffers in circulation. Most layers are small and need one.
    private var made = 0
    private var isFinished = false

    /// `consume` may read any part of the bytes. `nil` if the system refuses the thread.
    package init?(path: String, _ consume: @escaping @Sendable (any ByteReader) -> Void) {
        let queue = queue
        let thread = Thread {
            consume(ChunkQueue.Reader(queue, path: path))
            queue.empty.close()
        }
        guard let thread else { return nil }
        self.thread = thread
    }

    /// The consumer of bytes that do not reach their end gets an error.
    deinit {
        if isFinished { return }
        queue.filled.close()
        thread.detach()
    }

    package func write(_ bytes: Span<UInt8>) {
        var done = 0
        while done < bytes.count {
            guard var buffer = nextBuffer() else { return }
            let count = min(buffer.count, bytes.count - done)
            var target = buffer.mutableSpan
            target.copy(from: bytes.extracting(done..<done + count))
            queue.filled.send(.init(bytes: buffer, count: count))
            done += count
        }
    }

    /// Ends the bytes, and returns when the consumer has ended.
    package func finish() {
        if isFinished { return }
        isFinished = true
        queue.filled.send(.init(bytes: [], count: 0))
        thread.join()
    }

    /// `nil` if the consumer has ended.
    private func nextBuffer() -> [UInt8]? {
        guard made < Self.bufferCount else { return queue.empty.receive() }
        made += 1
        return [UInt8](repeating: 0, count: transferSize)
    }
}

/// Bytes that an observer gets too, on a thread of its own, each time that they are read to their end.
package struct ObservedBytes: ByteSource {
    private let source: any ByteSource
    private let observe: @Sendable (any ByteReader) -> Void

    /// `observe` gets an error at the place where reading ends early. It is not called if the system refuses the thread.
    package init(_ source: any ByteSource, _ observe: @escaping @Sendable (any ByteReader) -> Void) {
        self.source = source
        self.observe = observe
    }

    package var path: String { source.path }
    package var size: Int64 { source.size }
    package var traits: SourceTraits { source.traits }
    package var window: FileWindow? { get throws(IOFailure) { try source.window } }

    package func open() throws(IOFailure) -> any ByteReader {
        let reader = try source.open()
        guard let pipe = BytePipe(path: source.path, observe) else { return reader }
        return Reader(source: reader, pipe: pipe)
    }

    package func head(_ count: Int) throws(IOFailure) -> [UInt8] { try source.head(count) }

    private struct Reader: ByteReader {
        var source: any ByteReader
        let pipe: BytePipe

        mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
            let got = try source.read(into: &buffer)
            if got > 0 {
                pipe.write(buffer.span.extracting(0..<got))
            } else if !buffer.isEmpty {
                pipe.finish()
            }
            return got
        }
    }
}
