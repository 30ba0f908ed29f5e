import Foundation
import TestSupport
import Testing

@Suite("A refused fix changes nothing")
struct FixRefusalTests {
    static let usage: [(arguments: [String], sentence: String)] = [
        (["tar/plain.tar", "-i"], "fix needs --platform P or --auto"),
        (["tar/plain.tar", "--auto"], "fix needs -o/--output DEST or --in-place"),
        (["tar/plain.tar", "--auto", "--platform", "arm64", "-i"], "--platform and --auto cannot be combined"),
        (["tar/plain.tar", "--auto", "-i", "-o", "x"], "--output and --in-place cannot be combined"),
        (
            ["tar/plain.tar", "--platform", "arm64,linux/amd64=arm64", "-i"],
            "cannot tell which image to correct; name the old platform: --platform OLD=arm64"
        ),
        (["-", "--platform", "arm64", "-i"], "'-' is a stream, which cannot be changed in place; write -o DEST"),
    ]

    @Test("A wrong command line is a usage error", arguments: usage.indices)
    func wrongUsage(_ number: Int) throws {
        let run = try Program.ocimerge(["fix"] + Self.usage[number].arguments, directory: fixtures)
        #expect(run.status == 2)
        #expect(run.stderr == "ocimerge: \(Self.usage[number].sentence)\nTry 'ocimerge help fix'.\n")
    }

    static let failures: [(source: String, platform: String, sentence: String)] = [
        (
            "docker20/multi.tar", "linux/arm64",
            "docker20/multi.tar holds several images (linux/amd64, linux/s390x); select one: --platform "
                + "linux/amd64=NEW, or PATH:NAME, or PATH@DIGEST"
        ),
        (
            "docker20/multi.tar", "linux/arm64=linux/amd64",
            "docker20/multi.tar: no image for linux/arm64; it holds linux/amd64, linux/s390x"
        ),
        ("none.tar", "linux/arm64", "no such file or directory: none.tar"),
    ]

    @Test("An ambiguous command line is a usage error")
    func ambiguous() throws {
        let declared = try ocimerge("fix", "tar/plain.tar=linux/arm64", "--platform", "linux/arm64", "-i")
        expectFailure(
            declared, "tar/plain.tar=linux/arm64: =PLATFORM is not allowed for fix; use --platform",
            status: 2)
        let pairs = "linux/amd64=linux/arm64,x86_64=linux/s390x"
        expectFailure(
            try ocimerge("fix", "tar/plain.tar", "--platform", pairs, "-i"),
            "--platform makes linux/amd64 both linux/arm64 and linux/s390x; name each old platform once",
            status: 2)
    }

