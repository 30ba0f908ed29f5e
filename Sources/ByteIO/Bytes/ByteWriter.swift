/// Where bytes go, in order. What was taken is taken whole: less than everything is an error, and errors throw.
package protocol ByteWriter: ~Copyable {
    /// As a user knows it, for errors.
    var path: String { get }
    func write(_ bytes: Span<UInt8>) throws(IOFailure)
}
