import TestSupport
import Testing

@testable import ByteIO

/// Written tar headers have the expected fields, and other tools read them.
struct TarHeaderWriterTests {
    private func text(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    static let kinds: [(kind: TarHeaderWriter.Kind, mode: String, size: String, type: String, link: String)] = [
        (.file(size: 0), "0000644", "00000000000", "0", ""),
        (.file(size: 4711), "0000644", "00000011147", "0", ""),
        (.file(size: (1 << 33) - 1), "0000644", "77777777777", "0", ""),
        (.directory, "0000755", "00000000000", "5", ""),
        (.link(to: "../target"), "0000777", "00000000000", "2", "../target"),
    ]

    @Test(arguments: kinds.indices)
    func hasNameKindAndSizeButNoOwnerHostOrTime(_ number: Int) {
        let (kind, mode, size, type, link) = Self.kinds[number]
        let head = TarHeaderWriter.bytes("some/name", kind)
        #expect(head.count == 512)
        #expect(text(head[..<100]) == "some/name" + String(repeating: "\0", count: 91))
        #expect(text(head[100..<108]) == mode + "\0")
        #expect(text(head[108..<124]) == "0000000\0" + "0000000\0")
        #expect(text(head[124..<136]) == size + "\0")
        #expect(text(head[136..<148]) == "00000000000\0")
        #expect(text(head[156..<157]) == type)
        #expect(text(head[157..<257]) == link + String(repeating: "\0", count: 100 - link.count))
        #expect(text(head[257..<265]) == "ustar\u{0}00")
        #expect(head[265...].allSatisfy { $0 == 0 })
        let sum = head[..<148].reduce(0) { $0 + Int($1) } + 8 * 32 + head[156...].reduce(0) { $0 + Int($1) }
        #expect(text(head[148..<156]) == String("000000" + String(sum, radix: 8)).suffix(6) + "\0 ")
    }

    @Test func longNamesAndSizesGoIntoAPaxHeader() {
        #expect(TarHeaderWriter.bytes(String(repeating: "n", count: 100), .directory).count == 512)
        #expect(TarHeaderWriter.bytes("l", .link(to: String(repeating: "t", count: 100))).count == 512)
        let name = String(repeating: "n", count: 101)
        let named = TarHeaderWriter.bytes(name, .directory)
        #expect(named.count == 1536)
        #expect(text(named[..<9]) == "PaxHeader")
        #expect(text(named[156..<157]) == "x")
        #expect(text(named[512..<(512 + 111)]) == "111 path=\(name)\n")
        #expect(text(named[1024..<1124]) == name.prefix(100))
        let big = TarHeaderWriter.bytes("big", .file(size: 1 << 33))
        #expect(text(big[512..<(512 + 19)]) == "19 size=8589934592\n")
        #expect(text(big[(1024 + 124)..<(1024 + 136)]) == "00000000000\0")
        let all = TarHeaderWriter.bytes(name, .file(size: .max))
        #expect(text(all[512...]).hasPrefix("111 path=\(name)\n28 size=9223372036854775807\n"))
        #expect(text(TarHeaderWriter.bytes("l", .link(to: name))[512...]).hasPrefix("115 linkpath=\(name)\n"))
    }

    @Test func sizesArePaddedToBlocks() {
        let sizes: [Int64] = [0, 1, 511, 512, 513, 1 << 40]
        #expect(sizes.map(TarHeaderWriter.padded) == [0, 512, 512, 512, 1024, 1 << 40])
    }

    static let names = [
        "a", "blobs/sha256/" + String(repeating: "0f", count: 32), "blobs/sha512/" + String(repeating: "0f", count: 64),
        "näme/mit ünicode", String(repeating: "long/", count: 60) + "end",
    ]

    /// Members of all kinds, and a sparse one of more than 8 GiB.
    @Test(arguments: ["tar", "bsdtar"])
    func otherToolsReadTheHeaders(_ program: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        let huge: Int64 = 1 << 33 + 1
        var parts: [(bytes: [UInt8], offset: Int64)] = []
        var end: Int64 = 0
        func add(_ name: String, _ kind: TarHeaderWriter.Kind, _ content: [UInt8] = [], size: Int64 = 0) {
            let head = TarHeaderWriter.bytes(name, kind)
            parts.append((head + content, end))
            end += Int64(head.count) + TarHeaderWriter.padded(max(size, Int64(content.count)))
        }
        for name in Self.names { add(name, .file(size: 3), Array("abc".utf8)) }
        add("huge", .file(size: huge), size: huge)
        add("folder/", .directory)
        add("soft", .link(to: "a"))
        add("last", .file(size: 4), Array("last".utf8))
        let file = try PlacedFile(creating: path, size: end + TarHeaderWriter.endSize)
        for part in parts { try file.write(part.bytes.span, at: part.offset) }
        try file.finish(sync: false)

        let locale = ["LC_ALL": "C.UTF-8"]
        let listed = try Program.run(program, ["-tf", path], environment: locale)
        #expect(listed.stderr == "")
        let expected = Self.names + ["huge", "folder/", "soft", "last"]
        #expect(listed.stdout.split(separator: "\n").map(String.init) == expected)
        let verbose = try Program.run(program, ["-tvf", path], environment: locale).stdout
        #expect(verbose.contains(" \(huge) "))
        #expect(verbose.contains("soft -> a"))
        #expect(try Program.run(program, ["-xOf", path, "last"], environment: locale).stdout == "last")

        let index = try TarArchive.index(try OpenFile(path: path))
        for name in Self.names { #expect(try index.file(name)?.all() == Array("abc".utf8)) }
        #expect(try index.file("huge")?.size == huge)
        #expect(try index.file("soft")?.all() == Array("abc".utf8))
        #expect(try index.file("last")?.all() == Array("last".utf8))
    }
}
