import TestSupport
import Testing

@Suite("The depth of the search for executables")
struct EvidenceDepthTests {
    /// More bytes than a bounded search decompresses; small when compressed.
    private static let bulk = LayerEntry.file("data/zeros", [UInt8](repeating: 0, count: 40 << 20))

    private func write(_ image: MadeImage, _ packing: LayerPacking, _ directory: borrowing TemporaryDirectory) throws
        -> String
    {
        try directory.write(image.archive(packing), to: "\(packing.rawValue).tar")
    }

    @Test(
        "a program behind 40 MB of a compressed layer is found with --evidence=full",
        arguments: [LayerPacking.gzip, .zstd])
    func hidden(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        let image = MadeImage("linux/amd64", [Self.bulk, .program("usr/bin/app", s390x)], run: ["app"])
        let source = try write(image, packing, directory)
        let bounded = try ocimerge(source, "-q", "-o", directory.path("bounded"))
        expectDone(
            bounded,
            stderr: "ocimerge: warning: \(source): no evidence that the image is for linux/amd64: not "
                + "conclusive so far; --evidence=full searches further\n")
        let full = try ocimerge(source, "--evidence=full", "-q", "-o", directory.path("full"))
        expectOneSentence(full, "\(packing)")
        #expect(full.stderr.contains(" says linux/amd64, but /usr/bin/app, which it runs, is s390x (layer "))
        let fixed = try ocimerge(source, "--evidence=full", "--fix", "-q", "-o", directory.path("full"))
        #expect(fixed.status == 0)
        #expect(try soundLayout(directory.path("full")).images.map(\.platform) == ["linux/s390x"])
    }

    @Test("a broken layer hides the layers below it, with a warning", arguments: [LayerPacking.plain, .gzip])
    func broken(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        var image = MadeImage(
            "linux/amd64", [.program("bin/app", s390x)], [.program("usr/bin/tool", amd64), .brokenHeader],
            run: ["/bin/app"])
        let source = try write(image, packing, directory)
        let warning =
            "ocimerge: warning: \(source): no evidence that the image is for linux/amd64: layers are absent, "
            + "damaged or cannot be read\n"
        try expectDone(ocimerge(source, "-q", "-o", directory.path("out")), stderr: warning)
        image.layers.removeLast()
        let below = try directory.write(image.archive(packing), to: "below.tar")
        expectOneSentence(try ocimerge(below, "-q", "-o", directory.path("none")), "without the broken layer")
    }

    @Test(
        "if config and index disagree, both are compared with the result of a full search",
        arguments: [LayerPacking.gzip, .zstd])
    func disagreeing(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        // A container sees the last of two files with one name.
        var lying = MadeImage(
            "linux/s390x", [.program("bin/app", s390x), Self.bulk, .program("bin/app", amd64)], run: ["/bin/app"])
        lying.descriptorPlatform = "linux/amd64"
        let other = MadeImage("linux/arm64", [.file("etc/motd", Array("hello\n".utf8))])
        let source = try directory.write(MadeImage.archive([lying, other], packing), to: "two.tar")
        let fixed = try ocimerge(source, "--fix", "-q", "-o", directory.path("out"))
        #expect(fixed.status == 0)
        let platforms = try soundLayout(directory.path("out")).images.map(\.platform)
        #expect(platforms.contains("linux/amd64") && !platforms.contains("linux/s390x"), "\(platforms)")
    }

    @Test("a search in a plain layer reads headers only, so 40 MB hide nothing")
    func plain() throws {
        let directory = try TemporaryDirectory()
        let image = MadeImage("linux/amd64", [Self.bulk, .program("usr/bin/app", s390x)], run: ["app"])
        expectOneSentence(try ocimerge(try write(image, .plain, directory), "-o", directory.path("out")), "plain")
    }

    @Test(
        "a program is found beside a large layer", arguments: [LayerPacking.gzip, .zstd])
    func otherLayer(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        let image = MadeImage("linux/amd64", [.program("usr/bin/app", s390x)], [Self.bulk], run: ["app"])
        expectOneSentence(try ocimerge(try write(image, packing, directory), "-o", directory.path("out")), "\(packing)")
    }

    @Test(
        "a program that a later file of its layer replaces is no contradiction", arguments: [LayerPacking.gzip, .zstd])
    func replaced(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        let image = MadeImage(
            "linux/amd64", [.program("usr/bin/app", s390x)], [Self.bulk, .program("usr/bin/app", amd64)], run: ["app"])
        try expectDone(ocimerge(try write(image, packing, directory), "-q", "-o", directory.path("out")))
    }

    @Test(
        "contradicting options are refused",
        arguments: [["--fix", "--trust"], ["--trust", "--evidence=full"], ["--evidence=deep"]])
    func usage(_ options: [String]) throws {
        let run = try Program.ocimerge(["docker20/hello-amd64.tar", "-o", "x"] + options, directory: fixtures)
        #expect(run.status == 2)
        #expect(run.stdout == "")
    }
}
