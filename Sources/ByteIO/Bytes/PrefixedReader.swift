/// Gives back what was read ahead, then goes on: for looking at the first bytes of what can be read only once.
package struct PrefixedReader: ByteReader {
    private var prefix: ArraySlice<UInt8>
    private var rest: any ByteReader

    package init(_ prefix: [UInt8], then rest: any ByteReader) {
        self.prefix = prefix[...]
        self.rest = rest
    }

    package mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        guard !prefix.isEmpty else { return try rest.read(into: &buffer) }
        let count = min(buffer.count, prefix.count)
        for index in 0..<count { buffer[index] = prefix[prefix.startIndex + index] }
        prefix = prefix.dropFirst(count)
        return count
    }
}
