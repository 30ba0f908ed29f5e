import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

@Suite("The merged tree of an image")
struct MergedTreeTests {
    /// One line a file: kind, mode, path and target.
    private static func lines(_ layers: [LayerEntry]..., packing: LayerPacking = .plain) throws -> [String] {
        try lines(tree(layers, packing))
    }

    private static func lines(_ tree: MergedTree) -> [String] { tree.entries.map(line) }

    private static func line(_ entry: FileEntry) -> String {
        let target = entry.target.map { " -> " + text($0) } ?? ""
        return "\(entry.kind.rawValue) \(String(entry.mode, radix: 8)) \(text(entry.path.bytes))\(target)"
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func tree(
        _ layers: [[LayerEntry]], _ packing: LayerPacking = .plain, hashing: Bool = false
    ) throws -> MergedTree {
        var image = MadeImage()
        image.layers = layers
        return try tree(image.content(packing).layers, hashing: hashing)
    }

    private static func tree(_ layers: [[UInt8]], hashing: Bool = false) throws(LayerFailure) -> MergedTree {
        try MergedTree(layers.map { layer($0) }, hashing: hashing)
    }

    private static func layer(_ bytes: [UInt8], digest: Digest? = nil) -> ImageContents.Layer {
        ImageContents.Layer(digest: digest ?? Digest(of: bytes), source: MemoryBytes(bytes, path: "layer"))
    }

    private static func file(_ name: String, _ content: String = "x") -> LayerEntry { .file(name, Array(content.utf8)) }

    @Test("layers of any compression are stacked", arguments: LayerPacking.allCases)
    func stacked(_ packing: LayerPacking) throws {
        let lines = try Self.lines(
            [.directory("bin"), .program("bin/sh", [1]), Self.file("bin/a")],
            [.program("bin/a", [1, 2]), Self.file("bin/b")], packing: packing
        ).filter { !$0.hasSuffix("stargz.index.json") }
        #expect(lines == ["directory 755 bin", "file 755 bin/a", "file 644 bin/b", "file 755 bin/sh"])
    }

    @Test("a directory that no layer describes has the mode of one that an engine makes")
    func impliedDirectory() throws {
        #expect(try Self.lines([Self.file("a/b/c")]) == ["directory 755 a", "directory 755 a/b", "file 644 a/b/c"])
    }

    @Test("paths are in the order of directories, not of bytes")
    func order() throws {
        let lines = try Self.lines([Self.file("a-b"), Self.file("a/c"), Self.file("a.b")])
        #expect(lines == ["directory 755 a", "file 644 a/c", "file 644 a-b", "file 644 a.b"])
        let paths = try Self.tree([[Self.file("a-b"), Self.file("a/c"), Self.file("a.b")]]).entries.map(\.path)
        #expect(paths == paths.sorted())
    }

    @Test("a whiteout removes a file or directory of the layers below")
    func whiteout() throws {
        let below = [Self.file("a/one"), Self.file("a/two"), Self.file("b/one")]
        #expect(
            try Self.lines(below, [.whiteout("a/one"), .whiteout("b")]) == ["directory 755 a", "file 644 a/two"])
    }

    @Test("a whiteout does not remove files of its own layer, wherever it stands in the tar")
    func ownLayer() throws {
        let above = [Self.file("a/new"), LayerEntry.whiteout("a"), .opaque("b"), Self.file("b/new")]
        let lines = try Self.lines([Self.file("a/old"), Self.file("b/old")], above)
        #expect(lines == ["directory 755 a", "file 644 a/new", "directory 755 b", "file 644 b/new"])
        let last = [Self.file("b/new"), LayerEntry.opaque("b")]
        #expect(try Self.lines([Self.file("b/old")], last) == ["directory 755 b", "file 644 b/new"])
    }

    @Test("marks below a directory that replaces a link spare the target of the link")
    func replacedLink() throws {
        let below = [Self.file("b/x"), LayerEntry.symbolicLink("a", to: "b")]
        let expected = ["directory 755 a", "file 644 a/y", "directory 755 b", "file 644 b/x"]
        #expect(try Self.lines(below, [.directory("a"), .opaque("a"), Self.file("a/y")]) == expected)
        #expect(try Self.lines(below, [.directory("a"), .whiteout("a/x"), Self.file("a/y")]) == expected)
    }

