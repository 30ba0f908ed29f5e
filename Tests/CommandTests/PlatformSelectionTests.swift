import TestSupport
import Testing

@Suite("--platform keeps only the named platforms")
struct PlatformSelectionTests {
    static let choices: [(flags: [String], platforms: [String], sentence: String)] = [
        (["--platform", "linux/s390x"], ["linux/s390x"], "one"),
        (["--platform", "linux/s390x,linux/amd64"], ["linux/amd64", "linux/s390x"], "two in one list, sorted"),
        (["--platform", "linux/arm64", "--platform=linux/amd64"], ["linux/amd64", "linux/arm64"], "given twice"),
        (["--platform", "linux/arm/v7"], ["linux/arm/v7"], "with a variant"),
        (["--platform", "linux/x86_64"], ["linux/amd64"], "an alias"),
        (["--platform", "linux/aarch64"], ["linux/arm64"], "another alias"),
    ]

    @Test("platforms are selected from an index and from several files", arguments: choices.indices)
    func selected(_ number: Int) throws {
        let (flags, platforms, _) = Self.choices[number]
        let files = ["amd64", "arm64", "armv7", "s390x"].map { "docker20/hello-\($0).tar" }
        for sources in [["docker29-containerd/multiarch.tar"], ["buildah1/multiarch.oci-dir"], files] {
            let directory = try TemporaryDirectory()
            let run = try Program.ocimerge(sources + flags + ["-q", "-o", directory.path("out")], directory: fixtures)
            expectDone(run)
            let layout = try soundLayout(directory.path("out"))
            #expect(layout.images.map(\.platform) == platforms)
            #expect(layout.attestations.count == (sources[0].hasPrefix("docker29") ? platforms.count : 0))
            let subjects = Set(layout.attestations.compactMap(\.subject))
            #expect(subjects.isSubset(of: Set(layout.images.map(\.descriptor.digest))))
        }
    }

    static let refusals: [(flag: String, sentence: String)] = [
        (
            "linux/riscv64",
            "no image for linux/riscv64 in the sources; they hold linux/amd64, linux/arm/v7, linux/arm64, linux/s390x"
        ),
        (
            "linux/amd64,linux/mips64le",
            "no image for linux/mips64le in the sources; they hold linux/amd64, linux/arm/v7, linux/arm64, linux/s390x"
        ),
        ("linux", "'linux' is not a platform; write os/architecture[/variant], e.g. linux/arm/v7"),
    ]

    @Test("an absent platform is an error that lists the existing ones", arguments: refusals.indices)
    func refuses(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let (flag, sentence) = Self.refusals[number]
        expectFailure(
            try ocimerge("buildx/zstd.oci.tar", "--platform", flag, "-o", directory.path("out")), sentence,
            status: sentence.contains("is not a platform") ? 2 : 1)
        #expect(try Tree.names(in: directory.path) == [])
    }

    static let similar: [[String]] = [["inspect"], ["digest"], ["cat", "/etc/motd"], ["inspect", "--files"]]

    @Test("an error about a platform that does not exist names a similar one", arguments: similar.indices)
    func suggestion(_ number: Int) throws {
        let (source, words) = ("docker20/hello-amd64.tar", Self.similar[number])
        expectFailure(
            try Self.run([words[0], source] + words.dropFirst() + ["--platform", "linux/s390"]),
            "\(source) holds no image for linux/s390 (did you mean linux/s390x?); it holds linux/amd64")
        expectFailure(
            try Self.run([words[0], source] + words.dropFirst() + ["--platform", "linux/s390x"]),
            "\(source) holds no image for linux/s390x; it holds linux/amd64")
    }

    private static func run(_ arguments: [String]) throws -> Run {
        try Program.ocimerge(arguments, directory: fixtures)
    }

    @Test("diff names a similar platform")
    func suggestionOfDiff() throws {
        let source = "docker20/hello-amd64.tar"
        expectFailure(
            try ocimerge("diff", source, source, "--platform", "linux/s390"),
            "no image for linux/s390 in the sources (did you mean linux/s390x?); they hold linux/amd64")
    }

    @Test("an absent child is a warning, and an error only if it is selected")
    func absentChild() throws {
        let directory = try TemporaryDirectory()
        let source = "docker29-containerd/multiarch-child-absent.tar"
        let absent = try #require(Fixture.named(source)?.fact.absent.first).digest
        try expectDone(
            ocimerge(source, "--platform", "linux/arm64", "-q", "-o", directory.path("out")),
            stderr: "ocimerge: warning: \(source): linux/s390x is incomplete, \(absent) is absent; it is left out\n")
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/arm64"])
        expectFailure(
            try ocimerge(source, "--platform", "linux/s390x", "-o", directory.path("none")),
            "no image for linux/s390x in the sources; they hold linux/amd64, linux/arm/v7, linux/arm64")
    }
}

@Suite("One platform, two images")
struct ConflictTests {
    @Test("two different images for one platform are an error with both sources and the image")
    func different() throws {
        let directory = try TemporaryDirectory()
        let one = "docker20/two-apps-amd64.tar"
        let other = "docker20/two-apps-s390x-wrong.tar"
        expectFailure(
            try ocimerge(one, other, "--trust", "-o", directory.path("out")),
            "\(one) and \(other) are different images of docker.io/demo/app-a:1.0 for linux/amd64; if the metadata "
                + "of one is wrong, declare its platform: \(other)=PLATFORM")
        expectFailure(
            try ocimerge("docker20/hello-amd64.tar", "crane/hello-amd64.tar", "-o", directory.path("out")),
            "docker20/hello-amd64.tar and crane/hello-amd64.tar are different images for linux/amd64; if the "
                + "metadata of one is wrong, declare its platform: crane/hello-amd64.tar=PLATFORM; to keep both as "
                + "separate images: ocimerge pack docker20/hello-amd64.tar crane/hello-amd64.tar -o DEST")
        expectFailure(
            try ocimerge("buildah1/multiarch.oci-dir", "docker20/hello-s390x.tar", "-o", directory.path("out")),
            "buildah1/multiarch.oci-dir and docker20/hello-s390x.tar are different images for linux/s390x; if the "
                + "metadata of one is wrong, declare its platform: docker20/hello-s390x.tar=PLATFORM; to keep both "
                + "as separate images: ocimerge pack buildah1/multiarch.oci-dir docker20/hello-s390x.tar -o DEST")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("the same image from two dialects is merged without a message")
    func same() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "tar/plain.tar", "tar/reversed.tar", "tar/compressed/plain.tar.zst", "jib/hello-arm64.tar", "-q", "-o",
            directory.path("out"))
        expectDone(run)
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.images.map(\.platform) == ["linux/arm64", "linux/s390x"])
        try expectDone(ocimerge("tar/plain.tar", "jib/hello-arm64.tar", "-q", "-o", directory.path("once")))
        #expect(try Tree.read(directory.path("out")) == Tree.read(directory.path("once")))
    }
}
