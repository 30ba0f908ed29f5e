import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("Names and platforms of images in archives")
struct ArchiveContentTests {
    private func warning(_ digest: String) -> String {
        "ocimerge: warning: image \(digest) has no full name: docker and podman load it without one, and ctr skips "
            + "it; name it with -t NAME\n"
    }

    private func made(_ directory: borrowing TemporaryDirectory, _ files: [(String, [UInt8])]) throws -> String {
        for (name, bytes) in files { try directory.write(bytes, to: "in/" + name) }
        return directory.path("in")
    }

    private func references(_ layout: WrittenLayout) -> [String?] {
        layout.entries.map { $0.annotations?["org.opencontainers.image.ref.name"] }
    }

    @Test("an unnamed image stays unnamed, with a warning", arguments: ["", "docker-archive:"])
    func unnamed(_ form: String) throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        let run = try ocimerge("docker20/untagged.tar", "-q", "-o", form + path)
        expectDone(run, stderr: warning(run.stdout.withoutLineEnd))
        if form.isEmpty {
            let archive = try soundArchive(path)
            #expect(archive.layout.entries.map(\.annotations) == [nil])
            #expect(archive.docker?.map(\.repoTags) == [nil])
        }
        expectDone(try ocimerge("docker20/untagged.tar", "-q", "-o", "oci-archive:" + directory.path("oci.tar")))
    }

    @Test("a bare tag is kept as reference and is no name, with a warning")
    func bareTag() throws {
        let directory = try TemporaryDirectory()
        let image = SampleImage("linux/amd64")
        let source = try made(
            directory,
            SampleFiles.layout([image], roots: [image.entry(more: ["org.opencontainers.image.ref.name": "1.0"])]))
        let run = try ocimerge(source, "--trust", "-q", "-o", directory.path("out.tar"))
        expectDone(run, stderr: warning(image.manifest.digest.description))
        let archive = try soundArchive(directory.path("out.tar"))
        #expect(references(archive.layout) == ["1.0"])
        #expect(archive.docker?.map(\.repoTags) == [nil])
    }

    @Test("two names are two descriptors and one entry for docker")
    func twoNames() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        expectDone(
            try ocimerge(
                "docker20/hello-amd64.tar", "docker20/hello-s390x.tar", "-t", "demo/a:1", "-t", "quay.io/b/c:2", "-q",
                "-o",
                path))
        let archive = try soundArchive(path)
        #expect(archive.layout.entries.compactMap(\.name) == ["docker.io/demo/a:1", "quay.io/b/c:2"])
        #expect(references(archive.layout) == ["docker.io/demo/a:1", "quay.io/b/c:2"])
        #expect(Set(archive.layout.entries.map(\.digest)).count == 1)
        #expect(archive.docker?.map(\.repoTags) == [["docker.io/demo/a:1", "quay.io/b/c:2"]])
    }

    @Test("images that share a tag are written with full names")
    func sharedTag() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        expectDone(
            try ocimerge("docker20/two-apps-amd64.tar", "docker20/two-apps-s390x.tar", "-q", "-o", path))
        let archive = try soundArchive(path)
        let names = ["docker.io/demo/app-a:1.0", "docker.io/demo/app-b:1.0"]
        #expect(archive.layout.entries.map(\.name) == names)
        #expect(references(archive.layout) == names)
        #expect(archive.docker?.map(\.repoTags) == names.map { [$0] })
    }

    @Test("separate images under one name are joined in an index", arguments: ["", "oci-archive:"])
    func sideBySide(_ form: String) throws {
        let directory = try TemporaryDirectory()
        let images = [SampleImage("linux/s390x", content: ["s"]), SampleImage("linux/amd64", content: ["a"])]
        let name = "docker.io/demo/side:1.0"
        let roots = [images[0].entry("linux/s390x", name: name), images[1].entry("linux/amd64", name: name)]
        let source = try made(directory, SampleFiles.layout(images, roots: roots))
        let path = directory.path("out.tar")
        expectDone(try ocimerge(source, "--trust", "-q", "-o", form + path))
        let archive = try soundArchive(path)
        #expect(archive.layout.entries.map(\.name) == [name])
        let index = try #require(archive.layout.indexes[archive.layout.entries[0].digest])
        #expect(
            index.manifests?.map(\.digest) == [images[1], images[0]].map(\.manifest.digest.description))
        if form.isEmpty { #expect(archive.docker?.map(\.config) == ["blobs/sha256/\(images[1].config.digest.hex)"]) }
        // A layout keeps them separate.
        expectDone(try ocimerge(source, "--trust", "-q", "-o", directory.path("layout")))
        #expect(try soundLayout(directory.path("layout")).entries.count == 2)
    }

    static let defaults: [(flags: [String], platform: String)] = [
        ([], "linux/amd64"), (["--default-platform", "linux/s390x"], "linux/s390x"),
        (["--default-platform", "linux/arm"], "linux/arm/v7"),
        (["--platform", "linux/s390x,linux/arm64"], "linux/arm64"),
    ]

    @Test("docker's platform is the default platform, else amd64, else the first", arguments: defaults.indices)
    func defaultPlatform(_ number: Int) throws {
        let (flags, platform) = Self.defaults[number]
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        let sources = ["amd64", "arm64", "armv7", "s390x"].map { "docker20/two-apps-\($0).tar" }
        expectDone(try Program.ocimerge(sources + flags + ["-q", "-o", path], directory: fixtures))
        let archive = try soundArchive(path)
        let images = archive.layout.images.filter { $0.platform == platform }.map { $0.configDigest.dropFirst(7) }
        #expect(images.count == 2)
        #expect(Set(archive.docker?.map(\.config) ?? []) == Set(images.map { "blobs/sha256/\($0)" }))
    }

    @Test("an absent default platform is refused, and nothing is written", arguments: ["out.tar", "-"])
    func defaultAbsent(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "docker20/hello-amd64.tar", "docker20/hello-s390x.tar", "--default-platform", "linux/arm64", "-o",
            name == "-" ? name : directory.path(name))
        expectFailure(run, "no image for linux/arm64 in the sources; they hold linux/amd64, linux/s390x")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("a docker-archive of several platforms is refused")
    func severalPlatforms() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "docker20/hello-amd64.tar", "docker20/hello-s390x.tar", "-o", "docker-archive:" + directory.path("out.tar"))
        expectFailure(
            run,
            "a docker-archive holds one platform of an image, and "
                + "sha256:469b1653fd28ea7e6459cf25f32b02abecc6ade7a8df40ef3a492631f3e119cb has several (linux/amd64, "
                + "linux/s390x); choose one with --platform, or write X.tar, which every loader accepts")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("an image without its foreign layers is omitted from docker's description")
    func foreign() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        let run = try ocimerge("foreign/windows.oci.tar", "-t", "demo/w:1", "-q", "-o", path)
        let digest = run.stdout.withoutLineEnd
        #expect(run.status == 0)
        #expect(
            run.stderr
                == "ocimerge: warning: of image \(digest) some layers are absent or of a type unknown to docker: "
                + "docker without the containerd store cannot load it\n")
        #expect(try soundArchive(path).docker == nil)
        expectFailure(
            try ocimerge("foreign/windows.oci.tar", "-o", "docker-archive:" + directory.path("docker.tar")),
            "a docker-archive needs the config and every layer of an image, but of \(digest) some are absent or of a "
                + "type unknown to docker; write an OCI image layout")
        #expect(try Tree.names(in: directory.path) == ["out.tar"])
    }

    @Test("absent children stay absent, and docker gets an existing one")
    func incomplete() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path("out.tar")
        let source = "ctr1/multiarch-only-s390x.tar"
        let absent = try #require(Fixture.named(source)).fact.absent
        let lines = absent.map {
            "ocimerge: warning: \(source): \($0.platform ?? "") is incomplete, \($0.digest) is absent; the copy lacks it too"
        }
        let run = try ocimerge(source, "-q", "-o", path)
        #expect(run.status == 0)
        #expect(Set(run.stderr.split(separator: "\n").map(String.init)) == Set(lines))
        let archive = try soundArchive(path)
        #expect(archive.layout.absent == Set(absent.map(\.digest)))
        #expect(archive.layout.images.map(\.platform) == ["linux/s390x"])
        #expect(archive.docker?.count == 1)
    }

    @Test("zstd layers are accepted with a warning")
    func zstandard() throws {
        let directory = try TemporaryDirectory()
        for form in ["", "docker-archive:"] {
            let run = try ocimerge(
                "skopeo1/hello-amd64.zstd.oci-archive.tar", "-t", "demo/z:1", "-q", "-o",
                form + directory.path("out\(form.count).tar"))
            expectDone(
                run,
                stderr:
                    "ocimerge: warning: image \(run.stdout.withoutLineEnd) has zstd layers, which docker before version "
                    + "23 cannot load\n")
        }
        try soundArchive(directory.path("out0.tar"))
    }

    @Test("an empty layer is an empty member", arguments: ["out.tar", "out.tar.gz"])
    func emptyLayer(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let image = SampleImage("linux/amd64", content: ["", "x"])
        let source = try made(
            directory, SampleFiles.layout([image], roots: [image.entry(name: "docker.io/demo/empty:1")]))
        expectDone(try ocimerge(source, "--trust", "-q", "-o", directory.path(name)))
        let archive = try soundArchive(directory.path(name))
        #expect(archive.content("blobs/sha256/\(image.layers[0].descriptor.digest.hex)") == [])
        expectDone(try ocimerge(directory.path(name), "--trust", "-q", "-o", directory.path("back")))
        #expect(try soundLayout(directory.path("back")).blobs == archive.layout.blobs)
    }

    /// The member names have 141 bytes, more than a tar header holds.
    @Test("blobs with sha512 digests are written as members", arguments: ["out.tar", "out.tar.zst"])
    func sha512(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let image = SampleImage("linux/amd64")
        let layer = image.layers[0]
        try directory.write(layer.bytes, to: "sum")
        let hex = try Program.run("sha512sum", [directory.path("sum")]).stdout.prefix(128)
        try Program.run("rm", [directory.path("sum")])
        let text = String(decoding: image.manifest.bytes, as: UTF8.self).replacingOccurrences(
            of: layer.descriptor.digest.description, with: "sha512:\(hex)")
        let manifest = Document.sample(Array(text.utf8), mediaType: .ociManifest)
        let source = try made(
            directory,
            [
                SampleFiles.marker,
                (
                    "index.json",
                    SampleImage.index([SampleImage.entry(manifest, name: "docker.io/demo/long:1")]).bytes
                ),
                ("blobs/sha256/\(manifest.digest.hex)", manifest.bytes),
                ("blobs/sha256/\(image.config.digest.hex)", image.config.bytes), ("blobs/sha512/\(hex)", layer.bytes),
            ])
        expectDone(try ocimerge(source, "--trust", "-q", "-o", directory.path(name)))
        for program in ["tar", "bsdtar"] {
            let listed = try Program.run(program, ["-tf", directory.path(name)])
            #expect(listed.stdout.hasSuffix("\nblobs/sha512/\nblobs/sha512/\(hex)\n"), "\(program): \(listed.stderr)")
        }
        let member = TarDissection(try WrittenArchive.plain(directory.path(name))).members.last
        #expect(member?.content == layer.bytes)
        expectDone(try ocimerge(directory.path(name), "--trust", "-q", "-o", directory.path("back")))
        #expect(try Tree.read(directory.path("back"))["blobs/sha512/\(hex)"] == layer.bytes)
    }

    @Test("a docker-archive of artifacts alone is refused")
    func artifacts() throws {
        let directory = try TemporaryDirectory()
        var layout = HandmadeLayout()
        let empty = layout.blob("{}", "application/vnd.oci.empty.v1+json")
        let file = layout.blob("content", "application/x.file")
        layout.entries = [
            layout.blob(
                HandmadeLayout.manifest(config: empty, layers: [file], more: #","artifactType":"application/x.thing""#),
                HandmadeLayout.manifest, more: HandmadeLayout.named("demo/thing:1"))
        ]
        for (name, content) in layout.complete { try directory.write(content, to: "l/\(name)") }
        let run = try Program.ocimerge(["l", "-o", "docker-archive:out.tar"], directory: directory.path)
        expectOneSentence(run, "no image")
        #expect(run.stderr.contains("a docker-archive needs the config and every layer of an image"), "\(run.stderr)")
        #expect(try Tree.names(in: directory.path) == ["l"])
    }
}

extension String {
    fileprivate var withoutLineEnd: String { split(separator: "\n").first.map(String.init) ?? "" }
}
