import Foundation
import TestSupport
import Testing

/// A copy of a fixture that a test may change.
final class FixCopy {
    let directory: TemporaryDirectory
    let path: String

    init(_ name: String) throws {
        directory = try TemporaryDirectory()
        path = directory.path((name as NSString).lastPathComponent)
        try FileManager.default.copyItem(atPath: Program.fixture(name), toPath: path)
        // What is read-only among the fixtures need not be so here.
        try Program.run("chmod", ["-R", "u+w", path])
    }
}

@Suite("fix corrects a copy of every fixture where it stands")
struct FixFixtureTests {
    /// The only platform, or the first of several, becomes riscv64.
    private static func arguments(_ fixture: Fixture) -> (platform: String, wanted: String) {
        let platforms = fixture.fact.images.map(\.platform)
        let wanted = "linux/riscv64"
        return platforms.count == 1 ? (wanted, wanted) : ("\(platforms[0])=\(wanted)", wanted)
    }

    private static func content(_ path: String, _ compression: String?) throws -> [UInt8] {
        if let compression, compression != "none" { return try Program.run(compression, ["-dc", path]).output }
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static let archives = Fixture.readable.filter { !$0.name.hasSuffix("-dir") }
    private static let directories = Fixture.readable.filter { $0.name.hasSuffix("-dir") }

    /// Names and contents of documents may change; no header says another owner, time or kind, and no layer changes.
    @Test("an archive: only documents change, member by member", arguments: archives)
    func archive(_ fixture: Fixture) throws {
        let copy = try FixCopy(fixture.name)
        let (platform, wanted) = Self.arguments(fixture)
        let before = TarDissection(try Self.content(copy.path, fixture.fact.compression))
        let run = try Program.ocimerge(["fix", "--trust", copy.path, "--platform", platform, "--in-place", "-q"])
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try Tree.names(in: copy.directory.path).count == 1)
        let after = TarDissection(try Self.content(copy.path, fixture.fact.compression))
        #expect(after.tail == before.tail)
        #expect(after.members.count == before.members.count)
        var changed: Set<String> = []
        for (old, new) in zip(before.members, after.members) where old.bytes != new.bytes {
            changed.insert(new.name)
            #expect(old.untouchable == new.untouchable, "\(old.name)")
            let isJSON = [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(old.content.first ?? 0)
            #expect(isJSON, "\(old.name) is no document")
            #expect(new.padding.allSatisfy { $0 == 0 })
            if old.name == new.name { #expect(old.content != new.content, "\(old.name)") }
        }
        #expect(!changed.isEmpty)
        try readsBack(copy.path, fixture, wanted)
    }

    @Test("a directory: only documents change, file by file", arguments: directories)
    func directory(_ fixture: Fixture) throws {
        let copy = try FixCopy(fixture.name)
        let (platform, wanted) = Self.arguments(fixture)
        let before = try Tree.read(copy.path)
        let run = try Program.ocimerge(["fix", "--trust", copy.path, "--platform", platform, "--in-place", "-q"])
        #expect(run.status == 0, "\(run.stderr)")
        let after = try Tree.read(copy.path)
        #expect(after.count == before.count)
        for (name, bytes) in before where after[name] != bytes {
            #expect(bytes.first == UInt8(ascii: "{"), "\(name) is no document")
        }
        for (name, bytes) in after where before[name] == nil {
            let file = (name as NSString).lastPathComponent.prefix { $0 != "." }
            #expect(SavedImage.digest(bytes) == "sha256:\(file)")
        }
        try readsBack(copy.path, fixture, wanted)
    }

    /// Every image but the corrected ones is what it was, and the layers of all of them are.
    private func readsBack(_ path: String, _ fixture: Fixture, _ wanted: String) throws {
        let platforms = try Program.ocimerge(["inspect", "--platforms", path]).stdout.split(separator: "\n")
        let first = fixture.fact.images[0].platform
        #expect(
            platforms.map(String.init)
                == Set(fixture.fact.images.map { $0.platform == first ? wanted : $0.platform }).sorted())
        let scratch = try TemporaryDirectory()
        let run = try Program.ocimerge([path, "--trust", "-q", "-o", scratch.path("out")])
        #expect(run.status == 0, "\(run.stderr)")
        // What has been corrected is right now.
        let again = try Program.ocimerge(["fix", "--trust", path, "--platform", "\(wanted)=\(wanted)", "-i"])
        #expect(again.stdout == "\(path): nothing to change\n")
    }
}

@Suite("fix")
struct FixTests {
    static let wrong = "docker20/hello-s390x-wrong.tar"

