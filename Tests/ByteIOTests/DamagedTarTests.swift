import TestSupport
import Testing

@testable import ByteIO

/// Members in front of a tar's damage are readable if the caller tolerates damage. Otherwise damage is an error.
struct DamagedTarTests {
    struct Look: StreamObserver {
        func pass(
            _ reader: any ByteReader, path: String, name: String, size: Int64
        ) throws(IOFailure) -> any ByteSource {
            var reader = reader
            return MemoryBytes(try reader.all(), path: path)
        }
    }

    static let files = [("one", SampleBytes.text(3000)), ("two", SampleBytes.text(5000))]
    static let whole = TarBuilder.archive(files)

    @Test(
        "members in front of the damage of a file are found on request",
        arguments: [(5000, true), (600, false), (0, false)])
    func onDisk(_ length: Int, _ isTolerable: Bool) throws {
        try TarReading.onDisk(Array(Self.whole.prefix(length))) { file in
            #expect(throws: TarError.self) { try TarArchive.index(file) }
            guard isTolerable else {
                #expect(throws: TarError.self) { try TarArchive.index(file, toleratesDamage: true) }
                return
            }
            let index = try TarArchive.index(file, toleratesDamage: true)
            #expect(index.damage == .truncated(path: file.path, member: "two"))
            #expect(try index.file("one")?.all() == Self.files[0].1)
            #expect(try index.file("two") == nil)
        }
    }

    @Test("an observed stream gives the members in front of its damage", arguments: [37, 1000, transferSize])
    func stream(_ step: Int) throws {
        func index(_ bytes: [UInt8]) throws -> MemberIndex {
            try TarStream.index(ScriptedSource(bytes, step: step).open(), path: "stream", observer: Look())
        }
        let sound = try index(Self.whole)
        #expect(sound.damage == nil)
        for (name, content) in Self.files { #expect(try sound.file(name)?.all() == content) }
        let cut = try index(Array(Self.whole.prefix(6000)))
        #expect(cut.damage == .truncated(path: "stream", member: "two"))
        #expect(try cut.file("one")?.all() == Self.files[0].1)
    }

    @Test("an interruption is not damage")
    func interrupted() throws {
        let failure = IOFailure(.read, "stream", .interrupted)
        let source = ScriptedSource(Array(Self.whole.prefix(4096)), failure: failure)
        #expect(throws: TarError.failed(failure)) {
            try TarStream.index(source.open(), path: "stream", observer: Look())
        }
    }

    @Test("an observed stream gives files that no link leads to")
    func unlinked() throws {
        var tar = TarBuilder()
        tar.add("dir/real", "a")
        tar.add("dir/hard", [], type: "1", link: "shared")
        tar.add("shared", "b")
        tar.add("dir/soft", [], type: "2", link: "../kept")
        tar.add("kept", "c")
        #expect(try TarReading.index(tar.finished).unlinkedFiles.map(\.name) == ["dir/real"])
    }
}
