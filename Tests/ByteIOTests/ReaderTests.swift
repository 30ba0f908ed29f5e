import TestSupport
import Testing

@testable import ByteIO

/// Readers that wrap other readers give the same bytes. An error is never taken for the end of the content.
struct ReaderTests {
    static let failure = IOFailure(.read, "x", .system(5))
    static let sizes = [0, 1, 1000, transferSize - 1, transferSize, transferSize + 1, 7 * transferSize + 3]

    @Test(arguments: sizes, [999, transferSize])
    func readingAheadChangesNothing(_ size: Int, _ piece: Int) throws {
        let content = SampleBytes.text(size)
        let source = ScriptedSource(content, step: 100_001)
        var reader = ReadAheadReader(path: "x") { source.open() }
        #expect(try reader.all(piece: piece) == content)
        #expect(try reader.all() == [])
    }

    @Test(arguments: [0, 10, transferSize, 7 * transferSize])
    func readingAheadPassesErrorsOnAfterTheBytesBeforeThem(_ size: Int) throws {
        let source = ScriptedSource(SampleBytes.text(size), failure: Self.failure)
        var reader: any ByteReader = ReadAheadReader(path: "x") { source.open() }
        #expect(throws: Self.failure) { try reader.all() }
        // After an error the reader never reports the end of the content.
        #expect(throws: IOFailure.self) { try reader.all() }
    }

    @Test func anErrorOfOpeningIsPassedOn() throws {
        var reader: any ByteReader = ReadAheadReader(path: "x") { () throws(IOFailure) in throw Self.failure }
        #expect(throws: Self.failure) { try reader.all() }
    }

    /// Sends to `ended` when the last reference is released, which is when the reading thread ends.
    final class Endless: ByteReader {
        let ended: BlockingQueue<Int>
        init(_ ended: BlockingQueue<Int>) { self.ended = ended }
        deinit { ended.send(1) }
        func read(into buffer: inout MutableSpan<UInt8>) -> Int { buffer.count }
    }

    @Test(arguments: [0, 1, 5])
    func aReaderThatIsDroppedEarlyLetsItsThreadEnd(_ reads: Int) throws {
        let ended = BlockingQueue<Int>()
        do {
            let reader = ReadAheadReader(path: "x") { Endless(ended) }
            var buffer = [UInt8](repeating: 0, count: transferSize)
            for _ in 0..<reads {
                var span = buffer.mutableSpan
                #expect(try reader.read(into: &span) > 0)
            }
        }
        #expect(ended.receive() == 1)
    }

    @Test(arguments: [[], [1], [1, 2, 3]] as [[UInt8]], [1, 2, 100])
    func aPrefixComesFirst(_ prefix: [UInt8], _ piece: Int) throws {
        var reader = PrefixedReader(prefix, then: ScriptedSource([7, 8, 9], step: 2).open())
        #expect(try reader.all(piece: piece) == prefix + [7, 8, 9])
        var failing = PrefixedReader(prefix, then: ScriptedSource([], failure: Self.failure).open())
        #expect(throws: Self.failure) { try failing.all(piece: piece) }
    }

    @Test(
        arguments: [
            ("all", 0, 10, Array(0..<10)), ("a part", 3, 4, [3, 4, 5, 6]), ("nothing", 5, 0, []),
            ("nothing at the end", 10, 0, []),
            ("one byte too many", 0, 11, nil), ("behind the end", 20, 1, nil), ("across the end", 9, 2, nil),
        ] as [(String, Int64, Int64, [UInt8]?)])
    func aWindowThatTheFileDoesNotFillIsAnError(_ why: String, _ offset: Int64, _ size: Int64, _ expected: [UInt8]?)
        throws
    {
        let directory = try TemporaryDirectory()
        let file = try OpenFile(path: try directory.write(Array(0..<10), to: "f"))
        let window = FileWindow(file, offset: offset, size: size)
        for piece in [1, 3, 100] { #expect((try? window.all(piece: piece)) == expected) }
        if expected == nil { #expect(throws: IOFailure(.read, file.path, .truncated)) { try window.all() } }
    }

    @Test func aFileThatShrinksIsTruncatedNotShorter() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Array(0..<10), to: "f")
        let file = try OpenFile(path: path)
        try Program.run("truncate", ["-s", "5", path])
        var reader: any ByteReader = FileReader(file)
        #expect(throws: IOFailure(.read, path, .truncated)) { try reader.all() }
    }

    @Test func onlyRegularFilesAreOpened() throws {
        let directory = try TemporaryDirectory()
        try Program.run("mkfifo", [directory.path("fifo")])
        #expect(throws: IOFailure(.open, directory.path, .notRegularFile)) { try OpenFile(path: directory.path) }
        #expect(throws: IOFailure(.open, directory.path("fifo"), .notRegularFile)) {
            try OpenFile(path: directory.path("fifo"))
        }
        #expect { try OpenFile(path: directory.path("none")) } throws: { ($0 as? IOFailure)?.isAbsence == true }
    }

    // MARK: - All sources

    @Test func aLimitIsTheLastSizeThatIsRead() throws {
        let ten = ScriptedSource(Array(0..<10), step: 3)
        #expect(try ten.bytes(limit: 10) == Array(0..<10))
        #expect(throws: IOFailure(.read, "scripted", .tooLarge(limit: 9))) { try ten.bytes(limit: 9) }
    }

    @Test func aSourceThatHoldsLessThanItSaysIsTruncated() {
        let short = ScriptedSource([1, 2], statedSize: 3)
        #expect(throws: IOFailure(.read, "scripted", .truncated)) { try short.bytes(limit: 10) }
    }

    @Test func theHeadIsAPrefixOfTheContent() throws {
        #expect(try ScriptedSource([1, 2, 3], step: 1).head(2) == [1, 2])
        #expect(try ScriptedSource([1, 2, 3], step: 1).head(9) == [1, 2, 3])
        #expect(throws: Self.failure) { try ScriptedSource([1], failure: Self.failure, statedSize: 5).head(2) }
    }

}
