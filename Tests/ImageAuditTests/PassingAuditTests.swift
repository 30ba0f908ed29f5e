import ByteIO
import ImageAudit
import ImageModel
import TestSupport
import Testing

/// Members of a stream are measured while they pass, with the same results as stored files.
@Suite("Verification of blobs that are read for another purpose")
struct PassingAuditTests {
    private static func index(_ files: [(String, [UInt8])]) throws -> MemberIndex {
        try TarStream.index(
            ScriptedSource(TarBuilder.archive(files)).open(), path: "stream",
            observer: PassingAudit(CopyCrew(), progress: { _ in }))
    }

    @Test(
        "two members with the same name, size and beginning are compared by their digests", arguments: ["256", "512"])
    func twice(_ size: String) throws {
        let name = "blobs/sha\(size)/x"
        let one = SampleBytes.text(70_000)
        #expect(try Self.index([(name, one), (name, one)]).file(name)?.size == 70_000)
        let two = Array(one.dropLast()) + [one[69_999] ^ 1]
        let index = try Self.index([(name, one), (name, two)])
        #expect(throws: MemberError.ambiguous(path: "stream", member: name)) { try index.file(name) }
    }

    @Test("a diffID of another algorithm than the blob's digest is reported as not computed")
    func late() throws {
        var tar = TarBuilder()
        tar.add("base", String(repeating: "x", count: 4000))
        let layer = tar.finished
        let digest = Digest(of: layer)
        for (name, bytes, expected) in [
            (digest, layer, ["error uncomputedDiffID index.json → manifests[0] → layers[0]"]),
            (Digest(of: layer, algorithm: .sha512), layer, []),
        ] {
            var graph = VerificationTests.image(
                config: VerificationTests.config([Digest(of: layer, algorithm: .sha512)]),
                layers: [(.ociLayer, bytes)], algorithm: name.algorithm)
            let path = "blobs/\(name.algorithm)/x"
            graph.blobs[name] = try Self.index([(path, bytes)]).file(path)
            let lines = try VerificationTests.lines(AuditSubject(graph: graph))
            #expect(lines == expected)
        }
    }
}
