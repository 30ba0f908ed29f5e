import TestSupport
import Testing

@testable import ByteIO

/// Replacing, adding and removing members of a tar in one pass leaves all other bytes unchanged.
struct TarRevisionTests {
    static let long = String(repeating: "d", count: 90) + "/" + String(repeating: "e", count: 60)

    /// Three members, of which the middle one is edited, in every way to store a name.
    static func archive(_ style: String, _ name: String, _ content: [UInt8]) -> [UInt8] {
        var tar = TarBuilder()
        tar.file("first", "one")
        var header = TarBuilder.Header(name, size: Int64(content.count))
        switch style {
        case "v7": header.dialect = .v7
        case "gnu": header.dialect = .gnu
        case "signed": header.isSignedChecksum = true
        case "base 256": header.sizeField = TarBuilder.base256(Int64(content.count))
        case "L":
            tar.extended("L", Array(name.utf8) + [0])
            header = TarBuilder.Header(String(name.prefix(100)), size: Int64(content.count))
        case "x":
            tar.pax([("mtime", "1.5"), ("path", name), ("size", "\(content.count)"), ("comment", "ä")])
            header = TarBuilder.Header(String(name.prefix(100)), size: Int64(content.count))
        case "prefix":
            let slash = name.lastIndex(of: "/") ?? name.startIndex
            header.prefix = String(name[..<slash])
            header.name = String(name[name.index(after: slash)...])
        default: break
        }
        tar.header(header)
        tar.data(content)
        tar.file("last", "three")
        tar.zeros()
        tar.raw(Array("garbage".utf8))
        return tar.bytes
    }

    static func revised(_ bytes: [UInt8], _ edits: [TarEdit], _ claims: [TarClaim] = [], step: Int = .max) throws
        -> [UInt8]
    {
        try TarReading.onDisk(bytes) { file in
            let input = try ArchiveInput(file)
            let revision = try input.revision(edits, claims)
            var reader = RevisingReader(ScriptedSource(bytes, step: step).open(), path: "x", revision)
            return try reader.all(piece: 700)
        }
    }

    static let styles: [(style: String, name: String, newName: String, sentence: String)] = [
        ("ustar", "a.json", "b.json", "the plain case"), ("ustar", "./a.json", "./b.json", "a dot in front stays"),
        ("v7", "a.json", "b.json", "a header without magic"), ("gnu", "a.json", "b.json", "GNU's magic"),
        ("signed", "a.json", "b.json", "the sum of signed bytes"),
        ("base 256", "a.json", "b.json", "a size that is not octal"),
        ("L", long + "/a", long + "/b", "GNU's long name"), ("x", long + "/a", long + "/bcd", "PAX's path and size"),
        ("prefix", "dir/sub/a", "dir/sub/b", "a name in two halves"),
        ("ustar", "a", long, "a name that must be halved now"),
    ]

    @Test("content and name change, every other byte stays", arguments: styles.indices, [0, 3, 512, 5000])
    func replaces(_ number: Int, _ size: Int) throws {
        let (style, name, newName, _) = Self.styles[number]
        let before = Self.archive(style, name, SampleBytes.text(600))
        let content = SampleBytes.text(size)
        let edit = TarEdit(
            name: TarMember.normalized(name), newName: TarMember.normalized(newName), content: content)
        let after = try Self.revised(before, [edit], step: 333)
        let (old, new) = (TarDissection(before), TarDissection(after))
        #expect(new.members.map(\.name) == ["first", newName, "last"])
        #expect(new.members[1].content == content)
        #expect(new.members[0].bytes == old.members[0].bytes)
        #expect(new.members[2].bytes == old.members[2].bytes)
        #expect(new.members[1].unchangedFields == old.members[1].unchangedFields)
        #expect(new.tail == old.tail)
        let read = try TarReading.members(after)
        #expect(read.map(\.name) == ["first", TarMember.normalized(newName), "last"])
        #expect(read[1].size == Int64(size))
    }

    @Test("the same name, size and content give the same bytes", arguments: styles.indices)
    func identity(_ number: Int) throws {
        let (style, name, _, _) = Self.styles[number]
        let before = Self.archive(style, name, SampleBytes.text(600))
        let normal = TarMember.normalized(name)
        let edit = TarEdit(name: normal, newName: normal, content: SampleBytes.text(600))
        #expect(try Self.revised(before, [edit]) == before)
    }

    @Test func otherPAXRecordsStay() throws {
        let before = Self.archive("x", Self.long + "/a", [1])
        let edit = TarEdit(name: Self.long + "/a", newName: Self.long + "/a2", content: [1, 2])
        let after = try Self.revised(before, [edit])
        let headers = String(decoding: TarDissection(after).members[1].headers, as: UTF8.self)
        #expect(headers.contains("13 mtime=1.5\n") && headers.contains("comment=ä\n") && headers.contains(" size=2\n"))
    }

    @Test func aMemberIsAddedOrRemoved() throws {
        let before = TarBuilder.archive([("a", [1]), ("b", [2]), ("c", [3])])
        let edits = [
            TarEdit(name: "a", newName: "a2", content: [9, 9], kind: .addition),
            TarEdit(name: "b", newName: "b", content: [], kind: .removal),
        ]
        let after = try TarDissection(Self.revised(before, edits))
        #expect(after.members.map(\.name) == ["a", "a2", "c"])
        #expect(after.members.map(\.content) == [[1], [9, 9], [3]])
    }

