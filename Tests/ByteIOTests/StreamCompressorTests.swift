import TestSupport
import Testing

@testable import ByteIO

/// Streams are compressed block by block. The output is always the same, and every reader can read it.
struct StreamCompressorTests {
    static let recipes: [Recipe] = [.gzip(level: 1), .zstd(level: 3)]
    /// Sizes around the boundaries of gzip and zstd blocks.
    static let sizes = [0, 1, 1 << 20, 1 << 20 + 1, 4 << 20, 4 << 20 + 7, 9_000_000]

    static func compressed(
        _ content: [UInt8], _ recipe: Recipe, piece: Int = .max, threads: Int = 0, crew: CopyCrew? = nil
    ) throws -> [UInt8] {
        var output: [UInt8] = []
        let compressor = StreamCompressor(BlockPool(recipe), path: "x", crew: crew, threads: threads) { bytes in
            for index in bytes.indices { output.append(bytes[index]) }
        }
        var start = 0
        while start < content.count {
            let end = start + min(piece, content.count - start)
            try compressor.write(content[start..<end].span)
            start = end
        }
        try compressor.finish()
        return output
    }

    static func compression(_ recipe: Recipe) -> Compression { if case .gzip = recipe { .gzip } else { .zstd } }

    @Test("the output does not depend on writes, threads and assistants", arguments: recipes, sizes)
    func isDeterministic(_ recipe: Recipe, _ size: Int) throws {
        let content = SampleBytes.text(size)
        let alone = try Self.compressed(content, recipe)
        #expect(try Self.compressed(content, recipe, piece: 777_777, threads: 1) == alone)
        #expect(try Self.compressed(content, recipe, piece: 4096, threads: 4) == alone)
        try CopyCrewTests.crewed(3) { crew in
            let assisted = try Self.compressed(content, recipe, piece: 100_000, crew: crew)
            #expect(assisted == alone)
        }
        let compression = Self.compression(recipe)
        #expect(Compression(magic: alone) == compression)
        #expect(try Compressed.decompressed(compression, alone, piece: 300_000) == content)
        #expect(try Program.run(compression.rawValue, ["-t"], input: alone).status == 0)
        #expect(try Program.run(compression.rawValue, ["-dc"], input: alone).output == content)
    }

    static let levels: [Recipe] =
        Recipe.gzipLevels.map { .gzip(level: $0) } + Recipe.zstdLevels.map { .zstd(level: $0) }

    @Test("every level works", arguments: levels)
    func everyLevel(_ recipe: Recipe) throws {
        let content = SampleBytes.text(70_000)
        let bytes = try Self.compressed(content, recipe)
        #expect(try Compressed.decompressed(Self.compression(recipe), bytes) == content)
    }

    @Test("a gzip header states no time and no name")
    func header() throws {
        let bytes = try Self.compressed([1], .gzip(level: 1))
        #expect(bytes[3] == 0, "flags")
        #expect(bytes[4..<8] == [0, 0, 0, 0], "time")
    }

    @Test("streams reuse buffers without traces of earlier bytes", arguments: recipes)
    func pooled(_ recipe: Recipe) throws {
        let pool = BlockPool(recipe)
        let contents = [SampleBytes.text(3_000_000), [7], [], SampleBytes.noise(2_000_000)]
        for content in contents {
            var output: [UInt8] = []
            let compressor = StreamCompressor(pool, path: "x") { bytes in
                for index in bytes.indices { output.append(bytes[index]) }
            }
            try compressor.write(content.span)
            try compressor.finish()
            #expect(try Self.compressed(content, recipe) == output)
        }
    }

    @Test("a level that does not exist is an error, not a crash", arguments: [Recipe.gzip(level: 13)])
    func noSuchLevel(_ recipe: Recipe) {
        #expect(throws: IOFailure(.write, "x", .notCompressed)) { try Self.compressed([1], recipe) }
    }

    @Test("an error of the output ends compression and leaves no thread waiting", arguments: recipes, [0, 3])
    func failingOutput(_ recipe: Recipe, _ threads: Int) throws {
        let full = IOFailure(.write, "x", .system(28))
        let content = SampleBytes.text(9_000_000)
        #expect(throws: full) {
            let compressor = StreamCompressor(BlockPool(recipe), path: "x", threads: threads) {
                (_) throws(IOFailure) in throw full
            }
            try compressor.write(content.span)
            try compressor.finish()
        }
    }

    @Test("an unfinished stream can be released", arguments: recipes, [0, 3])
    func unfinished(_ recipe: Recipe, _ threads: Int) throws {
        let compressor = StreamCompressor(BlockPool(recipe), path: "x", threads: threads) { _ in }
        try compressor.write(SampleBytes.text(5_000_000).span)
    }
}
