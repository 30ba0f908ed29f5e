import Foundation
import TestSupport
import Testing

/// The config members, annotations and platforms that `edit` changes, and nothing else.
@Suite("edit changes what its options name")
struct EditTests {
    static let docker = "docker20/hello-s390x-wrong.tar"

    /// The config of the only image of a source.
    static func config(_ source: String) throws -> [String: Any] {
        let run = try Program.ocimerge(["inspect", "--config", source])
        expectDone(run)
        return try #require(try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
    }

    static func run(of source: String) throws -> [String: Any] {
        try #require(try config(source)["config"] as? [String: Any])
    }

    @Test("Every option of the config, in an archive that keeps its format")
    func config() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out.tar")
        let run = try ocimerge(
            "edit", Self.docker, "--env", "A=1", "--env", "PATH=/opt", "--env", "A=2", "--label", "a.b=c d", "--user",
            "1000:1000", "--workdir", "/srv", "--expose", "80", "--expose", "53/udp", "--volume", "/data", "--created",
            "86400", "--entrypoint", #"["/bin/hello","a b"]"#, "--cmd", "x  y", "-o", out)
        expectDone(run)
        let config = try Self.config(out)
        #expect(config["created"] as? String == "1970-01-02T00:00:00Z")
        let made = try #require(config["config"] as? [String: Any])
        let env = try #require(made["Env"] as? [String])
        #expect(env.contains("PATH=/opt") && env.last == "A=2" && !env.contains("A=1"))
        #expect((made["Labels"] as? [String: String])?["a.b"] == "c d")
        #expect(made["User"] as? String == "1000:1000" && made["WorkingDir"] as? String == "/srv")
        #expect((made["ExposedPorts"] as? [String: Any])?.keys.sorted() == ["53/udp", "80/tcp"])
        #expect((made["Volumes"] as? [String: Any])?["/data"] != nil)
        #expect(made["Entrypoint"] as? [String] == ["/bin/hello", "a b"] && made["Cmd"] as? [String] == ["x", "y"])
        // The other members are those of the source.
        let before = try Self.config("\(fixtures)/\(Self.docker)")
        for name in ["architecture", "os", "rootfs", "history"] {
            let (old, new) = (try #require(before[name] as? NSObject), try #require(config[name] as? NSObject))
            #expect(old == new, "\(name)")
        }
    }

    @Test("An edit in place and its reverse give the digest of the source again")
    func reversal() throws {
        let copy = try FixCopy("skopeo1/hello-amd64.gzip.oci-archive.tar")
        func digest() throws -> String { try Program.ocimerge(["digest", copy.path]).stdout }
        let before = try digest()
        expectDone(try Program.ocimerge(["edit", copy.path, "--env", "ZZ=1", "--user", "5", "-i"]))
        #expect(try digest() != before)
        expectDone(try Program.ocimerge(["edit", copy.path, "--remove-env", "ZZ", "--user", "", "-i"]))
        #expect(try digest() == before)
        expectDone(try Program.ocimerge(["verify", copy.path]))
    }

    /// Archives, directories and their dialects: those that one file describes, and hybrids.
    static let sources = [
        "docker20/hello-s390x-wrong.tar", "podman4/two-images.docker-archive.tar", "podman4/hello-s390x.docker-dir",
        "skopeo1/three-tags-s390x.docker-archive.tar", "skopeo1/hello-s390x.zstd.oci-dir",
        "skopeo1/hello-s390x.docker-dir", "buildx/two-tags-attestations.oci.tar",
        "docker29-containerd/hello-s390x.tar", "ctr1/multiarch.tar",
    ]

    @Test("Every dialect changes in place, stays sound, and says the same afterwards", arguments: sources)
    func inPlace(_ source: String) throws {
        let copy = try FixCopy(source)
        let run = try Program.ocimerge(["edit", copy.path, "--label", "edited=yes", "--trust", "-i"])
        #expect(run.status == 2, "edit checks no executables")
        let edited = try Program.ocimerge(["edit", copy.path, "--label", "edited=yes", "--json", "-i"])
        #expect(edited.status == 0, "\(edited.stderr)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(edited.output)) as? [String: Any])
        let images = try #require(object["images"] as? [[String: Any]])
        #expect(object["changed"] as? Bool == true && !images.isEmpty)
        let differences = try Program.ocimerge(["diff", "\(fixtures)/\(source)", copy.path])
        let members = differences.stdout.split(separator: "\n").filter { $0.contains("config.") }
        #expect(
            !members.isEmpty && members.allSatisfy { $0.contains("abels") && $0.contains("yes") },
            "\(differences.stdout)")
        let again = try Program.ocimerge(["edit", copy.path, "--label", "edited=yes", "--json", "-i"])
        #expect(again.status == 0 && again.stdout.contains("\"changed\": false"), "\(again.stdout)")
    }

