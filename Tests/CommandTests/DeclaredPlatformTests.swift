import Foundation
import TestSupport
import Testing

@Suite("SOURCE=PLATFORM changes the platform in the metadata and nothing else")
struct DeclaredPlatformTests {
    static let edits: [(source: String, platform: String, changes: [(String, String)], sentence: String)] = [
        (
            "tar/plain.tar", "linux/arm/v7",
            [(#""architecture":"s390x""#, #""architecture":"arm""#), ("]}}", #"]},"variant":"v7"}"#)],
            "a variant is added at the end"
        ),
        (
            "docker20/hello-armv7.tar", "linux/arm64",
            [(#""architecture":"arm""#, #""architecture":"arm64""#), (#","variant":"v7""#, "")],
            "a variant that no longer holds is removed with its comma"
        ),
        (
            "crane/hello-amd64.tar", "linux/s390x", [(#""architecture":"amd64""#, #""architecture":"s390x""#)],
            "only the architecture"
        ),
        (
            "podman4/hello-s390x.oci-dir", "linux/x86_64", [(#""architecture":"s390x""#, #""architecture":"amd64""#)],
            "an alias is written as the name it stands for"
        ),
        ("docker20/hello-amd64.tar", "linux/amd64", [], "what is right already stays byte for byte"),
        ("docker20/hello-amd64.tar", "linux/amd64/v1", [], "another spelling of the same platform changes nothing"),
        ("docker20/hello-arm64.tar", "linux/arm64/v8", [], "arm64 is v8 already"),
    ]

    /// The platform as it is written.
    private static func normalized(_ platform: String) -> String {
        let spellings = ["x86_64": "amd64", "amd64/v1": "amd64", "arm64/v8": "arm64"]
        return spellings.reduce(platform) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    }

    @Test(
        "a declared platform changes the config, the manifest and the index only where needed", arguments: edits.indices
    )
    func edit(_ number: Int) throws {
        let (source, platform, changes, _) = Self.edits[number]
        let directory = try TemporaryDirectory()
        let before = try ocimerge("inspect", "--config", source).stdout
        let expected = changes.reduce(before) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
        try expectDone(ocimerge("\(source)=\(platform)", "--trust", "-q", "-o", directory.path("out")))
        let layout = try soundLayout(directory.path("out"))
        let image = try #require(layout.images.first)
        #expect(String(decoding: try layout.bytes(image.configDigest), as: UTF8.self) == expected)
        #expect(image.platform == Self.normalized(platform))
        #expect((before == expected) == changes.isEmpty)
    }

    @Test("unknown members, their order and unusual spacing are kept")
    func unknownMembers() throws {
        let directory = try TemporaryDirectory()
        var image = SavedImage(["demo/odd:1"], extra: #" "x-unknown" : {"a":[1, 2.50e1,null],"\u0062":"é"}, "#)
        image.config += "\n"
        let source = try directory.write(image.archive, to: "odd.tar")
        try expectDone(ocimerge("\(source)=linux/s390x", "-q", "-o", directory.path("out")))
        let layout = try soundLayout(directory.path("out"))
        let config = try layout.bytes(try #require(layout.images.first).configDigest)
        let expected = image.config.replacingOccurrences(of: #""amd64""#, with: #""s390x""#)
        #expect(String(decoding: config, as: UTF8.self) == expected)
    }

    @Test("annotations and unknown members of manifest and descriptor are kept")
    func unknownInManifest() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("podman4/hello-s390x.oci-dir", "-q", "-o", directory.path("before")))
        let before = try soundLayout(directory.path("before"))
        try expectDone(ocimerge("podman4/hello-s390x.oci-dir=linux/amd64", "--trust", "-q", "-o", out))
        let after = try soundLayout(out)
        let (one, other) = (try #require(before.images.first), try #require(after.images.first))
        let old = String(decoding: try before.bytes(one.descriptor.digest), as: UTF8.self)
        let new = String(decoding: try after.bytes(other.descriptor.digest), as: UTF8.self)
        let follows = old.replacingOccurrences(of: one.configDigest, with: other.configDigest)
        #expect(new == follows)
    }

    static let misspelt: [(platform: String, sentence: String)] = [
        ("linux/s390", "linux/s390 is not a known platform; did you mean linux/s390x?"),
        ("linux/amd6", "linux/amd6 is not a known platform; did you mean linux/amd64?"),
        ("linux/s390x/v3", "linux/s390x/v3 is not a known platform; did you mean linux/s390x?"),
        ("linux/x64", "linux/x64 is not a known platform; did you mean linux/amd64?"),
        ("linux/armv7", "linux/armv7 is not a known platform; did you mean linux/arm/v7?"),
        ("lnux/arm64", "lnux/arm64 is not a known platform; did you mean linux/arm64?"),
        ("plan9/vax", "plan9/vax is not a known platform"),
    ]

    @Test("a misspelt platform is a usage error with a suggestion", arguments: misspelt.indices)
    func refusesMisspelt(_ number: Int) throws {
        let (platform, sentence) = Self.misspelt[number]
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let trust = sentence.hasSuffix("?") ? " --trust accepts it" : "; --trust accepts it"
        expectFailure(
            try ocimerge("tar/plain.tar=\(platform)", "-o", out), "tar/plain.tar=\(platform): \(sentence)\(trust)",
            status: 2)
        for arguments in [
            ["tar/plain.tar", "--platform", platform], ["tar/plain.tar", "--default-platform", platform],
            ["fix", "tar/plain.tar", "--platform", platform],
        ] {
            expectFailure(
                try Program.ocimerge(arguments + ["-o", out + ".tar"], directory: fixtures), sentence + trust, status: 2
            )
        }
        // A selection of what is present may name any platform.
        for arguments in [
            ["inspect", "tar/plain.tar", "--config=\(platform)"], ["digest", "tar/plain.tar", "--platform", platform],
        ] {
            let run = try Program.ocimerge(arguments, directory: fixtures)
            #expect(run.status == 1 && run.stderr.contains("linux/s390x"), "\(run)")
        }
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("a misspelt platform of a spec is an error with its line")
    func misspeltInSpec() throws {
        let directory = try TemporaryDirectory()
        let spec = """
            image: demo/app:1.0
            manifests:
              - image: \(Program.fixture("tar/plain.tar"))
                platform: {os: linux, architecture: amd6}
            """
        try directory.write(Array(spec.utf8), to: "app.yaml")
        expectFailure(
            try Program.ocimerge(["--spec", "app.yaml", "-o", "out"], directory: directory.path),
            "app.yaml:3: linux/amd6 is not a known platform; did you mean linux/amd64? --trust accepts it")
        #expect(try Tree.names(in: directory.path) == ["app.yaml"])
    }

    @Test("a filter that matches no image is an error")
    func emptyFilter() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge("tar/plain.tar", "--platform", "linux/riscv64", "-o", directory.path("out"))
        #expect(run.status == 1 && run.stdout == "", "\(run)")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("an unknown platform in the metadata is kept with a warning")
    func unknownInMetadata() throws {
        let directory = try TemporaryDirectory()
        let archive = try directory.write(
            MadeImage("linux/vax", [.file("a", [1])]).dockerArchive(), to: "vax.tar")
        let run = try Program.ocimerge([archive, "-q", "-o", directory.path("out")])
        expectDone(run, stderr: "ocimerge: warning: \(archive): linux/vax is not a known platform\n")
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/vax"])
    }

    @Test("--trust accepts an unknown platform with a warning")
    func unknownPlatform() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge("tar/plain.tar=plan9/vax", "--trust", "-q", "-o", directory.path("out"))
        expectDone(
            run, stderr: "ocimerge: warning: tar/plain.tar=plan9/vax: plan9/vax is not a known platform\n")
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["plan9/vax"])
    }

    @Test("two images of which one states a wrong platform are corrected in one command")
    func wrongPair() throws {
        let directory = try TemporaryDirectory()
        let wrong = "docker20/hello-s390x-wrong.tar"
        let refused = try ocimerge("docker20/hello-amd64.tar", wrong, "--trust", "-o", directory.path("out"))
        expectFailure(
            refused,
            "docker20/hello-amd64.tar and \(wrong) are different images of docker.io/demo/hello:1.0 for linux/amd64; "
                + "if the metadata of one is wrong, declare its platform: \(wrong)=PLATFORM")
        #expect(try Tree.names(in: directory.path) == [])
        try expectDone(ocimerge("docker20/hello-amd64.tar", wrong + "=linux/s390x", "-q", "-o", directory.path("out")))
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/amd64", "linux/s390x"])
    }

    @Test("an index with one child, its child and its entry are updated")
    func oneChild() throws {
        let directory = try TemporaryDirectory()
        try expectDone(
            ocimerge(
                "jib/hello-arm64.tar", "tar/plain.tar", "--platform", "linux/arm64", "-t", "a", "-q", "-o",
                directory.path("one")))
        let one = try soundLayout(directory.path("one"))
        #expect(one.indexes.count == 1)
        try expectDone(ocimerge(directory.path("one") + "=linux/riscv64", "--trust", "-q", "-o", directory.path("out")))
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.images.map(\.descriptor.platform?.text) == ["linux/riscv64"])
        #expect(layout.images.map(\.platform) == ["linux/riscv64"])
        #expect(layout.entries.compactMap(\.name) == ["docker.io/library/a:latest"])
        #expect(layout.indexes.count == 1)
    }

    @Test("the attestation of a selected child is copied and its reference updated")
    func attestation() throws {
        let directory = try TemporaryDirectory()
        let fact = try #require(Fixture.named("buildx/old-attestations.oci.tar")).fact
        let digest = try #require(fact.images.first { $0.platform == "linux/s390x" }?.manifest?.digest)
        let attestation = try #require(fact.attestations.first { $0.subject == digest }?.digest)
        let source = "buildx/old-attestations.oci.tar@\(digest)=linux/arm/v7"
        let run = try ocimerge(source, "jib/hello-arm64.tar", "--trust", "-q", "-o", directory.path("out"))
        let layout = try soundLayout(directory.path("out"))
        let image = try #require(layout.image("linux/arm/v7"))
        #expect(image.descriptor.digest != digest)
        #expect(layout.attestations.map(\.digest) == [attestation])
        #expect(layout.attestations.map(\.subject) == [image.descriptor.digest])
        expectDone(
            run,
            stderr: "ocimerge: warning: \(source): the attestation of linux/arm/v7 names the digest of the image "
                + "before its edit\n")
    }

    @Test("the attestation of an image alone in its index is updated, and a warning calls it outdated")
    func attestedIndex() throws {
        let directory = try TemporaryDirectory()
        let one = directory.path("one")
        try expectDone(ocimerge("buildx/old-attestations.oci.tar", "--platform", "linux/s390x", "-q", "-o", one))
        #expect(try soundLayout(one).attestations.count == 1)
        let run = try ocimerge(one + "=linux/arm/v7", "--trust", "-q", "-o", directory.path("out"))
        expectDone(
            run,
            stderr: "ocimerge: warning: \(one)=linux/arm/v7: the attestation of linux/arm/v7 names the digest of the "
                + "image before its edit\n")
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.attestations.map(\.subject) == [layout.image("linux/arm/v7")?.descriptor.digest])
    }

    static let refusals: [(source: String, sentence: String)] = [
        (
            "buildx/zstd.oci.tar=linux/s390x",
            "buildx/zstd.oci.tar=linux/s390x holds several images (linux/amd64, linux/arm/v7, linux/arm64, linux/s390x); "
                + "declare one of them: PATH@DIGEST=PLATFORM"
        ),
        (
            "tar/plain.tar=linux",
            "tar/plain.tar=linux: no such file, and 'linux' is not a platform; write SOURCE=os/architecture[/variant]"
        ),
        (
            "tar/plain.tar=",
            "tar/plain.tar=: no such file, and '' is not a platform; write SOURCE=os/architecture[/variant]"
        ),
        (
            "tar/plain.tar=linux/",
            "tar/plain.tar=linux/: no such file, and 'linux/' is not a platform; write SOURCE=os/architecture[/variant]"
        ),
    ]

    @Test("an invalid declaration is refused", arguments: refusals.indices)
    func refused(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge(Self.refusals[number].source, "--trust", "-o", directory.path("out")),
            Self.refusals[number].sentence, status: Self.refusals[number].sentence.contains("not a platform") ? 2 : 1)
        #expect(try Tree.names(in: directory.path) == [])
    }
}
