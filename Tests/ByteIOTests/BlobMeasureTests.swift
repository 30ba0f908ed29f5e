import Synchronization
import TestSupport
import Testing

@testable import ByteIO

/// One pass measures the bytes of a blob and their decompressed content, with and without assistants.
struct BlobMeasureTests {
    static func measure(
        _ bytes: [UInt8], assistants: Int = 0, failure: IOFailure? = nil,
        content: Set<ContentHasher.Algorithm> = [.sha256],
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> BlobMeasure {
        try CopyCrew.assisted(by: assistants) { crew in
            let source = ScriptedSource(bytes, failure: failure)
            return try crew.measure(
                source.open(), path: "blob", size: source.size, .init(content: content), progress: progress)
        }
    }

    /// Larger than the limit from which an assistant takes part.
    static let big = SampleBytes.text(12 << 20)

    @Test(
        "plain bytes are their own content", arguments: [0, 1, 511, 512, 513, transferSize + 1, 12 << 20], [0, 1, 3])
    func plain(_ size: Int, _ assistants: Int) throws {
        let bytes = Array(Self.big.prefix(size))
        let measure = try Self.measure(bytes, assistants: assistants)
        #expect(measure.size == Int64(size))
        #expect(measure.digests == .init([.sha256: ContentHasher.hash(bytes)]))
        #expect(measure.compression == nil && measure.failure == nil)
        #expect(measure.content == measure.digests)
        #expect(measure.beginning == (size == 0 ? .empty : .other))
    }

    @Test("compressed bytes and their content", arguments: Compression.allCases, [0, 1, 3])
    func compressed(_ compression: Compression, _ assistants: Int) throws {
        let bytes = try Compressed.by(compression, Self.big)
        let counted = Mutex(0)
        let measure = try Self.measure(bytes, assistants: assistants) { count in counted.withLock { $0 += count } }
        #expect(measure.compression == compression)
        #expect(measure.size == Int64(bytes.count))
        #expect(measure.digests == .init([.sha256: ContentHasher.hash(bytes)]))
        #expect(measure.content == .init([.sha256: ContentHasher.hash(Self.big)]))
        #expect(measure.beginning == .other)
        #expect(measure.failure == nil)
        #expect(counted.withLock { $0 } == bytes.count)
    }

    @Test("the content of a layer begins as a tar", arguments: [nil] + Compression.allCases, [0, 1])
    func tar(_ compression: Compression?, _ assistants: Int) throws {
        var builder = TarBuilder()
        builder.file("a", [UInt8](repeating: 7, count: 2000))
        let tar = builder.finished
        let bytes = try compression.map { try Compressed.by($0, tar) } ?? tar
        #expect(try Self.measure(bytes, assistants: assistants).beginning == .tar)
        let cut = try compression.map { try Compressed.by($0, Array(tar[..<511])) } ?? Array(tar[..<511])
        #expect(try Self.measure(cut, assistants: assistants).beginning == .other)
    }

    @Test("every requested algorithm, for the bytes and the content", arguments: [0, 1])
    func algorithms(_ assistants: Int) throws {
        let packed = try Compressed.by(.gzip, Self.big)
        for bytes in [Self.big, packed] {
            let measure = try CopyCrew.assisted(by: assistants) { crew in
                try crew.measure(
                    ScriptedSource(bytes).open(), path: "blob", size: Int64(bytes.count),
                    .init([.sha256], content: [.sha256, .sha512]), progress: { _ in })
            }
            #expect(measure.digests == .init([.sha256: ContentHasher.hash(bytes)]))
            #expect(
                measure.content
                    == .init([
                        .sha256: ContentHasher.hash(Self.big), .sha512: ContentHasher.hash(Self.big, .sha512),
                    ]))
        }
    }

    @Test("the bytes are hashed in spite of damage in the content", arguments: [Compression.gzip, .zstd, .xz])
    func damaged(_ compression: Compression) throws {
        var bytes = try Compressed.by(compression, Self.big)
        for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] ^= 0x55 }
        let cut = Array(bytes.prefix(bytes.count / 3))
        for damaged in [bytes, cut] {
            let measure = try Self.measure(damaged, assistants: 1)
            #expect(measure.digests == .init([.sha256: ContentHasher.hash(damaged)]))
            #expect(measure.failure?.operation == .decompress)
            #expect(measure.content == .init())
        }
    }

    @Test("an error of the disk is thrown and is not damage of the blob")
    func failing() throws {
        let failure = IOFailure(.read, "disk", .system(5))
        let packed = try Compressed.by(.gzip, Self.big)
        for bytes in [Self.big, Array(packed.prefix(packed.count / 2))] {
            #expect(throws: failure) { try Self.measure(bytes, assistants: 1, failure: failure) }
        }
    }

    @Test("content is not decompressed unless it is requested")
    func unrequestedContent() throws {
        let measure = try Self.measure([0x1f, 0x8b, 8, 1, 2, 3], content: [])
        #expect(measure.compression == .gzip)
        #expect(measure.content == .init() && measure.failure == nil)
    }

    @Test("an observer may read any part of the content", arguments: [0, 1, 100_000, 20 << 20])
    func observer(_ wanted: Int) throws {
        for packs in [false, true] {
            let bytes = packs ? try Compressed.by(.gzip, Self.big) : Self.big
            let crew = CopyCrew()
            var seen: [UInt8] = []
            let measure = try crew.measure(
                ScriptedSource(bytes).open(), path: "blob", size: Int64(bytes.count),
                .init(content: [.sha256]) { reader in
                    var reader = reader
                    var buffer = [UInt8](repeating: 0, count: wanted)
                    let got = (try? reader.fill(&buffer, count: wanted)) ?? 0
                    seen = Array(buffer.prefix(got))
                }, progress: { _ in })
            #expect(seen == Array(Self.big.prefix(wanted)))
            #expect(measure.digests == .init([.sha256: ContentHasher.hash(bytes)]))
            #expect(measure.content == .init([.sha256: ContentHasher.hash(Self.big)]))
        }
    }
}

extension BlobMeasure.Digests {
    init(_ digests: [ContentHasher.Algorithm: [UInt8]]) {
        self.init()
        for (algorithm, digest) in digests { self[algorithm] = digest }
    }
}