    @Test("marks below a link of a lower layer are for the target of the link")
    func marksThroughLink() throws {
        let below = [Self.file("b/x"), Self.file("b/z"), LayerEntry.symbolicLink("a", to: "b")]
        #expect(try Self.lines(below, [.whiteout("a/x")]) == ["symlink 777 a -> b", "directory 755 b", "file 644 b/z"])
        #expect(try Self.lines(below, [.opaque("a")]) == ["symlink 777 a -> b", "directory 755 b"])
    }

    @Test("a whiteout of a directory that the same layer writes removes only files of other layers")
    func partlyHidden() throws {
        let below = [Self.file("a/b/old"), Self.file("a/c/old"), Self.file("a/old")]
        let lines = try Self.lines(below, [Self.file("a/b/new"), .whiteout("a"), .opaque("a/b"), .opaque("a")])
        #expect(lines == ["directory 755 a", "directory 755 a/b", "file 644 a/b/new"])
    }

    @Test("an opaque directory hides everything below it and keeps its own mode")
    func opaque() throws {
        let lines = try Self.lines(
            [.directory("a"), Self.file("a/b/c"), Self.file("a/d")], [.opaque("a"), Self.file("a/e")])
        #expect(lines == ["directory 755 a", "file 644 a/e"])
    }

    @Test("a whiteout of the root's own files works")
    func opaqueRoot() throws {
        #expect(try Self.lines([Self.file("a")], [Self.file(".wh..wh..opq"), Self.file("b")]) == ["file 644 b"])
    }

