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
