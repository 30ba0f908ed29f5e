import Foundation
import TestSupport
import Testing

@Suite("Trees of skopeo sync")
struct SyncTreeTests {
    /// Two images of one repository on a host with a port, one with two platforms, and one without a host.
    private struct Made: ~Copyable {
        let directory: TemporaryDirectory

        static let images = [
            "app:1.0": "skopeo1/hello-amd64.gzip.docker-dir",
            "reg.example:5000/team/app:2": "skopeo1/multiarch.docker-dir",
            "reg.example:5000/team/app:3": "skopeo1/hello-amd64.gzip.docker-dir",
        ]

        init() throws {
            let directory = try TemporaryDirectory()
            for (folder, fixture) in Self.images {
                let parent = URL(fileURLWithPath: directory.path("t/\(folder)")).deletingLastPathComponent().path
                try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
                try Program.run("cp", ["-r", Program.fixture(fixture), directory.path("t/\(folder)")])
            }
            self.directory = directory
        }

        func run(_ arguments: String...) throws -> Run { try Program.ocimerge(arguments, directory: directory.path) }
    }

    private static let names = [
        "docker.io/library/app:1.0", "reg.example:5000/team/app:2", "reg.example:5000/team/app:3",
    ]

    @Test("each folder is an image whose name is its path")
    func reads() throws {
        let made = try Made()
        let inspected = try made.run("inspect", "t")
        #expect(inspected.status == 0, "\(inspected.stderr)")
        // app:1.0 and app:3 are one image with two names.
        #expect(inspected.stdout.hasPrefix("t: skopeo sync tree, 2 images\n"), "\(inspected.stdout)")
        #expect(inspected.stdout.contains("\ndocker.io/library/app:1.0, reg.example:5000/team/app:3\n"))
        let verified = try made.run("verify", "t")
        #expect(verified.status == 0 && verified.stdout.hasPrefix("t: 2 images, "), "\(verified.stdout)")
        #expect(verified.stdout.hasSuffix("verified: no errors\n"), "\(verified.stdout)")
        let packed = try made.run("pack", "t", "-q", "-o", "all/")
        #expect(packed.status == 0, "\(packed.stderr)")
        #expect(try made.run("ls", "-q", "all").stdout.split(separator: "\n").map(String.init) == Self.names)
        let one = try made.run("inspect", "--platforms", "t:reg.example:5000/team/app:3", "dir:t:app:1.0")
        #expect(one.stdout == "linux/amd64\nlinux/amd64\n", "\(one.stderr)")
        let merged = try made.run("t:reg.example:5000/team/app:2", "-q", "-o", "m/")
        #expect(merged.status == 0, "\(merged.stderr)")
    }

    @Test("push --all gives each image its path below the prefix")
    func pushes() throws {
        let made = try Made()
        let run = try made.run("push", "t", "--all", "localhost:1/mirror", "--dry-run")
        #expect(run.status == 0, "\(run.stderr)")
        for name in ["app:1.0", "team/app:2", "team/app:3"] {
            #expect(run.stdout.contains(" -> localhost:1/mirror/\(name)  sha256:"), "\(run.stdout)")
        }
        expectOneSentence(try made.run("push", "t", "localhost:1/x:1", "--dry-run"), "several images for one tag")
    }

    @Test("verify finds damage in every folder, also in second copies", arguments: Made.images.keys.sorted())
    func damage(_ folder: String) throws {
        let made = try Made()
        let path = made.directory.path("t/\(folder)")
        let layer = try #require(try Tree.names(in: path).first { $0.count == 64 })
        try made.directory.write([1, 2, 3], to: "t/\(folder)/\(layer)")
        let run = try made.run("verify", "t")
        #expect(run.status == 1)
        #expect(run.stdout.contains(layer), "\(run.stdout)")
    }

    @Test("an image that an interrupted sync left without a manifest is an error")
    func interrupted() throws {
        let made = try Made()
        let folder = try #require(Made.images.keys.sorted().first)
        try FileManager.default.removeItem(atPath: made.directory.path("t/\(folder)/manifest.json"))
        for arguments in [
            ["inspect", "t"], ["pack", "t", "-o", "all/"], ["push", "t", "--all", "localhost:1/m", "--dry-run"],
        ] {
            let run = try Program.ocimerge(arguments, directory: made.directory.path)
            #expect(run.status == 1 && run.stderr.contains("\(folder)/manifest.json"), "\(run)")
        }
        #expect(try Program.ocimerge(["verify", "t"], directory: made.directory.path).status == 1)
        #expect(try Tree.names(in: made.directory.path) == ["t"])
    }

    @Test("fix --in-place asks for one folder, and corrects that")
    func fixes() throws {
        let made = try Made()
        let before = try Tree.read(made.directory.path("t"))
        expectFailure(
            try made.run("fix", "t", "--platform", "linux/s390x", "--in-place"),
            "t is a tree of skopeo directories, which is not changed as a whole; name the directory of one image")
        #expect(try Tree.read(made.directory.path("t")) == before)
        let run = try made.run("fix", "t/app:1.0", "--platform", "linux/s390x", "--in-place")
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try made.run("inspect", "--platforms", "t:app:1.0").stdout == "linux/s390x\n")
    }

    @Test("a refused directory names the images below it, five at most")
    func below() throws {
        let directory = try TemporaryDirectory()
        let refusal = "d is neither an OCI image layout nor a docker-save archive nor a skopeo directory"
        let folder = directory.path
        func refused() throws -> Run { try Program.ocimerge(["inspect", "d"], directory: folder) }
        try directory.write([1], to: "d/some/file")
        expectFailure(try refused(), refusal)
        for (number, name) in ["a/repo", "b/c/repo", "x", "y", "z1", "z2"].enumerated() {
            let parent = URL(fileURLWithPath: directory.path("d/\(name)")).deletingLastPathComponent().path
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            let source = number == 2 ? "skopeo1/hello-s390x.docker-dir" : "skopeo1/hello-s390x.plain.oci-dir"
            try Program.run("cp", ["-r", Program.fixture(source), directory.path("d/\(name)")])
            if number == 1 { expectFailure(try refused(), refusal + "; images are in d/a/repo, d/b/c/repo") }
        }
        let run = try refused()
        #expect(run.stderr.hasPrefix("ocimerge: \(refusal); images are in d/"), "\(run.stderr)")
        #expect(run.stderr.hasSuffix(" and perhaps others\n"))
        #expect(run.stderr.split(separator: ",").count == 5)
        #expect(try Program.ocimerge(["ls", "d"], directory: directory.path).stderr == run.stderr)
    }

    @Test("the storage of a docker-registry is refused by name")
    func storage() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "d/docker/registry/v2/repositories/app/_layers/x")
        expectFailure(
            try Program.ocimerge(["d", "-o", "out"], directory: directory.path),
            "d is the storage of a docker-registry, not an image; serve it and name an image as "
                + "docker://HOST/REPO:TAG")
    }
}
