import Foundation
import TestSupport
import Testing

/// A list of images is written only if it can be read again.
@Suite("Many names")
struct ManyNamesTests {
    /// A `docker save` archive of one image with this many tags, named `tBASE` and above.
    private static func archive(_ count: Int, from base: Int = 0) -> [UInt8] {
        SavedImage((base..<(base + count)).map { "demo/app:t\($0)" }, layers: [HandmadeLayout.tar]).archive
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test("60,000 names in one index are written and read again")
    func sixtyThousand() throws {
        let directory = try TemporaryDirectory()
        try write(Self.archive(60_000), directory.path("in.tar"))
        for destination in ["out", "out.tar"] {
            try expectDone(
                Program.ocimerge(["in.tar", "--trust", "-q", "-o", destination], directory: directory.path))
            try expectDone(Program.ocimerge(["verify", "-q", destination], directory: directory.path))
        }
        try expectDone(
            Program.ocimerge(["tag", "out:demo/app:t59999", "demo/app:last"], directory: directory.path))
        try expectDone(Program.ocimerge(["rm", "-q", "out:demo/app:last"], directory: directory.path))
    }

    @Test("more names than any reader accepts are refused before a blob is written", arguments: ["out", "out.tar"])
    func tooMany(_ destination: String) throws {
        let directory = try TemporaryDirectory()
        try write(Self.archive(100_000), directory.path("in.tar"))
        let run = try Program.ocimerge(["in.tar", "--trust", "-o", destination], directory: directory.path)
        expectOneSentence(run, "\(destination)")
        #expect(run.stderr.contains("index.json would have "), "\(run.stderr)")
        #expect(run.stderr.contains(" for 100000 names, but readers accept 21.0 MB"), "\(run.stderr)")
        #expect(try Tree.names(in: directory.path) == ["in.tar"])
    }

    @Test("an update that makes the index too large leaves the layout as it was")
    func update() throws {
        let directory = try TemporaryDirectory()
        try write(Self.archive(50_000), directory.path("one.tar"))
        try write(Self.archive(50_000, from: 50_000), directory.path("two.tar"))
        try expectDone(Program.ocimerge(["one.tar", "--trust", "-q", "-o", "out"], directory: directory.path))
        let before = try Tree.read(directory.path("out"))
        let run = try Program.ocimerge(
            ["two.tar", "--trust", "--update", "-o", "out"], directory: directory.path)
        expectOneSentence(run, "update")
        #expect(try Tree.read(directory.path("out")) == before)
        try expectDone(Program.ocimerge(["verify", "-q", "out"], directory: directory.path))
    }
}
