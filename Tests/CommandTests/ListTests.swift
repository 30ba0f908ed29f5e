import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("ls lists the images of every source")
struct ListTests {
    @Test(
        "an archive is listed like a layout with the same images",
        arguments: [
            "docker20/two-apps-amd64.tar", "docker25-graph/hello-amd64.tar", "skopeo1/hello-amd64.gzip.oci-archive.tar",
            "podman4/two-images.docker-archive.tar", "buildx/two-tags-attestations.oci.tar",
            "skopeo1/multiarch.docker-dir",
        ])
    func archives(_ fixture: String) throws {
        let directory = try TemporaryDirectory()
        let copy = try Program.ocimerge(["copy", Program.fixture(fixture), "out/", "-q"], directory: directory.path)
        #expect(copy.status == 0, "\(copy.stderr)")
        let archive = try ocimerge("ls", fixture)
        expectDone(archive)
        #expect(try archive.stdout == Program.ocimerge(["ls", "out"], directory: directory.path).stdout)
    }

    @Test("compressed archives, standard input and volumes are listed")
    func forms() throws {
        let directory = try TemporaryDirectory()
        let fixture = "docker20/two-apps-amd64.tar"
        let plain = try ocimerge("ls", fixture)
        expectDone(plain)
        #expect(plain.stdout.split(separator: "\n").count == 2)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(fixture))))
        let script =
            "gzip -c < \"$0\" > a.tar.gz && zstd -q < \"$0\" > a.tar.zst && split -b 8192 -a 3 "
            + "--numeric-suffixes=1 \"$0\" a.tar."
        try Program.run("sh", ["-euc", script, Program.fixture(fixture)], directory: directory.path)
        for source in ["a.tar.gz", "a.tar.zst", "a.tar.001"] {
            let run = try Program.ocimerge(["ls", source], directory: directory.path)
            expectDone(run)
            #expect(run.stdout == plain.stdout)
        }
        let stream = try ocimerge("ls", "-", input: bytes)
        expectDone(stream)
        #expect(stream.stdout == plain.stdout)
        let names = try ocimerge("ls", "-q", "docker-archive:" + fixture)
        expectDone(names)
        #expect(names.stdout == plain.stdout.split(separator: "\n").map { $0.prefix { $0 != " " } + "\n" }.joined())
    }

    @Test("every name of an image in an archive is a line")
    func severalNames() throws {
        let directory = try TemporaryDirectory()
        let layout = try TwoImageLayout()
        _ = try layout.run("tag", "l:demo/app:1.0", "demo/second:1")
        let pack = try layout.run("pack", "l", "-q", "-o", directory.path("all.tar"))
        #expect(pack.status == 0, "\(pack.stderr)")
        let run = try Program.ocimerge(["ls", "-q", "all.tar"], directory: directory.path)
        expectDone(run)
        #expect(run.stdout == "docker.io/demo/app:1.0\ndocker.io/demo/other:1.0\ndocker.io/demo/second:1\n")
        #expect(
            try Program.ocimerge(["ls", "all.tar"], directory: directory.path).stdout == layout.run("ls", "l").stdout)
    }

    @Test("a name or a digest selects one image", arguments: ["l:demo/other:1.0", "l.tar:demo/other:1.0", "l@DIGEST"])
    func selection(_ source: String) throws {
        let layout = try TwoImageLayout()
        let digest = TwoImageLayout.other.manifest.digest.description
        _ = try layout.run("pack", "l", "-q", "-o", "l.tar")
        let run = try layout.run("ls", source.replacingOccurrences(of: "DIGEST", with: digest))
        expectDone(run)
        #expect(run.stdout == "docker.io/demo/other:1.0  \(digest)  linux/s390x  794 B\n")
    }

    @Test("ls --json of an archive has no layout")
    func json() throws {
        let run = try ocimerge("ls", "--json", "docker20/hello-amd64.tar")
        expectDone(run)
        #expect(
            run.stdout.hasPrefix("{\n  \"source\": \"docker20/hello-amd64.tar\",\n  \"layout\": null,\n  \"images\": [")
        )
    }

    @Test("a source without an image is one error")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "folder/file")
        try directory.write([], to: "empty.tar")
        let sentence = "is neither an OCI image layout nor a docker-save archive nor a skopeo directory"
        expectFailure(
            try Program.ocimerge(["ls", "."], directory: directory.path + "/folder"), ". \(sentence)")
        expectFailure(try Program.ocimerge(["ls", "folder"], directory: directory.path), "folder \(sentence)")
        expectOneSentence(try Program.ocimerge(["ls", "empty.tar"], directory: directory.path), "empty")
        expectFailure(
            try ocimerge("ls", "docker20/hello-amd64.tar=linux/arm"),
            "docker20/hello-amd64.tar=linux/arm: =PLATFORM is not allowed for ls; use it with merge", status: 2)
    }

    @Test("a registry without a repository is refused with the right form", arguments: ["localhost:5000", "ghcr.io"])
    func registryAlone(_ host: String) throws {
        expectFailure(
            try ocimerge("ls", "docker://\(host)"),
            "docker://\(host) names a registry but no repository; ls lists the tags of one: write docker://HOST/REPO",
            status: 2)
    }
}

@Suite("ls lists the tags of a repository", .serialized, .needsRegistries)
struct TagListingTests {
    @Test("tags are sorted as versions, and an image is listed like one in a file")
    func tags() throws {
        let registry = try LoneRegistry()
        let repository = "\(registry.host)/demo/app"
        let tags = ["1.10", "1.9", "latest", "1.2-rc1"]
        let push = try ocimerge(
            ["push", "docker20/hello-amd64.tar"] + tags.map { "\(repository):\($0)" } + ["-q"])
        #expect(push.status == 0, "\(push.stderr)")
        let run = try ocimerge("ls", "docker://\(repository)")
        expectDone(run)
        let sorted = ["1.2-rc1", "1.9", "1.10", "latest"].map { "\(repository):\($0)" }
        #expect(run.stdout == sorted.map { $0 + "\n" }.joined())
        #expect(try ocimerge("ls", "-q", "docker://\(repository)").stdout == run.stdout)
        let image = try ocimerge("ls", "docker://\(repository):1.9")
        expectDone(image)
        #expect(image.stdout.hasPrefix("\(repository):1.9  sha256:"))
        #expect(image.stdout.contains("  linux/amd64  "))
        expectFailure(
            try ocimerge("ls", "docker://\(repository):2"), "docker://\(repository):2: the registry has no such image")
        expectFailure(
            try ocimerge("ls", "docker://\(repository)x"),
            "cannot list the tags of \(repository)x: the registry has no such repository")
    }

    @Test("JSON has null for everything that the registry does not list")
    func json() throws {
        let registry = try LoneRegistry()
        let repository = "\(registry.host)/app"
        _ = try ocimerge("push", "docker20/hello-amd64.tar", "\(repository):1", "-q")
        let run = try ocimerge("ls", "--json", "docker://\(repository)")
        expectDone(run)
        #expect(
            run.stdout == """
                {
                  "source": "docker://\(repository)",
                  "layout": null,
                  "images": [
                    {
                      "name": "\(repository):1",
                      "digest": null,
                      "mediaType": null,
                      "kind": null,
                      "platforms": null,
                      "size": null,
                      "absent": null
                    }
                  ],
                  "warnings": []
                }

                """)
    }
}

/// Runs the binary in the directory of the fixtures.
private func ocimerge(_ arguments: [String]) throws -> Run { try Program.ocimerge(arguments, directory: fixtures) }
