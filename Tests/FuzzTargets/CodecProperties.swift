@testable import ByteIO

/// The properties of the decompressors: pieces of any size give the same content as the whole.
///
/// Each check returns whether the input is accepted, at least up to the limit.
enum CodecProperties {
    static func gzip(_ bytes: [UInt8]) throws -> Bool {
        let isAccepted = try checkPieces(.gzip, bytes)
        guard let fast = ISALInflater(), let plain = ZlibInflater() else {
            throw BrokenProperty("ISA-L and zlib are there")
        }
        let first = content { () throws(IOFailure) in
            try GzipReader(MemoryBytes(bytes, path: "x").open(), path: "x", inflater: fast)
        }
        let second = content { () throws(IOFailure) in
            try GzipReader(MemoryBytes(bytes, path: "x").open(), path: "x", inflater: plain)
        }
        try compare(first, second, "ISA-L and zlib")
        return isAccepted
    }

    static func zstd(_ bytes: [UInt8]) throws -> Bool { try checkPieces(.zstd, bytes) }

    /// The formats that libarchive reads.
    static func filters(_ bytes: [UInt8]) throws -> Bool {
        guard let format = Compression(magic: bytes), format != .gzip, format != .zstd else { return false }
        return try checkPieces(format, bytes)
    }

    private static func checkPieces(_ format: Compression, _ bytes: [UInt8]) throws -> Bool {
        let whole = content { () throws(IOFailure) in
            try format.decoder(over: MemoryBytes(bytes, path: "x").open(), path: "x")
        }
        let pieces = content(piece: 13) { () throws(IOFailure) in
            try format.decoder(over: PiecewiseReader(bytes, piece: 7), path: "x")
        }
        try compare(whole, pieces, "the whole and its pieces")
        return whole.end != .error
    }

    private static func compare(_ one: Content, _ other: Content, _ names: String) throws {
        // Behind the limit one reader may have seen an error that the other has not.
        if one.end == .limit || other.end == .limit { return }
        try expect(one.end == other.end, "\(names) are both accepted or both refused")
        if one.end == .end { try expect(one.bytes == other.bytes, "\(names) give the same content") }
    }

    private struct Content {
        enum End { case end, limit, error }

        var bytes: [UInt8] = []
        var end = End.error
    }

    private static let limit = 1 << 16

    private static func content(
        piece: Int = 64 * 1024, _ open: () throws(IOFailure) -> any ByteReader
    ) -> Content {
        var content = Content()
        do throws(IOFailure) {
            var reader = try open()
            var buffer = [UInt8](repeating: 0, count: piece)
            while content.bytes.count < limit {
                var span = buffer.mutableSpan
                let got = try reader.read(into: &span)
                if got == 0 {
                    content.end = .end
                    return content
                }
                content.bytes += buffer[..<got]
            }
            content.end = .limit
        } catch {}
        return content
    }
}

/// Gives bytes in pieces of one size.
struct PiecewiseReader: ByteReader {
    private var rest: ArraySlice<UInt8>
    private let piece: Int

    init(_ bytes: [UInt8], piece: Int) {
        rest = bytes[...]
        self.piece = piece
    }

    mutating func read(into buffer: inout MutableSpan<UInt8>) -> Int {
        let count = min(buffer.count, rest.count, piece)
        for index in 0..<count { buffer[index] = rest[rest.startIndex + index] }
        rest = rest.dropFirst(count)
        return count
    }
}
