/// Bytes in order. 0 is the end and nothing else is: an error always throws, so the two can never be mistaken.
package protocol ByteReader {
    mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int
}

/// The size of every buffer that bytes move through. Measured: below 128 KiB calls cost, above 1 MiB the caches do.
package let transferSize = 256 * 1024

extension ByteReader {
    /// Fills `buffer` as far as the bytes go; less than `count` only at the end.
    package mutating func fill(_ buffer: inout [UInt8], count: Int) throws(IOFailure) -> Int {
        var filled = 0
        while filled < count {
            var all = buffer.mutableSpan
            var rest = all._mutatingExtracting(filled..<count)
            let got = try read(into: &rest)
            if got == 0 { break }
            filled += got
        }
        return filled
    }
}
