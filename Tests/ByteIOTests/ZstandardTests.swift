import TestSupport
import Testing

@testable import ByteIO

/// zstd frames with content, and skippable frames.
struct ZstandardTests {
    static let content = SampleBytes.text(700)
    static let skippable: [UInt8] = [0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]

    @Test(arguments: [1, 4096])
    func skipsFramesWithoutContent(_ step: Int) throws {
        let one = try Compressed.by(.zstd, Self.content)
        #expect(try Compressed.decompressed(.zstd, Self.skippable + one, step: step) == Self.content)
        #expect(
            try Compressed.decompressed(.zstd, one + Self.skippable + one + Self.skippable, step: step) == Self.content
                + Self.content)
        #expect(try Compressed.decompressed(.zstd, Self.skippable, step: step) == [])
    }

    @Test func refusesWhatIsNoFrame() throws {
        let one = try Compressed.by(.zstd, Self.content)
        for rest in [Array("garbage".utf8), [0, 0, 0, 0]] {
            #expect(throws: IOFailure(.decompress, "x", .corrupt("zstd"))) {
                try Compressed.decompressed(.zstd, one + rest)
            }
        }
        #expect(throws: IOFailure(.decompress, "x", .truncated)) { try Compressed.decompressed(.zstd, one.dropLast()) }
        #expect(throws: IOFailure(.decompress, "x", .truncated)) {
            try Compressed.decompressed(.zstd, Array(Self.skippable.dropLast()))
        }
    }

    @Test func aWindowBeyondTheLimitIsRefused() throws {
        // A frame header that requests a window of 2 GiB. It is refused before memory is allocated.
        let huge: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 21 << 3, 0x01, 0, 0]
        #expect(throws: IOFailure(.decompress, "x", .corrupt("zstd"))) { try Compressed.decompressed(.zstd, huge) }
    }

    @Test func anOutputThatFillsTheBufferExactlyLosesNothing() throws {
        for count in [4999, 5000, 5001, 10_000] {
            let content = SampleBytes.text(count)
            #expect(try Compressed.decompressed(.zstd, try Compressed.by(.zstd, content)) == content)
            #expect(try Compressed.decompressed(.gzip, try Compressed.by(.gzip, content)) == content)
        }
    }
}
