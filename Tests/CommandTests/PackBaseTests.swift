import Foundation
import TestSupport
import Testing

@Suite("An increment contains all blobs that are absent from the base")
struct PackBaseTests {
    private func mirror(_ directory: borrowing TemporaryDirectory) throws -> (path: String, lost: String) {
        let mirror = directory.path("mirror")
        try expectDone(ocimerge(PackTests.week1, "-t", PackTests.name, "-q", "-o", mirror))
        let lost = mirror + "/blobs/" + PackTests.shared[1].replacing(":", with: "/")
        try FileManager.default.removeItem(atPath: lost)
        return (mirror, lost)
    }

    @Test("blobs that are absent from the base are included, with a warning", arguments: [false, true])
    func absent(_ isList: Bool) throws {
        let directory = try TemporaryDirectory()
        let (mirror, _) = try mirror(directory)
        let archive = directory.path("w.tar")
        var base = mirror
        func warning(_ end: String) -> String {
            "ocimerge: warning: \(mirror) names 1 blob (9.22 kB) that it does not hold; it is \(end)\n"
        }
        if isList {
            let run = try ocimerge("inspect", "--blobs", mirror)
            expectDone(run, stderr: warning("not listed"))
            base = try directory.write(run.output, to: "list")
        }
        let run = try ocimerge("pack", PackTests.week2, "-t", PackTests.name, "-q", "--since", base, "-o", archive)
        expectDone(run, stderr: isList ? "" : warning("not left out"))
        let members = try Program.run("tar", ["tf", archive]).stdout
        #expect(members.contains(PackTests.shared[1].replacing(":", with: "/")))
        #expect(!members.contains(PackTests.shared[0].replacing(":", with: "/")))
        try expectDone(ocimerge(archive, "--update", "-q", "-o", mirror))
        #expect(try WrittenLayout(mirror, strict: false).absent == [])
    }

    @Test("an unusable list of blobs is refused")
    func lists() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("w.tar")
        let list = try directory.write(Array("# a\n\(PackTests.shared[0])\t-1\ta/b\n".utf8), to: "list")
        expectFailure(
            try ocimerge("pack", PackTests.week2, "--since", list, "-o", out),
            "\(list):2: '-1' is not a size in bytes; write lines as inspect --blobs prints them, or digests alone")
        let line = Array(("# " + String(repeating: "a", count: 1021) + "\n").utf8)
        let full = [[UInt8]](repeating: line, count: 65_536).flatMap { $0 }
        let large = try directory.write(full, to: "large")
        try expectDone(ocimerge("pack", PackTests.week2, "-q", "--since", large, "-o", out))
        try directory.write(full + [10], to: "large")
        expectFailure(
            try ocimerge("pack", PackTests.week2, "--since", large, "--force", "-o", out),
            "\(large) is larger than the 67.1 MB allowed for such a document")
    }

    @Test("with --compress the digests are the same as without a base")
    func compressed() throws {
        let directory = try TemporaryDirectory()
        let mirror = directory.path("mirror")
        try expectDone(ocimerge(PackTests.week1, "-t", PackTests.name, "-q", "-o", mirror))
        func digest(_ options: [String], _ out: String) throws -> String {
            let run = try Program.ocimerge(
                ["pack", PackTests.week2, "-t", PackTests.name, "--compress", "gzip", "-q", "-o", directory.path(out)]
                    + options, directory: fixtures)
            expectDone(run)
            return run.stdout
        }
        let whole = try digest([], "whole.tar")
        #expect(try digest(["--since", mirror], "plain.tar") == whole)
        #expect(try digest(["--since", directory.path("whole.tar")], "same.tar") == whole)
        let members = try Program.run("tar", ["tf", directory.path("same.tar")]).stdout.split(separator: "\n")
        #expect(
            members.count { $0.hasPrefix("blobs/sha256/") && !$0.hasSuffix("/") } == 2, "documents alone: \(members)")
        try expectDone(ocimerge(directory.path("plain.tar"), "--update", "-q", "-o", mirror))
        #expect(try WrittenLayout(mirror, strict: false).problems == [])
        // A dry run does not know the compressed layers.
        let dry = try ocimerge(
            "pack", PackTests.week2, "--compress", "gzip", "--since", PackTests.week1, "--dry-run", "-o",
            directory.path("x.tar"))
        #expect(dry.status == 0 && !dry.stdout.contains("left out: 2 layers"), "\(dry.stdout)")
    }

    @Test("fix completes an increment from the layout as merge does")
    func fix() throws {
        let directory = try TemporaryDirectory()
        let (mirror, archive) = (directory.path("mirror"), directory.path("w.tar"))
        try expectDone(ocimerge(PackTests.week1, "-t", PackTests.name, "-q", "-o", mirror))
        try expectDone(
            ocimerge("pack", PackTests.week2, "-t", PackTests.name, "-q", "--since", PackTests.week1, "-o", archive))
        let run = try ocimerge("fix", archive, "--platform", "linux/s390x", "-q", "--update", "-o", mirror)
        #expect(run.status == 0, "\(run.stderr)")
        let layout = try WrittenLayout(mirror, strict: false)
        #expect(layout.problems == [] && layout.absent == [])
        #expect(layout.images.map(\.platform) == ["linux/s390x"])
        let other = directory.path("other")
        try expectDone(ocimerge("jib/hello-arm64.tar", "-t", "x:1", "-q", "-o", other))
        let before = try Tree.read(other)
        #expect(try ocimerge("fix", archive, "--platform", "linux/s390x", "--update", "-o", other).status == 1)
        #expect(try Tree.read(other) == before)
    }
}
