import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.skopeo, .tar))
    struct SkopeoTests {
        @Test("skopeo copies every image byte for byte", arguments: MergeCase.all)
        func whole(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for image in layout.images {
                let copy = scratch.path(hex(image.digest))
                try Tool.skopeo("copy", "-q", "--all", "--preserve-digests", layout.name(image), "dir:\(copy)")
                let files = try Tree.read(copy)
                #expect(files["manifest.json"] == (try layout.bytes(image.digest)))
                for manifest in image.platforms.map(\.manifest) + image.attestations {
                    #expect(files["\(hex(manifest)).manifest.json"] == (try layout.bytes(manifest)))
                }
                for platform in image.platforms {
                    for blob in [platform.config] + platform.layers.map(\.digest) {
                        #expect(files[hex(blob)] == (try layout.bytes(blob)))
                    }
                }
            }
        }

        @Test("skopeo prints the exact documents", arguments: MergeCase.all)
        func documents(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for image in layout.images {
                let raw = try Tool.skopeo.run(["inspect", "--raw", layout.name(image)])
                #expect(raw.output == (try layout.bytes(image.digest)))
                for one in image.platforms {
                    let config = try Tool.skopeo.run(
                        one.platform.options("--override-") + ["inspect", "--config", "--raw", layout.name(image)])
                    #expect(config.output == (try layout.bytes(one.config)))
                }
            }
        }

        @Test("skopeo extracts one platform as an OCI archive with its digests", arguments: MergeCase.all)
        func oneAsOCIArchive(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices {
                let archive = scratch.path("\(hex(one.manifest)).tar")
                try copy(layout, image, one, ["--preserve-digests"], to: "oci-archive:\(archive):taken")
                let opened = try unpacked(archive, in: scratch.path(hex(one.manifest)))
                let taken = try #require(try Layout(opened).images.first?.platforms.first)
                #expect(taken.manifest == one.manifest)
                #expect(taken.config == one.config)
            }
        }

        @Test("skopeo extracts one platform as a docker archive with its config and layers", arguments: MergeCase.all)
        func oneAsDockerArchive(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices where !one.hasZstandard {
                let archive = scratch.path("\(hex(one.manifest)).tar")
                try copy(layout, image, one, to: "docker-archive:\(archive):demo/taken:1.0")
                // The names of its members are digests that skopeo computed.
                let members = Set(try Tool.tar("-tf", archive).split(separator: "\n").map(String.init))
                #expect(members.contains("\(hex(one.config)).json"))
                #expect(members.isSuperset(of: one.diffIDs.map { "\(hex($0)).tar" }))
            }
        }
    }
}

/// Copies one platform of an image with skopeo.
func copy(
    _ layout: Layout, _ image: Layout.Image, _ one: Layout.PlatformImage, _ options: [String] = [],
    to destination: String
) throws {
    try Tool.skopeo.run(
        one.platform.options("--override-") + ["copy", "-q"] + options + [layout.name(image), destination])
}

/// Unpacks an archive into a directory and returns its path.
func unpacked(_ archive: String, in directory: String) throws -> String {
    try Program.run("mkdir", ["-p", directory])
    try Tool.tar("-C", directory, "-xf", archive)
    return directory
}

/// Makes a tar of a layout with `tar`, which puts `./` before each name.
func packed(_ layout: Layout, as archive: String) throws -> String {
    try Tool.tar("-C", layout.path, "-cf", archive, ".")
    return archive
}
