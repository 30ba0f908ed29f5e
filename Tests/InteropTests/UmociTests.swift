import TestSupport
import Testing

extension Interop {
    @Suite(.needs(.umoci, .tar))
    struct UmociTests {
        @Test("umoci unpacks one platform to the content of its layers", arguments: ["linux/amd64", "linux/s390x"])
        func unpacks(_ platform: String) throws {
            let scratch = try TemporaryDirectory()
            let (layout, rootfs) = try unpack(.plain, platform, in: scratch.path)
            // These layers contain no whiteouts, so unpacking them one after the other gives the expected tree.
            let expected = scratch.path("expected")
            for layer in layout.images[0].platforms[0].layers {
                _ = try unpacked("\(layout.path)/blobs/sha256/\(hex(layer.digest))", in: expected)
            }
            #expect(try Tree.read(rootfs) == Tree.read(expected))
        }

        @Test("umoci applies whiteouts as podman does", .needs(.podman), arguments: ["linux/amd64", "linux/s390x"])
        func whiteouts(_ platform: String) throws {
            let scratch = try TemporaryDirectory()
            let (layout, rootfs) = try unpack(.whiteouts, platform, in: scratch.path)
            let one = layout.images[0].platforms[0]
            let store = ContainerStore(path: scratch.path("store"))
            let id = try store.podman(["pull", "-q"] + one.platform.options() + [layout.name(layout.images[0])])
            let mount = try store.podman(["image", "mount", id])
            let expected = try Tree.read(mount)
            try store.podman(["image", "unmount", id])
            #expect(try Tree.read(rootfs) == expected)
            #expect(!expected.keys.contains { $0.contains(".wh.") })
        }

        @Test("an unpacked s390x program runs under qemu", .needs(.qemuS390x))
        func runs() throws {
            let scratch = try TemporaryDirectory()
            let (_, rootfs) = try unpack(.plain, "linux/s390x", in: scratch.path)
            #expect(try Tool.qemuS390x("\(rootfs)/bin/hello") == "hello from s390x")
        }

        /// umoci does not select platforms, so the layout contains one only.
        private func unpack(_ merge: MergeCase, _ platform: String, in directory: String) throws -> (Layout, String) {
            let all = try merge.layout(at: "\(directory)/all")
            let one = "\(directory)/one"
            let run = try Program.ocimerge([all.path, "--platform", platform, "-t", "demo/one:1.0", "-o", one])
            guard run.status == 0 else { throw ToolFailure(command: ["ocimerge", all.path], run: run) }
            try Tool.umoci("unpack", "--rootless", "--image", "\(one):1.0", "\(directory)/bundle")
            return (try Layout(one), "\(directory)/bundle/rootfs")
        }
    }
}
