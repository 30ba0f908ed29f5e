/// An archive as its headers and contents, for changes that keep it an archive. Unlike the readers of the program, it
/// refuses no bytes.
struct TarPieces {
    struct Piece: Equatable {
        /// One block.
        var header: [UInt8]
        var content: [UInt8]
    }

    static let blockSize = 512

    var pieces: [Piece] = []
    /// The bytes behind the last member.
    var rest: [UInt8] = []

    init(_ bytes: [UInt8]) {
        var start = 0
        while bytes.count - start >= Self.blockSize {
            let header = Array(bytes[start..<start + Self.blockSize])
            guard header.contains(where: { $0 != 0 }) else { break }
            let content = start + Self.blockSize
            let size = min(Self.size(of: header), bytes.count - content)
            pieces.append(Piece(header: header, content: Array(bytes[content..<content + size])))
            start = min(content + Self.padded(size), bytes.count)
        }
        rest = Array(bytes[start...])
    }

    /// The archive with all sizes and checksums made right.
    var bytes: [UInt8] {
        pieces.flatMap { piece in
            Self.repaired(piece.header, size: piece.content.count) + piece.content
                + [UInt8](repeating: 0, count: Self.padded(piece.content.count) - piece.content.count)
        } + rest
    }

    private static func size(of header: [UInt8]) -> Int {
        header[124..<136].reduce(0) { sum, byte in
            (0x30...0x37).contains(byte) ? min(sum * 8 + Int(byte - 0x30), 1 << 30) : sum
        }
    }

    static func padded(_ size: Int) -> Int { (size + blockSize - 1) / blockSize * blockSize }

    private static func octal(_ number: Int, digits: Int) -> [UInt8] {
        let text = String(number, radix: 8)
        return Array((String(repeating: "0", count: max(0, digits - text.count)) + text).utf8)
    }

    private static func repaired(_ header: [UInt8], size: Int) -> [UInt8] {
        var header = header
        header.replaceSubrange(124..<136, with: octal(size, digits: 11) + [0x20])
        return checksummed(header)
    }

    /// The header with its checksum made right.
    static func checksummed(_ header: [UInt8]) -> [UInt8] {
        var header = header
        header.replaceSubrange(148..<156, with: [UInt8](repeating: 0x20, count: 8))
        let sum = header.reduce(0) { $0 + Int($1) }
        header.replaceSubrange(148..<156, with: octal(sum, digits: 6) + [0, 0x20])
        return header
    }
}
