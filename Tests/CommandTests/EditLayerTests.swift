import Foundation
import TestSupport
import Testing

/// The layers that `edit` adds, seen through other commands.
@Suite("edit adds layers and deletes files")
struct EditLayerTests {
    static let source = "ctr1/multiarch.tar"

    /// A directory with a program, a file of another mode, and a link.
    static func folder(in directory: borrowing TemporaryDirectory) throws -> String {
        let root = directory.path("root")
        try FileManager.default.createDirectory(atPath: root + "/opt/app", withIntermediateDirectories: true)
        try Data("hello\n".utf8).write(to: URL(fileURLWithPath: root + "/opt/app/data"))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: root + "/opt/app/data")
        try FileManager.default.createSymbolicLink(
            atPath: root + "/opt/app/link", withDestinationPath: "data")
        return root
    }

    static func destinations(_ directory: borrowing TemporaryDirectory) -> [String] {
        [
            directory.path("layout"), directory.path("a.tar"), directory.path("a.tar.zst"),
            "oci-archive:\(directory.path("o.tar"))",
        ]
    }

    @Test("Every destination has the files on every platform, and stays sound")
    func everyDestination() throws {
        let directory = try TemporaryDirectory()
        let root = try Self.folder(in: directory)
        var digests: Set<String> = []
        for destination in Self.destinations(directory) {
            let run = try ocimerge(
                "edit", Self.source, "--add-layer", "\(root)", "--env", "A=1", "-q", "-o", destination)
            #expect(run.status == 0, "\(run.stderr)")
            let path = destination.split(separator: ":").last.map(String.init) ?? destination
            expectDone(try Program.ocimerge(["verify", path, "-q"]))
            digests.insert(try Program.ocimerge(["digest", path]).stdout)
            for platform in ["linux/amd64", "linux/s390x"] {
                let file = try Program.ocimerge(["cat", path, "/opt/app/link", "--platform", platform])
                #expect(file.stdout == "hello\n", "\(file.stderr)")
            }
        }
        #expect(digests.count == 1)
    }

    @Test("A layout and an archive change in place; a failure leaves them as they were")
    func inPlace() throws {
        let directory = try TemporaryDirectory()
        let root = try Self.folder(in: directory)
        for source in [Self.source, "skopeo1/hello-s390x.zstd.oci-dir", "podman4/two-images.docker-archive.tar"] {
            let copy = try FixCopy(source)
            let before = try Program.ocimerge(["ls", copy.path]).stdout
            let failed = try Program.ocimerge(["edit", copy.path, "--delete", "/absent/file", "-i"])
            #expect(failed.status == 1 && failed.stderr.contains("absent"), "\(failed.stderr)")
            #expect(try Program.ocimerge(["ls", copy.path]).stdout == before)
            let run = try Program.ocimerge(["edit", copy.path, "--add-layer", "\(root)=/srv", "-q", "-i"])
            #expect(run.status == 0, "\(source): \(run.stderr)")
            let verified = try Program.ocimerge(["verify", copy.path])
            #expect(verified.stdout.contains("no errors"), "\(source): \(verified.stdout)")
            #expect(
                try Program.ocimerge(["ls", copy.path]).stdout.split(separator: "\n").count
                    == before.split(separator: "\n").count)
        }
    }

    @Test("A deleted file is absent, and its layer precedes the added ones")
    func deletion() throws {
        let directory = try TemporaryDirectory()
        let root = try Self.folder(in: directory)
        let (one, two) = (directory.path("one"), directory.path("two"))
        #expect(try ocimerge("edit", Self.source, "--add-layer", root, "-q", "-o", one).status == 0)
        let run = try Program.ocimerge(
            ["edit", one, "--delete", "/opt/app", "--add-layer", "\(root)/opt=/opt2", "-q", "-o", two])
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try Program.ocimerge(["cat", two, "/opt/app/data", "--platform", "linux/amd64"]).status == 1)
        #expect(try Program.ocimerge(["cat", two, "/opt2/app/data", "--platform", "linux/amd64"]).stdout == "hello\n")
        let history = try Program.ocimerge(["inspect", "--history", two]).stdout
        #expect(history.contains("ocimerge edit --delete /opt/app"))
    }

    @Test("scratch makes an image for one platform, the same bytes each time")
    func scratch() throws {
        let directory = try TemporaryDirectory()
        let root = try Self.folder(in: directory)
        let arguments = [
            "edit", "scratch", "--platform", "linux/arm64", "--add-layer", root, "--entrypoint", "/opt/app/data", "-t",
            "demo/made:1", "-q", "-o",
        ]
        var digests: Set<String> = []
        for name in ["a.tar", "b", "c.tar.gz"] {
            let run = try Program.ocimerge(arguments + [directory.path(name)])
            expectDone(run)
            digests.insert(run.stdout)
        }
        #expect(digests.count == 1)
        let tree = try Program.ocimerge(["inspect", directory.path("a.tar")]).stdout
        #expect(tree.contains("demo/made:1") && tree.contains("linux/arm64"))
        let empty = try Program.ocimerge(
            ["edit", "scratch", "--platform", "linux/s390x", "-q", "-o", directory.path("empty")])
        expectDone(empty)
        expectDone(try Program.ocimerge(["verify", directory.path("empty"), "-q"]))
    }

    @Test("An error about files of the image names the source and the platform")
    func imageErrors() throws {
        let directory = try TemporaryDirectory()
        let root = try Self.folder(in: directory)
        try Data().write(to: URL(fileURLWithPath: root + "/etc"))
        let cases: [([String], String)] = [
            (["--delete", "/nowhere"], "cannot delete /nowhere: no file"),
            (["--add-layer", root], "cannot add \(root)/etc: it would replace a directory"),
        ]
        for (options, message) in cases {
            let run = try Program.ocimerge(
                ["edit", Self.source] + options + ["-o", directory.path("out")], directory: fixtures)
            #expect(run.status == 1, "\(run.stderr)")
            #expect(run.stderr.hasPrefix("ocimerge: \(Self.source) (linux/amd64): \(message)"), "\(run.stderr)")
        }
    }

    @Test("The result is not written into the directory that becomes a layer")
    func insideItself() throws {
        let directory = try TemporaryDirectory()
        let root = try Self.folder(in: directory)
        let run = try ocimerge("edit", Self.source, "--add-layer", root, "-o", root + "/out.tar")
        #expect(run.status == 1 && run.stderr.contains("is inside"), "\(run.stderr)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["opt"])
    }
}
