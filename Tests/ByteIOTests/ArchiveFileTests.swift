import TestSupport
import Testing

@testable import ByteIO

/// Archives that are written to disk and compressed as a whole.
struct ArchiveFileTests {
    static func written(_ content: [UInt8], _ compression: Compression?, piece: Int, at path: String) throws -> [UInt8]
    {
        let file = try ArchiveFile(creating: path, compression)
        for start in stride(from: 0, to: content.count, by: piece) {
            try file.write(content[start..<min(start + piece, content.count)].span)
        }
        try file.finish(sync: true)
        return try OpenFile(path: path).bytes(at: 0, count: 1 << 24)
    }

    @Test(
        "an archive is read back by this program and by other tools", arguments: Compression.allCases,
        [1, 512, 700_000])
    func readsBack(_ compression: Compression, _ size: Int) throws {
        let directory = try TemporaryDirectory()
        let content = SampleBytes.text(size)
        let bytes = try Self.written(content, compression, piece: 100_000, at: directory.path("f"))
        #expect(Compression(magic: bytes) == compression)
        #expect(try Compressed.decompressed(compression, bytes) == content)
        let run = try Program.run(compression.rawValue, ["-dc"], input: bytes)
        #expect(run.status == 0 && run.output == content)
    }

    @Test("the same bytes give the same file for any sizes of the writes", arguments: Compression.allCases)
    func isDeterministic(_ compression: Compression) throws {
        let directory = try TemporaryDirectory()
        let content = SampleBytes.text(300_000)
        let one = try Self.written(content, compression, piece: 300_000, at: directory.path("1"))
        let two = try Self.written(content, compression, piece: 777, at: directory.path("2"))
        #expect(one == two)
        if compression == .gzip { #expect(Array(one[4..<8]) == [0, 0, 0, 0], "gzip's time stamp") }
    }

    @Test("an archive without bytes is an error", arguments: Compression.allCases)
    func empty(_ compression: Compression) throws {
        let directory = try TemporaryDirectory()
        #expect(throws: IOFailure(.write, directory.path("f"), .notCompressed)) {
            try Self.written([], compression, piece: 1, at: directory.path("f"))
        }
    }

    @Test func plainOutputEqualsTheInput() throws {
        let directory = try TemporaryDirectory()
        let content = SampleBytes.text(1000)
        #expect(try Self.written(content, nil, piece: 300, at: directory.path("f")) == content)
    }

    /// A read error leaves an archive unfinished. Releasing it must close the file without finishing the archive.
    @Test("an unfinished archive can be released", arguments: Compression.allCases, [0, 100, 500_000])
    func unfinished(_ compression: Compression, _ size: Int) throws {
        let directory = try TemporaryDirectory()
        let file = try ArchiveFile(creating: directory.path("f"), compression)
        try file.write(SampleBytes.text(size).span)
    }
}
