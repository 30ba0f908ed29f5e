import TestSupport
import Testing

@testable import ByteIO

/// Paths, moves, kinds of files, and a directory root that no path escapes.
struct FileSystemTests {
    @Test(
        arguments: [
            ("a/b", "a", "b"), ("a", ".", "a"), ("/a", "/", "a"), ("/", "/", ""), ("a/b/", "a", "b"),
            ("a//b//", "a", "b"),
            ("/a/b", "/a", "b"), ("./a", ".", "a"), ("", ".", ""), ("//a", "/", "a"),
        ])
    func takesPathsApart(_ path: String, _ parent: String, _ name: String) {
        #expect(FileSystem.parent(of: path) == parent)
        if path != "/" { #expect(FileSystem.name(of: path) == name) }
    }

    @Test(arguments: [("a", "a"), ("a/", "a"), ("a///", "a"), ("/", "/"), ("///", "/"), ("", ""), ("a/b/", "a/b")])
    func trimsSlashes(_ path: String, _ expected: String) { #expect(FileSystem.trimmingSlashes(path) == expected) }

    @Test(arguments: [FileSystem.MoveMethod.allCases] + FileSystem.MoveMethod.allCases.map { [$0] })
    func moveNewNeverReplaces(_ ways: [FileSystem.MoveMethod]) throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "a")
        try directory.write([2], to: "b")
        let (a, b, to) = (directory.path("a"), directory.path("b"), directory.path("to"))
        try FileSystem.moveNew(a, to: to, by: ways)
        #expect(try Tree.read(directory.path) == ["to": [1], "b": [2]])
        #expect { try FileSystem.moveNew(b, to: to, by: ways) } throws: { ($0 as? IOFailure)?.isAlreadyThere == true }
        #expect(try Tree.read(directory.path) == ["to": [1], "b": [2]])
        #expect { try FileSystem.moveNew(a, to: directory.path("c"), by: ways) } throws: {
            ($0 as? IOFailure)?.isAbsence == true
        }
        #expect(try Tree.read(directory.path) == ["to": [1], "b": [2]], "no placeholder stays")
        // Of many concurrent moves to one name, exactly one succeeds.
        let names = (0..<16).map { directory.path("many-\($0)") }
        for name in names { try directory.write(Array(name.utf8), to: FileSystem.name(of: name)) }
        let winners = Counter()
        Threads.run(names.count) { number in
            if (try? FileSystem.moveNew(names[number], to: directory.path("won"), by: ways)) != nil { winners.add(1) }
        }
        #expect(winners.value == 1)
        #expect(try Tree.names(in: directory.path).filter { $0.hasPrefix("many-") }.count == names.count - 1)
    }

    @Test func recognisesKindsOfFiles() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1, 2], to: "file")
        try Program.run("mkfifo", [directory.path("fifo")])
        for (link, target) in [("toFile", "file"), ("dangling", "none"), ("toDir", ".")] {
            try Program.run("ln", ["-s", target, directory.path(link)])
        }
        let kinds: [String: FileSystem.Kind?] = [
            "file": .file, "fifo": .other, ".": .directory, "toFile": .file, "toDir": .directory, "dangling": nil,
            "none": nil,
        ]
        for (name, kind) in kinds { #expect(FileSystem.kind(of: directory.path(name)) == kind, "\(name)") }
        #expect(FileSystem.exists(directory.path("dangling")))
        #expect(!FileSystem.exists(directory.path("none")))
        #expect(FileSystem.fileSize(directory.path("file")) == 2)
        for name in ["toFile", ".", "fifo", "none"] {
            #expect(FileSystem.fileSize(directory.path(name)) == nil, "\(name)")
        }
        #expect(try FileSystem.entries(of: directory.path).sorted() == ["dangling", "fifo", "file", "toDir", "toFile"])
        #expect(throws: IOFailure.self) { try FileSystem.entries(of: directory.path("none")) }
    }

    @Test func makesMovesExchangesAndRemoves() throws {
        let directory = try TemporaryDirectory()
        try FileSystem.makeDirectories(directory.path("a/b/c"))
        try FileSystem.makeDirectories(directory.path("a/b/c"))
        #expect { try FileSystem.makeDirectory(directory.path("a")) } throws: {
            ($0 as? IOFailure)?.isAlreadyThere == true
        }
        try directory.write([1], to: "a/b/c/f")
        try directory.write([2], to: "other/f")
        try FileSystem.exchange(directory.path("a"), directory.path("other"))
        #expect(try Tree.read(directory.path) == ["a/f": [2], "other/b/c/f": [1]])
        try FileSystem.move(directory.path("a/f"), to: directory.path("other/f"))
        #expect(try Tree.read(directory.path) == ["other/b/c/f": [1], "other/f": [2]])
        #expect { try FileSystem.move(directory.path("a"), to: directory.path("other")) } throws: {
            ($0 as? IOFailure)?.isAlreadyThere == true
        }
        #expect(throws: IOFailure.self) { try FileSystem.exchange(directory.path("a"), directory.path("none")) }
        try Program.run("ln", ["-s", directory.path("a"), directory.path("other/link")])
        try directory.write([3], to: "a/kept")
        FileSystem.removeTree(directory.path("other"))
        FileSystem.removeTree(directory.path("none"))
        FileSystem.removeTree(directory.path("none"))
        #expect(try Tree.read(directory.path) == ["a/kept": [3]])
        try FileSystem.syncFile(directory.path("a/kept"))
        try FileSystem.syncDirectory(directory.path("a"))
        #expect(throws: IOFailure.self) { try FileSystem.syncDirectory(directory.path("a/kept")) }
        #expect(throws: IOFailure.self) { try FileSystem.syncFile(directory.path("none")) }
    }

    // MARK: - Directory roots

    static func tree() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "root/f")
        try directory.write([2], to: "root/d/e/g")
        try directory.write([3], to: "outside/f")
        try Program.run("mkfifo", [directory.path("root/fifo"), directory.path("root/d/fifo")])
        for (link, target) in [
            ("root/link", "f"), ("root/out", "../outside"), ("root/d/up", ".."), ("root/dangling", "x"),
        ] {
            try Program.run("ln", ["-s", target, directory.path(link)])
        }
        return directory
    }

    enum Found { case bytes, absent, refused }

    @Test(
        arguments: [
            ("f", .bytes), ("d/e/g", .bytes), ("none", .absent), ("none/f", .absent), ("d/none/g", .absent),
            ("f/below", .absent),
            ("link", .refused), ("dangling", .refused), ("out/f", .refused), ("d/up/f", .refused), ("d", .refused),
            ("fifo", .refused), ("d/fifo", .refused), ("../outside/f", .refused), ("d/../f", .refused),
            ("./f", .refused),
            ("/etc/passwd", .refused), ("d//e", .refused), ("", .refused), ("f/", .refused),
        ] as [(String, Found)])
    func noNameEscapesADirectoryRoot(_ name: String, _ expected: Found) throws {
        let directory = try Self.tree()
        let root = try DirectoryRoot(path: directory.path("root"))
        let found: Found
        do { found = try root.open(name) == nil ? .absent : .bytes } catch { found = .refused }
        #expect(found == expected)
    }

    @Test func aLinkIsNotARegularFile() throws {
        let directory = try Self.tree()
        let root = try DirectoryRoot(path: directory.path("root"))
        for name in ["link", "out/f", "fifo", "d"] {
            #expect(throws: IOFailure(.open, directory.path("root/\(name)"), .notRegularFile)) { try root.open(name) }
        }
        #expect(throws: IOFailure.self) { try DirectoryRoot(path: directory.path("root/f")) }
    }

    @Test func aDirectoryFileIsOpenedAnewEachTime() throws {
        let directory = try Self.tree()
        let root = try DirectoryRoot(path: directory.path("root"))
        let file = DirectoryFile(root, name: "d/e/g", size: 1)
        #expect(try file.all() == [2])
        #expect(try file.all() == [2])
        FileSystem.removeTree(directory.path("root/d/e/g"))
        #expect { try file.open() } throws: { ($0 as? IOFailure)?.isAbsence == true }
    }

    @Test func aLockIsReleasedWithItsHolder() throws {
        let directory = try TemporaryDirectory()
        do { _ = try PathLock(directory.path) }
        _ = try PathLock(directory.path)
        #expect(throws: IOFailure.self) { try PathLock(directory.path("none")) }
    }
}
