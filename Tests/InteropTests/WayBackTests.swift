import TestSupport
import Testing

/// Archives that the tools make of our images, read by ocimerge: the same configs, the same content.
extension Interop {
    @Suite struct WayBackTests {
        @Test("reads what skopeo writes", .needs(.skopeo), arguments: MergeCase.all, skopeoForms)
        func skopeo(_ merge: MergeCase, _ form: Form) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for image in layout.images {
                for one in image.platforms {
                    let path = scratch.path("\(hex(one.manifest)).\(form.suffix)")
                    try copy(layout, image, one, form.options, to: form.transport + path + form.name)
                    try expect(one, at: path, in: scratch.path("back-\(hex(one.manifest))"))
                }
            }
        }

        @Test("reads every platform of what skopeo copies whole", .needs(.skopeo), arguments: MergeCase.all)
        func skopeoAll(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            let copied = scratch.path("copied")
            for (number, image) in layout.images.enumerated() {
                try Tool.skopeo("copy", "-q", "--all", layout.name(image), "oci:\(copied):\(number)")
            }
            try expectSame(layout, readBack(copied, at: scratch.path("back")))
        }

        @Test("reads what podman saves", .needs(.podman), arguments: MergeCase.all, podmanFormats)
        func podman(_ merge: MergeCase, _ format: String) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            for image in layout.images {
                for one in image.platforms {
                    let id = try store.podman(["pull", "-q"] + one.platform.options() + [layout.name(image)])
                    let path = scratch.path(hex(one.manifest))
                    try store.podman(["save", "-q", "--format", format, "-o", path, id])
                    try expect(one, at: path, in: scratch.path("back-\(hex(one.manifest))"))
                }
            }
        }

        @Test("reads what buildah pushes", .needs(.buildah), arguments: MergeCase.all, buildahForms)
        func buildah(_ merge: MergeCase, _ form: Form) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            for image in layout.images {
                for one in image.platforms {
                    let pull = ["pull", "-q", "--policy", "always"] + one.platform.options()
                    let id = try store.buildah(pull + [layout.name(image)])
                    let path = scratch.path("\(hex(one.manifest)).\(form.suffix)")
                    try store.buildah(["push", "-q"] + form.options + [id, form.transport + path + form.name])
                    try expect(one, at: path, in: scratch.path("back-\(hex(one.manifest))"))
                }
            }
        }

        private func expect(_ one: Layout.PlatformImage, at path: String, in directory: String) throws {
            let back = try readBack(path, at: directory)
            let found = back.images.flatMap(\.platforms)
            #expect(found.map(\.config) == [one.config])
            #expect(found.map(\.platform.description) == [one.platform.description])
            for image in found { try expectContent(image, in: back) }
        }
    }

    /// A way of writing an image to a file or a directory, by containers/image.
    struct Form: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let transport: String
        let suffix: String
        var name = ""
        var options: [String] = []
    }

    static let buildahForms = [
        Form(testDescription: "docker archive", transport: "docker-archive:", suffix: "tar", name: ":demo/way:1.0"),
        Form(testDescription: "OCI archive, layers compressed", transport: "oci-archive:", suffix: "tar", name: ":1.0"),
        Form(testDescription: "OCI layout", transport: "oci:", suffix: "layout", name: ":1.0"),
        Form(testDescription: "directory", transport: "dir:", suffix: "dir"),
    ]

    static let skopeoForms =
        buildahForms + [
            Form(
                testDescription: "OCI layout, zstd", transport: "oci:", suffix: "layout", name: ":1.0",
                options: ["--dest-compress-format", "zstd"]),
            Form(
                testDescription: "OCI layout, plain layers accepted, which it then labels gzip", transport: "oci:",
                suffix: "layout", name: ":1.0", options: ["--dest-oci-accept-uncompressed-layers"]),
            Form(
                testDescription: "directory, compressed", transport: "dir:", suffix: "dir", options: ["--dest-compress"]
            ),
        ]

    static let podmanFormats = ["docker-archive", "oci-archive", "oci-dir", "docker-dir"]
}
