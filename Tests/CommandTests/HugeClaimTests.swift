import ImageModel
import TestSupport
import Testing

@Suite("sizes that are only claimed")
struct HugeClaimTests {
    /// A manifest of 1,100 layers, each with the largest size that a descriptor can state.
    private static func manifest(_ image: SampleImage) -> Document {
        let layers = (0..<1100).map { number in
            Descriptor(mediaType: .ociLayer, digest: Digest(of: Array("\(number)".utf8)), size: 1 << 53).json
        }
        let manifest: JSONText = .object([
            ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", image.config.descriptor.json), ("layers", .array(layers)),
        ])
        return Document.sample(manifest.bytes, mediaType: .ociManifest)
    }

    @Test(
        "claimed sizes beyond the limit of an archive are refused before any work",
        arguments: [["-o", "x.tar"], ["-o", "-"], ["-o", "oci-archive:y.tar"], ["-o", "x.tar", "--dry-run"]])
    func archives(_ output: [String]) throws {
        let directory = try TemporaryDirectory()
        let image = SampleImage("linux/amd64", content: [])
        let manifest = Self.manifest(image)
        let registry = try WireServer { request in
            let document = request.line.contains("/manifests/") ? manifest : image.config
            let head =
                "HTTP/1.1 200 OK\r\nContent-Type: \(document.mediaType)\r\nContent-Length: \(document.bytes.count)\r\n"
            return [.send(head + "\r\n"), .bytes(request.line.hasPrefix("HEAD") ? [] : document.bytes)]
        }
        let source = "docker://127.0.0.1:\(registry.port)/demo/h:1"
        let run = try Program.ocimerge(["merge", source, "--plain-http"] + output, directory: directory.path)
        #expect(run.status == 1, "\(run.stderr)")
        #expect(run.output.isEmpty)
        #expect(
            run.stderr
                == "ocimerge: cannot write an archive: its manifests claim 9.22 EB, and the limit is 2.31 EB; "
                + "check the source with verify\n")
        #expect(try Tree.names(in: directory.path).isEmpty)
    }

    @Test("the sum of claimed sizes saturates", arguments: [["ls"], ["inspect"], ["inspect", "--json"]])
    func sums(_ command: [String]) throws {
        let directory = try TemporaryDirectory()
        let image = SampleImage("linux/amd64", content: [])
        let document = Self.manifest(image)
        let files = SampleFiles.layout([image], [document], roots: [SampleImage.entry(document, name: "demo/h:1")])
        for (name, bytes) in files { try directory.write(bytes, to: "l/" + name) }
        let run = try Program.ocimerge(command + [directory.path("l")], directory: directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stdout.contains("9.22 EB") || run.stdout.contains("9007199254740992"), "\(run.stdout.prefix(300))")
    }
}