    /// Digests of what docker wrote change with every making of the fixtures; the shape of the report does not.
    @Test("says the platform and the digests before and after")
    func text() throws {
        let copy = try FixCopy(Self.wrong)
        let old = try Self.digests(copy.path)
        let run = try Program.ocimerge(["fix", "--trust", copy.path, "--platform", "linux/s390x", "--in-place"])
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

    @Test("--quiet prints the new digest alone, --json everything")
    func forms() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "fix", "--trust", Self.wrong, "--platform", "linux/s390x", "-q", "-o", directory.path("a"))
        let layout = try soundLayout(directory.path("a"))
        #expect(run.stdout == "\(layout.entries[0].digest)\n")
        let json = try ocimerge(
            "fix", "--trust", Self.wrong, "--platform", "linux/s390x", "--json", "-o", directory.path("b"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any])
        #expect(object["changed"] as? Bool == true)
        #expect(object["dryRun"] as? Bool == false)
        let image = try #require((object["images"] as? [[String: Any]])?.first)
        #expect((image["digest"] as? [String: String])?["after"] == "\(layout.entries[0].digest)")
        let platform = (image["platforms"] as? [[String: [String: String]]])?.first?["platform"]
        #expect(platform == ["before": "linux/amd64", "after": "linux/s390x"])
    }

