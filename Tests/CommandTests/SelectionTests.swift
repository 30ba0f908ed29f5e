import Foundation
import TestSupport
import Testing

@Suite("Selection of images and unusual file names")
struct SelectionTests {
    static let found: [(selection: String, source: String, names: [String], platform: String, sentence: String)] = [
        (
            ":demo/app-b:1.0", "docker20/two-apps-s390x.tar", ["docker.io/demo/app-b:1.0"], "linux/s390x",
            "familiar name"
        ),
        (
            ":docker.io/demo/app-b:1.0", "docker20/two-apps-s390x.tar", ["docker.io/demo/app-b:1.0"], "linux/s390x",
            "full"
        ),
        (
            ":demo/hello:1.0-s390x", "docker20/multi.tar", ["docker.io/demo/hello:1.0-s390x"], "linux/s390x",
            "one of four"
        ),
        (":demo/hello", "docker20/multi.tar", ["docker.io/demo/hello:latest"], "linux/amd64", "no tag is latest"),
        (":latest", "docker25-graph/multi.tar", ["docker.io/demo/hello:latest"], "linux/amd64", "a tag alone"),
        (":1.0-s390x", "skopeo1/two-entries.oci-dir", ["1.0-s390x"], "linux/s390x", "a bare tag in a layout"),
        (
            ":demo/hello:1.0-s390x", "podman4/two-images.docker-archive.tar", ["localhost/demo/hello:1.0-s390x"],
            "linux/s390x", "podman's localhost need not be said"
        ),
    ]

    @Test("PATH:NAME selects an image by name", arguments: found.indices)
    func byName(_ number: Int) throws {
        let (selection, source, names, platform, _) = Self.found[number]
        for prefix in ["", Program.fixture("")] {
            let directory = try TemporaryDirectory()
            try expectDone(ocimerge(prefix + source + selection, "-q", "-o", directory.path("out")))
            let layout = try soundLayout(directory.path("out"))
            #expect(layout.images.flatMap(\.names) == names)
            #expect(layout.images.map(\.platform) == [platform])
        }
    }

    @Test("PATH@DIGEST selects by the digest of a manifest, an index or a config", arguments: Fixture.readable)
    func byDigest(_ fixture: Fixture) throws {
        guard fixture.fact.mislabelled.isEmpty, !fixture.fact.images.contains(where: \.statedOrderWrong),
            let image = fixture.fact.images.last
        else { return }
        for digest in [image.config.digest] + [image.manifest?.digest].compactMap(\.self) {
            let directory = try TemporaryDirectory()
            let run = try ocimerge("\(fixture.name)@\(digest)", "--trust", "-q", "-o", directory.path("out"))
            let attestations = fixture.fact.attestations.filter { $0.subject == image.manifest?.digest }
            let warnings = attestations.map {
                "ocimerge: warning: \(fixture.name)@\(digest): attestation \($0.digest) belongs to an index that is not "
                    + "copied; it is left out\n"
            }
            expectDone(run, stderr: warnings.joined())
            let layout = try soundLayout(directory.path("out"))
            #expect(layout.images.map(\.configDigest) == [image.config.digest])
        }
        guard let index = image.index.last else { return }
        let run = try ocimerge("inspect", "--platforms", "\(fixture.name)@\(index)")
        expectDone(run)
        let platforms = fixture.fact.images.filter { $0.index.contains(index) }.map(\.platform)
        #expect(run.stdout == Set(platforms).sorted().map { $0 + "\n" }.joined())
    }

