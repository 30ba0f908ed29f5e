package import ByteIO
import Synchronization

/// Bytes that count how often they are opened.
package final class CountedSource: ByteSource {
    private let bytes: MemoryBytes
    private let opened = Mutex(0)
    package var path: String { bytes.path }
    package var size: Int64 { bytes.size }
    package var count: Int { opened.withLock { $0 } }

    package init(_ bytes: [UInt8]) { self.bytes = MemoryBytes(bytes, path: "layer") }

    package func open() throws(IOFailure) -> any ByteReader {
        opened.withLock { $0 += 1 }
        return bytes.open()
    }
}
