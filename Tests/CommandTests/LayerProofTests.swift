import Foundation
import TestSupport
import Testing

/// Compressed layers of docker archives with various names. Damage is always found, in a file and in a stream, and
/// content must match the diffIDs of the config.
@Suite("Compressed layers are proven")
struct LayerProofTests {
    enum Naming: String, CaseIterable {
        /// The name is the digest of the compressed layer, as crane writes it.
        case digest
        /// The name states no digest, as users of jib rename layers.
        case plain
    }

    static let tools = ["gzip", "zstd"]

    /// An archive with one compressed layer that is too large to be kept in memory.
    static func archive(_ tool: String, _ naming: Naming, damaged: Bool) throws -> [UInt8] {
        var tar = TarBuilder()
        tar.file("data", (0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })
        tar.zeros()
        let layer = tar.bytes
        var compressed = try Program.run(tool, ["-c"], input: layer).output
        let digest = SavedImage.digest(compressed).dropFirst("sha256:".count)
        if damaged { compressed[compressed.count - 6] ^= 1 }
        let name = naming == .digest ? "\(digest).tar.gz" : "layer.tar.gz"
        let config =
            #"{"architecture":"s390x","os":"linux","rootfs":{"type":"layers","diff_ids":["\#(SavedImage.digest(layer))"]}}"#
        let manifest = #"[{"Config":"config.json","RepoTags":["demo/app:1"],"Layers":["\#(name)"]}]"#
        return TarBuilder.archive([
            ("config.json", Array(config.utf8)), (name, compressed), ("manifest.json", Array(manifest.utf8)),
        ])
    }

    /// The three kinds of input for such an archive.
    static func runs(_ archive: [UInt8], in directory: borrowing TemporaryDirectory) throws -> [(String, Run)] {
        try directory.write(archive, to: "in.tar")
        try directory.write(try Program.run("gzip", ["-c"], input: archive).output, to: "in.tar.gz")
        return [
            ("file", try ocimerge(directory.path("in.tar"), "-q", "-o", directory.path("file"))),
            ("stream", try ocimerge("-", "-q", "-o", directory.path("stream"), input: archive)),
            ("gzip", try ocimerge(directory.path("in.tar.gz"), "-q", "-o", directory.path("gzip"))),
        ]
    }

    @Test("a dry run of a compressed archive gives the digest of the run", arguments: tools, Naming.allCases)
    func dryRun(_ tool: String, _ naming: Naming) throws {
        let directory = try TemporaryDirectory()
        let runs = try Self.runs(try Self.archive(tool, naming, damaged: false), in: directory)
        for archive in ["in.tar", "in.tar.gz"] {
            let dry = try ocimerge(directory.path(archive), "-q", "--dry-run", "-o", directory.path("dry"))
            expectDone(dry)
            #expect(dry.stdout == runs[0].1.stdout)
            try #expect(
                ocimerge("inspect", directory.path(archive)).stdout.contains("no evidence: it holds no programs"))
        }
    }

    @Test("a damaged layer is refused", arguments: tools, Naming.allCases)
    func damage(_ tool: String, _ naming: Naming) throws {
        let directory = try TemporaryDirectory()
        let runs = try Self.runs(try Self.archive(tool, naming, damaged: true), in: directory)
        for (name, run) in runs { expectOneSentence(run, "\(name)") }
        #expect(try Tree.names(in: directory.path) == ["in.tar", "in.tar.gz"])
    }

    @Test(
        "an intact layer is accepted, with the same digest from a file and a stream", arguments: tools, Naming.allCases)
    func sound(_ tool: String, _ naming: Naming) throws {
        let directory = try TemporaryDirectory()
        let runs = try Self.runs(try Self.archive(tool, naming, damaged: false), in: directory)
        for (_, run) in runs { #expect(run.status == 0, "\(run.stderr)") }
        try soundLayout(directory.path("file"))
        #expect(try Tree.read(directory.path("file")) == Tree.read(directory.path("stream")))
        #expect(try Tree.read(directory.path("file")) == Tree.read(directory.path("gzip")))
    }
}
