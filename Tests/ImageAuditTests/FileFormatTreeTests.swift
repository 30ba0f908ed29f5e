import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

@Suite("Formats and contents of files in a merged tree")
struct FileFormatTreeTests {
    private static func tree(_ layers: [LayerEntry]..., listing: Listing) throws -> MergedTree {
        try listing.tree(layers).tree
    }

    private static func entry(_ path: String, in tree: MergedTree) throws -> FileEntry {
        guard case .file(let entry) = tree.resolve(FilePath(path)) else { throw Absent() }
        return entry
    }

    private struct Absent: Error {}

    private static func format(_ path: String, in tree: MergedTree) throws -> FileFormat {
        try tree.format(of: entry(path, in: tree))
    }

    private static func content(_ path: String, in tree: MergedTree) throws -> String? {
        try tree.content(of: entry(path, in: tree)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func file(_ name: String, _ content: String) -> LayerEntry { .file(name, Array(content.utf8)) }

    @Test("programs have their format, and other files have none", arguments: Listing.allCases)
    func formats(_ listing: Listing) throws {
        let tree = try Self.tree(
            [
                .program("bin/program", ProgramFile.real("amd64")), .script("bin/script", "#!/bin/sh -e\nexit\n"),
                .hardLink("bin/other", to: "bin/script"), .symbolicLink("link", to: "bin/script"),
                Self.file("text", "text"), Self.file("empty", ""), .directory("directory"),
            ], listing: listing)
        guard case .elf(let program) = try Self.format("bin/program", in: tree) else {
            Issue.record("the program must be an ELF file")
            return
        }
        #expect(program.machine?.architecture == "amd64")
        #expect(program.needed == [Array("libc.so.6".utf8)])
        let line = FileFormat.script(ScriptLine(bytes: Array("/bin/sh -e".utf8), isComplete: true))
        #expect(try Self.format("bin/script", in: tree) == line)
        #expect(try Self.format("bin/other", in: tree) == line)
        #expect(try Self.format("link", in: tree) == line)
        #expect(try Self.format("text", in: tree) == .other)
        #expect(try Self.format("empty", in: tree) == .empty)
        #expect(try Self.format("directory", in: tree) == .other)
    }

    @Test("the format is that of the uppermost layer", arguments: Listing.allCases)
    func layers(_ listing: Listing) throws {
        let tree = try Self.tree(
            [.script("a", "#!/old"), .script("b", "#!/old")], [.script("a", "#!/new"), .directory("implied/c")],
            listing: listing)
        #expect(try Self.format("a", in: tree) == .script(ScriptLine(bytes: Array("/new".utf8), isComplete: true)))
        #expect(try Self.format("b", in: tree) == .script(ScriptLine(bytes: Array("/old".utf8), isComplete: true)))
        #expect(try Self.format("implied", in: tree) == .other)
    }

    @Test("accounts and settings of dynamic loaders keep their content", arguments: Listing.allCases)
    func contents(_ listing: Listing) throws {
        let kept = ["etc/passwd", "etc/group", "etc/ld.so.cache", "etc/ld-musl-x86_64.path"]
        let others = ["etc/hosts", "etc/ld.so.conf", "etc/ld.so.conf.d/local.conf", "etc/ld-musl-x86_64"]
        let tree = try Self.tree(
            (kept + others).map { Self.file($0, "content of \($0)") } + [
                .hardLink("passwd", to: "etc/passwd"), .directory("group"),
            ], listing: listing)
        for path in kept { #expect(try Self.content(path, in: tree) == "content of \(path)") }
        for path in others { #expect(try Self.content(path, in: tree) == nil) }
        #expect(try Self.content("passwd", in: tree) == "content of etc/passwd")
        #expect(try Self.content("group", in: tree) == nil)
    }

    @Test("the content of a long file is not kept", arguments: Listing.allCases)
    func longContent(_ listing: Listing) throws {
        let limit = Int(1 << 20)
        let tree = try Self.tree(
            [
                .file("a/passwd", [UInt8](repeating: 1, count: limit)),
                .file("b/passwd", [UInt8](repeating: 1, count: limit + 1)), Self.file("empty/passwd", ""),
            ], listing: listing)
        #expect(try Self.content("a/passwd", in: tree)?.utf8.count == limit)
        #expect(try Self.content("b/passwd", in: tree) == nil)
        #expect(try Self.content("empty/passwd", in: tree) == "")
    }

    @Test("kept content counts for the limit")
    func limited() throws {
        let bytes = try Listing.bytes([.file("passwd", [UInt8](repeating: 1, count: 10_000))])
        #expect(throws: LayerFault.tooManyFiles(limit: 5000)) {
            try Listing.read.files(bytes, budget: FileBudget(limit: 5000))
        }
    }

    @Test("listed layers are stacked as read ones", arguments: Listing.allCases)
    func stacked(_ listing: Listing) throws {
        let long = String(repeating: "long", count: 100)
        let layers: [[LayerEntry]] = [
            [Self.file("a/b/c", "1"), Self.file("a/\(long)/d", "2"), .symbolicLink("l", to: "a/b"), .directory("a")],
            [.whiteout("a/b/c"), Self.file("l/e", "3"), Self.file("l", "4"), Self.file("x/a/b", "5")],
            [.opaque("a"), Self.file("a/\(long)", "6"), .hardLink("h", to: "x/a/b"), .whiteout("x/a")],
        ]
        let bytes = try layers.map(Listing.bytes)
        for count in 1...bytes.count {
            let part = bytes.prefix(count)
            let read = try MergedTree(
                part.map { .init(digest: Digest(of: $0), source: MemoryBytes($0, path: "layer")) })
            let listed = try MergedTree(files: part.map { (Digest(of: $0), try listing.files($0)) })
            #expect(listed.entries == read.entries)
        }
    }

    @Test("a list is not made of a damaged tar", arguments: Listing.allCases)
    func damaged(_ listing: Listing) throws {
        let bytes = Array(try Listing.bytes([.file("a", [UInt8](repeating: 1, count: 600))]).prefix(700))
        #expect(throws: LayerFault.tar(.truncated(path: "layer", member: "a"))) {
            do { _ = try listing.files(bytes) } catch LayerFault.tar(.truncated(_, let member)) {
                throw LayerFault.tar(.truncated(path: "layer", member: member))
            }
        }
    }
}