    static let hex = String(repeating: "0", count: 64)
    static let absent: [(source: String, sentence: String)] = [
        (
            "docker20/two-apps-amd64.tar:demo/app-c:1.0",
            "docker20/two-apps-amd64.tar:demo/app-c:1.0: no image demo/app-c:1.0 in it; did you mean "
                + "demo/app-a:1.0? it holds docker.io/demo/app-a:1.0, docker.io/demo/app-b:1.0"
        ),
        (
            "docker20/two-apps-amd64.tar:1.0",
            "docker20/two-apps-amd64.tar:1.0: '1.0' matches several images; it holds docker.io/demo/app-a:1.0, "
                + "docker.io/demo/app-b:1.0"
        ),
        (
            "docker20/untagged.tar:demo/hello:1.0",
            "docker20/untagged.tar:demo/hello:1.0: no image demo/hello:1.0 in it; its images have no names, choose one with "
                + "PATH@DIGEST"
        ),
        (
            "tar/plain.tar@sha256:\(hex)",
            "tar/plain.tar@sha256:\(hex): no image sha256:\(hex) in it; it holds docker.io/demo/hello:1.0"
        ),
        (
            "tar/plain.tar@sha256:12",
            "tar/plain.tar@sha256:12: 'sha256:12' is not a digest; write PATH@sha256:HEX with 64 lower-case digits"
        ),
        (
            "tar/plain.tar@sha256:../../../etc/passwd",
            "tar/plain.tar@sha256:../../../etc/passwd: 'sha256:../../../etc/passwd' is not a digest; write PATH@sha256:HEX "
                + "with 64 lower-case digits"
        ),
        ("no-such.tar:demo/app:1.0", "no such file or directory: no-such.tar:demo/app:1.0"),
        ("docker://Alpine", "cannot read docker://Alpine: repositories are written in lower case: alpine"),
    ]

    @Test("an absent name is an error that lists the existing ones", arguments: absent.indices)
    func refuses(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let (source, sentence) = Self.absent[number]
        let isUsage = ["is not a digest", "lower case", "lacks a name"].contains { sentence.contains($0) }
        let status: Int32 = isUsage ? 2 : 1
        expectFailure(try ocimerge(source, "-o", directory.path("out")), sentence, status: status)
        expectFailure(try ocimerge("inspect", source), sentence, status: status)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test(
        "the longest existing path has precedence",
        arguments: [
            "a:b.tar", "a@b", "x=linux/amd64", "a:b@c=d", "oci:x", "docker-archive:y:1", "-", "-o", "--help", "inspect",
            " ", "é ü", "new\nline", #"back\slash"#, "a:demo/hello:1.0",
        ])
    func oddNames(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let archive = try Data(contentsOf: URL(fileURLWithPath: Program.fixture("tar/plain.tar")))
        try directory.write(Array(archive), to: name)
        let path = directory.path(name)
        for (source, platform) in [
            (path, "linux/s390x"), (path + ":demo/hello:1.0", "linux/s390x"), (path + "=linux/arm64", "linux/arm64"),
        ] {
            let scratch = try TemporaryDirectory()
            try expectDone(ocimerge(source, "--trust", "-q", "-o", scratch.path("out")))
            #expect(try soundLayout(scratch.path("out")).images.map(\.platform) == [platform])
        }
    }

    static let prefixes: [(source: String, sentence: String?)] = [
        ("oci:podman4/hello-s390x.oci-dir", nil), ("oci-archive:podman4/hello-s390x.oci-archive.tar", nil),
        ("docker-archive:podman4/hello-s390x.docker-archive.tar", nil), ("dir:podman4/hello-s390x.docker-dir", nil),
        ("docker-archive:docker20/multi.tar:demo/repeat:1.0", nil), ("oci:skopeo1/two-entries.oci-dir:1.0-amd64", nil),
        ("docker-archive:docker25-graph/hello-amd64.tar", nil), ("oci-archive:docker25-graph/hello-amd64.tar", nil),
        ("dir:tar/plain.tar", "tar/plain.tar does not match dir:; it is a docker-save archive"),
    ]

    @Test("a prefix selects the dialect", arguments: prefixes.indices)
    func prefix(_ number: Int) throws {
        let (source, sentence) = Self.prefixes[number]
        let directory = try TemporaryDirectory()
        let run = try ocimerge(source, "-q", "-o", directory.path("out"))
        if let sentence { return expectFailure(run, sentence) }
        expectDone(run)
        #expect(try soundLayout(directory.path("out")).images.count == 1)
    }
}
