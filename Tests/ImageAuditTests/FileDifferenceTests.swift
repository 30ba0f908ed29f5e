import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

@Suite("The differences between the files of two images")
struct FileDifferenceTests {
    private static func tree(_ layers: [[LayerEntry]], _ packing: LayerPacking) throws -> MergedTree {
        var image = MadeImage()
        image.layers = layers
        let contents = try image.content(packing).layers.map { bytes in
            ImageContents.Layer(digest: Digest(of: bytes), source: MemoryBytes(bytes, path: "layer"))
        }
        return try MergedTree(contents, hashing: true)
    }

    private static func lines(
        _ old: [[LayerEntry]], _ new: [[LayerEntry]], _ packing: LayerPacking = .plain
    ) throws -> [String] {
        try FileDifference.between(tree(old, .plain), tree(new, packing)).map { difference in
            let mark = difference.old == nil ? "+" : difference.new == nil ? "-" : "~"
            let path = String(decoding: difference.path.bytes, as: UTF8.self)
            return ([mark, path] + difference.changes.map(\.rawValue)).joined(separator: " ")
        }
    }

    private static func file(_ name: String, _ content: String = "x") -> LayerEntry { .file(name, Array(content.utf8)) }

    @Test("layers and their compression do not matter, only the files")
    func layers() throws {
        let old = [[Self.file("a"), Self.file("b", "1")], [Self.file("b", "2"), Self.file("c"), .whiteout("a")]]
        #expect(try Self.lines(old, [[Self.file("b", "2"), Self.file("c")]], .gzip) == [])
    }

    @Test("added, removed and changed files are in the order of paths")
    func order() throws {
        let old = [Self.file("a"), Self.file("d/x"), Self.file("d-x"), Self.file("same"), Self.file("z", "1")]
        let new = [Self.file("b"), Self.file("d/y"), Self.file("d-x", "y"), Self.file("same"), Self.file("z", "12")]
        #expect(try Self.lines([old], [new]) == ["- a", "+ b", "- d/x", "+ d/y", "~ d-x content", "~ z content"])
    }

    @Test("a change is one of the content, type, mode or target")
    func changes() throws {
        let old: [LayerEntry] = [
            .program("mode", [1]), Self.file("kind"), .symbolicLink("link", to: "a"), .directory("directory"),
        ]
        var directory = LayerEntry.directory("directory")
        directory.mode = 0o700
        let new: [LayerEntry] = [
            .file("mode", [1]), .symbolicLink("kind", to: "x"), .symbolicLink("link", to: "b"), directory,
        ]
        #expect(
            try Self.lines([old], [new]) == [
                "~ directory mode", "~ kind type mode", "~ link target", "~ mode mode",
            ])
    }

    @Test("hard links of devices and links have no content that could differ")
    func specialLinks() throws {
        func image(_ other: String) -> [LayerEntry] {
            [.symbolicLink("l", to: "x"), .hardLink("m", to: "l"), Self.file("other", other)]
        }
        let trees = try [image("1"), image("2")].map { entries in
            var image = MadeImage()
            image.layers = [entries]
            let bytes = try image.content().layers[0]
            return try MergedTree([.init(digest: Digest(of: bytes), source: MemoryBytes(bytes, path: "layer"))])
        }
        let paths = FileDifference.between(trees[0], trees[1]).map { String(decoding: $0.path.bytes, as: UTF8.self) }
        #expect(paths == ["other"])
    }

    @Test("every name of a hard link that has other content is listed")
    func hardLinks() throws {
        func image(_ content: String) -> [LayerEntry] {
            [Self.file("a", content), .hardLink("b", to: "a").with(mode: 0o644)]
        }
        #expect(try Self.lines([image("1")], [image("2")]) == ["~ a content", "~ b content"])
        #expect(try Self.lines([image("1")], [[Self.file("a", "1"), Self.file("b", "1")]]) == ["~ b type"])
    }
}
