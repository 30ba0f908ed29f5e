/// A member of a stream that went by without being kept: what it began with and what its digest was.
package struct PassedBytes: ByteSource, Equatable {
    package let path: String
    package let size: Int64
    package let sha256: [UInt8]?
    package let start: [UInt8]

    package func open() throws(IOFailure) -> any ByteReader { Reader(rest: start, path: path) }

    /// Gives what was kept; asking for more is an error, so nothing can mistake the start for the whole.
    private struct Reader: ByteReader {
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
}
