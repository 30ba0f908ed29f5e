import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("verify reports findings and the verdict")
struct VerifyTests {
    struct Report: Decodable {
        struct Source: Decodable {
            let sound: Bool
            let errors: Int?
            let findings: [Finding]?
        }
        struct Finding: Decodable {
            let severity: String
            let kind: String
            let path: [String]
            let digest: String?
            let file: String?
        }
        let sources: [Source]

        var findings: [Finding] { sources.flatMap { $0.findings ?? [] } }
        /// The findings, without notes on images that hold no executables.
        var lines: [String] {
            findings.filter { !["no-evidence", "start-empty"].contains($0.kind) }.map {
                "\($0.kind) \($0.path.joined(separator: " → "))"
            }
        }
        func digests(of kinds: String...) -> Set<String> {
            Set(findings.filter { kinds.contains($0.kind) }.compactMap(\.digest))
        }
    }

    static func report(_ run: Run) throws -> Report { try JSONDecoder().decode(Report.self, from: Data(run.output)) }

    static func report(_ path: String, input: [UInt8] = []) throws -> (status: Int32, report: Report) {
        let run = try Program.ocimerge(["verify", "--json", path], input: input, directory: fixtures)
        #expect(run.stderr == "")
        return (run.status, try report(run))
    }

    /// `verify` finds the defects that an independent reader found, and nothing else but notes.
    @Test(
        "The findings in every fixture are the known defects", arguments: Fixture.all.filter { $0.fact.refused == nil })
    func facts(_ fixture: Fixture) throws {
        let (status, report) = try Self.report(fixture.name)
        #expect(report.digests(of: "label") == Set(fixture.fact.mislabelled))
        #expect(report.digests(of: "absent-platform") == Set(fixture.fact.absent.map(\.digest)))
        #expect(report.digests(of: "digest", "diff-id") == Set(fixture.fact.corrupt))
        let others: Set = [
            "label", "absent-platform", "digest", "diff-id", "no-evidence", "orphans", "extras", "foreign-layer",
            // The executables of the fixtures with `wrong` in their names contradict the metadata.
            "evidence",
        ]
        let more = report.lines.filter { line in !others.contains { line.hasPrefix($0 + " ") } }
        switch fixture.name {
        case "docker25-graph/random-order.tar": #expect(more == ["layer-order index.json → manifests[0]"])
        case _ where fixture.name.hasPrefix("foreign/windows."):
            #expect(more.count == 1 && more[0].hasPrefix("start-unchecked "))
        case "layouts/nested-and-odd.oci-dir": #expect(more == ["ambiguous-name index.json → manifests[3]"])
        default: #expect(more == [])
        }
        let isSound = report.findings.allSatisfy { $0.severity == "note" }
        #expect(status == (isSound ? 0 : 1))
        #expect(report.sources.map(\.sound) == [isSound])
    }

