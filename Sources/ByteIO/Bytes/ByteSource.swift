/// Where bytes are, without reading them: its size is known, and it can be opened any number of times.
package protocol ByteSource: Sendable {
    var path: String { get }
    var size: Int64 { get }
    func open() throws(IOFailure) -> any ByteReader
    /// The same bytes where they can be read by offset; nil: only in order.
    var window: FileWindow? { get throws(IOFailure) }
    /// The first bytes, as many as there are; for recognising a format.
    func head(_ count: Int) throws(IOFailure) -> [UInt8]
}

extension ByteSource {
    package var window: FileWindow? { nil }

    package func head(_ count: Int) throws(IOFailure) -> [UInt8] {
        var reader = try open()
        var buffer = [UInt8](repeating: 0, count: Int(min(Int64(count), size)))
        let got = try reader.fill(&buffer, count: buffer.count)
        buffer.removeLast(buffer.count - got)
        return buffer
    }

    /// Refused beyond `limit` before anything is read.
    package func bytes(limit: Int64) throws(IOFailure) -> [UInt8] {
        if size > limit { throw IOFailure(.read, path, .tooLarge(limit: limit)) }
        var reader = try open()
        var buffer = [UInt8](repeating: 0, count: Int(size))
        let got = try reader.fill(&buffer, count: buffer.count)
        guard got == buffer.count else { throw IOFailure(.read, path, .truncated) }
        return buffer
    }

    package func hasSameBytes(as other: any ByteSource) throws(IOFailure) -> Bool {
        guard size == other.size else { return false }
        var one = try open()
        var two = try other.open()
        var left = [UInt8](repeating: 0, count: 64 * 1024)
        var right = left
        while true {
            let got = try one.fill(&left, count: left.count)
            guard got == (try two.fill(&right, count: right.count)) else { return false }
            if got == 0 { return true }
            if left[..<got] != right[..<got] { return false }
        }
    }
}

/// Bytes that were kept while a stream passed.
package struct MemoryBytes: ByteSource {
    package let path: String
    private let content: [UInt8]

    package init(_ content: [UInt8], path: String) {
        self.content = content
        self.path = path
    }

    package var size: Int64 { Int64(content.count) }

    package func open() -> any ByteReader { Reader(rest: content[...]) }

    private struct Reader: ByteReader {
        var rest: ArraySlice<UInt8>

        mutating func read(into buffer: inout MutableSpan<UInt8>) -> Int {
            let count = min(buffer.count, rest.count)
            for index in 0..<count { buffer[index] = rest[rest.startIndex + index] }
            rest = rest.dropFirst(count)
            return count
        }
    }
}

/// Bytes that somebody else has: their size is known, and they cannot be read here.
package struct ElsewhereBytes: ByteSource {
    package let path: String
    package let size: Int64

    package init(path: String, size: Int64) {
        self.path = path
        self.size = size
    }

    package func open() throws(IOFailure) -> any ByteReader {
        throw IOFailure(.open, path, .system(IOFailure.noSuchFile))
    }
}

/// Bytes whose digest became known while a stream passed.
package protocol HashedSource: ByteSource {
    /// nil: nobody had a use for it.
    var knownSHA256: [UInt8]? { get }
}

/// A member of a stream that went by without being kept.
package protocol PassedSource: HashedSource {
    /// The first bytes, as far as they were kept.
    var start: [UInt8] { get }
}

extension PassedSource {
    /// Gives what was kept; asking for more is an error, so nothing can mistake the start for the whole.
    package func open() throws(IOFailure) -> any ByteReader { PassedReader(rest: start, path: path) }

    /// What is known of both is the same. Who computes a digest of everything never takes two for one; a mere look, which
    /// has no use for that of plain members, may.
    func resembles(_ other: any PassedSource) -> Bool {
        size == other.size && knownSHA256 == other.knownSHA256 && start == other.start
    }
}

/// What a member of a stream began with and what its digest was.
package struct PassedBytes: PassedSource, Equatable {
    package let path: String
    package let size: Int64
    package let sha256: [UInt8]?
    package let start: [UInt8]

    package var knownSHA256: [UInt8]? { sha256 }
}

private struct PassedReader: ByteReader {
    var rest: [UInt8]
    let path: String

    mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let count = min(buffer.count, rest.count)
        guard count > 0 || buffer.count == 0 else { throw IOFailure(.read, path, .truncated) }
        for index in 0..<count { buffer[index] = rest[index] }
        rest.removeFirst(count)
        return count
    }
}
