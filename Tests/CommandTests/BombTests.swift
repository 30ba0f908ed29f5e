import Foundation
import TestSupport
import Testing

/// Small inputs that claim many resources. Each is refused, or processed with few resources.
@Suite("Bombs")
struct BombTests {
    @Test("a config that manifest.json names a hundred times is read once")
    func repeatedConfig() throws {
        let directory = try TemporaryDirectory()
        let padding = String(repeating: " ", count: 4_100_000)
        let config = #"{"architecture":"s390x","os":"linux","rootfs":{"type":"layers","diff_ids":[]}\#(padding)}"#
        let entry = #"{"Config":"config.json","RepoTags":[],"Layers":[]}"#
        let manifest = "[" + Array(repeating: entry, count: 100).joined(separator: ",") + "]"
        let archive = TarBuilder.archive([("config.json", Array(config.utf8)), ("manifest.json", Array(manifest.utf8))])
        let path = try directory.write(archive, to: "in.tar")
        let run = try Program.run("/usr/bin/time", ["-f", "%M", Program.ocimerge, "inspect", "--platforms", path])
        #expect(run.status == 0)
        #expect(run.stdout == "linux/s390x\n")
        let kilobytes = try #require(Int(run.stderr.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kilobytes < 64_000)
    }

    @Test("long member names are not kept in memory")
    func longNames() throws {
        let directory = try TemporaryDirectory()
        var tar = TarBuilder()
        for number in 0..<40 {
            tar.pax([("path", String(repeating: "n", count: 1_000_000) + "\(number)")])
            tar.file("short", "")
        }
        let plain = try Data(contentsOf: URL(fileURLWithPath: Program.fixture("tar/plain.tar")))
        tar.raw(Array(plain))
        let path = try directory.write(tar.bytes, to: "in.tar")
        let run = try Program.run("/usr/bin/time", ["-f", "%M", Program.ocimerge, "inspect", "--platforms", path])
        #expect(run.stdout == "linux/s390x\n")
        let kilobytes = try #require(Int(run.stderr.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kilobytes < 32_000)
    }

    @Test("endless padding is not read")
    func endlessPadding() throws {
        let fixture = Program.fixture("tar/plain.tar")
        let script = "(cat \(fixture); exec cat /dev/zero) | \(Program.ocimerge) inspect --platforms -"
        let run = try Program.run("timeout", ["60", "bash", "-c", script])
        #expect(run.stdout == "linux/s390x\n")
        #expect(run.status == 0)
    }

    @Test("ten thousand layers of one manifest are relabelled in one pass")
    func manyLabels() throws {
        let directory = try TemporaryDirectory()
        let layer = TarBuilder.archive([("f", [1])])
        let digest = SavedImage.digest(layer)
        let config =
            #"{"architecture":"s390x","os":"linux","rootfs":{"type":"layers","diff_ids":["\#(digest)"]}}"#
        let descriptor =
            #"{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"\#(digest)","size":\#(layer.count)}"#
        let layers = Array(repeating: descriptor, count: 10_000).joined(separator: ",")
        let type = "application/vnd.oci.image.manifest.v1+json"
        let manifest =
            #"{"schemaVersion":2,"mediaType":"\#(type)","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"\#(SavedImage.digest(Array(config.utf8)))","size":\#(config.utf8.count)},"layers":[\#(layers)]}"#
        let index =
            #"{"schemaVersion":2,"manifests":[{"mediaType":"\#(type)","digest":"\#(SavedImage.digest(Array(manifest.utf8)))","size":\#(manifest.utf8.count)}]}"#
        for content in [layer, Array(config.utf8), Array(manifest.utf8)] {
            try directory.write(content, to: "in/blobs/sha256/\(SavedImage.digest(content).dropFirst(7))")
        }
        try directory.write(Array(index.utf8), to: "in/index.json")
        try directory.write(Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), to: "in/oci-layout")
        let run = try Program.run(
            "timeout", ["60", Program.ocimerge, directory.path("in"), "-q", "-o", directory.path("out")])
        #expect(run.status == 0, "\(run.stderr)")
        let written = try Tree.read(directory.path("out")).values.map { String(decoding: $0, as: UTF8.self) }
        #expect(written.contains { $0.contains("layer.v1.tar\"") && !$0.contains("tar+gzip") })
    }
}