    @Test("--dry-run says every member that would change, and writes nothing")
    func dryRun() throws {
        let copy = try FixCopy("docker25-graph/hello-amd64.tar")
        let before = try Tree.read(copy.directory.path)
        let run = try Program.ocimerge(["fix", "--trust", copy.path, "--platform", "linux/arm/v6", "-i", "--dry-run"])
        expectDone(run)
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

    @Test("every destination form gives the same image", arguments: ["out", "out.tar", "out.tar.gz", "out.tar.zst"])
    func destinations(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "fix", "--trust", Self.wrong, "--platform", "linux/s390x", "-q", "-o", directory.path(name))
        expectDone(run)
        #expect(try ocimerge("inspect", "--platforms", directory.path(name)).stdout == "linux/s390x\n")
        let copy = try FixCopy(Self.wrong)
        #expect(
            try Program.ocimerge(["fix", "--trust", copy.path, "--platform", "linux/s390x", "-q", "-i"]).stdout
                == run.stdout)
    }

    @Test("one image of several is corrected, under all its names, and the others stay")
    func selection() throws {
        let copy = try FixCopy("docker20/multi.tar")
        let arguments = ["fix", "--trust", copy.path + ":demo/hello:latest", "--platform", "linux/arm64", "-q", "-i"]
        try expectDone(Program.ocimerge(arguments))
        for (name, platform) in [
            ("demo/hello:1.0", "linux/arm64"), ("demo/hello:latest", "linux/arm64"), ("demo/repeat:1.0", "linux/amd64"),
            ("demo/hello:1.0-s390x", "linux/s390x"),
        ] {
            let run = try Program.ocimerge(["inspect", "--platforms", "\(copy.path):\(name)"])
            #expect(run.stdout == platform + "\n", "\(name)")
        }
    }

    /// Otherwise the OCI description would name documents that are gone.
    @Test("also where docker's reading of a hybrid is asked for, both descriptions follow")
    func hybridByPrefix() throws {
        let copy = try FixCopy("docker25-graph/multi.tar")
        let arguments = [
            "fix", "--trust", "docker-archive:\(copy.path):demo/repeat:1.0", "--platform", "linux/arm64", "-q", "-i",
        ]
        try expectDone(Program.ocimerge(arguments))
        for prefix in ["", "oci-archive:", "docker-archive:"] {
            let run = try Program.ocimerge(["inspect", "--platforms", "\(prefix)\(copy.path):demo/repeat:1.0"])
            #expect(run.stdout == "linux/arm64\n")
        }
        try expectDone(Program.ocimerge([copy.path, "--trust", "-q", "-o", copy.directory.path("out")]))
        try soundLayout(copy.directory.path("out"))
    }

    @Test("a layout in a tar below one folder stays below it")
    func oneFolder() throws {
        let copy = try FixCopy("buildah1/hello-s390x.oci-dir")
        let tar = copy.directory.path("x.tar")
        try Program.run("tar", ["-C", copy.directory.path, "-cf", tar, "hello-s390x.oci-dir"])
        try expectDone(Program.ocimerge(["fix", "--trust", tar, "--platform", "linux/riscv64", "-q", "-i"]))
        #expect(try Program.ocimerge(["inspect", "--platforms", tar]).stdout == "linux/riscv64\n")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: tar)))
        #expect(TarDissection(bytes).members.allSatisfy { $0.name.hasPrefix("hello-s390x.oci-dir/") })
    }

    @Test("an archive that somebody has unpacked is corrected file by file")
    func unpacked() throws {
        let directory = try TemporaryDirectory()
        try Program.run("tar", ["-C", directory.path, "-xf", Program.fixture(Self.wrong)])
        let before = try Tree.read(directory.path)
        try expectDone(Program.ocimerge(["fix", "--trust", directory.path, "--platform", "linux/s390x", "-q", "-i"]))
        let after = try Tree.read(directory.path)
        #expect(after.count == before.count)
        let changed = after.filter { before[$0.key] != $0.value }
        let text = changed.values.map { String(decoding: $0, as: UTF8.self) }
        #expect(changed.count == 3, "the config, manifest.json and the v1 JSON of the top layer")
        #expect(text.count { $0.contains(#""architecture":"s390x""#) } == 2)
        #expect(try Program.ocimerge(["inspect", "--platforms", directory.path]).stdout == "linux/s390x\n")
    }

    @Test("a descriptor that contradicts a right config is corrected alone")
    func descriptor() throws {
        let copy = try FixCopy("docker25-graph/hello-amd64.tar")
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: copy.path)))
        let index = try #require(TarFile.members(bytes).first { $0.name == "index.json" })
        let text = String(decoding: bytes[index.content], as: UTF8.self)
        bytes.replaceSubrange(
            index.content, with: Array(text.replacingOccurrences(of: "\"amd64\"", with: "\"arm64\"").utf8))
        try Data(bytes).write(to: URL(fileURLWithPath: copy.path))
        let run = try Program.ocimerge(["fix", "--trust", copy.path, "--platform", "linux/amd64", "-i"])
        #expect(run.stdout.hasPrefix("changed \(copy.path): what is said beside the image corrected\n"))
        #expect(
            FileManager.default.contentsEqual(
                atPath: copy.path, andPath: Program.fixture("docker25-graph/hello-amd64.tar")))
    }

    @Test("what is right already is left alone in place, and written with -o")
    func nothing() throws {
        let copy = try FixCopy("tar/plain.tar")
        let before = try Tree.read(copy.directory.path)
        let run = try Program.ocimerge(["fix", "--trust", copy.path, "--platform", "linux/s390x", "-i"])
        expectDone(run)
        #expect(run.stdout == "\(copy.path): nothing to change\n")
        #expect(try Tree.read(copy.directory.path) == before)
        let out = copy.directory.path("out.tar")
        let written = try Program.ocimerge(["fix", "--trust", copy.path, "--platform", "linux/s390x", "-o", out])
        #expect(written.stdout == "wrote \(out): nothing to change\n")
        #expect(FileManager.default.contentsEqual(atPath: copy.path, andPath: out))
    }

    @Test("the file behind a link is replaced, and keeps its permissions")
    func linkAndMode() throws {
        let copy = try FixCopy(Self.wrong)
        let link = copy.directory.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: copy.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: copy.path)
        try expectDone(Program.ocimerge(["fix", "--trust", link, "--platform", "linux/s390x", "-q", "-i"]))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == copy.path)
        let mode = try FileManager.default.attributesOfItem(atPath: copy.path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        #expect(try Program.ocimerge(["inspect", "--platforms", link]).stdout == "linux/s390x\n")
    }

    @Test("attestations that speak of the old digest are named")
    func attestations() throws {
        let copy = try FixCopy("buildx/old-attestations.oci.tar")
        let run = try Program.ocimerge([
            "fix", "--trust", copy.path, "--platform", "linux/amd64=linux/riscv64", "-q", "-i",
        ])
        expectDone(
            run,
            stderr:
                "ocimerge: warning: \(copy.path): the attestation of linux/amd64 speaks of the digest that the image had before\n"
        )
    }
}
