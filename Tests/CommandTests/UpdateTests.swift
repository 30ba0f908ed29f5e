import Foundation
import TestSupport
import Testing

@Suite("--update adds to a layout or replaces the named image in it")
struct UpdateTests {
    private func index(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/index.json")), as: UTF8.self)
    }

    @Test("a new name is added; old entries keep their bytes and other files stay")
    func adds() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try Program.run("cp", ["-r", Program.fixture("layouts/nested-and-odd.oci-dir"), out])
        try directory.write([7], to: "out/mine/file")
        let before = try Tree.read(out)
        let entries = try WrittenLayout(out, strict: false).entries
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-t", "new/name:3", "-q", "--update", "-o", out))
        let layout = try WrittenLayout(out, strict: false)
        // The index has no media type. It is edited and not written again.
        #expect(layout.problems == ["index.json: mediaType"])
        #expect(Array(layout.entries.prefix(entries.count)) == entries)
        #expect(layout.entries.suffix(1).map(\.name) == ["docker.io/new/name:3"])
        let after = try Tree.read(out)
        for (name, bytes) in before where name != "index.json" { #expect(after[name] == bytes, "\(name)") }
    }

    @Test("entries keep their bytes, with unknown members and the notation of numbers")
    func entryBytes() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "-o", out))
        let entry =
            #"{"x":1.50e0,"mediaType":"application/x-odd","digest":"sha256:"#
            + String(repeating: "1", count: 64) + #"","size":3,"y":["\u00e9"]}"#
        let text = try index(out).replacingOccurrences(of: #""manifests":["#, with: #""manifests":[\#(entry),"#)
        try directory.write(Array(text.utf8), to: "out/index.json")
        try expectDone(ocimerge("jib/hello-arm64.tar", "-t", "b", "-q", "--update", "-o", out))
        #expect(try index(out).contains(entry))
        #expect(try WrittenLayout(out, strict: false).entries.count == 3)
    }

    @Test("the image of the same name is replaced, in any spelling of the name")
    func replaces() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "-o", out))
        try expectDone(ocimerge("jib/hello-arm64.tar", "-t", "demo/app-a:1.0", "-q", "--update", "-o", out))
        let layout = try WrittenLayout(out, strict: false)
        #expect(layout.problems == [])
        let platforms = Dictionary(
            uniqueKeysWithValues: layout.images.map { ($0.names.sorted().joined(), $0.platform) })
        #expect(platforms == ["docker.io/demo/app-a:1.0": "linux/arm64", "docker.io/demo/app-b:1.0": "linux/amd64"])
    }

    @Test("a repeated update changes nothing")
    func idempotent() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "-o", out))
        try expectDone(ocimerge("jib/hello-arm64.tar", "-t", "z:1", "-q", "--update", "-o", out))
        let before = try Tree.read(out)
        try expectDone(ocimerge("jib/hello-arm64.tar", "-t", "z:1", "-q", "--update", "-o", out))
        #expect(try Tree.read(out) == before)
    }

    @Test("an absent layout is created")
    func creates() throws {
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "--update", "-o", directory.path("out")))
        try soundLayout(directory.path("out"))
    }

    @Test("an image without a name is refused and nothing changes")
    func unnamed() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "-o", out))
        let before = try Tree.read(out)
        expectFailure(
            try ocimerge("skopeo1/unnamed-s390x.oci-archive.tar", "--update", "-o", out),
            "the image has no name, so --update cannot find the image to replace; name it with --tag")
        #expect(try Tree.read(out) == before)
    }

    @Test("a damaged source changes nothing and leaves nothing behind")
    func damaged() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "-o", out))
        let before = try Tree.read(out)
        expectOneSentence(try ocimerge("refused/corrupt-layer.tar", "--update", "-o", out), "corrupt")
        #expect(try Tree.read(out) == before)
        #expect(try Tree.names(in: out) == ["blobs", "index.json", "oci-layout"])
    }

    @Test("an existing damaged blob is replaced")
    func existingDamagedBlob() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "-o", out))
        let layer = try #require(soundLayout(out).images.first?.layers.first)
        let name = "out/blobs/" + layer.digest.replacingOccurrences(of: ":", with: "/")
        // The blob is truncated, as a copy interrupted by a power failure.
        try directory.write([1, 2, 3], to: name)
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-t", "again", "-q", "--update", "-o", out))
        #expect(try WrittenLayout(out, strict: false).problems == [])
    }

    @Test("both of two concurrent updates are kept", arguments: 0..<5)
    func concurrent(_ round: Int) throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-t", "first", "-q", "-o", out))
        let sources = [
            "jib/hello-arm64.tar", "docker20/hello-s390x.tar", "buildah1/multiarch.oci-dir", "tar/plain.tar",
        ]
        let children = try sources.enumerated().map { number, source in
            try Child(
                Program.ocimerge, [Program.fixture(source), "-t", "n\(number)", "--update", "-q", "-o", out],
                directory: directory.path)
        }
        for child in children {
            #expect(child.wait() == 0)
            #expect(child.stderr == "")
        }
        let layout = try soundLayout(out)
        let names = (["first"] + (0..<4).map { "n\($0)" }).map { "docker.io/library/\($0):latest" }
        #expect(Set(layout.entries.compactMap(\.name)) == Set(names))
    }

    @Test("a layout may be updated from itself")
    func fromItself() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "-o", out))
        try expectDone(ocimerge(out + ":demo/app-a:1.0", "-t", "demo/other:2", "-q", "--update", "-o", out))
        #expect(
            try soundLayout(out).entries.compactMap(\.name).sorted() == [
                "docker.io/demo/app-a:1.0", "docker.io/demo/app-b:1.0", "docker.io/demo/other:2",
            ])
    }
}
