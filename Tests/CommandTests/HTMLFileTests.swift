import Foundation
import TestSupport
import Testing

@Suite("The page of --html is complete or absent")
struct HTMLFileTests {
    /// A file system, which is refused once it is read.
    private static let noImage = "docker20/rootfs-export.tar"

    @Test(
        "an existing file is refused before anything is read, and --force replaces it",
        arguments: HTMLPageTests.commands)
    func existing(_ command: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(Array("old".utf8), to: "p.html")
        expectFailure(
            try ocimerge(command, Self.noImage, "--html", file),
            "\(file) exists; replace it with --force, or choose another name")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("old".utf8))
        expectDone(try ocimerge(command, "docker20/multi.tar", "--html", file, "--force"))
        expectHarmless(try HTMLFacts(file))
        #expect(try Tree.names(in: directory.path) == ["p.html"])
    }

    @Test("a source that inspect cannot read leaves the old page")
    func failed() throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(Array("old".utf8), to: "p.html")
        expectFailure(
            try ocimerge("inspect", "docker20/multi.tar", "absent.tar", "--html", file, "--force"),
            "no such file or directory: absent.tar")
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("old".utf8))
        #expect(try Tree.names(in: directory.path) == ["p.html"])
    }

    @Test("a place that cannot be written is an error before anything is read", arguments: HTMLPageTests.commands)
    func unwritable(_ command: String) throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge(command, Self.noImage, "--html", directory.path, "--force"),
            "cannot write \(directory.path): it is not a regular file")
        let file = directory.path("absent/p.html")
        expectFailure(
            try ocimerge(command, "docker20/multi.tar", "--html", file),
            "cannot create \(file): No such file or directory")
        expectFailure(
            try ocimerge(command, "docker20/multi.tar", "--html", "-"),
            "--html needs a file: - is not allowed; write ./- for a file of that name", status: 2)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("a full disk is an error, keeps the old page and leaves nothing behind", arguments: HTMLPageTests.commands)
    func fullDisk(_ command: String) throws {
        let directory = try TemporaryDirectory()
        var layout = HandmadeLayout()
        let label = String(repeating: "x", count: 300_000)
        let config = layout.blob(
            HandmadeLayout.config(
                diffIDs: [SavedImage.digest(HandmadeLayout.tar)], more: #","config":{"Labels":{"a":"\#(label)"}}"#),
            HandmadeLayout.config)
        let layer = layout.blob(HandmadeLayout.tar, HandmadeLayout.layer)
        layout.entries = [
            layout.blob(
                HandmadeLayout.manifest(config: config, layers: [layer]), HandmadeLayout.manifest,
                more: HandmadeLayout.platform)
        ]
        let source = try directory.write(layout.archive, to: "l.tar")
        try FileManager.default.createDirectory(atPath: directory.path("small"), withIntermediateDirectories: false)
        guard let disk = try SmallDisk(directory.path("small"), bytes: 128 << 10) else {
            return try SmallDisk.notPermitted()
        }
        let file = disk.path + "/p.html"
        let run = try ocimerge(command, source, "--html", file)
        #expect(run.status == 1)
        #expect(run.stderr == "ocimerge: cannot write \(file): No space left on device\n")
        #expect(try Tree.names(in: disk.path) == [])
        try Data("old".utf8).write(to: URL(fileURLWithPath: file))
        #expect(try ocimerge(command, source, "--html", file, "--force").status == 1)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data("old".utf8))
        #expect(try Tree.names(in: disk.path) == ["p.html"])
    }

    @Test("a page never replaces a source or a receipt")
    func conflicts() throws {
        let directory = try TemporaryDirectory()
        let source = directory.path("l")
        try expectDone(ocimerge("docker20/multi.tar", "-q", "-o", source))
        let before = try Tree.read(source)
        let index = "\(source)/index.json"
        for command in HTMLPageTests.commands {
            let run = try ocimerge(command, source, "--html", index, "--force")
            #expect(run.status == 2)
            #expect(
                run.stderr.hasPrefix(
                    "ocimerge: --html '\(index)' would replace a file that the command reads; choose another file\n"))
        }
        let file = directory.path("r")
        let run = try ocimerge("verify", source, "--receipt", file, "--html", file)
        #expect(run.status == 2)
        #expect(run.stderr.hasPrefix("ocimerge: --receipt and --html both name '\(file)'; choose another file"))
        #expect(try Tree.read(source) == before)
    }

    @Test(
        "options that exclude a page or need one are usage errors",
        arguments: [
            (["inspect", "--force"], "--force requires --html FILE"),
            (["inspect", "--html", "p", "--raw"], "--html and --raw cannot be combined"),
            (["inspect", "--html", "p", "--platforms"], "--html and --platforms cannot be combined"),
            (["inspect", "--html", "p", "--blobs"], "--html and --blobs cannot be combined"),
            (["inspect", "--html", "p", "--config"], "--html and --config cannot be combined"),
            (["inspect", "--html", "p", "--files"], "--html and --files cannot be combined"),
            (["inspect", "--html", "p", "--list", "x"], "--html and --list cannot be combined"),
            (["verify", "--html", "p", "--against", "x"], "--against and --html cannot be combined"),
        ])
    func usage(_ arguments: [String], _ sentence: String) throws {
        let run = try Program.ocimerge(
            [arguments[0], "docker20/multi.tar"] + arguments.dropFirst(), directory: fixtures)
        #expect(run.status == 2)
        #expect(run.stderr.hasPrefix("ocimerge: \(sentence)"), "\(run.stderr)")
    }
}
