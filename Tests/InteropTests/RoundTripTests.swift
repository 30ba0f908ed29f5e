import TestSupport
import Testing

/// ocimerge reads archives that the tools write from its images: the same configs and content.
extension Interop {
    @Suite struct RoundTripTests {
        @Test("ocimerge reads archives of skopeo", .needs(.skopeo), arguments: MergeCase.some)
        func skopeo(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices {
                for form in Form.skopeo where form.takes(one) {
                    let path = scratch.path("\(hex(one.manifest)).\(form.suffix)")
                    try copy(layout, image, one, form.options, to: form.transport + path + form.name)
                    try expectSame(one, in: readBack(path), rewritten: one.isDocker && form.isOCI)
                }
            }
        }

        @Test("ocimerge reads every platform of a copy by skopeo", .needs(.skopeo), arguments: MergeCase.all)
        func skopeoAll(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            let copied = scratch.path("copied")
            for (number, image) in layout.images.enumerated() {
                try Tool.skopeo("copy", "-q", "--all", layout.name(image), "oci:\(copied):\(number)")
            }
            try expectSame(layout, readBack(copied), rewritten: true)
        }

        @Test("ocimerge reads archives of podman", .needs(.podman), arguments: MergeCase.some)
        func podman(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices {
                let id = try store.podman(["pull", "-q"] + one.platform.options() + [layout.name(image)])
                for format in ["docker-archive", "oci-archive", "oci-dir", "docker-dir"] {
                    if format.hasPrefix("docker"), one.hasZstandard { continue }
                    let path = scratch.path("\(hex(one.manifest)).\(format)")
                    try store.podman(["save", "-q", "--format", format, "-o", path, id])
                    try expectSame(one, in: readBack(path), rewritten: one.isDocker && format.hasPrefix("oci"))
                }
            }
        }

        @Test("ocimerge reads archives of buildah", .needs(.buildah), arguments: MergeCase.some)
        func buildah(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices {
                let pull = ["pull", "-q", "--policy", "always"] + one.platform.options()
                let id = try store.buildah(pull + [layout.name(image)])
                for form in Form.buildah where form.takes(one) {
                    let path = scratch.path("\(hex(one.manifest)).\(form.suffix)")
                    try store.buildah(["push", "-q", id, form.transport + path + form.name])
                    try expectSame(one, in: readBack(path), rewritten: one.isDocker && form.isOCI)
                }
            }
        }
    }
}

/// A format in which containers/image writes an image to a file or a directory.
private struct Form {
    let transport: String
    let suffix: String
    var name = ""
    var options: [String] = []

    var isOCI: Bool { transport.hasPrefix("oci") }

    func takes(_ one: Layout.PlatformImage) -> Bool { transport != "docker-archive:" || !one.hasZstandard }

    static let buildah = [
        Form(transport: "docker-archive:", suffix: "docker.tar", name: ":demo/way:1.0"),
        // Plain layers are compressed with gzip.
        Form(transport: "oci-archive:", suffix: "oci.tar", name: ":1.0"),
        Form(transport: "oci:", suffix: "layout", name: ":1.0"),
        Form(transport: "dir:", suffix: "dir"),
    ]

    static let skopeo =
        buildah + [
            Form(
                transport: "oci:", suffix: "zstd.layout", name: ":1.0", options: ["--dest-compress-format", "zstd"]),
            // Plain layers stay plain and get a gzip media type.
            Form(
                transport: "oci:", suffix: "plain.layout", name: ":1.0",
                options: ["--dest-oci-accept-uncompressed-layers"]),
            Form(transport: "dir:", suffix: "gzip.dir", options: ["--dest-compress"]),
        ]
}
