import ByteIO
import ImageAudit
import ImageLayers
import ImageModel
import TestSupport
import Testing

@Suite("Layers that delete files")
struct DeletionLayerTests {
    private static let base = [
        [
            LayerEntry.file("usr/bin/foo", [1]), .file("usr/bin/bar", [1]), .file("usr/share/doc/a", [1]),
            .symbolicLink("bin", to: "usr/bin"), .symbolicLink("loop", to: "loop"), .file("etc/passwd", [1]),
        ]
    ]

    private static func names(_ paths: [String]) throws -> [String] {
        try Requests.names(Requests.tar(.deletion(paths), on: base))
    }

    @Test("one whiteout deletes a file or a directory, at its place without links")
    func whiteouts() throws {
        #expect(
            try Self.names(["/usr/share/doc/a", "bin/foo", "/usr/share/", "/usr/bin/foo", "/bin"])
                == ["usr/", "usr/bin/", ".wh.bin", "usr/bin/.wh.foo", "usr/.wh.share"])
    }

    @Test("the files are not in the merged tree any more")
    func applied() throws {
        let layers = try Requests.base(Self.base)
        let made = try Requests.make(
            [.deletion(["/bin/foo", "/usr/share", "/etc"])], on: layers, recipe: .gzip(level: 2))
        let new = ImageContents.Layer(
            digest: made[0].layer.digest, source: MemoryBytes(made[0].bytes, path: "new"), diffID: made[0].layer.diffID)
        let tree = try MergedTree(layers + [new])
        let paths = IteratorSequence(tree.makeEntryIterator()).map(\.path.absoluteText)
        #expect(paths == ["/bin", "/loop", "/usr", "/usr/bin", "/usr/bin/bar"])
    }

    @Test("paths that are not in the image are refused")
    func refused() {
        func flaw(_ path: String) -> LayerMakingError.DeletionFlaw? {
            guard case .deletion(path, let flaw)? = Requests.failure(.deletion([path]), on: Self.base) else {
                return nil
            }
            return flaw
        }
        #expect(flaw("/") == .root)
        #expect(flaw("") == .root)
        #expect(flaw("/usr/../etc") == .climbing)
        let others = ["bar", "foo"].map { Array($0.utf8) }
        #expect(flaw("/bin/fo") == .absent(name: Array("fo".utf8), in: FilePath("usr/bin"), others: others))
        #expect(flaw("/etc/passwd/x") == .notDirectory(FilePath("etc/passwd")))
        #expect(flaw("/loop/x") == .endlessLinks)
        #expect(flaw("/loop") == nil)
    }
}
