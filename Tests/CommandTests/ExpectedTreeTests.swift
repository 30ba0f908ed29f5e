import Foundation
import TestSupport
import Testing

struct ExpectedCase: Sendable, CustomStringConvertible {
    let name: String
    let sentence: String
    let arguments: [String]
    var description: String { name }
}

/// `fixtures/expected/<case>` holds index.json, the names and digests of all files (tree.txt), stdout, stderr and the
/// output of `inspect`. If UPDATE_EXPECTED is set, the test writes these files again.
@Suite("Results equal the stored expected results")
struct ExpectedTreeTests {
    static let cases = [
        ExpectedCase(
            name: "docker-save-pair", sentence: "the main job: two docker save files, plain layers",
            arguments: ["docker20/hello-amd64.tar", "docker20/hello-s390x.tar"]),
        ExpectedCase(
            name: "crane-and-podman", sentence: "compressed layers beside plain ones, two names that differ",
            arguments: ["crane/hello-amd64.tar", "podman4/hello-s390x.docker-archive.tar", "-t", "demo/hello:2"]),
        ExpectedCase(
            name: "four-apps", sentence: "eight images in four files, joined by name",
            arguments: [
                "docker20/two-apps-amd64.tar", "docker20/two-apps-arm64.tar", "docker20/two-apps-armv7.tar",
                "docker20/two-apps-s390x.tar",
            ]),
        ExpectedCase(
            name: "declared", sentence: "SOURCE=PLATFORM corrects a wrong platform",
            arguments: ["tar/plain.tar=linux/arm/v7", "jib/hello-arm64.tar", "-t", "demo/hello:1.0"]),
        ExpectedCase(
            name: "attestations", sentence: "two of four platforms with their attestations",
            arguments: ["buildx/old-attestations.oci.tar", "--platform", "linux/amd64,linux/s390x"]),
        ExpectedCase(
            name: "mislabelled", sentence: "plain layers that skopeo calls gzip get their right label",
            arguments: ["skopeo1/hello-s390x.plain.oci-dir", "-t", "demo/hello:1.0"]),
        ExpectedCase(
            name: "nested-and-odd", sentence: "an odd layout is copied with everything it names",
            arguments: ["layouts/nested-and-odd.oci-dir"]),
        ExpectedCase(
            name: "docker-list", sentence: "a docker manifest list keeps its media types",
            arguments: ["skopeo1/multiarch.v2s2.docker-dir", "-t", "demo/hello:1.0"]),
        ExpectedCase(
            name: "docker-format", sentence: "two architectures with an attestation each, in docker's format",
            arguments: [
                "buildx/old-attestations.oci.tar", "--platform", "linux/amd64,linux/s390x", "--format", "docker",
            ]),
        ExpectedCase(
            name: "windows", sentence: "a foreign layer stays where it is",
            arguments: ["foreign/windows.oci.tar", "tar/plain.tar"]),
        ExpectedCase(
            name: "random-order", sentence: "an engine 25.0.0 archive gets its layers in order",
            arguments: ["docker25-graph/random-order.tar"]),
    ]

    @Test("tree, stdout, stderr and the output of inspect are the expected ones", arguments: cases)
    func tree(_ expected: ExpectedCase) throws {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(expected.arguments + ["-o", directory.path("out")], directory: fixtures)
        #expect(run.status == 0, "\(run.stderr)")
        try soundLayout(directory.path("out"))
        let files = try Tree.read(directory.path("out"))
        let names = files.keys.sorted()
        let sums = try Program.run("/usr/bin/sha256sum", ["--"] + names, directory: directory.path("out")).stdout
        let results: [String: [UInt8]] = [
            "index.json": files["index.json"] ?? [], "tree.txt": Array(sums.utf8),
            "stdout.txt": Array(run.stdout.replacingOccurrences(of: directory.path("out"), with: "OUT").utf8),
            "stderr.txt": run.errors,
            "inspect.txt": Array(try Program.ocimerge(["inspect", "out"], directory: directory.path).output),
        ]
        let folder = Program.fixture("expected/\(expected.name)")
        if ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] != nil {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for (name, bytes) in results { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
        }
        let kept = try Tree.read(folder)
        #expect(Set(kept.keys) == Set(results.keys))
        for (name, bytes) in results {
            #expect(
                String(decoding: bytes, as: UTF8.self) == String(decoding: kept[name] ?? [], as: UTF8.self), "\(name)")
        }
    }

    @Test("every expected tree has its case")
    func everyTreeHasACase() throws {
        #expect(try Tree.names(in: Program.fixture("expected")) == Self.cases.map(\.name).sorted())
    }
}
