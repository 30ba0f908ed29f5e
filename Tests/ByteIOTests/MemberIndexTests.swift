import TestSupport
import Testing

@testable import ByteIO

/// Looking up a member follows links inside the archive and never leaves it.
struct MemberIndexTests {
    static func tar(_ build: (inout TarBuilder) -> Void) -> [UInt8] {
        var tar = TarBuilder()
        build(&tar)
        tar.zeros()
        return tar.bytes
    }

    static let content = Array("content".utf8)

    static let links = tar {
        $0.file("a/file", content)
        $0.symbolicLink("a/same", to: "file")
        $0.symbolicLink("a/dotted", to: "./../a/./file")
        $0.symbolicLink("b/up", to: "../a/file")
        $0.symbolicLink("b/chain", to: "up")
        $0.hardLink("hard", to: "./a/file")
        $0.hardLink("hardToLink", to: "b/chain")
        $0.symbolicLink("toHard", to: "hard")
        $0.symbolicLink("early", to: "late")
        $0.file("late", content)
        for step in 0..<31 { $0.symbolicLink("step\(step)", to: "step\(step + 1)") }
        $0.symbolicLink("step31", to: "late")
    }

    @Test(arguments: [
        "a/file", "a/same", "a/dotted", "b/up", "b/chain", "hard", "hardToLink", "toHard", "early", "step0",
    ])
    func followsLinks(_ name: String) throws {
        let file = try #require(try TarReading.index(Self.links).file(name))
        #expect(try file.all() == Self.content)
        #expect(file.size == 7)
        let streamed = try #require(try TarReading.streamIndex(Self.links).file(name))
        #expect(try streamed.all() == Self.content)
    }

    static let path = "stream"
    static let unusable = tar {
        $0.header(.init("dir", type: "5"))
        $0.header(.init("fifo", type: "6"))
        $0.header(.init("sparse", type: "S"))
        $0.symbolicLink("absolute", to: "/etc/passwd")
        $0.symbolicLink("climbing", to: "../x")
        $0.symbolicLink("d/deep", to: "../../x")
        $0.symbolicLink("dangling", to: "nothing")
        $0.hardLink("hardDangling", to: "nothing")
        $0.hardLink("hardAbsolute", to: "/etc/passwd")
        $0.hardLink("hardClimbing", to: "../outside")
        $0.symbolicLink("self", to: "self")
        $0.symbolicLink("one", to: "two")
        $0.hardLink("two", to: "one")
        $0.symbolicLink("toDir", to: "dir")
        for step in 0..<33 { $0.symbolicLink("step\(step)", to: "step\(step + 1)") }
        $0.file("step33", "")
    }

    @Test(
        arguments: [
            ("fifo", .notAFile(path: path, member: "fifo")),
            ("toDir", .danglingLink(path: path, member: "toDir", target: "dir")),
            ("sparse", .sparse(path: path, member: "sparse")),
            ("absolute", .linkLeaves(path: path, member: "absolute")),
            ("climbing", .linkLeaves(path: path, member: "climbing")),
            ("d/deep", .linkLeaves(path: path, member: "d/deep")),
            ("dangling", .danglingLink(path: path, member: "dangling", target: "nothing")),
            ("hardDangling", .danglingLink(path: path, member: "hardDangling", target: "nothing")),
            ("hardAbsolute", .danglingLink(path: path, member: "hardAbsolute", target: "etc/passwd")),
            ("hardClimbing", .danglingLink(path: path, member: "hardClimbing", target: "../outside")),
            ("self", .linkCycle(path: path, member: "self")),
            ("step0", .linkCycle(path: path, member: "step32")),
        ] as [(String, MemberError)])
    func refusesWhatIsNoFileInside(_ name: String, _ expected: MemberError) throws {
        let index = try TarReading.streamIndex(Self.unusable)
        #expect(throws: expected) { try index.file(name) }
    }

    @Test func aCycleOfTwoLinksIsRefused() throws {
        let index = try TarReading.streamIndex(Self.unusable)
        #expect(throws: MemberError.self) { try index.file("one") }
    }

    @Test func anAbsentMemberIsNoError() throws {
        #expect(try TarReading.index(Self.links).file("nobody") == nil)
        #expect(try TarReading.index(Self.links).file("../a/file") == nil)
    }