    @Test("A dropped platform leaves the index with what refers to it, and the others keep their bytes")
    func drop() throws {
        let directory = try TemporaryDirectory()
        let source = "buildx/two-tags-attestations.oci.tar"
        let platforms = try ocimerge("inspect", "--platforms", source).stdout.split(separator: "\n").map(String.init)
        let gone = try #require(platforms.first { $0.contains("s390x") }?.split(separator: " ").first.map(String.init))
        let out = directory.path("out")
        let run = try ocimerge("edit", source, "--drop-platform", gone, "-o", out)
        #expect(run.status == 0 && run.stdout.contains("dropped\n  \(gone)"), "\(run.stdout)\(run.stderr)")
        let left = try Program.ocimerge(["inspect", "--platforms", out]).stdout
        #expect(!left.contains("s390x") && left.contains("amd64"))
        expectDone(try Program.ocimerge(["verify", out, "-q"]))
        let none = try ocimerge("edit", source, "--drop-platform", "linux/386", "-o", directory.path("b"))
        #expect(none.status == 1 && none.stderr.contains("no image for linux/386"))
        let all = try ocimerge(
            "edit", source, "--drop-platform", "linux/amd64,linux/s390x,linux/arm64,linux/arm/v7", "-o",
            directory.path("c"))
        #expect(all.status == 1)
    }

