import Foundation
import TestSupport
import Testing

/// Existing content of a destination is neither lost nor trusted.
@Suite("Existing content of the destination")
struct ExistingLayoutTests {
    static let amd64 = "docker20/hello-amd64.tar"
    static let s390x = "docker20/hello-s390x.tar"

    @Test("--update replaces a damaged blob of the right size")
    func damagedBlob() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge(Self.amd64, "-q", "-t", "a:1", "-o", out))
        for name in try Tree.names(in: out + "/blobs/sha256") {
            let path = "\(out)/blobs/sha256/\(name)"
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
        try expectDone(ocimerge(Self.amd64, "-q", "-t", "b:1", "--update", "-o", out))
        try soundLayout(out)
    }

    @Test("--update keeps all other members of index.json")
    func unknownMembers() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge(Self.amd64, "-q", "-t", "a:1", "-o", out))
        let path = out + "/index.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let more = #", "annotations" : {"k":"v"}, "x-unknown": 1.50}"#
        try (text.dropLast() + more).write(toFile: path, atomically: true, encoding: .utf8)
        try expectDone(ocimerge(Self.s390x, "-q", "-t", "b:1", "--update", "-o", out))
        #expect(try String(contentsOfFile: path, encoding: .utf8).hasSuffix("]" + more))
    }

    @Test("an extracted docker archive is not updated, because its manifest.json would be outdated")
    func hybrid() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        try Program.run("tar", ["-xf", Program.fixture("docker25-graph/hello-amd64.tar"), "-C", out])
        let before = try Tree.read(out)
        expectFailure(
            try ocimerge(Self.s390x, "-q", "-t", "b:1", "--update", "-o", out),
            "\(out) has a manifest.json for docker, which --update does not change; copy it to a new layout first")
        #expect(try Tree.read(out) == before)
    }

    @Test("a layout of another version is refused before anything is read")
    func version() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge(Self.amd64, "-q", "-t", "a:1", "-o", out))
        try directory.write(Array(#"{"imageLayoutVersion":"2.0.0"}"#.utf8), to: "out/oci-layout")
        expectFailure(
            try ocimerge(Self.s390x, "-q", "-t", "b:1", "--update", "-o", out),
            "\(out): oci-layout has version '2.0.0', but 1.0.0 is required")
    }

    @Test("of two runs into one empty directory one succeeds and the other is refused")
    func twoFillOne() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        let amd64 = Program.fixture(Self.amd64)
        let s390x = Program.fixture(Self.s390x)
        // The first run holds the lock while it waits for its input; the second waits and then finds a layout.
        let script = """
            (sleep 1; cat \(amd64)) | \(Program.ocimerge) - -q -o \(out) & sleep 0.3
            \(Program.ocimerge) \(s390x) -q -o \(out); echo "second $?"; wait $!; echo "first $?"
            """
        let run = try Program.run("bash", ["-c", script])
        #expect(run.stdout.contains("second 1\n") && run.stdout.contains("first 0\n"), "\(run.stdout)\(run.stderr)")
        #expect(try soundLayout(out).images.map(\.platform) == ["linux/amd64"])
    }

    @Test("no concurrent update of an absent layout is lost")
    func updatesOfNothing() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let script = """
            for i in 1 2 3 4; do \(Program.ocimerge) -q \(Program.fixture(Self.amd64)) -t u:$i --update -o \(out) & done; wait
            """
        let run = try Program.run("bash", ["-c", script])
        #expect(run.stderr == "")
        #expect(try Set(soundLayout(out).entries.map(\.name)) == Set((1...4).map { "docker.io/library/u:\($0)" }))
        #expect(try Tree.names(in: directory.path) == ["out"])
    }

    @Test("an update that fails leaves no new directory behind")
    func failedUpdate() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge("refused/corrupt-layer.tar", "-q", "-t", "a:1", "--update", "-o", directory.path("out"))
        expectOneSentence(run, "a damaged source")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("a name after oci: is not parsed as a part of the path")
    func namedDestination() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        expectFailure(
            try ocimerge(Self.amd64, "-q", "-o", "oci:\(out):1.0"),
            "a destination cannot contain a name; write oci:\(out) as destination and -t NAME:1.0", status: 2)
    }
}
