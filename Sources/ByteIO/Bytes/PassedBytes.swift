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
