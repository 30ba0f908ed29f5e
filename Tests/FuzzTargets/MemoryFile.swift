import ByteIO
import Glibc

/// A file in memory with a path, for readers that open one.
struct MemoryFile: ~Copyable {
    private let descriptor: CInt

    init(_ bytes: [UInt8]) throws {
        descriptor = memfd_create("fuzz", UInt32(MFD_CLOEXEC))
        guard descriptor >= 0 else { throw BrokenProperty("no file in memory") }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else { throw BrokenProperty("no memory for a file") }
            rest = rest.dropFirst(written)
        }
    }

    deinit { close(descriptor) }

    var path: String { "/proc/self/fd/\(descriptor)" }

    func open() throws -> OpenFile { try OpenFile(path: path) }
}
