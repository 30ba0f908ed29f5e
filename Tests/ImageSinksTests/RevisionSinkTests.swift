import ByteIO
import Foundation
import TestSupport
import Testing

@testable import ImageSinks

/// A revised archive or directory is replaced completely or not at all.
struct RevisionSinkTests {
    static let before = TarBuilder.archive([("a", [1]), ("b", [2])])

    static func write(
        _ destination: (ArchiveInput) throws -> ArchiveTarget?, in directory: borrowing TemporaryDirectory,
        meanwhile: (String) throws -> Void = { _ in }
    ) throws {
        let path = directory.path("x.tar")
        let input = try ArchiveInput(OpenFile(path: path))
        let revision = try input.revision([TarEdit(name: "a", newName: "c", content: [3])], [])
        guard let destination = try destination(input) else { return }
        try meanwhile(path)
        _ = try causing { try ArchiveRevisionSink(destination, syncs: false).write(input, revision) { _ in } }
    }

    @Test func anArchiveIsReplaced() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.before, to: "x.tar")
        try Self.write({ ArchiveTarget(revising: $0) }, in: directory)
        let found = try #require(try Tree.read(directory.path)["x.tar"])
        #expect(TarDissection(found).members.map(\.name) == ["c", "b"])
        #expect(try Tree.names(in: directory.path) == ["x.tar"])
    }

    @Test(
        "an archive that has changed since it was read is not replaced",
        arguments: [("written to", Array(before.reversed())), ("shorter", [1]), ("gone", nil)] as [(String, [UInt8]?)])
    func changed(_ why: String, _ content: [UInt8]?) throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.before, to: "x.tar")
        #expect(throws: (any Error).self) {
            try Self.write({ ArchiveTarget(revising: $0) }, in: directory) { path in
                // Another file with the same bytes counts as changed, too.
                try FileSystem.move(path, to: path + ".old")
                if let content { try StagedFile.write(content, to: path, sync: false) }
            }
        }
        let names = try Tree.names(in: directory.path)
        #expect(names == (content == nil ? ["x.tar.old"] : ["x.tar", "x.tar.old"]))
        #expect(try Tree.read(directory.path)["x.tar"] == content)
    }

    @Test func aNewArchiveNeverOverwrites() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.before, to: "x.tar")
        let out = directory.path("y.tar")
        #expect {
            try Self.write({ _ in try ArchiveTarget(revisionTo: out, replaces: false) }, in: directory) { _ in
                try StagedFile.write([9], to: out, sync: false)
            }
        } throws: { error in
            if case DestinationError.archiveExists = error { true } else { false }
        }
        #expect(try Tree.read(directory.path)["y.tar"] == [9])
        #expect(try Tree.names(in: directory.path) == ["x.tar", "y.tar"])
    }

    @Test(
        "the name determines whether it is an archive, and its compression",
        arguments: [
            ("x.tar", true, nil), ("x.tar.gz", true, .gzip), ("x.tgz", true, .gzip), ("x.tar.zst", true, .zstd),
            ("x.tar.xz", true, .xz), ("x.tar.bz2", true, .bzip2), ("x.tar.lz4", true, .lz4), ("x", false, nil),
            ("x.zip", false, nil), ("oci-archive:x.tar", false, nil), ("-", false, nil),
        ] as [(String, Bool, Compression?)])
    func names(_ name: String, _ isArchive: Bool, _ compression: Compression?) throws {
        let destination = try ArchiveTarget(revisionTo: name, replaces: false)
        #expect((destination != nil) == isArchive)
        #expect(destination?.compression == compression)
    }

    // MARK: - Directories

    static func edit(_ name: String, _ newName: String, _ before: [UInt8], kind: TarEdit.Kind = .replacement)
        -> DirectoryRevisionSink.Edit
    {
        .init(name: name, newName: newName, before: before, after: [7], kind: kind)
    }

    @Test func filesOfADirectoryAreReplaced() throws {
        let directory = try TemporaryDirectory()
        for name in ["blobs/old", "blobs/kept", "blobs/gone", "index.json", "other"] {
            try directory.write([1], to: name)
        }
        try directory.write([7], to: "blobs/there")
        try directory.write([9], to: "blobs/second")
        _ = try DirectoryRevisionSink(directory.path).write([
            Self.edit("blobs/old", "blobs/new", [1]), Self.edit("blobs/kept", "blobs/second", [1], kind: .addition),
            Self.edit("blobs/gone", "blobs/there", [1], kind: .removal), Self.edit("index.json", "index.json", [1]),
        ])
        #expect(
            try Tree.read(directory.path) == [
                "blobs/new": [7], "blobs/kept": [1], "blobs/second": [7], "blobs/there": [7], "index.json": [7],
                "other": [1],
            ])
    }

    @Test("a file is removed only if its replacement exists", arguments: [[9], [7, 7], nil] as [[UInt8]?])
    func successor(_ content: [UInt8]?) throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "blobs/gone")
        if let content { try directory.write(content, to: "blobs/there") }
        let before = try Tree.read(directory.path)
        #expect {
            try causing {
                _ = try DirectoryRevisionSink(directory.path).write([
                    Self.edit("blobs/gone", "blobs/there", [1], kind: .removal)
                ])
            }
        } throws: { error in
            if case DestinationError.changed = error { true } else { false }
        }
        #expect(try Tree.read(directory.path) == before)
    }

    static let journals: [(index: [UInt8], manifest: [UInt8], expected: [[UInt8]], sentence: String)] = [
        ([7], [1], [[7], [7]], "the first list was written"), ([1], [7], [[7], [7]], "the second list was written"),
        ([7], [7], [[7], [7]], "both lists were written"), ([1], [1], [[1], [1]], "neither list was written"),
        ([7], [5], [[7], [5]], "the second list has changed since"),
        ([5], [1], [[5], [1]], "the first list has changed since"),
    ]

    @Test("the next run finishes two lists of which a killed run wrote one", arguments: journals.indices)
    func journal(_ number: Int) throws {
        let (index, manifest, expected, sentence) = Self.journals[number]
        let directory = try TemporaryDirectory()
        try directory.write(index, to: "index.json")
        try directory.write(manifest, to: "manifest.json")
        for name in ["index.json", "manifest.json"] {
            try directory.write([1], to: ".inside.ocimerge-1/journal/old/\(name)")
            try directory.write([7], to: ".inside.ocimerge-1/journal/new/\(name)")
        }
        _ = try DirectoryRevisionSink(directory.path)
        #expect(
            try Tree.read(directory.path) == ["index.json": expected[0], "manifest.json": expected[1]], "\(sentence)")
        #expect(try Tree.names(in: directory.path) == ["index.json", "manifest.json"], "\(sentence)")
    }

    /// The second list cannot be replaced. The first is new already, and the next run can finish the second.
    @Test func aFailureBetweenTwoListsCanBeRepaired() throws {
        let directory = try TemporaryDirectory()
        for name in ["blobs/old", "index.json", "v1/manifest.json"] { try directory.write([1], to: name) }
        let staging = directory.path(".inside.ocimerge-2")
        let lists = [
            Self.edit("index.json", "index.json", [1]), Self.edit("v1/manifest.json", "v1/manifest.json", [1]),
        ]
        try FileSystem.makeDirectories(staging)
        try RevisionJournal(in: staging).draft(lists)
        _ = try DirectoryRevisionSink(directory.path)
        #expect(try Tree.read(directory.path)["index.json"] == [1], "a draft has no effect")
        #expect(!FileSystem.exists(staging), "the draft is removed with other leftovers")
        try FileSystem.makeDirectories(staging)
        try RevisionJournal(in: staging).draft(lists)
        try RevisionJournal(in: staging).begin()
        try directory.write([7], to: "index.json")
        _ = try DirectoryRevisionSink(directory.path)
        #expect(
            try Tree.read(directory.path) == ["blobs/old": [1], "index.json": [7], "v1/manifest.json": [7]])
    }

    @Test("an archive that is written to after its survey is not copied", arguments: [true, false])
    func sourceChanged(_ exists: Bool) throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.before, to: "x.tar")
        let out = directory.path("y.tar")
        if exists { try directory.write([9], to: "y.tar") }
        #expect {
            try Self.write({ _ in try ArchiveTarget(revisionTo: out, replaces: exists) }, in: directory) { path in
                try Data(Self.before + [0]).write(to: URL(fileURLWithPath: path))
            }
        } throws: { error in
            if case DestinationError.changed(let path) = error { path == directory.path("x.tar") } else { false }
        }
        #expect(try Tree.read(directory.path)["y.tar"] == (exists ? [9] : nil))
        #expect(try Tree.names(in: directory.path) == (exists ? ["x.tar", "y.tar"] : ["x.tar"]))
    }

    @Test func aChangedFileStopsTheRevision() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "a")
        try directory.write([2], to: "b")
        #expect {
            try causing {
                _ = try DirectoryRevisionSink(directory.path).write([
                    Self.edit("a", "c", [1]), Self.edit("b", "b", [1]),
                ])
            }
        } throws: { error in
            if case DestinationError.changed = error { true } else { false }
        }
        #expect(try Tree.read(directory.path) == ["a": [1], "b": [2]])
        #expect(try Tree.names(in: directory.path) == ["a", "b"])
    }
}
