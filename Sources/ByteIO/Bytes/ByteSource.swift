/// Bytes that are not read yet: their size is known, and they can be opened any number of times.
package protocol ByteSource: Sendable {
    /// The name for error messages.
    var path: String { get }
    var size: Int64 { get }
    var traits: SourceTraits { get }
    func open() throws(IOFailure) -> any ByteReader
    /// The bytes from `offset`, for a caller that has those before.
    func open(from offset: Int64) throws(IOFailure) -> any ByteReader
    /// The same bytes for a caller that probably reads a small part of them.
    func openInParts() throws(IOFailure) -> any ByteReader
    /// The same bytes for reading by offset; `nil` if they can only be read in order.
    var window: FileWindow? { get throws(IOFailure) }
    /// The first `count` bytes, or all if there are fewer; for recognising a format.
    func head(_ count: Int) throws(IOFailure) -> [UInt8]
}

/// What is known of bytes before they are read.
package struct SourceTraits: Sendable {
    /// Whether the bytes can be read again on this machine without network traffic.
    package var isRereadable = true
    /// The first bytes of a stream's member of which only these were kept; `nil` if all bytes can be read.
    package var passedStart: [UInt8]?
    /// The SHA-256 that was computed while the bytes passed; `nil` if it was not.
    package var knownSHA256: [UInt8]?
    /// The file with exactly these bytes that a sink on its file system may take over by rename; `nil` if there is none.
    package var adoptableFile: String?
    /// The file with exactly these bytes that a sink on its file system may give a second name; `nil` if there is none.
    package var keptFile: KeptFile?
    /// The remote repository that holds the bytes; `nil` if they are on this machine.
    package var origin: (any Hashable & Sendable)?

    package init() {}

    /// Of a stream's member of which only the first bytes were kept.
    package init(passed start: [UInt8], sha256: [UInt8]?) {
        isRereadable = false
        passedStart = start
        knownSHA256 = sha256
    }
}

extension ByteSource {
    package func open(from offset: Int64) throws(IOFailure) -> any ByteReader {
        var reader = try open()
        var buffer = [UInt8](repeating: 0, count: Int(min(offset, Int64(transferSize))))
        var left = offset
        while left > 0 {
            let got = try reader.fill(&buffer, count: Int(min(left, Int64(buffer.count))))
            if got == 0 { break }
            left -= Int64(got)
        }
        return reader
    }

    package func openInParts() throws(IOFailure) -> any ByteReader { try open() }

    package var window: FileWindow? { nil }

    package var traits: SourceTraits { SourceTraits() }

    package func head(_ count: Int) throws(IOFailure) -> [UInt8] {
        var reader = try open()
        var buffer = [UInt8](repeating: 0, count: Int(min(Int64(count), size)))
        let got = try reader.fill(&buffer, count: buffer.count)
        buffer.removeLast(buffer.count - got)
        return buffer
    }

    /// All bytes. Throws, before anything is read, if there are more than `limit`.
    package func bytes(limit: Int64) throws(IOFailure) -> [UInt8] {
        if size > limit { throw IOFailure(.read, path, .tooLarge(limit: limit)) }
        var reader = try open()
        var buffer = [UInt8](repeating: 0, count: Int(size))
        let got = try reader.fill(&buffer, count: buffer.count)
        guard got == buffer.count else { throw IOFailure(.read, path, .truncated) }
        return buffer
    }
}

/// Bytes in memory.
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

/// Bytes of known size that are not on this machine. Opening them fails.
package struct AbsentBytes: ByteSource {
    package let path: String
    package let size: Int64

    package init(path: String, size: Int64) {
        self.path = path
        self.size = size
    }

    package var traits: SourceTraits {
        var traits = SourceTraits()
        traits.isRereadable = false
        return traits
    }

    package func open() throws(IOFailure) -> any ByteReader {
        throw IOFailure(.open, path, .system(IOFailure.noSuchFile))
    }
}

/// A member of a stream of which only the first bytes and perhaps the digest were kept.
package protocol PassedSource: ByteSource {
    var sha256: [UInt8]? { get }
    var start: [UInt8] { get }
}

extension PassedSource {
    package var traits: SourceTraits { SourceTraits(passed: start, sha256: sha256) }

    /// Gives the bytes that were kept; reading on is an error, so the start cannot be mistaken for the whole.
    package func open() throws(IOFailure) -> any ByteReader { PassedReader(rest: start, path: path) }
}

package struct PassedBytes: PassedSource, Equatable {
    package let path: String
    package let size: Int64
    package let sha256: [UInt8]?
    package let start: [UInt8]
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
