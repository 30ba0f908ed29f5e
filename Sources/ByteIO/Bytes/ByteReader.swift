internal import Glibc

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

/// Where bytes go, in order. What was taken is taken whole: less than everything is an error, and errors throw.
package protocol ByteWriter: ~Copyable {
    /// As a user knows it, for errors.
    var path: String { get }
    func write(_ bytes: Span<UInt8>) throws(IOFailure)
}

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

extension MutableSpan where Element == UInt8 {
    /// One memcpy; element by element costs ten times as much in the loops that move layers.
    mutating func copy(from source: Span<UInt8>) {
        precondition(source.count <= count)
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { bytes in
                guard let to = target.baseAddress, let from = bytes.baseAddress else { return }
                unsafe _ = memcpy(to, from, bytes.count)
            }
        }
    }
}
