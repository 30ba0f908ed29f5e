import TestSupport
import Testing

@testable import ByteIO

/// Volumes of a file are joined when they are read and cut when they are written.
struct VolumesTests {
    /// Volumes of `size` bytes, as `split` makes them, and their checksum list.
    static func cut(
        _ content: [UInt8], _ size: Int, in directory: borrowing TemporaryDirectory, list: Bool = false
    ) throws -> [String] {
        var names: [String] = []
        for start in stride(from: 0, to: content.count, by: size) {
            let name = "x.tar.\(Volumes.number(names.count + 1))"
            try directory.write(Array(content[start..<min(start + size, content.count)]), to: name)
            names.append(name)
        }
        if list {
            let sums = try Program.run("sha256sum", names, directory: directory.path)
            try directory.write(sums.output, to: "x.tar.sha256")
        }
        return names
    }

    static func open(_ directory: borrowing TemporaryDirectory) throws -> OpenFile? {
        guard let volumes = try Volumes(first: directory.path("x.tar.001")) else { return nil }
        return try OpenFile(volumes)
    }

    static func failure(_ directory: borrowing TemporaryDirectory) throws -> IOFailure? {
        do throws(IOFailure) {
            if let volumes = try Volumes(first: directory.path("x.tar.001")) { _ = try OpenFile(volumes) }
        } catch { return error }
        return nil
    }

    @Test(arguments: [1, 2, 7, 100, 512, 999, 1000])
    func everyRangeEqualsThatOfTheWholeFile(_ size: Int) throws {
        let directory = try TemporaryDirectory()
        let content = SampleBytes.text(size == 1 ? 90 : 1000)
        _ = try Self.cut(content, size, in: directory)
        guard size < content.count else {
            #expect(try Self.open(directory) == nil, "one piece without a list is a file like any other")
            return
        }
        let file = try #require(try Self.open(directory))
        #expect(try file.size == content.count && file.isSplit && file.isUntouched)
        for start in stride(from: 0, through: content.count + 3, by: 13) {
            for count in [0, 1, size - 1, size, size + 1, content.count] where count >= 0 {
                let end = min(start + count, content.count)
                let expected = start < end ? Array(content[start..<end]) : []
                #expect(try file.bytes(at: Int64(start), count: count) == expected, "\(start) \(count)")
            }
        }
    }

    /// Headers, content and padding of members span every boundary in turn.
    @Test(arguments: [100, 511, 512, 513, 700, 1025, 3000])
    func anArchiveIsIndexedAcrossBoundaries(_ size: Int) throws {
        let directory = try TemporaryDirectory()
        let files = (0..<12).map { ("folder/file-\($0)", SampleBytes.text(37 * $0 + 500)) }
        _ = try Self.cut(TarBuilder.archive(files), size, in: directory)
        let file = try #require(try Self.open(directory))
        let index = try TarArchive.index(file)
        for (name, content) in files {
            #expect(try index.file(name)?.bytes(limit: 1 << 20) == content)
        }
    }

    @Test func theListStatesTheNumberOfPieces() throws {
        let directory = try TemporaryDirectory()
        let names = try Self.cut(SampleBytes.text(1000), 300, in: directory, list: true)
        try directory.write([1], to: "x.tar.005")
        #expect(try Self.open(directory)?.size == 1000, "what it does not name is another's")
        #expect(try Volumes(first: directory.path("x.tar.001"))?.firstWrong() == nil)
        try FileSystem.removeFile(directory.path("x.tar.005"))
        for name in names.dropFirst() {
            try FileSystem.move(directory.path(name), to: directory.path("away"))
            let first = directory.path("x.tar.001")
            #expect(try Self.failure(directory) == IOFailure(.open, directory.path(name), .volumeMissing(first: first)))
            try FileSystem.move(directory.path("away"), to: directory.path(name))
        }
    }

    @Test func aGapIsSeenWithoutAList() throws {
        let directory = try TemporaryDirectory()
        _ = try Self.cut(SampleBytes.text(1000), 300, in: directory)
        try FileSystem.removeFile(directory.path("x.tar.003"))
        #expect(try Self.failure(directory)?.path == directory.path("x.tar.003"))
    }

