import Foundation
import TestSupport
import Testing

@Suite("Refused sources and their errors")
struct RefusalTests {
    private static let layer = "sha256:8c8112d7782916fc785400fbb15a4b7c23070d5e3042c02b3a084f13d2c4e2dc"

    static let sentences: [String: String] = [
        "docker20/rootfs-export.tar":
            "docker20/rootfs-export.tar holds a root file system, not an image; 'docker export', 'crane export' and "
            + "BuildKit write such files: save the image instead, as 'docker save' does",
        "refused/docker-1.9.tar":
            "refused/docker-1.9.tar was written by a docker older than 1.10 and has no manifest.json; load it into a current "
            + "engine and save it again",
        "refused/manifest-and-index-at-once.oci.tar":
            "refused/manifest-and-index-at-once.oci.tar: blobs/sha256/"
            + "da11dee5ba652d18ca5491916b096022f6c67d2368d6b3dc93c0be2574fe824d is ambiguous: tools read it "
            + "differently, so it is refused",
        "refused/manifest-twice-different.tar":
            "refused/manifest-twice-different.tar holds manifest.json twice with different content; it is ambiguous, so it is "
            + "refused",
        "refused/schema1.docker-dir":
            "refused/schema1.docker-dir: manifest.json is a schema 1 manifest, which is not supported; pull and save the image "
            + "again with a current tool",
        "refused/sparse-layer.tar":
            "refused/sparse-layer.tar: b338083ade192d08c3a418cb52e041bf807b2cf765b18b187eb9aebf2b6ef712/layer.tar is a sparse "
            + "member, which no image archive has; write the archive without --sparse",
        "refused/truncated.tar":
            "refused/truncated.tar is cut off inside member "
            + "b338083ade192d08c3a418cb52e041bf807b2cf765b18b187eb9aebf2b6ef712/layer.tar",
        "refused/corrupt-layer.oci.tar":
            "blob \(layer) in refused/corrupt-layer.oci.tar is damaged: its content has digest "
            + "sha256:3983f1ee02299329f701189f97031be990a2772af8172618ff6c94d1d1230d7a",
        "refused/corrupt-layer.tar":
            "blob \(layer) in refused/corrupt-layer.tar is damaged: its content has digest "
            + "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    ]

    @Test("the error has exactly this text, and nothing is left behind", arguments: sentences.keys.sorted())
    func refused(_ source: String) throws {
        let directory = try TemporaryDirectory()
        let sentence = try #require(Self.sentences[source])
        expectFailure(try ocimerge(source, "-o", directory.path("out")), sentence)
        expectFailure(try ocimerge("docker20/hello-amd64.tar", source, "-o", directory.path("out")), sentence)
        #expect(try Tree.names(in: directory.path) == [])
        if !source.contains("corrupt") { expectFailure(try ocimerge("inspect", source), sentence) }
    }

    @Test("a stream and a compressed file give the same error", arguments: sentences.keys.sorted())
    func streamed(_ source: String) throws {
        guard source.hasSuffix(".tar") else { return }
        let directory = try TemporaryDirectory()
        let sentence = try #require(Self.sentences[source])
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(source))))
        expectFailure(
            try ocimerge("-", "-o", directory.path("out"), input: bytes),
            sentence.replacingOccurrences(of: source, with: "standard input"))
        let packed = directory.path("packed")
        try Program.run("sh", ["-c", "gzip -c \(Program.fixture(source)) > \(packed)"])
        expectFailure(
            try ocimerge(packed, "-o", directory.path("out")), sentence.replacingOccurrences(of: source, with: packed))
        #expect(try Tree.names(in: directory.path) == ["packed"])
    }

    @Test("every fixture that must be refused has its error")
    func complete() {
        let refused = Fixture.all.filter { $0.fact.refused != nil || !$0.fact.corrupt.isEmpty }.map(\.name)
        #expect(refused.sorted() == Self.sentences.keys.sorted())
    }

    static let garbage: [(name: String, bytes: [UInt8], sentence: String)] = [
        ("empty", [], "PATH is empty; the command that should have written it has probably failed"),
        (
            "text", Array("hello".utf8),
            "PATH is neither a tar archive nor a compressed one; no image can be read from it"
        ),
        (
            "zeros", [UInt8](repeating: 0, count: 10240),
            "PATH is neither a tar archive nor a compressed one; no image can be read from it"
        ),
        ("gzip magic", [0x1f, 0x8b, 8, 0, 0], "PATH is cut off: it ends too early"),
        (
            "elf", [0x7f, 0x45, 0x4c, 0x46] + [UInt8](repeating: 1, count: 2000),
            "PATH is neither a tar archive nor a compressed one; no image can be read from it"
        ),
    ]

    @Test("a file that is no archive is refused", arguments: garbage.indices)
    func noArchive(_ number: Int) throws {
        let (_, bytes, sentence) = Self.garbage[number]
        let directory = try TemporaryDirectory()
        try directory.write(bytes, to: "in")
        let expected = sentence.replacingOccurrences(of: "PATH", with: directory.path("in"))
        expectFailure(try ocimerge(directory.path("in"), "-o", directory.path("out")), expected)
        let stream = sentence.replacingOccurrences(of: "PATH", with: "standard input")
        expectFailure(try ocimerge("-", "-o", directory.path("out"), input: bytes), stream)
        #expect(try Tree.names(in: directory.path) == ["in"])
    }

    @Test("a directory that is no layout is refused")
    func directory() throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge(directory.path, "-o", directory.path("out")),
            "\(directory.path) is neither an OCI image layout nor a docker-save archive nor a skopeo directory")
    }

    @Test("standard input cannot be used twice")
    func twice() throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge("-", "-", "-o", directory.path("out")), "standard input can be a source only once",
            status: 2)
    }

    @Test("a link in place of a blob is not followed")
    func linkedBlob() throws {
        let directory = try TemporaryDirectory()
        try Program.run("cp", ["-r", Program.fixture("buildah1/hello-s390x.oci-dir"), directory.path("in")])
        let layout = try WrittenLayout(directory.path("in"), strict: false)
        let image = try #require(layout.images.first)
        let blob = directory.path("in/blobs/" + image.layers[0].digest.replacingOccurrences(of: ":", with: "/"))
        try FileManager.default.moveItem(atPath: blob, toPath: directory.path("secret"))
        try FileManager.default.createSymbolicLink(atPath: blob, withDestinationPath: directory.path("secret"))
        expectOneSentence(try ocimerge(directory.path("in"), "-o", directory.path("out")), "a symlinked blob")
        #expect(try Tree.names(in: directory.path) == ["in", "secret"])
    }
}
