/// The body of an answer that is not over yet. Dropped before its end, it ends the connection.
final class CurlBody: ByteReader {
    private let exchange: CurlExchange
    private let release: () -> Void

    init(_ exchange: CurlExchange, release: @escaping () -> Void) {
        self.exchange = exchange
        self.release = release
    }

    deinit { release() }

    func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int { try exchange.read(into: &buffer) }
}
