import Foundation
import TestSupport
import Testing

@Suite("Merge refuses platforms that the executables contradict")
struct EvidenceMergeTests {
    /// Wrong platforms by the classic builder, `docker import`, buildah and podman.
    static let wrong: [(source: String, image: String?, file: String, machine: String, platform: String)] = [
        ("docker20/hello-s390x-wrong.tar", nil, "/bin/hello", "s390x", "linux/s390x"),
        ("docker20/imported-s390x-wrong.tar", nil, "/bin/hello", "s390x", "linux/s390x"),
        ("buildah1/hello-arm64-wrong.oci-archive.tar", nil, "/bin/hello", "arm64", "linux/arm64"),
        ("buildah1/hello-armv7-wrong.docker-archive.tar", nil, "/bin/hello", "arm/v7", "linux/arm/v7"),
        ("podman4/imported-arm64-wrong.oci-dir", nil, "/bin/hello", "arm64", "linux/arm64"),
    ]

    private func statement(_ number: Int) throws -> String {
        let one = Self.wrong[number]
        let layer = try #require(Fixture.named(one.source)?.fact.images.first?.layers.last?.digest)
        return "\(one.source) says linux/amd64, but \(one.file), which it runs, is \(one.machine) (layer \(layer))"
    }

    @Test("a contradiction is refused, and the suggested command corrects it", arguments: wrong.indices)
    func refused(_ number: Int) throws {
        let one = Self.wrong[number]
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let run = try ocimerge(one.source, "-o", out)
        let command = "ocimerge \(one.source) -o \(out) --fix"
        expectFailure(run, "\(try statement(number)); correct it: \(command) (or keep it with --trust)")
        #expect(try Tree.names(in: directory.path) == [])
        let corrected = try SuggestedCommand.typed(from: run, in: directory.path)
        expectDone(
            corrected, stderr: "ocimerge: warning: \(try statement(number)); written as \(one.platform)\n")
        #expect(try soundLayout(out).images.map(\.platform) == [one.platform])
    }

    @Test("--fix changes the platform in the config and nothing else", arguments: wrong.indices)
    func fix(_ number: Int) throws {
        let one = Self.wrong[number]
        let directory = try TemporaryDirectory()
        let fixed = try ocimerge(one.source, "--fix", "-q", "-o", directory.path("fixed"))
        expectDone(fixed, stderr: "ocimerge: warning: \(try statement(number)); written as \(one.platform)\n")
        try expectDone(ocimerge("\(one.source)=\(one.platform)", "-q", "-o", directory.path("declared")))
        #expect(try Tree.read(directory.path("fixed")) == Tree.read(directory.path("declared")))
    }

