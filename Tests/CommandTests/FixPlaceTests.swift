import Foundation
import TestSupport
import Testing

@Suite("fix corrects every copy of the platform")
struct FixPlaceTests {
    static let wrong = FixTests.wrong

    @Test("A layout below one folder of a tar stays below it")
    func oneFolder() throws {
        let copy = try FixCopy("buildah1/hello-s390x.oci-dir")
        let tar = copy.directory.path("x.tar")
        try Program.run("tar", ["-C", copy.directory.path, "-cf", tar, "hello-s390x.oci-dir"])
        try expectFixed(Program.ocimerge(["fix", tar, "--platform", "linux/riscv64", "-q", "-i"]))
        #expect(try Program.ocimerge(["inspect", "--platforms", tar]).stdout == "linux/riscv64\n")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: tar)))
        #expect(TarDissection(bytes).members.allSatisfy { $0.name.hasPrefix("hello-s390x.oci-dir/") })
    }

    @Test("An unpacked archive is corrected file by file")
    func unpacked() throws {
        let directory = try TemporaryDirectory()
        try Program.run("tar", ["-C", directory.path, "-xf", Program.fixture(Self.wrong)])
        let before = try Tree.read(directory.path)
        try expectDone(Program.ocimerge(["fix", directory.path, "--platform", "linux/s390x", "-q", "-i"]))
        let after = try Tree.read(directory.path)
        #expect(after.count == before.count)
        let changed = after.filter { before[$0.key] != $0.value }
        let text = changed.values.map { String(decoding: $0, as: UTF8.self) }
        #expect(changed.count == 3, "the config, manifest.json and the v1 JSON of the top layer")
        #expect(text.count { $0.contains(#""architecture":"s390x""#) } == 2)
        #expect(try Program.ocimerge(["inspect", "--platforms", directory.path]).stdout == "linux/s390x\n")
    }

    @Test("A wrong descriptor beside a correct config is corrected alone")
    func descriptor() throws {
        let copy = try FixCopy("docker25-graph/hello-amd64.tar")
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: copy.path)))
        let index = try #require(TarDissection.places(in: bytes).first { $0.name == "index.json" })
        let text = String(decoding: bytes[index.content], as: UTF8.self)
        bytes.replaceSubrange(
            index.content, with: Array(text.replacingOccurrences(of: "\"amd64\"", with: "\"arm64\"").utf8))
        try Data(bytes).write(to: URL(fileURLWithPath: copy.path))
        let run = try Program.ocimerge(["fix", copy.path, "--platform", "linux/amd64", "-i"])
        #expect(run.stdout.hasPrefix("changed \(copy.path): only metadata outside the image corrected\n"))
        #expect(
            FileManager.default.contentsEqual(
                atPath: copy.path, andPath: Program.fixture("docker25-graph/hello-amd64.tar")))
    }

    @Test("A correct image stays unchanged in place and is copied by -o")
    func nothing() throws {
        let copy = try FixCopy("tar/plain.tar")
        let before = try Tree.read(copy.directory.path)
        let run = try Program.ocimerge(["fix", copy.path, "--platform", "linux/s390x", "-i"])
        expectDone(run)
        #expect(run.stdout == "\(copy.path): nothing to change\n")
        #expect(try Tree.read(copy.directory.path) == before)
        let out = copy.directory.path("out.tar")
        let written = try Program.ocimerge(["fix", copy.path, "--platform", "linux/s390x", "-o", out])
        #expect(written.stdout == "wrote \(out): nothing to change\n")
        #expect(FileManager.default.contentsEqual(atPath: copy.path, andPath: out))
    }

    @Test("The target of a link is replaced and keeps its permissions")
    func linkAndMode() throws {
        let copy = try FixCopy(Self.wrong)
        let link = copy.directory.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: copy.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: copy.path)
        try expectDone(Program.ocimerge(["fix", link, "--platform", "linux/s390x", "-q", "-i"]))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == copy.path)
        let mode = try FileManager.default.attributesOfItem(atPath: copy.path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        #expect(try Program.ocimerge(["inspect", "--platforms", link]).stdout == "linux/s390x\n")
    }

    @Test("Garbage under the name of a new file is replaced, and nothing is lost", arguments: [false, true])
    func garbage(_ isArchive: Bool) throws {
        let name = "buildah1/hello-s390x.oci-dir"
        func corrected(_ path: String) throws {
            try expectFixed(Program.ocimerge(["fix", path, "--platform", "linux/riscv64", "-q", "-i"]))
        }
        let (sound, copy) = (try FixCopy(name), try FixCopy(name))
        let before = try Tree.read(copy.path)
        try corrected(sound.path)
        let after = try Tree.read(sound.path)
        for name in after.keys where before[name] == nil {
            try copy.directory.write([1, 2], to: "hello-s390x.oci-dir/\(name)")
        }
        guard isArchive else {
            try corrected(copy.path)
            return #expect(try Tree.read(copy.path) == after)
        }
        let tar = copy.directory.path("x.tar")
        try Program.run("tar", ["-C", copy.path, "-cf", tar, "."])
        try corrected(tar)
        let unpacked = try TemporaryDirectory()
        try Program.run("tar", ["-C", unpacked.path, "-xf", tar])
        #expect(try Tree.read(unpacked.path) == after)
        let names = TarDissection(Array(try Data(contentsOf: URL(fileURLWithPath: tar)))).members.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test("A warning names attestations of the old digest")
    func attestations() throws {
        let copy = try FixCopy("buildx/old-attestations.oci.tar")
        let run = try Program.ocimerge(["fix", copy.path, "--platform", "linux/amd64=linux/riscv64", "-q", "-i"])
        #expect(run.status == 0)
        let said = "the attestation of linux/amd64 names the digest of the image before the change"
        let warnings = run.stderr.split(separator: "\n").filter { !$0.hasSuffix(" is set as requested") }
        #expect(warnings == ["ocimerge: warning: \(copy.path): \(said)"])
    }
}
