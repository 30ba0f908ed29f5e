internal import Glibc

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
