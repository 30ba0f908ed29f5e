import Foundation
import TestSupport
import Testing

@testable import ByteIO

/// Downloads outlive their process in a directory that only its owner can use.
struct PartialDirectoryTests {
    private func place(_ directory: borrowing TemporaryDirectory) -> PartialPlace {
        PartialPlace(beside: directory.path("out"))
    }

    private func refusal(_ body: () throws -> Void) -> PartialDirectory.Refusal? {
        do { try body() } catch { return error as? PartialDirectory.Refusal }
        return nil
    }

    @Test("the directory is beside the destination, and only its owner has access")
    func create() throws {
        let directory = try TemporaryDirectory()
        let place = place(directory)
        #expect(place.path == directory.path(".out.ocimerge-partial"))
        #expect(try PartialDirectory(existing: place) == nil)
        let partial = try PartialDirectory(creating: place)
        #expect(FileSystem.permissions(of: partial.path) == 0o700)
        #expect(partial.remove() == nil)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("one process at a time uses the directory")
    func lock() throws {
        let directory = try TemporaryDirectory()
        let place = place(directory)
        do {
            let first = try PartialDirectory(creating: place)
            #expect(refusal { _ = try PartialDirectory(creating: place) } == .inUse)
            #expect(refusal { _ = try PartialDirectory(existing: place) } == .inUse)
            withExtendedLifetime(first) {}
        }
        #expect(try PartialDirectory(existing: place) != nil)
    }

    @Test(
        "a link, a file and a directory with access for others are refused and stay",
        arguments: [
            "ln -s inner .out.ocimerge-partial", "touch .out.ocimerge-partial",
            "mkdir -m 750 .out.ocimerge-partial", "mkdir -m 701 .out.ocimerge-partial",
        ])
    func notPrivate(_ command: String) throws {
        let directory = try TemporaryDirectory()
        try Program.run("sh", ["-c", "mkdir -m 700 inner && " + command], directory: directory.path)
        #expect(refusal { _ = try PartialDirectory(creating: place(directory)) } == .notPrivate)
        #expect(refusal { _ = try PartialDirectory(existing: place(directory)) } == .notPrivate)
        #expect(try Tree.names(in: directory.path) == [".out.ocimerge-partial", "inner"])
    }

    @Test("the directory of another user is refused", .enabled(if: FileSystem.userNumber == 0))
    func foreignOwner() throws {
        let directory = try TemporaryDirectory()
        let command = "mkdir -m 700 .out.ocimerge-partial && chown 65534 .out.ocimerge-partial"
        try Program.run("sh", ["-c", command], directory: directory.path)
        #expect(refusal { _ = try PartialDirectory(creating: place(directory)) } == .notPrivate)
    }

    @Test("staging does not remove the directory")
    func staging() throws {
        let directory = try TemporaryDirectory()
        let path = try PartialDirectory(creating: place(directory)).path
        StagingDirectory.removeLeftovers(in: directory.path, for: "out")
        #expect(StagingDirectory.leftovers(in: directory.path, for: "out") == [])
        #expect(FileSystem.isDirectory(path))
    }

    @Test("less than 1 MiB is not kept")
    func settle() throws {
        let directory = try TemporaryDirectory()
        for (count, kept) in [(0, false), (1 << 20 - 1, false), (1 << 20, true)] {
            let partial = try PartialDirectory(creating: place(directory))
            try directory.write([UInt8](repeating: 1, count: count), to: ".out.ocimerge-partial/f")
            #expect(partial.settle() == (kept ? Int64(count) : 0))
            #expect(FileSystem.exists(partial.path) == kept)
        }
    }

    // MARK: - Files

    private static let name = "sha256-00"

    /// Opens the file for `size` bytes, and writes all `bytes`.
    private func written(_ bytes: [UInt8], in partial: PartialDirectory) throws -> (kept: Int64, file: KeptFile) {
        let file = try PartialFile(Self.name, in: partial, size: Int64(bytes.count))
        try file.write(bytes.span)
        return (file.kept, try file.finish())
    }

    @Test("bytes that the file has are not written again")
    func kept() throws {
        let directory = try TemporaryDirectory()
        let partial = try PartialDirectory(creating: place(directory))
        try directory.write([9, 9], to: ".out.ocimerge-partial/\(Self.name)")
        let file = try PartialFile(Self.name, in: partial, size: 4)
        #expect(file.kept == 2)
        var reader = try file.keptBytes()
        #expect(try reader.all() == [9, 9])
        try file.write([1].span)
        try file.write([2, 3].span)
        try file.write([4].span)
        #expect(try FileWindow(file.finish().open(), offset: 0, size: 4).all() == [9, 9, 3, 4])
    }

    static let noBeginnings = [
        "printf 12345 > N", "ln -s ../victim N", "mkdir N && touch N/f", "mkfifo N", "ln ../victim N",
    ]

    @Test("what is no beginning of the blob is replaced, and a linked file is unchanged", arguments: noBeginnings)
    func replaced(_ command: String) throws {
        let directory = try TemporaryDirectory()
        let partial = try PartialDirectory(creating: place(directory))
        let victim = try directory.write([7], to: "victim")
        let script = command.replacingOccurrences(of: "N", with: Self.name)
        try Program.run("sh", ["-c", script], directory: partial.path)
        let (kept, file) = try written([1, 2, 3, 4], in: partial)
        #expect(kept == 0)
        #expect(try FileWindow(file.open(), offset: 0, size: 4).all() == [1, 2, 3, 4])
        #expect(try Data(contentsOf: URL(fileURLWithPath: victim)) == Data([7]))
    }

    @Test("a complete file gets a second name, with or without a flush", arguments: [true, false])
    func link(_ syncs: Bool) throws {
        let directory = try TemporaryDirectory()
        let partial = try PartialDirectory(creating: place(directory))
        let file = try written([1, 2], in: partial).file
        #expect(try file.link(to: directory.path("blob"), sync: syncs))
        #expect(partial.remove() == nil)
        #expect(try Tree.read(directory.path) == ["blob": [1, 2]])
    }

    @Test("a file in the place of the verified one is not linked")
    func replacedLater() throws {
        let directory = try TemporaryDirectory()
        let partial = try PartialDirectory(creating: place(directory))
        let file = try written([1, 2], in: partial).file
        try Program.run("sh", ["-c", "printf 34 > new && mv new \(Self.name)"], directory: partial.path)
        #expect(try !file.link(to: directory.path("blob"), sync: false))
        #expect(!FileSystem.exists(directory.path("blob")))
        #expect(try FileWindow(file.open(), offset: 0, size: 2).all() == [1, 2])
    }

    @Test("a file that changes after its verification is an error", arguments: [true, false])
    func changedLater(_ isHeld: Bool) throws {
        let directory = try TemporaryDirectory()
        let partial = try PartialDirectory(creating: place(directory))
        if !isHeld { for _ in 0..<PartialDirectory.heldLimit { _ = partial.mayHold() } }
        let file = try written([1, 2], in: partial).file
        #expect(try FileWindow(file.open(), offset: 0, size: 2).all() == [1, 2])
        try Program.run("sh", ["-c", "printf 3 >> \(Self.name)"], directory: partial.path)
        #expect(throws: IOFailure.self) { try file.open() }
        #expect(throws: IOFailure.self) { try file.link(to: directory.path("blob"), sync: false) }
    }
}
