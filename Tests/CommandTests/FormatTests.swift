import TestSupport
import Testing

/// `--format` on every fixture keeps configs and layers and changes media types.
@Suite("Formats are converted")
struct FormatTests {
    static let oci = "application/vnd.oci.image."
    static let docker = "application/vnd.docker."

    /// Each image as a line: names, platform, config, layers.
    static func content(_ layout: WrittenLayout) -> Set<String> {
        Set(
            layout.images.map { image in
                let layers = image.layers.map { "\($0.digest) \($0.size)" }.joined(separator: ", ")
                return "\(image.names.sorted()) \(image.platform) \(image.configDigest) \(layers)"
            })
    }

    /// The media types of indexes, manifests, configs and ordinary layers.
    static func types(_ layout: WrittenLayout) -> Set<String> {
        let artifacts = Set(layout.attestations.map(\.digest))
        var types: Set<String> = []
        for index in layout.indexes.values {
            types.formUnion([index.mediaType ?? ""])
            let images = (index.manifests ?? []).filter { child in
                !artifacts.contains(child.digest) && !layout.absent.contains(child.digest)
            }
            types.formUnion(images.map { $0.mediaType ?? "" })
        }
        for image in layout.images {
            types.formUnion([image.descriptor.mediaType ?? "", image.manifest.mediaType ?? ""])
            types.formUnion([image.manifest.config?.mediaType ?? ""] + image.layers.map { $0.mediaType ?? "" })
        }
        return types
    }

    @Test("every readable fixture is converted to docker's format and back", arguments: Fixture.readable)
    func everyFixture(_ fixture: Fixture) throws {
        let directory = try TemporaryDirectory()
        let (plain, docker, oci, again) = (
            directory.path("plain"), directory.path("docker"), directory.path("oci"), directory.path("again")
        )
        #expect(try ocimerge(fixture.name, "--trust", "-q", "-o", plain).status == 0)
        let before = try soundLayout(plain)
        let run = try ocimerge(fixture.name, "--trust", "-q", "--format", "docker", "-o", docker)
        if Self.types(before).contains(where: { $0.hasPrefix(Self.oci) && $0.hasSuffix("zstd") }) {
            #expect(run.status == 1)
            #expect(run.stderr.contains("is compressed with zstd, which docker's format does not support"))
            #expect(try Tree.names(in: directory.path) == ["plain"])
            return
        }
        #expect(run.status == 0, "\(run.stderr)")
        let converted = try soundLayout(docker)
        #expect(Self.content(converted) == Self.content(before))
        #expect(Self.types(converted).allSatisfy { $0.hasPrefix(Self.docker) }, "\(Self.types(converted))")
        #expect(converted.absent == before.absent)
        #expect(Set(converted.attestations.map(\.digest)) == Set(before.attestations.map(\.digest)))

        #expect(try ocimerge(docker, "--trust", "-q", "--format", "docker", "-o", again).status == 0)
        #expect(try Tree.read(again) == Tree.read(docker))

        #expect(try ocimerge(docker, "--trust", "-q", "--format", "oci", "-o", oci).status == 0)
        let back = try soundLayout(oci)
        #expect(Self.content(back) == Self.content(before))
        #expect(Self.types(back).allSatisfy { $0.hasPrefix(Self.oci) }, "\(Self.types(back))")
    }

    @Test(
        "converting to docker's format and back keeps every digest",
        arguments: [
            "skopeo1/multiarch.docker-dir", "buildah1/multiarch.oci-dir", "buildx/two-tags-attestations.oci.tar",
            "foreign/windows.oci.tar", "docker20/hello-s390x.tar",
        ])
    func wayBack(_ source: String) throws {
        let directory = try TemporaryDirectory()
        for (from, to, format) in [(source, "oci", "oci"), ("oci", "docker", "docker"), ("docker", "back", "oci")] {
            let path = from == source ? source : directory.path(from)
            #expect(try ocimerge(path, "--trust", "-q", "--format", format, "-o", directory.path(to)).status == 0)
        }
        #expect(try Tree.read(directory.path("back")) == Tree.read(directory.path("oci")))
        #expect(try Tree.read(directory.path("docker")) != Tree.read(directory.path("oci")))
    }

