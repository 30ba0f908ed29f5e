import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.skopeo, .tar))
    struct ArchiveSkopeoTests {
        @Test("skopeo copies every image of the archive byte for byte", arguments: MergeCase.archived)
        func whole(_ merge: MergeCase) throws {
            try expectWhole(merge, "tar")
        }

        @Test("skopeo copies a compressed archive byte for byte", arguments: ["tar.gz", "tar.zst"])
        func compressed(_ suffix: String) throws {
            try expectWhole(.plain, suffix)
        }

        private func expectWhole(_ merge: MergeCase, _ suffix: String) throws {
            let scratch = try TemporaryDirectory()
            let (archive, layout) = try merge.archive(suffix, in: scratch.path)
            for (number, image) in layout.images.enumerated() {
                let copy = scratch.path("copy-\(number)")
                try Tool.skopeo(
                    "copy", "-q", "--all", "--preserve-digests", layout.name(image, in: archive), "dir:\(copy)")
                let files = try Tree.read(copy)
                #expect(files["manifest.json"] == (try layout.bytes(image.digest)))
                for manifest in image.platforms.map(\.manifest) + image.attestations {
                    #expect(files["\(hex(manifest)).manifest.json"] == (try layout.bytes(manifest)))
                }
                for blob in image.platforms.flatMap({ [$0.config] + $0.layers.map(\.digest) }) {
                    #expect(files[hex(blob)] == (try layout.bytes(blob)))
                }
            }
        }

        /// The same file as a docker-archive. skopeo 1.9 reads no gzip file as one.
        @Test(
            "skopeo reads amd64 by name from the archive as a docker-archive", arguments: MergeCase.archived,
            ["tar", "tar.zst"])
        func asDockerArchive(_ merge: MergeCase, _ suffix: String) throws {
            let scratch = try TemporaryDirectory()
            let (archive, layout) = try merge.archive(suffix, in: scratch.path)
            for (number, (name, image)) in layout.named.enumerated() {
                try expectDocker("docker-archive:\(archive):\(name)", image.choice(), scratch.path("copy-\(number)"))
            }
        }

        @Test("skopeo copies a docker-archive of each platform", arguments: MergeCase.archived)
        func dockerArchives(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let (_, layout) = try merge.archive(in: scratch.path)
            for platform in ["linux/amd64", "linux/s390x"] {
                let archive = scratch.path(platform.replacing("/", with: "-") + ".tar")
                try merge.written(["--platform", platform], to: "docker-archive:" + archive)
                for (number, (name, image)) in layout.named.enumerated() {
                    try expectDocker(
                        "docker-archive:\(archive):\(name)", image.choice(platform), "\(archive).copy-\(number)")
                }
            }
        }

        private func expectDocker(_ source: String, _ one: Layout.PlatformImage, _ copy: String) throws {
            let options = one.platform.options("--override-")
            let config = try Tool.skopeo.run(options + ["inspect", "--config", "--raw", source])
            #expect(try digest(config.output) == one.config)
            try Tool.skopeo.run(options + ["copy", "-q", source, "dir:\(copy)"])
            try expectSame(one, in: readBack(copy))
        }

        @Test("skopeo copies an oci-archive byte for byte", arguments: MergeCase.archived)
        func ociArchive(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let archive = scratch.path("archive.tar")
            try merge.written(to: "oci-archive:" + archive)
            let layout = try Layout(unpacked(archive, in: scratch.path("unpacked")))
            let copied = scratch.path("copied")
            for (number, image) in layout.images.enumerated() {
                try Tool.skopeo(
                    "copy", "-q", "--all", "--preserve-digests", layout.name(image, in: archive),
                    "oci:\(copied):\(number)")
            }
            let back = try readBack(copied)
            #expect(Set(back.images.map(\.digest)) == Set(layout.images.map(\.digest)))
            try expectSame(layout, back)
        }
    }
}

extension Layout {
    /// The skopeo reference of an image in an archive that was unpacked to this layout.
    fileprivate func name(_ image: Image, in archive: String) -> String {
        "oci-archive:\(archive)" + (images.count == 1 ? "" : ":" + (image.reference ?? ""))
    }
}
