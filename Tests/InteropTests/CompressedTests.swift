import TestSupport
import Testing

extension Interop {
    /// Layers of several gzip members or zstd frames. A tool that reads only the first one misses most of the content.
    @Suite(.needs(.skopeo, .umoci))
    struct CompressedTests {
        /// Three zstd blocks, and more gzip blocks.
        private static let content = SampleBytes.text(9_000_000)

        private func layout(_ method: String, at path: String) throws -> Layout {
            let image = MadeImage("linux/amd64", [.file("big", Self.content)], [.file("small", [1])])
            let arguments = ["-", "--trust", "--compress", method, "-t", "demo/app:1.0", "-o", path]
            let run = try Program.ocimerge(arguments, input: try image.archive())
            guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
            return try Layout(path)
        }

        @Test("skopeo decompresses such layers to the digests in the config", arguments: ["gzip", "zstd"])
        func skopeo(_ method: String) throws {
            let scratch = try TemporaryDirectory()
            let layout = try layout(method, at: scratch.path("layout"))
            let (image, one) = try #require(layout.choices.first)
            let copy = scratch.path("copy")
            try Tool.skopeo("copy", "-q", "--dest-decompress", layout.name(image), "dir:\(copy)")
            #expect(try Tree.names(in: copy).filter { one.diffIDs.map(hex).contains($0) }.count == 2)
            for diffID in one.diffIDs {
                #expect(try digest(Tree.read(copy)[hex(diffID)] ?? []) == diffID)
            }
        }

        @Test("umoci unpacks such layers completely")
        func umoci() throws {
            let scratch = try TemporaryDirectory()
            _ = try layout("gzip", at: scratch.path("layout"))
            try Tool.umoci("unpack", "--rootless", "--image", scratch.path("layout:1.0"), scratch.path("bundle"))
            let tree = try Tree.read(scratch.path("bundle/rootfs"))
            #expect(tree == ["big": Self.content, "small": [1]])
        }
    }
}
