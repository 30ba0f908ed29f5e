import Foundation
import TestSupport
import Testing

@Suite("Evidence in sources of every kind")
struct EvidenceSourceTests {
    private func app(_ platform: String, _ content: [UInt8]) -> MadeImage {
        MadeImage(platform, [.program("bin/app", content)], run: ["/bin/app"])
    }

    @Test("ten architectures that all state amd64 become ten platforms in one command")
    func ten() throws {
        let directory = try TemporaryDirectory()
        let names = ["amd64", "arm64", "armv5", "armv7", "386", "mips64le", "mipsle", "ppc64le", "riscv64", "s390x"]
        for name in names {
            let image = app("linux/amd64", ProgramFile.real(name))
            try directory.write(image.archive(name < "m" ? .gzip : .zstd), to: name)
        }
        let sources = try Tree.names(in: directory.path)
        let run = try Program.ocimerge(sources + ["--fix", "-q", "-o", "out"], directory: directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        let platforms = try soundLayout(directory.path("out")).images.map(\.platform)
        #expect(
            Set(platforms) == [
                "linux/386", "linux/amd64", "linux/arm/v5", "linux/arm/v7", "linux/arm64", "linux/mips64le",
                "linux/mipsle", "linux/ppc64le", "linux/riscv64", "linux/s390x",
            ])
        #expect(platforms.count == 10)
    }

    @Test("a single wrong child of an index is named and corrected")
    func wrongChild() throws {
        let directory = try TemporaryDirectory()
        let index = try MadeImage.archive([app("linux/amd64", amd64), app("linux/arm64", s390x)])
        let source = try directory.write(index, to: "index.tar")
        let run = try ocimerge(source, "-o", directory.path("out"))
        expectOneSentence(run, "one child")
        #expect(run.stderr.hasPrefix("ocimerge: \(source): image sha256:"))
        #expect(run.stderr.contains(" says linux/arm64, but /bin/app, which it runs, is s390x (layer "))
        #expect(try SuggestedCommand.typed(from: run, in: directory.path).status == 0)
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.images.map(\.descriptor.platform?.text) == ["linux/amd64", "linux/s390x"])
        #expect(layout.images.map(\.platform) == ["linux/amd64", "linux/s390x"])
        #expect(layout.indexes.count == 1)
    }

    @Test("children that --platform omits are not searched")
    func leftOut() throws {
        let directory = try TemporaryDirectory()
        let index = try MadeImage.archive([app("linux/amd64", amd64), app("linux/arm64", s390x)])
        let source = try directory.write(index, to: "index.tar")
        try expectDone(ocimerge(source, "--platform", "linux/amd64", "-q", "-o", directory.path("right")))
        let wrong = try ocimerge(source, "--platform", "linux/arm64", "-q", "-o", directory.path("wrong"))
        expectOneSentence(wrong, "the lying one is wanted")
        let fixed = try ocimerge(source, "--fix", "--platform", "linux/s390x", "-q", "-o", directory.path("fixed"))
        #expect(fixed.status == 0, "\(fixed.stderr)")
        #expect(try soundLayout(directory.path("fixed")).images.map(\.platform) == ["linux/s390x"])
    }

    static let stated: [(config: String, descriptor: String, claimed: String, sentence: String)] = [
        ("linux/s390x", "linux/amd64", "linux/amd64", "the config is right, the descriptor wrong"),
        ("linux/amd64", "linux/s390x", "linux/amd64", "the descriptor is right, the config wrong"),
        ("linux/amd64", "linux/arm64", "linux/amd64", "both are wrong and differ: the config is named"),
    ]

    @Test("config and descriptor must both match the executables", arguments: stated.indices)
    func twoClaims(_ number: Int) throws {
        let one = Self.stated[number]
        let directory = try TemporaryDirectory()
        var liar = app(one.config, s390x)
        liar.descriptorPlatform = one.descriptor
        let source = try directory.write(
            MadeImage.archive([liar, app("linux/riscv64", ProgramFile.real("riscv64"))]), to: "index.tar")
        let run = try ocimerge(source, "-o", directory.path("out"))
        expectOneSentence(run, "\(one.sentence)")
        #expect(run.stderr.contains(" says \(one.claimed), but /bin/app, which it runs, is s390x (layer "))
        #expect(try SuggestedCommand.typed(from: run, in: directory.path).status == 0)
        let layout = try soundLayout(directory.path("out"))
        #expect(Set(layout.images.map(\.platform)) == ["linux/riscv64", "linux/s390x"])
        #expect(Set(layout.images.compactMap(\.descriptor.platform?.text)) == ["linux/riscv64", "linux/s390x"])
    }

    @Test("an archive on standard input is searched as a file is")
    func stream() throws {
        let directory = try TemporaryDirectory()
        let file = URL(fileURLWithPath: Program.fixture("docker20/hello-s390x-wrong.tar"))
        let archive = Array(try Data(contentsOf: file))
        let refused = try ocimerge("-", "-o", directory.path("out"), input: archive)
        expectOneSentence(refused, "a stream")
        #expect(
            refused.stderr.hasPrefix("ocimerge: - says linux/amd64, but /bin/hello, which it runs, is s390x (layer "))
        #expect(try Tree.names(in: directory.path) == [])
        let fixed = try ocimerge("-", "--fix", "-q", "-o", directory.path("out"), input: archive)
        #expect(fixed.status == 0)
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/s390x"])
    }

    @Test("--fix adds the platform to an image that states none")
    func unlabelled() throws {
        let directory = try TemporaryDirectory()
        var image = app("", s390x)
        image.name = nil
        let source = try directory.write(image.archive(), to: "unlabelled.tar")
        let fixed = try ocimerge(source, "--fix", "-q", "-o", directory.path("out"))
        #expect(fixed.status == 0, "\(fixed.stderr)")
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/s390x"])
    }

    static let oddNames = [
        "a b.tar", "it's.tar", #"back\slash.tar"#, "$HOME `id`.tar", "é.tar", "\u{1b}[31m.tar", "a\nb.tar",
    ]

    @Test("the suggested command works for unusual file names", arguments: oddNames)
    func oddName(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(app("linux/amd64", s390x).archive(), to: name)
        let run = try ocimerge(source, "-o", directory.path("out"))
        expectOneSentence(run, "\(name)")
        let corrected = try SuggestedCommand.typed(from: run, in: directory.path)
        #expect(corrected.status == 0, "\(corrected.stderr)")
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/s390x"])
    }
}
