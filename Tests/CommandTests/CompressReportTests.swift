import ImageModel
import TestSupport
import Testing

@Suite("The report about compressed layers")
struct CompressReportTests {
    static let one = SavedImage(["demo/app:1"], layers: [SampleBytes.text(1_500_000), [1]])

    @Test("the report states the number of layers and the bytes before and after")
    func text() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(Self.one.archive, to: "in.tar")
        let run = try Program.ocimerge([source, "--compress", "gzip", "-o", directory.path("out")])
        expectDone(run)
        let lines = run.stdout.split(separator: "\n")
        #expect(lines[0].hasPrefix("wrote OCI layout \(directory.path("out")): 1 image, 2 layers, "))
        #expect(lines[1].hasPrefix("compressed 2 layers with gzip: 1.5 MB became "))
        let again = try Program.ocimerge([directory.path("out"), "--compress", "zstd", "-o", directory.path("same")])
        expectDone(again)
        #expect(again.stdout.split(separator: "\n")[1] == "no layer to compress")
        let plain = try Program.ocimerge(
            [directory.path("out"), "--compress", "none", "--recompress", "-o", directory.path("plain")])
        expectDone(plain)
        #expect(plain.stdout.split(separator: "\n")[1].hasPrefix("stored 2 layers plain: "))
    }

    @Test("a dry run lists the layers to compress and no new digests")
    func dryRun() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(Self.one.archive, to: "in.tar")
        let arguments = [source, "--compress", "zstd", "--dry-run", "-o", directory.path("out")]
        let run = try Program.ocimerge(arguments)
        expectDone(run)
        let digests = Self.one.layers.map(SavedImage.digest)
        #expect(
            run.stdout == """
                would write OCI layout \(directory.path("out")): 1 image, 2 layers, 1.5 MB
                would compress 2 layers with zstd, 1.5 MB now; their new digests are known only afterwards
                  \(digests[0])  1.5 MB
                  \(digests[1])  1 B
                docker.io/demo/app:1  (digest not known yet)
                  linux/amd64  (digest not known yet)  \(source)

                """)
        #expect(try Program.ocimerge(arguments + ["-q"]).stdout == "")
        let json = try Program.ocimerge(arguments + ["--json"]).stdout
        #expect(json.contains(#""digest": null"#) && !json.contains(#""digest": "sha256"#))
        #expect(json.contains(#""layers": 2,\#n    "bytesBefore": 1500001,\#n    "bytesAfter": null"#))
        #expect(try Tree.names(in: directory.path) == ["in.tar"])
    }

    static let wrong: [(arguments: [String], sentence: String)] = [
        (["--recompress"], "--recompress requires --compress"),
        (["--compress", "xz"], "--compress must be none, gzip or zstd, not 'xz'"),
        (["--compress", "gzip:0"], "--compress gzip takes a level from 1 to 12, not '0'"),
        (["--compress", "gzip:"], "--compress gzip takes a level from 1 to 12, not ''"),
        (["--compress", "gzip:+3"], "--compress gzip takes a level from 1 to 12, not '+3'"),
        (["--compress", "zstd:20"], "--compress zstd takes a level from 1 to 19, not '20'"),
        (["--compress", "none:1"], "--compress none takes no level, but '1' is given"),
        (["--compress="], "the value of --compress is empty"),
    ]

    @Test("a wrong command line is a usage error", arguments: wrong.indices)
    func usage(_ number: Int) throws {
        let (arguments, sentence) = Self.wrong[number]
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(["a", "-o", directory.path("out")] + arguments)
        #expect(run.status == 2)
        #expect(run.stdout == "")
        #expect(run.stderr == "ocimerge: \(sentence)\nTry 'ocimerge help merge'.\n")
    }

    @Test("a layer without such a media type is kept, with one warning")
    func kept() throws {
        let directory = try TemporaryDirectory()
        let image = SampleImage(
            "linux/amd64", content: ["one", "two"], layerType: .dockerForeignLayer, isDocker: true)
        let source = try directory.write(
            TarBuilder.archive(SampleFiles.layout([image], roots: [image.entry(name: "demo/app:1")])), to: "in.tar")
        let run = try Program.ocimerge([source, "--compress", "zstd", "-q", "-o", directory.path("out")])
        expectDone(
            run,
            stderr: "ocimerge: warning: layers of type application/vnd.docker.image.rootfs.foreign.diff.tar cannot be "
                + "compressed with zstd; they are not changed\n")
        #expect(run.stdout == "\(image.manifest.digest)\n")
    }
}
