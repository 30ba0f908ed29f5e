import ImageModel
import TestSupport
import Testing

@Suite("sizes that are only claimed")
struct HugeClaimTests {
    @Test("their sum ends at the greatest number", arguments: [["ls"], ["inspect"], ["inspect", "--json"]])
    func sums(_ command: [String]) throws {
        let directory = try TemporaryDirectory()
        let image = SampleImage("linux/amd64", content: [])
        let layers = (0..<1100).map { number in
            Descriptor(
                mediaType: .ociLayer, digest: Digest(of: Array("\(number)".utf8)), size: 1 << 53
            ).json
        }
        let manifest: JSONText = .object([
            ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", image.config.descriptor.json), ("layers", .array(layers)),
        ])
        let document = Document(manifest.bytes, mediaType: .ociManifest)
        let files = SampleFiles.layout([image], [document], roots: [SampleImage.entry(document, name: "demo/h:1")])
        for (name, bytes) in files { try directory.write(bytes, to: "l/" + name) }
        let run = try Program.ocimerge(command + [directory.path("l")], directory: directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stdout.contains("9.22 EB") || run.stdout.contains("9007199254740992"), "\(run.stdout.prefix(300))")
    }
}
