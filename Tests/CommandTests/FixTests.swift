import Foundation
import TestSupport
import Testing

@Suite("fix reports and applies corrections")
struct FixTests {
    static let wrong = "docker20/hello-s390x-wrong.tar"

    /// The digests change whenever docker writes the fixtures again; the form of the report does not.
    @Test("The report shows platform and digests before and after")
    func text() throws {
        let copy = try FixCopy(Self.wrong)
        let old = try Self.digests(copy.path)
        let run = try Program.ocimerge(["fix", copy.path, "--platform", "linux/s390x", "--in-place"])
        let new = try Self.digests(copy.path)
        expectDone(run)
        func row(_ name: String, _ old: String, _ new: String) -> String {
            "  \(name)\(old.padding(toLength: 73, withPad: " ", startingAt: 0))\(new)\n"
        }
        let head = "changed \(copy.path): 1 image corrected\ndocker.io/demo/hello:1.0\n"
        let title = "            before" + String(repeating: " ", count: 67) + "after\n"
        let rows =
            row("platform  ", "linux/amd64", "linux/s390x") + row("manifest  ", old[0], new[0])
            + row("config    ", old[1], new[1])
        #expect(run.stdout == head + title + rows)
    }

    /// Manifest and config of a source with one image.
    static func digests(_ path: String) throws -> [String] {
        let text = try Program.ocimerge(["inspect", path]).stdout
        return ["    manifest  ", "    config    "].compactMap { label in
            text.split(separator: "\n").first { $0.hasPrefix(label) }.map { String($0.dropFirst(label.count)) }
        }
    }