    @Test("--trust copies the image unchanged and without a message", arguments: wrong.indices)
    func trust(_ number: Int) throws {
        let one = Self.wrong[number]
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge(one.source, "--trust", "-q", "-o", directory.path("out")))
        let facts = try #require(Fixture.named(one.source)).fact.images
        #expect(try soundLayout(directory.path("out")).images.map(\.configDigest) == facts.map(\.config.digest))
    }

    @Test("--fix resolves a conflict of two images of which one states a wrong platform")
    func collision() throws {
        let directory = try TemporaryDirectory()
        let sources = ["docker20/hello-amd64.tar", Self.wrong[0].source]
        let refused = try Program.ocimerge(sources + ["-o", directory.path("out")], directory: fixtures)
        let command = "ocimerge \(sources[0]) \(sources[1]) -o \(directory.path("out")) --fix"
        expectFailure(refused, "\(try statement(0)); correct it: \(command) (or keep it with --trust)")
        let run = try SuggestedCommand.typed(from: refused, in: directory.path)
        expectDone(run, stderr: "ocimerge: warning: \(try statement(0)); written as linux/s390x\n")
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.images.map(\.platform) == ["linux/amd64", "linux/s390x"])
        #expect(layout.images.map(\.descriptor.platform?.text) == ["linux/amd64", "linux/s390x"])
    }

    @Test("--trust reports the conflict of two images for one platform")
    func trustedCollision() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "docker20/hello-amd64.tar", Self.wrong[0].source, "--trust", "-o", directory.path("out"))
        expectFailure(
            run,
            "docker20/hello-amd64.tar and \(Self.wrong[0].source) are different images of docker.io/demo/hello:1.0 for "
                + "linux/amd64; if the metadata of one is wrong, declare its platform: "
                + "\(Self.wrong[0].source)=PLATFORM")
    }

    @Test("images that all state amd64 become an index with their real platforms")
    func severalPlatforms() throws {
        let directory = try TemporaryDirectory()
        let sources = Self.wrong.map(\.source).enumerated().filter { ![1, 4].contains($0.offset) }.map(\.element)
        let run = try Program.ocimerge(
            ["docker20/hello-amd64.tar"] + sources + ["--fix", "-q", "-t", "demo/all", "-o", directory.path("out")],
            directory: fixtures)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(
            try soundLayout(directory.path("out")).images.map(\.platform)
                == ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x"])
    }

    @Test("every image of an archive is named by its digest")
    func several() throws {
        let directory = try TemporaryDirectory()
        let source = "docker20/two-apps-s390x-wrong.tar"
        let run = try ocimerge(source, "-o", directory.path("out"))
        expectOneSentence(run, "both are wrong")
        #expect(run.stderr.components(separatedBy: "\(source): image sha256:").count == 3)
        #expect(
            run.stderr.components(separatedBy: " says linux/amd64, but /bin/hello, which it runs, is s390x").count == 3)
        let joined = try ocimerge(
            source, "docker20/two-apps-amd64.tar", "--fix", "-q", "-o", directory.path("out"))
        #expect(joined.status == 0, "\(joined.stderr)")
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.entries.count == 2)
        #expect(layout.images.map(\.platform) == ["linux/amd64", "linux/s390x", "linux/amd64", "linux/s390x"])
    }

    static let declarations: [(platform: String, warning: String?, sentence: String)] = [
        ("linux/s390x", nil, "what the executables say too"),
        (
            "linux/arm64",
            "declared to be linux/arm64, but /bin/hello, which it runs, is s390x (layer LAYER); "
                + "the declared platform is used",
            "something else"
        ),
        (
            "linux/amd64",
            "declared to be linux/amd64, but /bin/hello, which it runs, is s390x (layer LAYER); "
                + "the declared platform is used",
            "what the metadata says"
        ),
    ]

    @Test(
        "a declared platform is used, with a warning if the executables contradict it", arguments: declarations.indices)
    func declared(_ number: Int) throws {
        let one = Self.declarations[number]
        for option in [[], ["--fix"]] {
            let directory = try TemporaryDirectory()
            let source = "\(Self.wrong[0].source)=\(one.platform)"
            let run = try Program.ocimerge([source, "-q", "-o", directory.path("out")] + option, directory: fixtures)
            let layer = try #require(Fixture.named(Self.wrong[0].source)?.fact.images.first?.layers.last?.digest)
            let warning = one.warning.map { $0.replacingOccurrences(of: "LAYER", with: layer) }
            expectDone(run, stderr: warning.map { "ocimerge: warning: \(source): \($0)\n" } ?? "")
            #expect(try soundLayout(directory.path("out")).images.map(\.platform) == [one.platform])
        }
    }

    @Test("--dry-run refuses the same, and with --fix prints the same digests")
    func dryRun() throws {
        let directory = try TemporaryDirectory()
        let arguments = ["docker20/hello-amd64.tar", Self.wrong[0].source, "-o", directory.path("out")]
        let wet = try Program.ocimerge(arguments, directory: fixtures)
        let dry = try Program.ocimerge(arguments + ["--dry-run"], directory: fixtures)
        #expect(dry.status == 1)
        #expect(dry.stderr == wet.stderr.replacingOccurrences(of: " --fix (or", with: " --dry-run --fix (or"))
        let would = try Program.ocimerge(arguments + ["--fix", "-q", "--dry-run"], directory: fixtures)
        #expect(try Tree.names(in: directory.path) == [])
        let does = try Program.ocimerge(arguments + ["--fix", "-q"], directory: fixtures)
        #expect(would.stdout == does.stdout)
        #expect(would.stderr == does.stderr)
    }

    @Test("--json contains the warnings, and standard output is only JSON")
    func json() throws {
        struct Report: Decodable { let warnings: [String] }
        let directory = try TemporaryDirectory()
        let run = try ocimerge(Self.wrong[0].source, "--fix", "--json", "-o", directory.path("out"))
        #expect(run.status == 0)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output))
        #expect(report.warnings == ["\(try statement(0)); written as linux/s390x"])
    }
}
