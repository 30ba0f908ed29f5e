import TestSupport

@testable import ByteIO

/// Compresses with the real programs and decompresses with the product's readers.
enum Compressed {
    static func by(_ compression: Compression, _ content: [UInt8], _ options: [String] = []) throws -> [UInt8] {
        try Program.run(compression.rawValue, ["-c"] + options, input: content).output
    }

    /// The reader without the thread that reads ahead.
    static func reader(_ compression: Compression, _ source: any ByteReader) throws(IOFailure) -> any ByteReader {
        switch compression {
        case .gzip: try GzipReader(source, path: "x")
        case .zstd: try ZstandardReader(source, path: "x")
        case .bzip2, .xz, .lz4: try FilterReader(compression, source, path: "x")
        }
    }

    static func decompressed(
        _ compression: Compression, _ bytes: [UInt8], step: Int = .max, piece: Int = 5000, failure: IOFailure? = nil
    ) throws(IOFailure) -> [UInt8] {
        var reader = try reader(compression, ScriptedSource(bytes, step: step, failure: failure).open())
        return try reader.all(piece: piece)
    }
}
