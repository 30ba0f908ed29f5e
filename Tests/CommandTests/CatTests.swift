import Foundation
import TestSupport
import Testing

@Suite("cat prints one file of an image")
struct CatTests {
    static let release = "ID=demo\nNAME=\"Demo\"\nVERSION_ID=1.0\nPRETTY_NAME=\"Demo 1.0\"\n"

    @Test("every dialect and compression has the same file", arguments: FilesTests.same)
    func dialects(_ fixture: Fixture) throws {
        let run = try ocimerge("cat", fixture.name, "/etc/os-release")
        expectDone(run)
        #expect(run.stdout == Self.release)
    }

    @Test("archives on standard input, also compressed ones, have the same file, and nothing is left behind")
    func streams() throws {
        let temporary = try TemporaryDirectory()
        for name in ["tar/plain.tar", "tar/compressed/plain.tar.zst", "nix/hello-arm64.tar.gz"] {
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: Program.fixture(name))))
            let run = try Program.run(
                Program.ocimerge, ["cat", "-", "etc/os-release"], input: bytes, environment: ["TMPDIR": temporary.path])
            expectDone(run)
            #expect(run.stdout == Self.release)
        }
        #expect(try Tree.names(in: temporary.path) == [])
    }

    @Test("links are followed inside the image")
    func links() throws {
        let source = "docker20/hello-amd64.tar"
        let direct = try ocimerge("cat", source, "/bin/hello")
        expectDone(direct)
        #expect(direct.output.starts(with: [0x7f, 0x45, 0x4c, 0x46]))
        #expect(direct.output.count == 170)
        #expect(try ocimerge("cat", source, "/usr/bin/../bin/./hello").output == direct.output)
        let directory = try TemporaryDirectory()
        var tar = TarBuilder()
        tar.symbolicLink("out", to: "../../../../etc/passwd")
        tar.symbolicLink("loop", to: "loop")
        tar.file("etc/passwd", "inside\n")
        tar.hardLink("linked", to: "etc/passwd")
        tar.zeros()
        let path = try directory.write(SavedImage(["demo/app:1"], layers: [tar.bytes]).archive, to: "x.tar")
        for name in ["out", "linked"] {
            let run = try ocimerge("cat", path, name)
            expectDone(run)
            #expect(run.stdout == "inside\n")
        }
        expectFailure(try ocimerge("cat", path, "loop"), "\(path): /loop leads through too many symbolic links")
    }

    @Test("the file is that of the platform")
    func platform() throws {
        let layout = "buildah1/multiarch.oci-dir"
        expectFailure(
            try ocimerge("cat", layout, "/bin/hello"),
            "\(layout) holds several platforms; choose one with --platform: linux/amd64, linux/arm/v7, linux/arm64, "
                + "linux/s390x")
        let run = try ocimerge("cat", layout, "/bin/hello", "--platform", "linux/s390x")
        expectDone(run)
        #expect(run.output[18..<20] == [0, 22])
        let none = try ocimerge("cat", layout, "/bin/hello", "--platform", "linux/mips")
        #expect(none.status == 1 && none.stdout == "" && none.stderr.contains("holds no image for linux/mips"))
    }

    @Test("several images are an error that lists their names")
    func images() throws {
        expectFailure(
            try ocimerge("cat", "docker20/two-apps-amd64.tar", "/bin/hello"),
            "docker20/two-apps-amd64.tar holds several images; choose one with PATH:NAME: docker.io/demo/app-a:1.0, "
                + "docker.io/demo/app-b:1.0")
        let run = try ocimerge("cat", "docker20/two-apps-amd64.tar:demo/app-b:1.0", "/etc/os-release")
        expectDone(run)
        #expect(run.stdout == Self.release)
    }

    @Test("a file that is not regular is an error that names its kind")
    func irregular() throws {
        let source = "docker20/hello-amd64.tar"
        func advice(_ path: String) -> String {
            "\(source): \(path) is a directory; to list it, write: ocimerge inspect --files=\(path) \(source)"
        }
        expectFailure(try ocimerge("cat", source, "/etc/"), advice("/etc"))
        expectFailure(try ocimerge("cat", source, "/usr/bin"), advice("/bin"))
        expectFailure(try ocimerge("cat", source, "/"), advice("/"))
        let directory = try TemporaryDirectory()
        var tar = TarBuilder()
        tar.header(.init("null", type: "3"))
        tar.header(.init("disk", type: "4"))
        tar.header(.init("pipe", type: "6"))
        tar.hardLink("z-null", to: "null")
        tar.hardLink("z-pipe", to: "pipe")
        tar.zeros()
        let path = try directory.write(SavedImage(["demo/app:1"], layers: [tar.bytes]).archive, to: "x.tar")
        for (name, noun) in [
            ("null", "a character device"), ("disk", "a block device"), ("pipe", "a FIFO"),
            ("z-null", "a character device"), ("z-pipe", "a FIFO"),
        ] {
            expectFailure(try ocimerge("cat", path, name), "\(path): /\(name) is \(noun), not a regular file")
        }
    }

    @Test("an absent file is an error with a similar name")
    func absent() throws {
        let source = "docker20/hello-amd64.tar"
        expectFailure(
            try ocimerge("cat", source, "/etc/os-relase"),
            "\(source): no file /etc/os-relase in the image; did you mean /etc/os-release?")
        expectFailure(try ocimerge("cat", source, "/nowhere/else"), "\(source): no file /nowhere in the image")
    }

    @Test("a damaged layer is an error, and nothing is printed")
    func damaged() throws {
        let run = try ocimerge("cat", "refused/corrupt-layer.oci.tar", "/etc/os-release")
        expectOneSentence(run, "a damaged layer")
        let layer = "sha256:8c8112d7782916fc785400fbb15a4b7c23070d5e3042c02b3a084f13d2c4e2dc"
        #expect(run.stderr.contains("layer \(layer) is damaged"))
    }

    private static func layout(diffIDs: [String], _ layer: [UInt8] = HandmadeLayout.tar) -> [UInt8] {
        var layout = HandmadeLayout()
        let config = layout.blob(HandmadeLayout.config(diffIDs: diffIDs), HandmadeLayout.config)
        let stored = layout.blob(layer, HandmadeLayout.layer)
        layout.entries = [
            layout.blob(HandmadeLayout.manifest(config: config, layers: [stored]), HandmadeLayout.manifest)
        ]
        return layout.archive
    }

    @Test("a layer with other content than the config says is an error, also in a stream")
    func diffID() throws {
        let directory = try TemporaryDirectory()
        let wrong = "sha256:" + String(repeating: "0", count: 64)
        let layer = SavedImage.digest(HandmadeLayout.tar)
        let archive = Self.layout(diffIDs: [wrong])
        let path = try directory.write(archive, to: "x.tar")
        let sentence =
            "layer \(layer) holds other content than its config says: diffID \(wrong) expected, \(layer) found"
        expectFailure(try ocimerge("cat", path, "/etc/motd"), "\(path): \(sentence)")
        expectFailure(try ocimerge("inspect", "--files", path), "\(path): \(sentence)")
        expectFailure(try ocimerge("diff", "--files", path, "docker20/hello-amd64.tar"), "\(path): \(sentence)")
        expectFailure(try ocimerge("inspect", "--files", "-", input: archive), "standard input: \(sentence)")
        let right = try directory.write(Self.layout(diffIDs: [layer]), to: "y.tar")
        #expect(try ocimerge("cat", right, "/etc/motd").stdout == "hello\n")
    }

    @Test("a config with another number of layers is an error")
    func layerCount() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.layout(diffIDs: []), to: "x.tar")
        let run = try ocimerge("cat", path, "/etc/motd")
        expectOneSentence(run, "another number of layers")
        #expect(run.stderr.hasSuffix(" has 1 layers, but its config names 0\n"))
    }

    @Test("damage that container engines refuse is an error that names the layer and the member")
    func refused() throws {
        let directory = try TemporaryDirectory()
        var below = TarBuilder()
        below.file("f", "")
        below.file("f/g", "")
        below.zeros()
        var loop = TarBuilder()
        loop.symbolicLink("l", to: "l")
        loop.file("l/.wh.x", "")
        loop.zeros()
        var owner = TarBuilder()
        owner.pax([("uid", "9x9")])
        owner.file("f", "")
        owner.zeros()
        for (tar, damage) in [
            (below, "has a member below a file: /f/g; /f is not a directory"),
            (loop, "has a member that leads through too many symbolic links: /l/x"),
        ] {
            let path = try directory.write(SavedImage(["demo/app:1"], layers: [tar.bytes]).archive, to: "x.tar")
            expectFailure(
                try ocimerge("cat", path, "f"), "\(path): layer \(SavedImage.digest(tar.bytes)) \(damage)")
        }
        let path = try directory.write(SavedImage(["demo/app:1"], layers: [owner.bytes]).archive, to: "x.tar")
        let run = try ocimerge("cat", path, "f")
        expectOneSentence(run, "an owner that is no number")
        #expect(run.stderr.contains("layer \(SavedImage.digest(owner.bytes)) cannot be read as a tar"))
    }

    @Test("a file of any size is printed exactly", arguments: [LayerPacking.plain, .gzip, .zstd])
    func large(_ packing: LayerPacking) throws {
        let directory = try TemporaryDirectory()
        for size in [0, 1, 512, 70_000, 9_000_001] {
            let content = SampleBytes.text(size)
            let image = MadeImage("linux/amd64", [.file("a", [1]), .file("big", content), .file("z", [2])])
            let path = try directory.write(image.archive(packing), to: "x.tar")
            let run = try ocimerge("cat", path, "big")
            expectDone(run)
            #expect(run.output == content)
        }
    }

    @Test("a reader that ends early is no crash")
    func closedPipe() throws {
        let directory = try TemporaryDirectory()
        let image = MadeImage("linux/amd64", [.file("big", SampleBytes.text(20_000_000))])
        let path = try directory.write(image.archive(), to: "x.tar")
        let line = "'\(Program.ocimerge)' cat '\(path)' big | head -c 5; echo ${PIPESTATUS[0]}"
        let run = try Program.run("bash", ["-c", line])
        #expect(run.stdout.hasSuffix("1\n"))
        #expect(run.stderr.contains("cannot write standard output"))
    }

    @Test("a terminal gets text, and no control characters")
    func terminal() throws {
        let source = Program.fixture("docker20/hello-amd64.tar")
        let text = try TerminalSession(Program.ocimerge, ["cat", source, "/etc/os-release"])
        #expect(text.end() == 0)
        #expect(text.shown.contains("ID=demo"))
        let program = try TerminalSession(
            Program.ocimerge, ["cat", source, "/bin/hello"], environment: ["NO_COLOR": "1"])
        #expect(program.end() == 1)
        #expect(
            program.shown.hasSuffix(
                "ocimerge: \(source): /bin/hello has control characters, which act on a terminal; redirect standard "
                    + "output\r\n"))
    }

    @Test("a terminal that does not decode UTF-8 gets no bytes from 0x80 to 0x9f")
    func singleByteTerminal() throws {
        let directory = try TemporaryDirectory()
        let text = [0xe9, 0x9b] + Array("31m\n".utf8)
        let image = MadeImage("linux/amd64", [.file("latin", text), .file("text", Array("\u{20ac}\n".utf8))])
        let path = try directory.write(image.archive(), to: "x.tar")
        func status(_ file: String, _ locale: String) throws -> Int32? {
            try TerminalSession(Program.ocimerge, ["cat", path, file], environment: ["LC_ALL": locale]).end()
        }
        #expect(try status("latin", "de_DE.ISO-8859-1") == 1)
        #expect(try status("text", "C") == 1)
        #expect(try status("text", "C.UTF-8") == 0)
    }

    @Test("arguments that are missing or too many are wrong usage")
    func usage() throws {
        for (arguments, sentence) in [
            (["cat"], "cat needs SOURCE and PATH"), (["cat", "a"], "cat needs SOURCE and PATH, but only 'a' is given"),
            (["cat", "a", "b", "c"], "cat takes SOURCE and PATH, but 'c' is given too"),
        ] {
            let run = try Program.ocimerge(arguments)
            #expect(run.status == 2 && run.stdout == "")
            #expect(run.stderr == "ocimerge: \(sentence)\nTry 'ocimerge help cat'.\n")
        }
        let declared = try ocimerge("cat", "docker20/hello-amd64.tar=linux/arm64", "/bin")
        expectFailure(
            declared, "docker20/hello-amd64.tar=linux/arm64: =PLATFORM is not allowed for cat; write --platform P",
            status: 2)
    }
}

@Suite("Files of images in a registry", .serialized, .needsRegistries)
struct RegistryFilesTests {
    @Test("are listed and printed as those of the same image in a directory")
    func same() throws {
        let registry = try LoneRegistry()
        let source = RegistrySourceTests.source
        let name = "docker://\(registry.host)/app:1"
        #expect(try ocimerge(source, "--trust", "-o", name).status == 0)
        let platform = ["--platform", "linux/s390x"]
        for arguments in [["inspect", "--files", source], ["cat", source, "/bin/hello"]] {
            let local = try Program.ocimerge(arguments + platform, directory: fixtures)
            expectDone(local)
            let words = arguments.map { $0 == source ? name : $0 }
            let remote = try Program.ocimerge(words + platform, directory: fixtures)
            expectDone(remote)
            #expect(remote.output == local.output)
        }
        expectFailure(
            try ocimerge("cat", name, "/bin/hello"),
            "\(name) holds several platforms; choose one with --platform: linux/amd64, linux/arm/v7, linux/arm64, "
                + "linux/s390x")
    }
}
