import TestSupport
import Testing

@testable import ByteIO

/// A tar read as a stream gives the same bytes as a tar on disk.
struct TarStreamTests {
    static let files: [(String, [UInt8])] = [
        ("empty", []),
        ("small", Array("small".utf8)),
        ("border", SampleBytes.text(1024)),
        ("justAbove", SampleBytes.text(1025)),
        ("document", Array(" \n{".utf8) + SampleBytes.text(50_000)),
        ("array", Array("[".utf8) + SampleBytes.text(5000)),
        ("layer", SampleBytes.text(transferSize + 513)),
        ("compressed", [0x1f, 0x8b, 8] + SampleBytes.text(3000)),
    ]

    @Test(arguments: [1000, transferSize], [true, false])
    func givesTheBytesOfTheArchiveOnDisk(_ step: Int, _ spools: Bool) throws {
        let directory = try TemporaryDirectory()
        let bytes = TarBuilder.archive(Self.files)
        let file = try OpenFile(path: try directory.write(bytes, to: "x.tar"))
        let disk = try TarArchive.index(file)
        let spool = spools ? try SpoolDirectory(directory.path("spool")) : nil
        let stream = try TarReading.streamIndex(bytes, spool: spool, step: step)
        #expect(Set(stream.names) == Set(disk.names))
        for (name, content) in Self.files {
            let member = try #require(try stream.file(name), "\(name)")
            #expect(member.size == Int64(content.count), "\(name)")
            #expect(try disk.file(name)?.all() == content, "\(name)")
            let isKept = spools || content.count <= 1024 || ["document", "array"].contains(name)
            #expect((try? member.all()) == (isKept ? content : nil), "\(name)")
            #expect(try member.head(600) == Array(content.prefix(600)), "\(name)")
            if let spooled = member as? SpooledFile { #expect(spooled.sha256 == ContentHasher.hash(content)) }
            if let passed = member as? PassedBytes {
                #expect(passed.sha256 == (name == "compressed" ? ContentHasher.hash(content) : nil))
                #expect(throws: IOFailure(.read, "stream", .truncated)) { try member.all() }
            }
        }
        let spooled = try Self.files.filter { try stream.file($0.0) is SpooledFile }.map(\.0)
        #expect(spooled == (spools ? ["justAbove", "layer", "compressed"] : []))
        let passed = try Self.files.filter { try stream.file($0.0) is PassedBytes }.map(\.0)
        #expect(passed == (spools ? [] : ["justAbove", "layer", "compressed"]))
    }

    @Test func aMemberCutShortInTheSpoolIsTruncated() throws {
        let directory = try TemporaryDirectory()
        let bytes = TarBuilder.archive([("layer", SampleBytes.text(5000))])
        let spool = try SpoolDirectory(directory.path("spool"))
        #expect(
            TarReading.failure { _ = try TarReading.streamIndex(Array(bytes[..<3000]), spool: spool) }
                == "truncated layer")
    }

    /// A compressed stream has its checksum at the end, and the writer of a pipe waits for its reader.
    @Test func readsOnToTheEndBehindTheEndBlocks() throws {
        let failure = IOFailure(.decompress, "x", .corrupt("gzip"))
        let source = ScriptedSource(TarBuilder.archive([("a", [])]) + [1, 2, 3], failure: failure)
        #expect(throws: TarError.failed(failure)) { _ = try TarStream.index(source.open(), path: "x", spool: nil) }
    }

    @Test(
        arguments: [
            ("a header", TarBuilder.archive([("a", [])]), true), ("zeros", [UInt8](repeating: 0, count: 512), true),
            ("text", [UInt8](repeating: 65, count: 512), false),
            ("less than a block", [UInt8](repeating: 0, count: 511), false),
        ])
    func knowsATarByItsStart(_ why: String, _ bytes: [UInt8], _ isTar: Bool) {
        #expect(TarArchive.startsLikeTar(bytes) == isTar)
    }
}