    @Test(arguments: ["x.tar.001", "x.tar.002"])
    func aShortPieceIsNamed(_ name: String) throws {
        let directory = try TemporaryDirectory()
        _ = try Self.cut(SampleBytes.text(1000), 300, in: directory)
        try directory.write(SampleBytes.text(299), to: name)
        #expect(
            try Self.failure(directory)
                == IOFailure(.read, directory.path(name), .volumeSize(expected: 300, found: 299)))
    }

    @Test func aForeignPieceIsFoundByTheList() throws {
        let directory = try TemporaryDirectory()
        _ = try Self.cut(SampleBytes.text(1000), 300, in: directory, list: true)
        try directory.write([UInt8](repeating: 7, count: 300), to: "x.tar.003")
        let wrong = try Volumes(first: directory.path("x.tar.001"))?.firstWrong()
        #expect(
            wrong
                == IOFailure(
                    .read, directory.path("x.tar.003"), .foreignVolume(list: directory.path("x.tar.sha256"))))
    }

    @Test(arguments: ["other.001", "x.tar.002"])
    func aListOfOtherFilesIsIgnored(_ name: String) throws {
        let directory = try TemporaryDirectory()
        _ = try Self.cut(SampleBytes.text(1000), 300, in: directory)
        let line = String(repeating: "0", count: 64) + "  \(name)\n"
        try directory.write(Array(line.utf8), to: "x.tar.sha256")
        #expect(try Self.open(directory)?.size == 1000)
        #expect(try Volumes(first: directory.path("x.tar.001"))?.firstWrong() == nil)
    }

    @Test func onlyNumberedFilesArePieces() throws {
        let directory = try TemporaryDirectory()
        for name in ["x.tar.001", "x.tar.2", "x.tar.0002", "x.tar.abc", "y.tar.002", "x.tar.+02"] {
            try directory.write([1], to: name)
        }
        #expect(try Self.open(directory) == nil)
        #expect(try Volumes.standing(directory.path("x.tar")) == [directory.path("x.tar.001")])
        #expect(try Volumes(first: directory.path("x.tar.2")) == nil)
        #expect(Volumes.first(of: directory.path("x.tar.002")) == directory.path("x.tar.001"))
        #expect(Volumes.first(of: directory.path("x.tar.001")) == nil)
        #expect(Volumes.first(of: directory.path("y.tar.002")) == nil)
    }

    /// Plain and compressed; each file is an archive of its own.
    @Test(arguments: ["cat", "gzip", "zstd", "xz"])
    func archivesThatAreOnlyNumberedAreNotJoined(_ program: String) throws {
        let directory = try TemporaryDirectory()
        for number in 1...2 {
            let archive = TarBuilder.archive([("file-\(number)", SampleBytes.text(2000))])
            let bytes = try Program.run(program, program == "cat" ? [] : ["-c"], input: archive).output
            try directory.write(bytes, to: "x.tar.00\(number)")
        }
        #expect(try Self.open(directory) == nil)
    }

    @Test(arguments: [true, false])
    func aYearIsNotANumberOfAPiece(_ isWhole: Bool) throws {
        let directory = try TemporaryDirectory()
        let archive = TarBuilder.archive([("file", SampleBytes.text(2000))])
        try directory.write(isWhole ? archive : Array(archive.prefix(1000)), to: "x.tar.001")
        try directory.write(archive, to: "x.tar.2024")
        #expect(try Self.open(directory) == nil)
    }

    /// The second piece begins at every block: at a header, in a member, between the end blocks.
    @Test func aPieceMayBeginWithAHeader() throws {
        let files = (0..<3).map { ("file-\($0)", SampleBytes.text(600)) }
        let archive = TarBuilder.archive(files)
        for size in stride(from: 512, to: archive.count, by: 512) {
            let directory = try TemporaryDirectory()
            try directory.write(Array(archive[..<size]), to: "x.tar.001")
            try directory.write(Array(archive[size...].prefix(size)), to: "x.tar.002")
            if 2 * size < archive.count { continue }
            let file = try Self.open(directory) ?? OpenFile(path: directory.path("x.tar.001"))
            let index = try TarArchive.index(file)
            for (name, content) in files {
                #expect(try index.file(name)?.bytes(limit: 1 << 20) == content, "\(name) \(size)")
            }
        }
    }

    @Test func onlyPiecesOfOneSetAreReplaced() throws {
        let directory = try TemporaryDirectory()
        let stem = directory.path("x.tar")
        func standing() throws -> [String] { try Volumes.standing(stem).map(FileSystem.name) }
        for name in ["x.tar.002", "x.tar.003", "x.tar.2024"] { try directory.write([1], to: name) }
        try directory.write(Array("mine\n".utf8), to: "x.tar.sha256")
        #expect(try standing() == [], "without a first there is no set")
        try directory.write([1], to: "x.tar.001")
        try directory.write([1], to: "x.tar.005")
        #expect(try standing() == ["x.tar.001", "x.tar.002", "x.tar.003"])
        let names = (1...5).map { "x.tar.00\($0)" }
        let list = names.map { String(repeating: "0", count: 64) + "  \($0)\n" }.joined()
        try directory.write(Array(list.utf8), to: "x.tar.sha256")
        #expect(
            try standing() == ["x.tar.001", "x.tar.002", "x.tar.003", "x.tar.005", "x.tar.sha256"],
            "what the list names is of the set")
    }

    @Test(arguments: [1, 299, 300, 301, 600, 1000], [1, 64, 300, 5000])
    func piecesConcatenateToTheFile(_ count: Int, _ step: Int) throws {
        let directory = try TemporaryDirectory()
        let content = SampleBytes.text(count)
        let files = VolumeFiles(creating: directory.path("x.tar"), size: 300, syncs: true)
        for start in stride(from: 0, to: count, by: step) {
            try files.write(content[start..<min(start + step, count)].span)
        }
        try files.finish()
        let names = try Tree.names(in: directory.path)
        #expect(names == (1...(count + 299) / 300).map { "x.tar.\(Volumes.number($0))" }, "no piece is empty")
        let run = try Program.run("sh", ["-c", "cat x.tar.*; sha256sum x.tar.* >&2"], directory: directory.path)
        #expect(run.output == content)
        #expect(run.stderr == zip(files.sums, names).map { "\($0)  \($1)\n" }.joined())
    }

    @Test func moreThanAThousandPiecesAreRefused() throws {
        let directory = try TemporaryDirectory()
        let files = VolumeFiles(creating: directory.path("x"), size: 1, syncs: false)
        #expect(throws: IOFailure(.create, directory.path("x"), .tooManyVolumes(limit: 999))) {
            try files.write(SampleBytes.text(1000).span)
        }
    }
}