    @Test("a file replaces a directory, and a directory a file")
    func replaced() throws {
        let lines = try Self.lines(
            [Self.file("a/b"), Self.file("c"), Self.file("d")],
            [Self.file("a"), .directory("c"), Self.file("c/d"), .whiteout("d"), Self.file("d/e")])
        #expect(
            lines == ["file 644 a", "directory 755 c", "file 644 c/d", "directory 755 d", "file 644 d/e"])
    }

    @Test("a directory keeps its files when a layer describes it again")
    func describedAgain() throws {
        var again = LayerEntry.directory("a")
        again.mode = 0o1777
        #expect(try Self.lines([Self.file("a/b")], [again]) == ["directory 1777 a", "file 644 a/b"])
    }

    @Test("the last of several members of one name counts")
    func repeated() throws {
        let tree = try Self.tree([[Self.file("a", "first"), .program("a", [1])]])
        #expect(Self.lines(tree) == ["file 755 a"])
        #expect(tree.entries.map(\.size) == [1])
    }

    @Test("a member below a link of a lower layer is in the target of the link")
    func throughLink() throws {
        let merged = [LayerEntry.symbolicLink("lib", to: "usr/lib"), .directory("usr/lib")]
        #expect(
            try Self.lines(merged, [Self.file("lib/x")]) == [
                "symlink 777 lib -> usr/lib", "directory 755 usr", "directory 755 usr/lib", "file 644 usr/lib/x",
            ])
        #expect(
            try Self.lines(merged, [.directory("lib"), Self.file("lib/x")]).prefix(2) == [
                "directory 755 lib", "file 644 lib/x",
            ])
        #expect(try Self.lines(merged, [Self.file("lib/x")], [.whiteout("lib/x")]).last == "directory 755 usr/lib")
    }

    @Test("links never lead out of the image")
    func inside() throws {
        let lines = try Self.lines([
            .symbolicLink("up", to: "../../etc"), Self.file("up/x"), .symbolicLink("abs", to: "/etc"),
            Self.file("abs/y"),
        ])
        #expect(
            lines
                == [
                    "symlink 777 abs -> /etc", "directory 755 etc", "file 644 etc/x", "file 644 etc/y",
                    "symlink 777 up -> ../../etc",
                ].sorted { $0.split(separator: " ")[2] < $1.split(separator: " ")[2] })
    }

    @Test("the first name of a file with several names is the file")
    func hardLinks() throws {
        let tree = try Self.tree([[Self.file("m", "text"), .hardLink("z", to: "./m"), .hardLink("a", to: "/m")]])
        // Engines give the file the mode of the last member that links to it.
        #expect(Self.lines(tree) == ["file 755 a", "hardlink 755 m -> a", "hardlink 755 z -> a"])
        #expect(tree.entries.map(\.size) == [4, 4, 4])
    }

    @Test("a hard link keeps its content when an upper layer replaces or removes the other name")
    func keptContent() throws {
        let below = [Self.file("m", "text"), LayerEntry.hardLink("z", to: "m")]
        let replaced = try Self.tree([below, [Self.file("m", "longer text")]])
        #expect(Self.lines(replaced) == ["file 644 m", "file 755 z"])
        #expect(replaced.entries.map(\.size) == [11, 4])
        #expect(try Self.lines(below, [.whiteout("m")]) == ["file 755 z"])
    }

    @Test("devices, FIFOs and owners are those of the headers")
    func devices() throws {
        var tar = TarBuilder()
        for (name, type) in [("c", "3"), ("b", "4"), ("p", "6")] as [(String, Character)] {
            tar.header(.init(name, type: type))
        }
        tar.pax([("uid", "70000"), ("gid", "8589934592")])
        tar.file("owned", "x")
        let entries = try Self.tree([tar.finished]).entries
        #expect(entries.map(\.kind) == [.blockDevice, .characterDevice, .file, .fifo])
        #expect(entries[0].device == .init(major: 0, minor: 0))
        #expect(entries[2].user == 70000)
        #expect(entries[2].group == 8_589_934_592)
    }

    @Test("names that are not UTF-8 or differ only in their normal form stay different")
    func bytes() throws {
        var tar = TarBuilder()
        for bytes in [[0x61, 0xff], [0x61, 0xfe], Array("\u{e9}".utf8), Array("e\u{301}".utf8)] as [[UInt8]] {
            var header = TarBuilder.Header("")
            header.nameBytes = bytes
            tar.header(header)
        }
        let names = try Self.tree([tar.finished]).entries.map(\.path.bytes)
        #expect(
            names
                == [[0x61, 0xfe], [0x61, 0xff], Array("e\u{301}".utf8), Array("\u{e9}".utf8)].sorted {
                    $0.lexicographicallyPrecedes($1)
                })
    }

    @Test("content is hashed if asked, also of hard links")
    func hashed() throws {
        let tree = try Self.tree([[Self.file("a", "text"), .hardLink("b", to: "a"), .directory("c")]], hashing: true)
        let hash = ContentHasher.hash(Array("text".utf8))
        #expect(tree.entries.map(\.hash) == [hash, hash, nil])
        #expect(try Self.tree([[Self.file("a", "text")]]).entries.map(\.hash) == [nil])
    }

    @Test("each file states the layer that supplied it")
    func layers() throws {
        let bytes = try [[Self.file("a"), Self.file("b")], [Self.file("b", "y")]].map {
            var image = MadeImage()
            image.layers = [$0]
            return try image.content().layers[0]
        }
        #expect(try Self.tree(bytes).entries.map(\.layer) == bytes.map { Digest(of: $0) })
    }

    @Test("a layer that repeats is applied again")
    func repeatedLayer() throws {
        var image = MadeImage()
        image.layers = [[Self.file("a")], [.whiteout("a"), Self.file("b")]]
        let layers = try image.content().layers
        let tree = try Self.tree([layers[0], layers[1], layers[0], layers[0]])
        #expect(Self.lines(tree) == ["file 644 a", "file 644 b"])
    }

    @Test("an image without layers has no files")
    func noLayers() throws { #expect(try Self.tree([[UInt8]]()).entries == []) }

    // MARK: - Refusals

    private static func fault(_ body: () throws -> MergedTree) -> LayerFault? {
        do {
            _ = try body()
            return nil
        } catch { return (error as? LayerFailure)?.fault }
    }

    @Test("a layer that is absent, damaged or no tar is an error")
    func refused() throws {
        let layer = TarBuilder.archive([("a", [1])])
        let digest = Digest(of: layer)
        func of(_ bytes: [UInt8]) -> LayerFault? {
            Self.fault { try MergedTree([Self.layer(bytes, digest: digest)]) }
        }
        #expect(Self.fault { try MergedTree([.init(digest: digest, source: nil)]) } == .absent)
        let wrong = TarBuilder.archive([("b", [1])])
        #expect(of(wrong) == .wrongContent(found: Digest(of: wrong)))
        let longer = layer + [0]
        #expect(of(longer) == .wrongContent(found: Digest(of: longer)))
        let text = Array("no tar".utf8)
        #expect(Self.fault { try Self.tree([text]) } == .tar(.notATar(path: "layer")))
        let cut = Array(TarBuilder.archive([("a", [UInt8](repeating: 1, count: 600))]).prefix(700))
        guard case .tar(.truncated) = Self.fault({ try Self.tree([cut]) }) else {
            Issue.record("a cut layer must be an error")
            return
        }
    }

    @Test("compressed bytes that break off are an error", arguments: [LayerPacking.gzip, .zstd])
    func brokenCompression(_ packing: LayerPacking) throws {
        let image = MadeImage("linux/amd64", [Self.file("a", String(repeating: "text", count: 1000))])
        let blob = try image.content(packing).layers[0]
        guard case .undecodable = Self.fault({ try Self.tree([Array(blob.dropLast(8))]) }) else {
            Issue.record("broken compressed bytes must be an error")
            return
        }
    }

    @Test("invalid members are errors")
    func members() throws {
        func of(_ entries: LayerEntry...) -> LayerFault? { Self.fault { try Self.tree([entries]) } }
        #expect(of(Self.file("a/../../b")) == .invalidName(FilePath("a/../../b")))
        #expect(of(Self.file("a/.wh...")) == .invalidName(FilePath("a/.wh...")))
        #expect(of(Self.file("a/.wh.")) == .invalidName(FilePath("a/.wh.")))
        #expect(of(Self.file(".")) == .invalidName(FilePath("")))
        #expect(of(.hardLink("a", to: "b")) == .hardLinkTarget(FilePath("a"), target: FilePath("b")))
        #expect(of(.directory("b"), .hardLink("a", to: "b")) == .hardLinkTarget(FilePath("a"), target: FilePath("b")))
        let loop = [LayerEntry.symbolicLink("a", to: "b"), .symbolicLink("b", to: "a"), Self.file("a/x")]
        #expect(Self.fault { try Self.tree([loop]) } == .endlessLinks(FilePath("a/x")))
        let marks = [("a/x", LayerEntry.whiteout("a/x")), ("a", .opaque("a")), ("x", .hardLink("x", to: "a/x"))]
        for (path, mark) in marks {
            let layers = [Array(loop.prefix(2)), [mark]]
            #expect(Self.fault { try Self.tree(layers) } == .endlessLinks(FilePath(path)))
        }
    }

    @Test("a member below a file is an error")
    func belowFile() throws {
        for path in ["f/g", "f/g/h"] {
            let expected = LayerFault.notDirectory(FilePath(path), file: FilePath("f"))
            #expect(Self.fault { try Self.tree([[Self.file("f")], [Self.file(path)]]) } == expected)
            #expect(Self.fault { try Self.tree([[Self.file("f"), Self.file(path)]]) } == expected)
        }
    }

    @Test("content that differs from the diffID of the config is an error")
    func diffID() throws {
        let blob = TarBuilder.archive([("a", [1])])
        let other = Digest(of: Array("other".utf8))
        func of(_ diffIDs: Digest...) -> LayerFault? {
            Self.fault {
                try MergedTree(
                    diffIDs.map {
                        .init(digest: Digest(of: blob), source: MemoryBytes(blob, path: "layer"), diffID: $0)
                    })
            }
        }
        let own = Digest(of: blob)
        #expect(of(own, own) == nil)
        #expect(of(other) == .wrongDiffID(expected: other, found: own))
        // The layer is read once.
        #expect(of(own, other) == .wrongDiffID(expected: other, found: own))
        let long = Digest(of: blob, algorithm: .sha512)
        #expect(of(own, long) == nil)
    }

    @Test("the files of an image have a limit")
    func limited() throws {
        let layer = TarBuilder.archive((0..<100).map { ("\($0)", []) })
        func of(_ count: Int, limit: Int) -> LayerFault? {
            Self.fault {
                try MergedTree(Array(repeating: Self.layer(layer), count: count), budget: FileBudget(limit: limit))
            }
        }
        #expect(of(1, limit: 10_000) == nil)
        #expect(of(1, limit: 5000) == .tooManyFiles(limit: 5000))
        #expect(of(10_000, limit: 10_000) == .tooManyFiles(limit: 10_000))
    }

    @Test("marks of a repeated layer count for the limit", arguments: [true, false])
    func limitedMarks(_ isOpaque: Bool) throws {
        var image = MadeImage()
        image.layers = [(0..<50).map { isOpaque ? .opaque("\($0)") : .whiteout("\($0)") }]
        let layer = Self.layer(try image.content().layers[0])
        let fault = Self.fault {
            try MergedTree(Array(repeating: layer, count: 1000), budget: FileBudget(limit: 100_000))
        }
        #expect(fault == .tooManyFiles(limit: 100_000))
    }

    @Test("links cannot make paths that are longer than the limit of a kernel")
    func longPaths() throws {
        let deep = Array(repeating: "d", count: 1500).joined(separator: "/")
        let layer = [
            .directory(deep), LayerEntry.symbolicLink("s", to: deep), .directory("s/" + deep),
        ]
        #expect(Self.fault { try Self.tree([layer]) } == .longPath(FilePath("s/" + deep), limit: 4096))
    }

    @Test("the lengths of paths count for the limit")
    func limitedPaths() throws {
        let long = String(repeating: "d", count: 200)
        var image = MadeImage()
        let target = Array(repeating: long, count: 15).joined(separator: "/")
        image.layers = [
            [.directory(target), .symbolicLink("s", to: target)] + (0..<100).map { Self.file("s/\($0)") }
        ]
        let bytes = try image.content().layers[0]
        func of(limit: Int) -> LayerFault? {
            Self.fault { try MergedTree([Self.layer(bytes)], budget: FileBudget(limit: limit)) }
        }
        #expect(of(limit: 400_000) == nil)
        #expect(of(limit: 200_000) == .tooManyFiles(limit: 200_000))
    }

    // MARK: - Paths

    @Test("paths have no empty parts and no parts that are one point")
    func spelling() {
        for (text, path) in [
            ("./a//b/", "a/b"), ("/a/./b", "a/b"), ("a/b", "a/b"), ("", ""), (".", ""), ("//", ""), ("..", ".."),
            ("a/../b/.", "a/../b"), (".../.a", ".../.a"), ("..b/a.", "..b/a."),
        ] {
            #expect(FilePath(text).bytes == Array(path.utf8), "\(text)")
        }
        #expect(FilePath("a/b/c").directory == FilePath("a/b"))
        #expect(FilePath("a/b/c").name == Array("c".utf8))
        #expect(FilePath("a").directory == FilePath(""))
        #expect(FilePath("a").name == Array("a".utf8))
        #expect(FilePath("a/../b").withoutClimbing == FilePath("b"))
        #expect(FilePath("a/../../b").withoutClimbing == nil)
    }

    @Test("paths are resolved inside the image")
    func resolved() throws {
        let tree = try Self.tree([
            [
                Self.file("usr/bin/tool"), .symbolicLink("bin", to: "usr/bin"), .symbolicLink("t", to: "/bin/./tool"),
                .symbolicLink("up", to: "../../../usr"), .symbolicLink("loop", to: "loop"),
                .symbolicLink("gone", to: "usr/none"),
            ]
        ])
        func path(_ text: String, followsLast: Bool = true) -> String {
            switch tree.resolve(FilePath(text), followsLast: followsLast) {
            case .file(let entry): Self.text(entry.path.bytes)
            case .root: "root"
            case .absent(let name, let directory): "no \(Self.text(name)) in \(Self.text(directory.bytes))"
            case .notDirectory(let path): "\(Self.text(path.bytes)) is no directory"
            case .endless: "endless"
            }
        }
        #expect(path("/bin/tool") == "usr/bin/tool")
        #expect(path("t") == "usr/bin/tool")
        #expect(path("t", followsLast: false) == "t")
        #expect(path("up/bin/../bin/tool") == "usr/bin/tool")
        #expect(path("../..") == "root")
        #expect(path("/") == "root")
        #expect(path("loop") == "endless")
        #expect(path("gone") == "no none in usr")
        #expect(path("bin/other/x") == "no other in usr/bin")
        #expect(path("bin/tool/x") == "usr/bin/tool is no directory")
        #expect(tree.names(in: FilePath("usr")).map(Self.text) == ["bin"])
    }
}

extension MergedTree {
    /// All files in the order of paths, without the root.
    var entries: [FileEntry] { Array(IteratorSequence(makeEntryIterator())) }
}