    @Test("--platform edits one image and leaves the others as they are")
    func onePlatform() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let run = try ocimerge(
            "edit", "ctr1/multiarch.tar", "--platform", "linux/s390x", "--env", "A=1", "-q", "-o", out)
        #expect(run.status == 0, "\(run.stderr)")
        let differences = try Program.ocimerge(["diff", "\(fixtures)/ctr1/multiarch.tar", out]).stdout
        let heads = differences.split(separator: "\n").filter { $0.hasPrefix("linux/") }
        #expect(heads.count { $0.contains("same") } == heads.count - 1, "\(differences)")
    }

    @Test("Annotations come and go at the place of their prefix; docker's format has none")
    func annotations() throws {
        let directory = try TemporaryDirectory()
        let (one, two) = (directory.path("one"), directory.path("two"))
        let arguments = ["--annotation", "top=1", "--annotation", "manifest:m=2", "--annotation", "descriptor:d=3"]
        expectDone(try ocimerge("ctr1/multiarch.tar", "-q", "-o", one))
        expectDone(try Program.ocimerge(["edit", one] + arguments + ["-q", "-i"]))
        let raw = try Program.ocimerge(["inspect", "--raw", one]).stdout
        #expect(raw.contains("\"top\":\"1\"") || raw.contains("\"top\": \"1\""), "\(raw)")
        #expect(raw.contains("\"d\":\"3\"") || raw.contains("\"d\": \"3\""))
        let removals = ["--remove-annotation", "top", "--remove-annotation", "manifest:m"]
        expectDone(try Program.ocimerge(["edit", one] + removals + ["-q", "-o", two]))
        #expect(!(try Program.ocimerge(["inspect", "--raw", two]).stdout.contains("\"top\"")))
        let copy = try FixCopy(Self.docker)
        let refused = try Program.ocimerge(["edit", copy.path, "--annotation", "a=b", "-i"])
        #expect(refused.status == 1 && refused.stderr.contains("which has no annotations; convert it first"))
    }

    @Test("An entrypoint removes the command, says so, and keeps it with --cmd")
    func entrypoint() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let run = try ocimerge("edit", Self.docker, "--cmd", "a", "-o", directory.path("a.tar"), "-q")
        expectDone(run)
        let second = try Program.ocimerge(
            ["edit", directory.path("a.tar"), "--entrypoint", "/bin/sh", "-o", out, "-q"])
        expectDone(
            second, stderr: "ocimerge: warning: --entrypoint removes the command [\"a\"]; write --cmd to keep one\n")
        let made = try Self.run(of: out)
        #expect(made["Cmd"] == nil && made["Entrypoint"] as? [String] == ["/bin/sh"])
    }

    static let wrong: [([String], String)] = [
        (["--env", "A"], "'A' is not valid for --env; write NAME=VALUE"),
        (["--label", "=b"], "'=b' is not valid for --label; write NAME=VALUE"),
        (["--entrypoint", "sh -c 'a b'"], "write words without quotes, or a JSON list"),
        (["--cmd", "[1]"], "or a JSON list"), (["--cmd", "[\"a\""], "or a JSON list"),
        (["--workdir", "srv"], "write an absolute path"), (["--expose", "80/xyz"], "is not valid for --expose"),
        (["--expose", "70000"], "is not valid for --expose"), (["--owner", "root"], "is not valid for --owner"),
        (["--created", "yesterday"], "is not valid for --created"),
        (["--created", "2026-02-29T00:00:00Z"], "is not valid for --created"),
        (["--annotation", "a"], "is not an annotation"), ([], "edit needs a change"),
    ]

    @Test("A malformed value is a usage error", arguments: wrong)
    func usage(_ options: [String], _ message: String) throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(
            ["edit", Self.docker] + options + ["-o", directory.path("out")], directory: fixtures)
        #expect(run.status == 2 && run.stderr.contains(message), "\(run.stderr)")
        #expect(!FileManager.default.fileExists(atPath: directory.path("out")))
    }

    @Test("A dry run needs no destination, and writes nothing", arguments: ["scratch", "-", "file"])
    func dryRun(_ kind: String) throws {
        let source = kind == "file" ? "\(fixtures)/\(Self.docker)" : kind
        let platform = kind == "scratch" ? ["--platform", "linux/amd64"] : []
        let directory = try TemporaryDirectory()
        let input = kind == "-" ? try Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/\(Self.docker)")) : Data()
        let run = try Program.ocimerge(
            ["edit", source, "--env", "A=B", "--dry-run"] + platform, input: Array(input), directory: directory.path)
        #expect(run.status == 0 && run.stdout.hasPrefix("would change \(source): 1 image edited\n"), "\(run.stderr)")
        #expect(run.stdout.contains("\"A=B\""))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test("-t names the result")
    func names() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge("edit", Self.docker, "-t", "demo/new:2", "-o", directory.path("out"))
        expectDone(run)
        #expect(run.stdout.hasPrefix("wrote OCI layout \(directory.path("out")): named\n"), "\(run.stdout)")
        #expect(try Program.ocimerge(["ls", directory.path("out")]).stdout.hasPrefix("docker.io/demo/new:2 "))
    }

    @Test("scratch needs one platform and a destination")
    func scratchUsage() throws {
        #expect(try Program.ocimerge(["edit", "scratch", "--env", "A=B", "-o", "x"]).status == 2)
        #expect(try Program.ocimerge(["edit", "scratch", "--platform", "linux/amd64", "-i"]).status == 2)
        #expect(
            try Program.ocimerge(["edit", "scratch", "--platform", "linux/amd64,linux/arm64", "-o", "x"]).status == 2)
        // edit has no --trust.
        let unknown = try Program.ocimerge(["edit", "scratch", "--platform", "linux/s390", "--env", "A=B", "-o", "x"])
        #expect(
            unknown.stderr == "ocimerge: linux/s390 is not a known platform; did you mean linux/s390x?\n",
            "\(unknown.stderr)")
        #expect(unknown.status == 2)
    }

    @Test("An archive takes no place in the image, and a directory no empty one")
    func layerTargets() throws {
        let directory = try TemporaryDirectory()
        let tar = try directory.write([1], to: "t.tar")
        let folder = directory.path("d")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        for (argument, message) in [
            ("\(tar)=/opt", "\(tar) is no directory; drop =TARGET"), ("\(folder)=", "no path after ="),
        ] {
            let run = try Program.ocimerge(
                ["edit", Self.docker, "--add-layer", argument, "-o", directory.path("out")], directory: fixtures)
            #expect(run.status == 2)
            #expect(run.stderr.contains("--add-layer \(argument): \(message)"), "\(run.stderr)")
        }
    }

    @Test("One warning names all attestations of the images before the change")
    func attestations() throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(
            ["edit", "buildx/two-tags-attestations.oci.tar", "--env", "A=B", "-q", "-o", directory.path("out.tar")],
            directory: fixtures)
        let said = run.stderr.split(separator: "\n").filter { $0.contains("attestation") }
        #expect(said.count == 1, "\(run.stderr)")
        #expect(said.first?.contains("the attestations of linux/amd64, ") == true, "\(run.stderr)")
    }

    @Test("An image in a registry does not change in place")
    func registryInPlace() throws {
        let run = try Program.ocimerge(["edit", "docker://127.0.0.1:1/a:1", "--env", "A=B", "-i"])
        #expect(run.status == 2 && run.stderr.contains("cannot change an image in a registry"))
    }
}