    @Test("a merge of both formats has one format, with a warning for docker's")
    func merge() throws {
        let directory = try TemporaryDirectory()
        let sources = ["skopeo1/hello-amd64.gzip.docker-dir", "docker20/hello-s390x.tar"]
        let hidden =
            "ocimerge: warning: skopeo and podman do not find an image of docker's format by its name in an OCI image "
            + "layout; if it is the only one, they find it without the name\n"
        for (format, prefix) in [("oci", Self.oci), ("docker", Self.docker)] {
            let out = directory.path(format)
            let run = try ocimerge(
                sources[0], sources[1], "-q", "-t", "demo/x:1", "--trust", "--format", format, "-o", out)
            expectDone(run, stderr: format == "docker" ? hidden : "")
            let layout = try soundLayout(out)
            #expect(Self.types(layout).allSatisfy { $0.hasPrefix(prefix) })
            #expect(run.stdout == (layout.entries.first?.digest ?? "") + "\n")
        }
        let unnamed = try ocimerge(
            sources[0], sources[1], "-q", "--trust", "--format", "docker", "-o", directory.path("unnamed"))
        expectDone(unnamed)
    }

    @Test("attestations stay in OCI format, and warnings call them unsupported and outdated")
    func attestations() throws {
        let directory = try TemporaryDirectory()
        let source = "buildx/old-attestations.oci.tar"
        let run = try ocimerge(
            source, "--platform", "linux/amd64", "--trust", "-q", "--format", "docker", "-o", directory.path("out"))
        let warnings = run.stderr.split(separator: "\n").map(String.init)
        #expect(
            warnings.prefix(2) == [
                "ocimerge: warning: 1 manifest is not a container image (usually an attestation) and has no docker "
                    + "format; it stays OCI in docker's list, which some registries refuse",
                "ocimerge: warning: \(source): the attestation of linux/amd64 names the digest of the image before "
                    + "its edit",
            ])
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.attestations.map(\.subject) == layout.images.map(\.descriptor.digest))
    }

    @Test("an attestation with a subject is reported as outdated once")
    func attestationWithSubject() throws {
        let directory = try TemporaryDirectory()
        let source = "buildx/two-tags-attestations.oci.tar"
        let run = try ocimerge(source, "--trust", "-q", "--format", "docker", "-o", directory.path("out"))
        #expect(run.status == 0)
        #expect(run.stderr.split(separator: "\n").count { $0.contains("names the digest of the image before") } == 4)
        #expect(!run.stderr.contains(" refers to "), "\(run.stderr)")
    }

    @Test("zstd is refused with the next step, and nothing is written")
    func zstandard() throws {
        let directory = try TemporaryDirectory()
        let source = "skopeo1/hello-amd64.zstd.oci-archive.tar"
        let layer = "sha256:9f4371cf7bc117347ba5b78a28613dea3d4eff5093b6889107e24804aba9449a"
        for flag in ["--sync", "--dry-run"] {
            expectFailure(
                try ocimerge(source, "--trust", "--format", "docker", flag, "-o", directory.path("out")),
                "\(source): layer \(layer) is compressed with zstd, which docker's format does not support; keep the "
                    + "OCI "
                    + "format, or compress it with --recompress --compress gzip")
        }
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("recompressed zstd layers are accepted", arguments: ["gzip", "none"])
    func recompressed(_ method: String) throws {
        let directory = try TemporaryDirectory()
        let source = "skopeo1/hello-amd64.zstd.oci-archive.tar"
        let arguments = ["--trust", "--format", "docker", "--recompress", "--compress"]
        for flag in ["--dry-run", "--sync"] {
            let run = try Program.ocimerge(
                [source] + arguments + [method, flag, "-q", "-o", directory.path("out")], directory: fixtures)
            #expect(run.status == 0, "\(run.stderr)")
        }
        let layout = try soundLayout(directory.path("out"))
        let type = method == "gzip" ? "diff.tar.gzip" : "diff.tar"
        #expect(
            Set(layout.images.flatMap(\.layers).compactMap(\.mediaType))
                == ["application/vnd.docker.image.rootfs.\(type)"])
        let kept = try Program.ocimerge(
            [source] + arguments + ["zstd", "-o", directory.path("kept")], directory: fixtures)
        expectOneSentence(kept, "recompressed as zstd")
        #expect(try Tree.names(in: directory.path) == ["out"])
    }

    @Test("an unknown format is a usage error", arguments: ["v2s2", "OCI", "docker,oci"])
    func unknown(_ format: String) throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge("docker20/hello-amd64.tar", "--format", format, "-o", directory.path("out")),
            "--format must be oci or docker, not '\(format)'\nTry 'ocimerge help merge'.", status: 2)
    }
}
