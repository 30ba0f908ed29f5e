import TestSupport
import Testing

@testable import ByteIO

/// Archives of one tree by several writers, in all their dialects, give the same members.
struct TarWritersTests {
    static let deep = String(repeating: "directory/", count: 11) + String(repeating: "n", count: 60)
    static let files: [(String, [UInt8])] = [
        ("small", Array("small".utf8)), ("empty", []), ("sub/dir/file", SampleBytes.text(3000)),
        ("block", SampleBytes.text(512)),
    ]

    static let python = """
        import sys, tarfile
        with tarfile.open(sys.argv[2], 'w', format=getattr(tarfile, sys.argv[1] + '_FORMAT')) as tar: tar.add('.', 'tree')
        """

    struct Writer: CustomTestStringConvertible, Sendable {
        let program: String
        let arguments: [String]
        /// Whether names may be long: v7 stores none.
        var hasLongNames = true
        var testDescription: String { ([program] + arguments.prefix(1)).joined(separator: " ") }
    }

    static let writers: [Writer] =
        ["oldgnu", "gnu", "ustar", "posix"].map {
            Writer(program: "tar", arguments: ["--format=\($0)", "-cf", "out", "."])
        }
        + [Writer(program: "tar", arguments: ["--format=v7", "-cf", "out", "."], hasLongNames: false)]
        + ["ustar", "pax", "gnutar"].map {
            Writer(program: "bsdtar", arguments: ["--format=\($0)", "-cf", "out", "."])
        }
        + [Writer(program: "bsdtar", arguments: ["--format=v7tar", "-cf", "out", "."], hasLongNames: false)]
        + ["USTAR", "GNU", "PAX"].map { Writer(program: "python3", arguments: ["-c", python, $0, "out"]) }

    @Test(arguments: writers)
    func areReadAlike(_ writer: Writer) throws {
        let directory = try TemporaryDirectory()
        let tree = directory.path("tree")
        let files = Self.files + (writer.hasLongNames ? [(Self.deep, Array("deep".utf8))] : [])
        for (name, content) in files { try directory.write(content, to: "tree/\(name)") }
        try Program.run("ln", ["small", "hard"], directory: tree)
        try Program.run("ln", ["-s", "../small", "sub/soft"], directory: tree)
        let out = directory.path("out.tar")
        let run = try Program.run(writer.program, writer.arguments.map { $0 == "out" ? out : $0 }, directory: tree)
        try #require(run.status == 0, "\(run.stderr)")
        let file = try OpenFile(path: out)
        let bytes = try FileWindow(file, offset: 0, size: file.size).all()
        for index in [
            try TarArchive.index(file),
            try TarReading.streamIndex(bytes, spool: try SpoolDirectory(directory.path("spool"))),
        ] {
            let prefix = writer.program == "python3" ? "tree/" : ""
            for (name, content) in files + [("hard", Array("small".utf8)), ("sub/soft", Array("small".utf8))] {
                #expect(try index.file(prefix + name)?.all() == content, "\(name)")
            }
            let found = Set(index.names.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 })
            #expect(found.isSuperset(of: files.map(\.0)))
            #expect(
                found.subtracting(files.map(\.0) + ["hard", "sub/soft"]).allSatisfy {
                    (try? index.file(prefix + $0)) == nil
                })
        }
    }

    /// A sparse file in every dialect. Reading it is an error with its name; the rest of the archive is readable.
    @Test(
        arguments: [
            "--format=oldgnu", "--format=gnu", "--format=posix --sparse-version=0.0",
            "--format=posix --sparse-version=0.1", "--format=posix --sparse-version=1.0",
        ], [2, 12])
    func sparseFilesAreRefusedByName(_ format: String, _ segments: Int) throws {
        let directory = try TemporaryDirectory()
        for number in 0..<segments {
            try Program.run(
                "dd", ["if=/dev/zero", "of=holes", "bs=1", "count=0", "seek=\((number + 1) * 65536)"],
                directory: directory.path)
            try Program.run("sh", ["-c", "printf data >> holes"], directory: directory.path)
        }
        try directory.write(Array("after".utf8), to: "z-after")
        let options = format.split(separator: " ").map(String.init)
        try Program.run("tar", options + ["-S", "-cf", "out.tar", "holes", "z-after"], directory: directory.path)
        let index = try TarArchive.index(try OpenFile(path: directory.path("out.tar")))
        #expect(try index.file("z-after")?.all() == Array("after".utf8))
        #expect { try index.file("holes") } throws: { error in
            if case MemberError.sparse(_, _) = error { true } else { false }
        }
    }

    @Test func aSizeBeyondOctalIsReadAsGNUWritesIt() throws {
        let directory = try TemporaryDirectory()
        try Program.run("truncate", ["-s", "9G", "huge"], directory: directory.path)
        // Only the header is written, not the nine gigabytes.
        let run = try Program.run("sh", ["-c", "tar --format=gnu -cf - huge | head -c 512"], directory: directory.path)
        let header = try #require(TarHeader(run.output[...]))
        #expect(header.size == 9 << 30)
        #expect(header.name == "huge")
    }
}
