import ByteIO
import ImageModel
import TestSupport
import Testing

@Suite("digests of SHA-512")
struct OtherAlgorithmTests {
    private static func put(_ files: inout [(String, [UInt8])], _ bytes: [UInt8], _ type: MediaType) -> Descriptor {
        let document = SampleContent(bytes, mediaType: type, algorithm: .sha512)
        files.append(("blobs/sha512/\(document.digest.hex)", bytes))
        return document.descriptor
    }

    /// A layout of one named image with SHA-512 digests. The diffIDs are SHA-256.
    private static func files(_ packing: LayerPacking) throws -> [(String, [UInt8])] {
        let content = try MadeImage("linux/amd64", [.file("a", [1])], [.file("b", [2])]).content(packing)
        var files: [(String, [UInt8])] = []
        let layers = content.layers.map { put(&files, $0, packing == .gzip ? .ociLayerGzip : .ociLayer) }
        let config = put(&files, content.config, .ociConfig)
        let manifest: JSONText = .object([
            ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", config.json), ("layers", .array(layers.map(\.json))),
        ])
        var root = put(&files, manifest.bytes, .ociManifest)
        root.annotations = ImageLabel(reference: "demo/s:1").annotations
        return [SampleFiles.marker, ("index.json", SampleImage.index([root]).bytes)] + files
    }

    @Test(
        "an image with SHA-512 digests and docker's description is one image", arguments: [LayerPacking.plain, .gzip])
    func hybrid(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        for (name, bytes) in try Self.files(packing) { try directory.write(bytes, to: "in/" + name) }
        let source = directory.path("in")
        let out = directory.path("s.tar")
        expectDone(try ocimerge(source, "--trust", "-q", "-o", out))
        let verified = try ocimerge("verify", out)
        expectDone(verified)
        #expect(!verified.stdout.contains("names another image too"), "\(verified.stdout)")
        let again = try ocimerge(out, "--trust", "-q", "-o", directory.path("again"))
        expectDone(again)
        #expect(again.stdout.split(separator: "\n").count == 1)
        #expect(again.stdout.hasPrefix("sha512:"))
    }

    @Test("a push reports the digest by which the registry serves the image")
    func push() throws {
        let directory = try TemporaryDirectory()
        for (name, bytes) in try Self.files(.plain) { try directory.write(bytes, to: "in/" + name) }
        let registry = try LoneRegistry()
        for _ in 0..<2 {
            let run = try ocimerge("push", directory.path("in"), "\(registry.host)/s:1")
            expectDone(run)
            let served = try #require(run.stdout.firstMatch(of: #/the registry serves it as (sha256:[0-9a-f]{64})\n/#))
                .1
            let brief = try ocimerge("push", "-q", directory.path("in"), "\(registry.host)/s:1")
            #expect(brief.stdout == "\(served)\n")
            let pulled = try ocimerge("inspect", "docker://\(registry.host)/s@\(served)", "--platforms")
            #expect(pulled.stdout == "linux/amd64\n", "\(pulled.stderr)")
        }
        let json = try ocimerge("push", "--json", directory.path("in"), "\(registry.host)/s:1")
        #expect(json.stdout.contains("\"servedDigest\": \"sha256:"))
    }
}
