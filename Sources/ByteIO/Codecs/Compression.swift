/// The compression formats of files and layers, recognised by their first bytes and never by a name.
package enum Compression: String, Sendable, CaseIterable {
    case gzip, zstd, bzip2, xz, lz4

    package init?(magic head: ArraySlice<UInt8>) {
        guard let first = head.first, Self.mayBegin(first) else { return nil }
        let head = Array(head.prefix(10))
        guard let found = Self.allCases.first(where: { $0.recognises(head) }) else { return nil }
        self = found
    }

    package init?(magic head: [UInt8]) { self.init(magic: head[...]) }

    /// A check of one byte, because most layers are not compressed.
    private static func mayBegin(_ first: UInt8) -> Bool {
        switch first {
        case 0x1f, 0x28, 0x42, 0xfd, 0x04, 0x50...0x5f: true
        default: false
        }
    }

    private func recognises(_ head: [UInt8]) -> Bool {
        switch self {
        case .gzip: head.starts(with: [0x1f, 0x8b, 0x08])
        // A skippable frame may come first. lz4 shares that range, but layers use zstd.
        case .zstd: head.starts(with: [0x28, 0xb5, 0x2f, 0xfd]) || Self.isSkippableFrame(head)
        case .bzip2:
            head.starts(with: Array("BZh".utf8)) && head.count > 9 && Self.bzip2Blocks.contains(Array(head[4..<10]))
        case .xz: head.starts(with: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])
        case .lz4: head.starts(with: [0x04, 0x22, 0x4d, 0x18])
        }
    }

    private static func isSkippableFrame(_ head: [UInt8]) -> Bool {
        head.count >= 4 && head[0] & 0xf0 == 0x50 && head[1...3].elementsEqual([0x2a, 0x4d, 0x18])
    }

    /// The start of a first block, or the end mark of an empty stream.
    private static let bzip2Blocks: [[UInt8]] = [
        [0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
    ]

    /// The content of `source`, decompressed ahead on a thread of its own.
    package func reader(
        over source: @escaping @Sendable () throws(IOFailure) -> any ByteReader, path: String
    ) -> any ByteReader {
        ReadAheadReader(path: path) { () throws(IOFailure) in try decoder(over: try source(), path: path) }
    }

    /// The content of `source`, decompressed on the calling thread.
    package func decoder(over source: any ByteReader, path: String) throws(IOFailure) -> any ByteReader {
        switch self {
        case .gzip: try GzipReader(source, path: path)
        case .zstd: try ZstandardReader(source, path: path)
        case .bzip2, .xz, .lz4: try FilterReader(self, source, path: path)
        }
    }
}

/// Format and level of a compression. The same recipe gives the same bytes for the same content. They do not depend on
/// threads, the machine or the sizes of writes.
package enum Recipe: Hashable, Sendable {
    case gzip(level: Int)
    case zstd(level: Int)

    /// The levels of libdeflate. From 10 on it searches for the optimum and is slow.
    package static let gzipLevels = 1...12
    /// The levels of libzstd without those that save next to nothing in our blocks.
    package static let zstdLevels = 1...19

    /// Measured: the fastest level whose layers are no larger than those of other tools.
    package static let defaultGzipLevel = 2
    /// The default of libzstd.
    package static let defaultZstdLevel = 3
}
