internal import Glibc

/// Bytes that come once: standard input, a pipe, a FIFO.
package final class StreamReader: ByteReader {
    private let descriptor: Int32
    private let path: String

    package static func standardInput() -> StreamReader { StreamReader(descriptor: 0, path: "-") }

    package static var isStandardInputTerminal: Bool { isatty(0) == 1 }

    package convenience init(path: String) throws(IOFailure) {
        let descriptor = retried { unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw IOFailure.last(.open, path) }
        self.init(descriptor: descriptor, path: path)
    }

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { if descriptor != 0 { close(descriptor) } }

    package func read(into buffer: inout MutableSpan<UInt8>) throws(IOFailure) -> Int {
        let descriptor = descriptor
        let path = path
        return try unsafe buffer.withUnsafeMutableBytes { (bytes) throws(IOFailure) -> Int in
            guard let base = bytes.baseAddress else { return 0 }
            let got = retried { unsafe Glibc.read(descriptor, base, bytes.count) }
            if got < 0 { throw IOFailure.last(.read, path) }
            return got
        }
    }
}

/// A document that belongs in memory as a whole, from a path that the user typed, from a pipe or from standard input.
package enum SmallInput {
    /// `-` is standard input. More than `limit` bytes are refused, however many there are.
    package static func bytes(of path: String, limit: Int) throws(IOFailure) -> [UInt8] {
        var reader: any ByteReader = path == "-" ? StreamReader.standardInput() : try StreamReader(path: path)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(transferSize, limit + 1))
        while bytes.count <= limit {
            let got = try reader.fill(&buffer, count: min(buffer.count, limit + 1 - bytes.count))
            if got == 0 { return bytes }
            bytes += buffer[..<got]
        }
        throw IOFailure(.read, path, .tooLarge(limit: Int64(limit)))
    }
}
