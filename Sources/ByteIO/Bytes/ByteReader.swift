internal import Glibc

/// Reads bytes in order. 0 is the end, and only the end: an error always throws.
package protocol ByteReader {
    mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int
}

/// The size of the buffers that bytes are copied through. Measured: below 128 KiB the calls cost time, above 1 MiB the
/// cache misses do.
package let transferSize = 256 * 1024

extension ByteReader {
    /// Reads `count` bytes into `buffer`; fewer only at the end.
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

/// Takes bytes in order. `write` takes all of them or throws.
package protocol ByteWriter: ~Copyable {
    /// The name for error messages.
    var path: String { get }
    func write(_ bytes: Span<UInt8>) throws(IOFailure)
}

/// Gives bytes that were already read, then those of another reader: for recognising a format by its first bytes.
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

/// Gives the bytes of one reader to its end, then those of another.
package struct JoinedReader: ByteReader {
    private var first: (any ByteReader)?
    private var second: any ByteReader

    package init(_ first: any ByteReader, then second: any ByteReader) {
        self.first = first
        self.second = second
    }

    package mutating func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        if !buffer.isEmpty, let got = try first?.read(into: &buffer) {
            if got > 0 { return got }
            first = nil
        }
        return try second.read(into: &buffer)
    }
}

extension MutableSpan where Element == UInt8 {
    /// One memcpy. Copying element by element costs ten times as much in the loops that copy layers.
    @_lifetime(self: copy self)
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