    @Test("A stream gives the same findings as a file", arguments: Fixture.all.filter { $0.fact.refused == nil })
    func streams(_ fixture: Fixture) throws {
        guard fixture.name.hasSuffix(".tar") || fixture.name.contains(".tar.") else { return }
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: fixture.path)))
        let (status, streamed) = try Self.report("-", input: bytes)
        let (expected, stored) = try Self.report(fixture.name)
        #expect(status == expected)
        #expect(streamed.lines == stored.lines)
    }

    @Test(
        "An image that other commands refuse is a finding",
        arguments: [
            ("refused/manifest-and-index-at-once.oci.tar", "document index.json → manifests[0]"),
            ("refused/manifest-twice-different.tar", "unreadable "),
            ("refused/sparse-layer.tar", "unreadable manifest.json[0] → Layers[0]"),
            ("refused/truncated.tar", "archive "),
        ])
    func refused(_ name: String, _ line: String) throws {
        let (status, report) = try Self.report(name)
        #expect(status == 1)
        #expect(report.lines == [line])
    }

    @Test("A source without image is an error, and the other sources are verified")
    func noImage() throws {
        expectFailure(
            try ocimerge("verify", "docker20/rootfs-export.tar"),
            "docker20/rootfs-export.tar holds a root file system, not an image; 'docker export', 'crane export' and "
                + "BuildKit write such files: save the image instead, as 'docker save' does")
        expectFailure(try ocimerge("verify", "absent"), "no such file or directory: absent")
        let run = try ocimerge("verify", "docker20/rootfs-export.tar", "tar/plain.tar")
        #expect(run.status == 1)
        #expect(run.stdout == "tar/plain.tar: 1 image, 1 platform, 4 blobs, 12.8 kB verified: no errors\n")
    }

    @Test("SOURCE=PLATFORM is a usage error")
    func declared() throws {
        expectFailure(
            try ocimerge("verify", "tar/plain.tar=linux/amd64"),
            "tar/plain.tar=linux/amd64: =PLATFORM is not allowed for verify; use it with merge", status: 2)
    }

    @Test("An archive without its end blocks is an error", arguments: [1025, 1100, 512])
    func cutOff(_ bytes: Int) throws {
        let directory = try TemporaryDirectory()
        let whole = try MadeImage("linux/amd64", [.program("bin/app", ProgramFile.bare(.amd64))]).dockerArchive()
        let cut = Array(whole.dropLast(bytes))
        let source = try directory.write(cut, to: "cut.tar")
        // Every reader accepts one zero block as the end.
        guard bytes > 1024 else { return try expectDone(ocimerge("verify", "-q", source)) }
        let sentence = "is cut off after its last member: the end marker is missing"
        for run in [try ocimerge("verify", source), try ocimerge("verify", "-", input: cut)] {
            #expect(run.status == 1)
            #expect(run.stdout.split(separator: "\n").count { $0.hasPrefix("  error  ") } == 1)
            #expect(run.stdout.contains(sentence))
        }
    }

    @Test("A blob of the wrong size is not read")
    func oversized() throws {
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge("tar/plain.tar", "-q", "-o", directory.path("out")))
        let fact = try #require(Fixture.named("tar/plain.tar")).fact.images[0].layers[0]
        let blob = "\(directory.path("out"))/blobs/sha256/\(fact.digest.dropFirst(7))"
        let size: Int64 = 1 << 42
        #expect(try Program.run("truncate", ["-s", "\(size)", blob]).status == 0)
        let run = try ocimerge("verify", directory.path("out"))
        #expect(run.status == 1)
        #expect(run.stdout.contains("\(fact.size) bytes expected, \(size) found"), "\(run.stdout)")
    }

    @Test("A layer with a broken tar header is an error", arguments: LayerPacking.allCases)
    func brokenTar(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        let image = MadeImage("linux/amd64", [.program("bin/app", ProgramFile.bare(.amd64)), .brokenHeader])
        let source = try directory.write(image.archive(packing), to: "broken.tar")
        let run = try ocimerge("verify", source)
        #expect(run.status == 1)
        #expect(run.stdout.split(separator: "\n").count { $0.hasPrefix("  error  ") } == 1)
        #expect(run.stdout.contains("layers[0]  sha256:") && run.stdout.contains(" is not a valid tar archive: "))
    }

    @Test("An absent source does not prevent the verification of the others")
    func absentAmongOthers() throws {
        let run = try ocimerge("verify", "tar/plain.tar", "absent")
        #expect(run.status == 1)
        #expect(run.stdout == "tar/plain.tar: 1 image, 1 platform, 4 blobs, 12.8 kB verified: no errors\n")
        #expect(run.stderr == "ocimerge: no such file or directory: absent\n")
    }

    @Test("The text has a line for each finding, by image, and a summary")
    func text() throws {
        let run = try ocimerge("verify", "skopeo1/hello-s390x.plain.oci-dir", "refused/corrupt-layer.oci.tar")
        #expect(run.status == 1)
        #expect(run.stderr == "")
        #expect(run.stdout == Self.expectedText)
    }

    static let expectedText = """
        1.0  sha256:b0683bd8a80c2f5d8c75ff4f17162361d706c404b2ff07802e3572231964b0e9
          error  index.json → manifests[0] linux/s390x → layers[0]  \
        sha256:50b6cfcaa10e37ee854c598279d1660cfe8bde8e98f6c5e13f1d127cac7000f0 is labelled \
        application/vnd.oci.image.layer.v1.tar+gzip but is not compressed
          error  index.json → manifests[0] linux/s390x → layers[1]  \
        sha256:f486e4372b36ac36d7d49466f42d0188bcdaeb2b27a117d452e21d4d64d10963 is labelled \
        application/vnd.oci.image.layer.v1.tar+gzip but is not compressed
        skopeo1/hello-s390x.plain.oci-dir: 1 image, 1 platform, 4 blobs, 13.3 kB verified: 2 errors

        (no name)  sha256:dcd7f5985f65573f7a160028997d3d6db751a4ca7089d45e56188d5a55581757
          error  index.json → manifests[0] linux/s390x → layers[1]  \
        sha256:8c8112d7782916fc785400fbb15a4b7c23070d5e3042c02b3a084f13d2c4e2dc is damaged: its content \
        has digest sha256:3983f1ee02299329f701189f97031be990a2772af8172618ff6c94d1d1230d7a
        refused/corrupt-layer.oci.tar: 1 image, 1 platform, 4 blobs, 12.8 kB verified: 1 error

        """

    @Test("--quiet prints nothing and sets the exit status")
    func quiet() throws {
        for (name, status) in [("tar/plain.tar", Int32(0)), ("refused/corrupt-layer.tar", 1)] {
            let run = try ocimerge("verify", "--quiet", name)
            #expect(run.status == status)
            #expect(run.stdout == "" && run.stderr == "")
        }
    }

    @Test("--json prints these members in this order")
    func json() throws {
        var tar = TarBuilder()
        tar.add("readme", "no program")
        let image = SampleImage("linux/amd64", content: [String(decoding: tar.finished, as: UTF8.self)])
        let directory = try TemporaryDirectory()
        for (name, bytes) in SampleFiles.layout([image], roots: [image.entry("linux/arm64", name: "1.0")]) {
            try directory.write(bytes, to: "in/" + name)
        }
        try directory.write([], to: "in/README")
        let run = try Program.ocimerge(["verify", "--json", "in"], directory: directory.path)
        #expect(run.status == 1)
        #expect(run.stderr == "")
        #expect(
            run.stdout
                == Self.json(image.manifest.digest, bytes: image.manifest.bytes.count + image.config.bytes.count + 2048)
        )
    }

    @Test("another build of Windows in the index than in the config is an error with both versions")
    func windowsBuild() throws {
        let layer = String(repeating: "\0", count: 1024)
        let image = SampleImage("windows/amd64", content: [layer], version: "10.0.17763.2")
        let directory = try TemporaryDirectory()
        let root = image.entry("windows/amd64", name: "1.0", version: "10.0.20348.1")
        for (name, bytes) in SampleFiles.layout([image], roots: [root]) {
            try directory.write(bytes, to: "in/" + name)
        }
        let run = try ocimerge("verify", directory.path("in"))
        #expect(run.status == 1)
        #expect(
            (run.stdout + run.stderr).contains("the index says os.version 10.0.20348.1, the config 10.0.17763.2\n"),
            "\(run)")
    }

    private static func json(_ manifest: Digest, bytes: Int) -> String {
        """
        {
          "sources": [
            {
              "source": "in",
              "dialect": "OCI image layout",
              "sound": false,
              "images": 1,
              "artifacts": 0,
              "platforms": 1,
              "blobs": 3,
              "bytes": \(bytes),
              "errors": 1,
              "warnings": 0,
              "notes": 3,
              "findings": [
                {
                  "severity": "note",
                  "kind": "extras",
                  "image": null,
                  "names": [],
                  "path": [],
                  "platform": null,
                  "digest": null,
                  "file": null,
                  "files": [
                    "README"
                  ],
                  "expected": null,
                  "found": null,
                  "otherPlaces": 0,
                  "message": "1 file is not part of an image: README"
                },
                {
                  "severity": "error",
                  "kind": "platform-disagrees",
                  "image": "\(manifest)",
                  "names": [
                    "1.0"
                  ],
                  "path": [
                    "index.json",
                    "manifests[0]"
                  ],
                  "platform": "linux/arm64",
                  "digest": "\(manifest)",
                  "file": "blobs/sha256/\(manifest.hex)",
                  "files": [],
                  "expected": "linux/amd64",
                  "found": "linux/arm64",
                  "otherPlaces": 0,
                  "message": "the index says linux/arm64, the config linux/amd64"
                },
                {
                  "severity": "note",
                  "kind": "no-evidence",
                  "image": "\(manifest)",
                  "names": [
                    "1.0"
                  ],
                  "path": [
                    "index.json",
                    "manifests[0]"
                  ],
                  "platform": "linux/arm64",
                  "digest": "\(manifest)",
                  "file": "blobs/sha256/\(manifest.hex)",
                  "files": [],
                  "expected": null,
                  "found": "no executables",
                  "otherPlaces": 0,
                  "message": "no evidence of the platform: no executables"
                },
                {
                  "severity": "note",
                  "kind": "start-empty",
                  "image": "\(manifest)",
                  "names": [
                    "1.0"
                  ],
                  "path": [
                    "index.json",
                    "manifests[0]"
                  ],
                  "platform": "linux/arm64",
                  "digest": "\(manifest)",
                  "file": "blobs/sha256/\(manifest.hex)",
                  "files": [],
                  "expected": null,
                  "found": null,
                  "otherPlaces": 0,
                  "message": "the config names no command to run"
                }
              ]
            }
          ]
        }

        """
    }

    @Test("A selected image is verified alone")
    func selection() throws {
        let directory = try TemporaryDirectory()
        try Program.run("cp", ["-r", Program.fixture("skopeo1/two-entries.oci-dir"), directory.path("in")])
        let fact = try #require(Fixture.named("skopeo1/two-entries.oci-dir")).fact
        let broken = try #require(fact.images.first { $0.platform == "linux/s390x" })
        let shared = Set(fact.images.filter { $0.platform == "linux/amd64" }.flatMap { $0.layers.map(\.digest) })
        let own = try #require(broken.layers.map(\.digest).first { !shared.contains($0) })
        try FileManager.default.removeItem(atPath: directory.path("in/blobs/sha256/\(own.dropFirst(7))"))
        #expect(try Program.ocimerge(["verify", "-q", directory.path("in:1.0-amd64")]).status == 0)
        #expect(try Program.ocimerge(["verify", "-q", directory.path("in:1.0-s390x")]).status == 1)
        #expect(try Program.ocimerge(["verify", "-q", directory.path("in")]).status == 1)
    }
}