    @Test("--quiet prints only the new digest, --json everything")
    func forms() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge("fix", Self.wrong, "--platform", "linux/s390x", "-q", "-o", directory.path("a"))
        let layout = try soundLayout(directory.path("a"))
        #expect(run.stdout == "\(layout.entries[0].digest)\n")
        let json = try ocimerge("fix", Self.wrong, "--platform", "linux/s390x", "--json", "-o", directory.path("b"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any])
        #expect(object["changed"] as? Bool == true)
        #expect(object["dryRun"] as? Bool == false)
        let image = try #require((object["images"] as? [[String: Any]])?.first)
        #expect((image["digest"] as? [String: String])?["after"] == "\(layout.entries[0].digest)")
        let platform = (image["platforms"] as? [[String: [String: String]]])?.first?["platform"]
        #expect(platform == ["before": "linux/amd64", "after": "linux/s390x"])
    }

    @Test("Executables that contradict --platform are a warning, and nothing with --trust")
    func objection() throws {
        let directory = try TemporaryDirectory()
        let arguments = ["fix", "tar/compressed/plain.tar.gz", "--platform", "linux/arm64", "-q", "-o"]
        let asked = try Program.ocimerge(arguments + [directory.path("asked.tar")], directory: fixtures)
        let layer = try #require(Fixture.named("tar/compressed/plain.tar.gz")).fact.images[0].layers[1].digest
        expectDone(
            asked,
            stderr: "ocimerge: warning: tar/compressed/plain.tar.gz: /bin/hello, which it runs, is s390x "
                + "(layer \(layer)); linux/arm64 is set as requested\n")
        let trusted = try Program.ocimerge(arguments + [directory.path("trusted.tar"), "--trust"], directory: fixtures)
        expectDone(trusted)
        #expect(trusted.stdout == asked.stdout)
        #expect(try Tree.read(directory.path)["trusted.tar"] == Tree.read(directory.path)["asked.tar"])
        let both = try Program.ocimerge(["fix", "tar/plain.tar", "--auto", "--trust", "-i"], directory: fixtures)
        #expect(both.status == 2)
    }

    @Test("--dry-run prints every member that would change and writes nothing")
    func dryRun() throws {
        let copy = try FixCopy("docker25-graph/hello-amd64.tar")
        let before = try Tree.read(copy.directory.path)
        let run = try Program.ocimerge(["fix", copy.path, "--platform", "linux/arm/v6", "-i", "--dry-run"])
        expectFixed(run)
        #expect(try Tree.read(copy.directory.path) == before)
        let lines = run.stdout.split(separator: "\n").map(String.init)
        #expect(lines[0] == "would change \(copy.path): 1 image corrected")
        let members = lines.dropFirst(6).filter { $0.hasPrefix("  ") && !$0.contains("sha256") }
        #expect(
            members == [
                "  config.size: 502 -> 515", #"  architecture: "amd64" -> "arm""#, #"  variant: absent -> "v6""#,
                #"  architecture: "amd64" -> "arm""#, #"  variant: absent -> "v6""#,
                #"  manifests[0].platform.architecture: "amd64" -> "arm""#,
                #"  manifests[0].platform.variant: absent -> "v6""#,
            ])
        let documents = lines.dropFirst(6).filter { !$0.hasPrefix("  ") }
        #expect(documents.suffix(2) == ["index.json", "manifest.json"])
        #expect(documents.count == 5, "manifest, config, the v1 JSON among the blobs, and the two lists")
    }

    @Test("Every destination gets the same image", arguments: ["out", "out.tar", "out.tar.gz", "out.tar.zst"])
    func destinations(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge("fix", Self.wrong, "--platform", "linux/s390x", "-q", "-o", directory.path(name))
        expectDone(run)
        #expect(try ocimerge("inspect", "--platforms", directory.path(name)).stdout == "linux/s390x\n")
        let copy = try FixCopy(Self.wrong)
        #expect(try Program.ocimerge(["fix", copy.path, "--platform", "linux/s390x", "-q", "-i"]).stdout == run.stdout)
    }

    @Test("A selected image is corrected under all its names, and the others stay")
    func selection() throws {
        let copy = try FixCopy("docker20/multi.tar")
        let arguments = ["fix", copy.path + ":demo/hello:latest", "--platform", "linux/arm64", "-q", "-i"]
        try expectFixed(Program.ocimerge(arguments))
        for (name, platform) in [
            ("demo/hello:1.0", "linux/arm64"), ("demo/hello:latest", "linux/arm64"), ("demo/repeat:1.0", "linux/amd64"),
            ("demo/hello:1.0-s390x", "linux/s390x"),
        ] {
            let run = try Program.ocimerge(["inspect", "--platforms", "\(copy.path):\(name)"])
            #expect(run.stdout == platform + "\n", "\(name)")
        }
    }

    /// Otherwise the OCI description would name documents that no longer exist.
    @Test("Both descriptions of a hybrid change, even if docker-archive: selects one")
    func hybridByPrefix() throws {
        let copy = try FixCopy("docker25-graph/multi.tar")
        let arguments = ["fix", "docker-archive:\(copy.path):demo/repeat:1.0", "--platform", "linux/arm64", "-q", "-i"]
        try expectFixed(Program.ocimerge(arguments))
        for prefix in ["", "oci-archive:", "docker-archive:"] {
            let run = try Program.ocimerge(["inspect", "--platforms", "\(prefix)\(copy.path):demo/repeat:1.0"])
            #expect(run.stdout == "linux/arm64\n")
        }
        try expectDone(Program.ocimerge([copy.path, "-q", "--trust", "-o", copy.directory.path("out")]))
        try soundLayout(copy.directory.path("out"))
    }

    // MARK: - Executables

    @Test(
        "--auto sets the platform of the executables in place, for every dialect",
        arguments: [
            ("docker20/hello-s390x-wrong.tar", 1), ("docker20/imported-s390x-wrong.tar", 1),
            ("docker20/two-apps-s390x-wrong.tar", 2),
        ])
    func auto(_ name: String, _ count: Int) throws {
        for compression in [String?.none, "gzip", "zstd", "xz"] {
            let copy = try FixCopy(name)
            var path = copy.path
            if let compression {
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
                let compressed = try Program.run(compression, ["-c"], input: bytes).output
                path = try copy.directory.write(compressed, to: "x.compressed")
            }
            let run = try Program.ocimerge(["fix", path, "--auto", "-i", "--json"])
            expectDone(run)
            #expect(run.stdout.components(separatedBy: #""after": "linux/s390x""#).count == count + 1)
            #expect(try Program.ocimerge(["inspect", "--platforms", path]).stdout == "linux/s390x\n")
            #expect(try Tree.names(in: copy.directory.path).filter { $0.hasPrefix(".") } == [])
        }
    }

    @Test("--auto leaves correct images and images without evidence unchanged")
    func autoNothing() throws {
        let right = try FixCopy("buildah1/multiarch.oci-dir")
        let run = try Program.ocimerge(["fix", right.path, "--auto", "-i"])
        expectDone(run)
        #expect(run.stdout == "\(right.path): nothing to change\n")
        let silent = try right.directory.write(SavedImage(["a/b:1"]).archive, to: "x.tar")
        let other = try Program.ocimerge(["fix", silent, "--auto", "-i"])
        #expect(other.status == 0)
        #expect(other.stdout == "\(silent): nothing to change\n")
        #expect(
            other.stderr.hasPrefix("ocimerge: warning: \(silent): the executables of the image for linux/amd64 do "))
    }

    @Test("Another spelling of the same platform is nothing to change")
    func spelling() throws {
        let right = try FixCopy("docker20/hello-arm64.tar")
        for platform in ["linux/arm64/v8", "linux/arm64=linux/arm64/v8", "linux/arm64/8=linux/aarch64"] {
            let run = try Program.ocimerge(["fix", right.path, "--platform", platform, "-i"])
            expectDone(run)
            #expect(run.stdout == "\(right.path): nothing to change\n")
        }
    }

    @Test("A contradicted platform is set as requested, and the warning names the executable")
    func contradiction() throws {
        let copy = try FixCopy("docker20/hello-amd64.tar")
        let run = try Program.ocimerge(["fix", copy.path, "--platform", "linux/s390x", "-q", "-i"])
        expectFixed(run)
        #expect(
            run.stderr.hasPrefix("ocimerge: warning: \(copy.path): /bin/hello, which it runs, is amd64 (layer sha256:"))
        #expect(try Program.ocimerge(["inspect", "--platforms", copy.path]).stdout == "linux/s390x\n")
    }
}
