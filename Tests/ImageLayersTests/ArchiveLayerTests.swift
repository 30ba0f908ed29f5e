import ByteIO
import Foundation
import ImageAudit
import ImageLayers
import ImageModel
import TestSupport
import Testing

@Suite("Layers of tar archives")
struct ArchiveLayerTests {
    private static let tar = TarBuilder.archive([("a/b", Array("text".utf8)), ("c", [1, 2, 3])])

    private static func packed(_ program: String) throws -> [UInt8] {
        try Program.run(program, ["-c"], input: tar).output
    }

    @Test("an archive is used byte for byte")
    func plain() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.tar, to: "a.tar")
        for recipe: Recipe? in [nil, .gzip(level: 2), .zstd(level: 3)] {
            let made = try Requests.make([.archive(path)], recipe: recipe)[0]
            #expect(made.layer.diffID == Digest(of: Self.tar))
            #expect(made.layer.compression.codec == recipe?.codec)
            if recipe == nil { #expect(made.bytes == Self.tar) }
        }
    }

    @Test(
        "a compressed archive keeps its bytes unless another compression is requested",
        arguments: ["gzip", "zstd", "xz", "bzip2", "lz4"])
    func compressed(_ program: String) throws {
        let directory = try TemporaryDirectory()
        let bytes = try Self.packed(program)
        let path = try directory.write(bytes, to: "a.tar.x")
        let kept = try Requests.make([.archive(path)], recipe: .gzip(level: 2), isExplicit: false)[0]
        let isLayer = program == "gzip" || program == "zstd"
        #expect((kept.bytes == bytes) == isLayer)
        #expect(kept.layer.compression == (program == "zstd" ? .zstd : .gzip))
        for recipe in [Recipe.gzip(level: 6), .zstd(level: 1)] {
            let made = try Requests.make([.archive(path)], recipe: recipe)[0]
            #expect(made.layer.diffID == Digest(of: Self.tar))
            #expect(made.layer.compression.codec == recipe.codec)
            #expect((made.bytes == bytes) == (recipe.codec.rawValue == program))
        }
        #expect(try Requests.make([.archive(path)], recipe: nil)[0].bytes == Self.tar)
    }

    @Test("an empty archive is a layer")
    func empty() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write([UInt8](repeating: 0, count: 10240), to: "empty.tar")
        #expect(try Requests.make([.archive(path)])[0].bytes.count == 10240)
    }

    private static func failure(_ bytes: [UInt8]) throws -> LayerMakingError? {
        let directory = try TemporaryDirectory()
        return Requests.failure(.archive(try directory.write(bytes, to: "a")))
    }

    @Test("an archive that is cut off anywhere is refused, compressed or not")
    func truncated() throws {
        for length in stride(from: 0, to: Self.tar.count, by: 256) {
            #expect(try Self.failure(Array(Self.tar.prefix(length))) != nil, "\(length)")
        }
        for program in ["gzip", "zstd"] {
            let bytes = try Self.packed(program)
            for length in stride(from: 0, to: bytes.count, by: 7) {
                #expect(try Self.failure(Array(bytes.prefix(length))) != nil, "\(length)")
            }
            let cut = try Program.run(program, ["-c"], input: Array(Self.tar.dropLast(600))).output
            guard case .tar(.cutOff)? = try Self.failure(cut) else {
                Issue.record("an archive without its end")
                continue
            }
        }
        guard case .tar(.concatenated)? = try Self.failure(Self.tar + Self.tar) else {
            Issue.record("two archives")
            return
        }
    }

    @Test("members that lead out of the image are refused")
    func members() throws {
        func flaw(_ build: (inout TarBuilder) -> Void) throws -> LayerMakingError.MemberFlaw? {
            var tar = TarBuilder()
            tar.file("first", [1])
            build(&tar)
            guard case .member(_, _, let flaw)? = try Self.failure(tar.finished) else { return nil }
            return flaw
        }
        #expect(try flaw { $0.file("a/../../b", [1]) } == .climbing)
        #expect(try flaw { $0.file("/etc/passwd", [1]) } == .absolute)
        #expect(try flaw { $0.hardLink("a", to: "../b") } == .linkTarget("../b"))
        #expect(try flaw { $0.hardLink("a", to: "/b") } == .linkTarget("/b"))
        #expect(try flaw { $0.add("a", [], type: "Z") } == .type(UInt8(ascii: "Z")))
        #expect(try flaw { $0.symbolicLink("a", to: "../../b") } == nil)
        #expect(try flaw { $0.file("./", []) } == nil)
    }

    @Test("an archive of images is refused; one with a file of such a name is not")
    func images() throws {
        for fixture in ["docker20/hello-amd64.tar", "buildx/zstd.oci.tar", "docker25-graph/hello-amd64.tar"] {
            let path = Program.fixture(fixture)
            #expect(Requests.failure(.archive(path)) == .imageArchive(path))
        }
        let packed = try Program.run("gzip", ["-c", Program.fixture("crane/hello-amd64.tar")]).output
        guard case .imageArchive? = try Self.failure(packed) else {
            Issue.record("a compressed archive")
            return
        }
        let names = [
            ["manifest.json", "srv/manifest.json"], ["oci-layout"], ["index.json", "blobs/a"],
            ["manifest.json", "blobs/img/a.png", "static/layer.tar"],
        ]
        for names in names {
            #expect(try Self.failure(TarBuilder.archive(names.map { ($0, [1]) })) == nil, "\(names)")
        }
    }

    @Test("an archive needs no files of the image")
    func noTree() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.tar, to: "a.tar")
        let absent = ImageContents.Layer(digest: Digest(of: [1]), source: nil)
        #expect(try Requests.make([.archive(path)], on: [absent]).count == 1)
        #expect(throws: LayerMakingError.image(LayerFailure(layer: Digest(of: [1]), fault: .absent))) {
            try Requests.make([.deletion(["/a"])], on: [absent])
        }
    }
}