    /// The archive ends right after the last member, without its padding.
    @Test(arguments: [TarEdit.Kind.replacement, .addition, .removal])
    func anArchiveWithoutAnEnd(_ kind: TarEdit.Kind) throws {
        var tar = TarBuilder()
        tar.file("a", "a")
        tar.file("b", "bb")
        let before = Array(tar.bytes.dropLast(510))
        let edit = TarEdit(name: "b", newName: "c", content: [7], kind: kind)
        let after = try Self.revised(before, [edit])
        let names = try TarReading.members(after).map(\.name)
        #expect(names == (kind == .removal ? ["a"] : kind == .addition ? ["a", "b", "c"] : ["a", "c"]))
    }

    @Test func bothMembersOfANameAreReplaced() throws {
        let before = TarBuilder.archive([("a", [1]), ("b", [2]), ("a", [1])])
        let after = try TarDissection(Self.revised(before, [TarEdit(name: "a", newName: "a", content: [5, 6])]))
        #expect(after.members.map(\.content) == [[5, 6], [2], [5, 6]])
    }

    // MARK: - Refused edits

    static let refused: [(make: @Sendable (inout TarBuilder) -> Void, error: TarEditError, sentence: String)] = [
        ({ $0.symbolicLink("a", to: "b") }, .link(path: "", member: "a", link: "a"), "a symlink"),
        ({ $0.hardLink("a", to: "b") }, .link(path: "", member: "a", link: "a"), "a hard link"),
        (
            {
                $0.file("a", "x")
                $0.symbolicLink("d/l", to: "../a")
            }, .link(path: "", member: "a", link: "d/l"), "a symlink leads to it"
        ),
        (
            {
                $0.file("a", "x")
                $0.hardLink("l", to: "./a")
            }, .link(path: "", member: "a", link: "l"), "a hard link leads to it"
        ),
        ({ $0.header(.init("a", type: "6")) }, .notAFile(path: "", member: "a"), "a FIFO"),
        ({ $0.file("c", "x") }, .absent(path: "", member: "a"), "it is not there"),
        (
            {
                $0.pax([("path", "a")], isGlobal: true)
                $0.file("z", "x")
            }, .noRoom(path: "", member: "a"), "a global header names every member"
        ),
    ]

    @Test("a member that cannot be replaced is refused", arguments: refused.indices)
    func refuses(_ number: Int) throws {
        var tar = TarBuilder()
        tar.file("b", "b")
        Self.refused[number].make(&tar)
        tar.zeros()
        #expect {
            try Self.revised(tar.bytes, [TarEdit(name: "a", newName: "n", content: [])])
        } throws: { error in
            switch error as? TarEditError {
            case .absent(_, let member): Self.refused[number].error == .absent(path: "", member: member)
            case .link(_, let member, let link):
                Self.refused[number].error == .link(path: "", member: member, link: link)
            case .notAFile(_, let member): Self.refused[number].error == .notAFile(path: "", member: member)
            case .noRoom(_, let member): Self.refused[number].error == .noRoom(path: "", member: member)
            case .tar, nil: false
            }
        }
    }

    @Test func aNameThatDoesNotFitIsRefused() throws {
        let before = TarBuilder.archive([("a", [1])])
        let name = String(repeating: "n", count: 101)
        #expect(throws: TarEditError.self) {
            try Self.revised(before, [TarEdit(name: "a", newName: name, content: [])])
        }
    }

    @Test func anArchiveThatCannotBeReadIsRefused() throws {
        var damaged = TarBuilder.archive([("a", [1]), ("b", [2])])
        damaged[1024] ^= 1
        #expect {
            try Self.revised(damaged, [TarEdit(name: "a", newName: "a", content: [3])])
        } throws: { error in
            if case TarEditError.tar(.badHeader(_, 1024)) = error { true } else { false }
        }
    }

    // MARK: - What passes is verified

    @Test("a member is verified by its name and through links", arguments: ["blob", "link", "hard"])
    func verifies(_ name: String) throws {
        var tar = TarBuilder()
        tar.file("edited", "x")
        tar.file("blob", SampleBytes.text(3000))
        tar.symbolicLink("link", to: "blob")
        tar.hardLink("hard", to: "blob")
        tar.zeros()
        let edit = TarEdit(name: "edited", newName: "edited", content: SampleBytes.text(900))
        for algorithm in [ContentHasher.Algorithm.sha256, .sha512] {
            let right = ContentHasher.hash(SampleBytes.text(3000), algorithm)
            let claim = TarClaim(name: name, algorithm: algorithm, hash: right)
            for step in [.max, 100] { #expect(try !Self.revised(tar.bytes, [edit], [claim], step: step).isEmpty) }
            let wrong = ContentHasher.hash([1], algorithm)
            #expect(throws: IOFailure(.read, "x", .wrongContent(algorithm, expected: wrong, found: right))) {
                try Self.revised(tar.bytes, [edit], [TarClaim(name: name, algorithm: algorithm, hash: wrong)])
            }
        }
    }

    @Test("an archive that has become shorter is truncated", arguments: [10, 600, 1100, 1600])
    func truncated(_ left: Int) throws {
        let before = TarBuilder.archive([("a", SampleBytes.text(300)), ("b", SampleBytes.text(700))])
        let revision = try TarReading.onDisk(before) { file in
            try TarRevision(
                file, [TarEdit(name: "a", newName: "a", content: [1])],
                [TarClaim(name: "b", algorithm: .sha256, hash: ContentHasher.hash(SampleBytes.text(700)))])
        }
        #expect(throws: IOFailure(.read, "x", .truncated)) {
            var reader = RevisingReader(ScriptedSource(Array(before[..<left])).open(), path: "x", revision)
            _ = try reader.all()
        }
    }
}