    @Test("An impossible request fails in one sentence", arguments: failures.indices)
    func fails(_ number: Int) throws {
        let (source, platform, sentence) = Self.failures[number]
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectFailure(ocimerge("fix", source, "--platform", platform, "-o", out), sentence)
        try expectFailure(ocimerge("fix", source, "--platform", platform, "-o", out, "--dry-run"), sentence)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("Two children of one index for one platform are refused")
    func collision() throws {
        let copy = try FixCopy("buildah1/multiarch.oci-dir")
        let before = try Tree.read(copy.path)
        let run = try Program.ocimerge(["fix", copy.path, "--platform", "linux/amd64=linux/s390x", "-i"])
        let index = try ocimerge("inspect", "buildah1/multiarch.oci-dir").stdout.split(separator: "\n")[2].prefix(71)
        expectFailure(
            run,
            "\(copy.path): index \(index) would hold two different images for linux/s390x; correct the other one too, "
                + "or choose another platform")
        #expect(try Tree.read(copy.path) == before)
    }

    @Test("A directory becomes an archive, and an existing file is not overwritten")
    func destinations() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out.tar")
        // The image has no name, which is a warning for an archive.
        let run = try ocimerge(
            "fix", "buildah1/hello-s390x.oci-dir", "--platform", "linux/arm64", "--trust", "-q", "-o", out)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stderr.hasPrefix("ocimerge: warning: image sha256:"), "\(run.stderr)")
        #expect(run.stderr.split(separator: "\n").count == 1, "\(run.stderr)")
        #expect(run.stderr.contains(" has no full name: "), "\(run.stderr)")
        #expect(try ocimerge("inspect", "--platforms", out).stdout == "linux/arm64\n")
        try FileManager.default.removeItem(atPath: out)
        try directory.write([1], to: "out.tar")
        try expectFailure(
            ocimerge("fix", "tar/plain.tar", "--platform", "linux/arm64", "-o", out),
            "\(out) exists; replace it with --force, or choose another name")
        try expectFixed(ocimerge("fix", "tar/plain.tar", "--platform", "linux/arm64", "-q", "--force", "-o", out))
        #expect(try ocimerge("inspect", "--platforms", out).stdout == "linux/arm64\n")
    }

    @Test("A stream becomes a layout or a portable archive")
    func stream() throws {
        let directory = try TemporaryDirectory()
        let input = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture("tar/plain.tar"))))
        let arguments = ["fix", "-", "--platform", "linux/arm64", "-q", "-o"]
        try expectFixed(Program.ocimerge(arguments + [directory.path("out.tar")], input: input))
        #expect(try ocimerge("inspect", "--platforms", directory.path("out.tar")).stdout == "linux/arm64\n")
        try expectFixed(Program.ocimerge(arguments + [directory.path("out")], input: input))
        try soundLayout(directory.path("out"))
        #expect(try Tree.names(in: directory.path) == ["out", "out.tar"])
    }

    /// The config is a link. The archive cannot be revised; a layout can hold the image.
    @Test("An archive whose config is a link cannot be revised")
    func link() throws {
        let directory = try TemporaryDirectory()
        let image = SavedImage(["a/b:1"])
        var tar = TarBuilder()
        let config = image.configDigest.dropFirst("sha256:".count)
        let layer = SavedImage.digest(image.layers[0]).dropFirst("sha256:".count)
        tar.add("real.json", image.config)
        tar.add("\(config).json", [], type: "2", link: "real.json")
        tar.add("\(layer)/layer.tar", image.layers[0])
        tar.add(
            "manifest.json", #"[{"Config":"\#(config).json","RepoTags":["a/b:1"],"Layers":["\#(layer)/layer.tar"]}]"#)
        let path = try directory.write(tar.finished, to: "x.tar")
        let run = try ocimerge("fix", path, "--platform", "linux/arm64", "-i")
        expectFailure(
            run,
            "\(path): \(config).json is a link, so it cannot be replaced; write the result to a layout with -o DIR "
                + "instead")
        #expect(try Tree.read(directory.path) == ["x.tar": tar.finished])
        try expectDone(ocimerge("fix", path, "--platform", "linux/arm64", "-q", "-o", directory.path("out")))
    }

    static let damaged = [
        "docker20/hello-s390x-wrong.tar", "docker25-graph/hello-s390x.tar", "crane/hello-s390x.tar",
        "podman4/hello-s390x.docker-archive.tar", "podman4/hello-s390x.oci-archive.tar", "jib/hello-arm64.tar",
        "tar/hard-links.tar", "tar/symlinked-blob.oci.tar", "docker29-containerd/hello-s390x.tar",
    ]

    /// Flips one bit in the middle of every member that is not a document.
    @Test("A damaged blob is refused, and the original stays intact", arguments: damaged)
    func flipped(_ name: String) throws {
        let original = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(name))))
        var offset = 0
        var flips = 0
        for member in TarDissection(original).members {
            let middle = offset + member.headers.count + member.content.count / 2
            offset += member.bytes.count
            // Damage in a document is found earlier; no reader uses docker's VERSION files.
            guard member.content.count > 100, ![0x7B, 0x5B].contains(member.content[0]) else { continue }
            flips += 1
            var bytes = original
            bytes[middle] ^= 1
            let directory = try TemporaryDirectory()
            let path = try directory.write(bytes, to: "x.tar")
            for destination in [["-i"], ["-o", directory.path("y.tar")]] {
                let run = try Program.ocimerge(["fix", path, "--platform", "linux/riscv64"] + destination)
                expectOneSentence(run, "\(member.name)")
                #expect(run.stderr.contains(" is damaged: "), "\(run.stderr)")
                #expect(try Tree.read(directory.path) == ["x.tar": bytes])
            }
        }
        #expect(flips > 0)
    }

    @Test("A file that is not an image archive is refused", arguments: ["rootfs-export", "untagged"])
    func noArchive(_ name: String) throws {
        let copy = try FixCopy("docker20/\(name).tar")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: copy.path)).prefix(3000))
        try copy.directory.write(bytes, to: "cut.tar")
        let run = try Program.ocimerge(["fix", copy.directory.path("cut.tar"), "--platform", "linux/arm64", "-i"])
        expectOneSentence(run, "\(name)")
        #expect(try Tree.read(copy.directory.path)["cut.tar"] == bytes)
    }
}