    @Test(
        arguments: [
            (
                "the same bytes",
                tar {
                    $0.file("x", "1"); $0.file("x", "1")
                }, true
            ),
            (
                "the same bytes three times",
                tar {
                    $0.file("x", "1"); $0.file("./x", "1"); $0.file("x", "1")
                }, true
            ),
            (
                "a link to the same bytes",
                tar {
                    $0.file("x", "1"); $0.file("y", "1"); $0.symbolicLink("x", to: "y")
                }, true
            ),
            (
                "other bytes of one size",
                tar {
                    $0.file("x", "1"); $0.file("x", "2")
                }, false
            ),
            (
                "another size",
                tar {
                    $0.file("x", "1"); $0.file("x", "11")
                }, false
            ),
            (
                "other bytes in the middle",
                tar {
                    $0.file("x", "1"); $0.file("x", "2"); $0.file("x", "1")
                }, false
            ),
            (
                "a difference behind the first buffer",
                tar {
                    $0.file("x", long(1)); $0.file("x", long(2))
                }, false
            ),
        ])
    func membersOfOneNameMustHaveTheSameBytes(_ why: String, _ bytes: [UInt8], _ isSame: Bool) throws {
        let directory = try TemporaryDirectory()
        let spool = try SpoolDirectory(directory.path("spool"))
        for index in [try TarReading.streamIndex(bytes, spool: spool), try TarReading.index(bytes)] {
            if isSame {
                #expect(try index.file("x")?.all() == [UInt8(ascii: "1")])
            } else {
                #expect { try index.file("x") } throws: { error in
                    if case MemberError.ambiguous(_, "x") = error { true } else { false }
                }
            }
        }
    }

    /// Without a spool directory only the start of large members is kept.
    @Test func passedMembersWithTheSameStartAreTheSame() throws {
        let bytes = Self.tar {
            $0.file("x", Self.long(1)); $0.file("x", Self.long(1))
        }
        #expect(try TarReading.streamIndex(bytes).file("x")?.size == Int64(Self.long(1).count))
    }

    /// A source that counts how often its bytes are read.
    struct CountedSource: ByteSource {
        let content: [UInt8]
        let reads: Counter
        var path: String { "counted" }
        var size: Int64 { Int64(content.count) }

        func open() -> any ByteReader {
            reads.add(1)
            return ScriptedSource(content).open()
        }
    }

    @Test("a thousand links of one name to one member do not read it", arguments: [true, false])
    func repeatedLinksToOneMember(_ isHard: Bool) throws {
        let reads = Counter()
        var index = MemberIndex(path: "p")
        try index.add("target", .file(CountedSource(content: [1, 2], reads: reads)))
        for _ in 0..<1000 { try index.add("x", isHard ? .hardLink("target") : .symbolicLink("target")) }
        #expect(try index.file("x")?.all() == [1, 2])
        #expect(reads.value == 1)
    }

    @Test("each member is read once for any number of links to it")
    func repeatedLinksToSeveralMembers() throws {
        let reads = Counter()
        var index = MemberIndex(path: "p")
        for number in 0..<3 { try index.add("m\(number)", .file(CountedSource(content: [1, 2], reads: reads))) }
        for name in 0..<100 {
            for link in 0..<9 { try index.add("x\(name)", .hardLink("m\(link % 3)")) }
        }
        for name in 0..<100 { #expect(try index.file("x\(name)")?.size == 2) }
        #expect(reads.value == 3)
    }

    @Test("links of one name to members of different bytes are ambiguous")
    func repeatedLinksToDifferentBytes() throws {
        var index = MemberIndex(path: "p")
        try index.add("a", .file(ScriptedSource([1, 2])))
        try index.add("b", .file(ScriptedSource([1, 3])))
        for target in ["a", "b", "a", "b"] { try index.add("x", .symbolicLink(target)) }
        #expect(throws: MemberError.ambiguous(path: "p", member: "x")) { try index.file("x") }
    }

    @Test("members that state one size and end apart are ambiguous", arguments: [1, 2, 3])
    func shorterThanStated(_ step: Int) throws {
        var index = MemberIndex(path: "p")
        try index.add("x", .file(ScriptedSource([1, 2], step: step, statedSize: 3)))
        try index.add("x", .file(ScriptedSource([1, 2, 3], step: step)))
        #expect(throws: MemberError.ambiguous(path: "p", member: "x")) { try index.file("x") }
    }

    static func long(_ last: UInt8) -> [UInt8] { SampleBytes.text(70_000) + [last] }

    /// A directory has no content that could contradict that of the file.
    @Test func aDirectoryOfTheSameNameIsNoMember() throws {
        let index = try TarReading.index(
            Self.tar {
                $0.file("x", "1"); $0.header(.init("x", type: "5"))
            })
        #expect(try index.file("x")?.all() == [UInt8(ascii: "1")])
    }

    @Test func duplicatesOfOtherMembersAreIgnored() throws {
        let index = try TarReading.index(
            Self.tar {
                $0.file("x", "1"); $0.file("x", "2"); $0.file("y", "3")
            })
        #expect(try index.file("y")?.all() == [UInt8(ascii: "3")])
        #expect(Set(index.names) == ["x", "y"])
    }

    @Test func manyMembersAreTooMany() throws {
        var index = MemberIndex(path: "p")
        for number in 0..<1_000_000 { try index.add(String(number), .other) }
        #expect(throws: TarError.tooManyMembers(path: "p", limit: 1_000_000)) { try index.add("one more", .other) }
    }

    @Test func manyCopiesOfOneMemberAreTooMany() throws {
        var index = MemberIndex(path: "p")
        for _ in 0..<1000 { try index.add("x", .other) }
        #expect(throws: TarError.tooManyMembers(path: "p", limit: 1000)) { try index.add("x", .other) }
    }

    @Test(
        arguments: [
            ("a", "a"), ("./a", "a"), ("a/", "a"), ("/a", "a"), ("a//b", "a/b"), ("a/./b", "a/b"), (".", ""),
            ("./", ""),
            ("", ""), ("..", ".."), ("a/../b", "a/../b"), (".a", ".a"),
        ])
    func normalizesNames(_ name: String, _ expected: String) { #expect(TarMember.normalized(name) == expected) }
}
