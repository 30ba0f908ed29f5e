import ByteIO
import ImageAudit
import TestSupport
import Testing

@Suite("Any bytes of a file in a tar that is read in order")
struct StreamedFileTests {
    /// Reads ranges of the second of three members, then expects the third.
    private func read(_ content: [UInt8], _ ranges: [Range<Int>]) throws -> [[UInt8]] {
        let tar = TarBuilder.archive([("a", [1]), ("b", content), ("c", [3])])
        var members = TarMembers(MemoryBytes(tar, path: "layer").open(), path: "layer")
        _ = try members.next()
        let member = try #require(try members.next())
        var file = StreamedFile(member)
        var pieces: [[UInt8]] = []
        for range in ranges { pieces.append(try file.bytes(at: range.lowerBound, count: range.count, &members)) }
        #expect(try members.next()?.name == "c")
        return pieces
    }

    private func content(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 / 251 + $0) } }

    @Test("bytes that have passed are returned again")
    func back() throws {
        let content = content(100_000)
        let ranges = [90_000..<90_010, 0..<64, 50_000..<60_000, 99_990..<100_000, 0..<100_000]
        #expect(try read(content, ranges) == ranges.map { Array(content[$0]) })
    }

    @Test("nothing is returned behind the end of the file")
    func end() throws {
        let content = content(1000)
        #expect(
            try read(content, [900..<5000, 1000..<1001, 5000..<6000, 0..<0]) == [Array(content[900...]), [], [], []])
        #expect(try read([], [0..<10]) == [[]])
    }

    @Test("bytes behind the limit are returned once, and those before it again")
    func limit() throws {
        let limit = StreamedFile.keptLimit
        let content = content(limit + 3_000_000)
        let far = limit + 2_000_000..<limit + 2_000_100
        let ranges = [
            0..<64, far, far, limit - 50..<limit, limit - 50..<limit + 50, 10..<20, far.upperBound..<content.count,
        ]
        let pieces = try read(content, ranges)
        let expected: [Range<Int>] = [
            0..<64, far, 0..<0, limit - 50..<limit, limit - 50..<limit, 10..<20, far.upperBound..<content.count,
        ]
        for (piece, range) in zip(pieces, expected) { #expect(piece == Array(content[range]), "\(range)") }
    }

    @Test("a read that crosses the limit is complete")
    func crossing() throws {
        let limit = StreamedFile.keptLimit
        let content = content(limit + 10_000)
        let ranges = [limit - 10..<limit + 10, limit - 5..<limit + 5, limit + 20..<limit + 30]
        #expect(try read(content, ranges) == ranges.map { Array(content[$0]) })
    }

    @Test("a tar that ends within the file gives the bytes before the end")
    func truncated() throws {
        let tar = Array(TarBuilder.archive([("a", content(10_000))]).prefix(512 + 5000))
        var members = TarMembers(MemoryBytes(tar, path: "layer").open(), path: "layer")
        let member = try #require(try members.next())
        var file = StreamedFile(member)
        #expect(try file.bytes(at: 4990, count: 100, &members).count == 10)
        #expect(try file.bytes(at: 6000, count: 100, &members).isEmpty)
    }

    private func format(_ program: [UInt8]) throws -> FileFormat {
        let tar = TarBuilder.archive([("a", program)])
        var members = TarMembers(MemoryBytes(tar, path: "layer").open(), path: "layer")
        let member = try #require(try members.next())
        var file = StreamedFile(member)
        return try FileFormat(size: member.size) { (offset, count) throws(TarError) in
            try file.bytes(at: offset, count: count, &members)
        }
    }

    @Test("programs are read from a stream as from a file", arguments: RealProgramTests.real.map(\.0))
    func programs(_ name: String) throws {
        let program = ProgramFile.real(name)
        #expect(try format(program) == .elf(try ELFFileTests.read(program)))
    }

    @Test("a dynamic section behind the limit refers to texts before it")
    func farSection() throws {
        var program = DynamicProgram(.arm64)
        program.needed = ["libc.so.6"]
        program.needs = [("libc.so.6", [.init("GLIBC_2.34")])]
        program.padding = StreamedFile.keptLimit + 1000
        let file = try ELFFileTests.read(program.bytes)
        #expect(file.needed.count == 1 && file.neededVersions.count == 1 && file.isWhollyRead)
        #expect(try format(program.bytes) == .elf(file))
    }
}
