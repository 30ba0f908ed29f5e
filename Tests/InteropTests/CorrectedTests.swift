import TestSupport
import Testing

/// Corrected images run on their real platform. Uncorrected ones are selected for the wrong platform.
extension Interop {
    @Suite(.needs(.skopeo, .umoci, .qemuS390x, .qemuARM64, .qemuARM))
    struct CorrectedTests {
        @Test(
            "a corrected image is selected by its real platform and runs", arguments: CorrectedCase.all,
            [CorrectedCase.Way.fixed, .declared])
        func runs(_ one: CorrectedCase, _ way: CorrectedCase.Way) throws {
            let scratch = try TemporaryDirectory()
            let layout = try one.joined(way, at: scratch.path("layout"))
            let rootfs = try unpacked(one.platform, of: layout, in: scratch.path)
            #expect(try one.emulator("\(rootfs)/bin/hello") == one.says)
            // The image is no longer selected for amd64.
            #expect(throws: ToolFailure.self) { try chosen(.amd64, of: layout, as: scratch.path("other")) }
        }

        @Test("an uncorrected image is selected for amd64", arguments: CorrectedCase.all)
        func control(_ one: CorrectedCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try one.joined(.trusted, at: scratch.path("layout"))
            let rootfs = try unpacked(.amd64, of: layout, in: scratch.path)
            #expect(try one.emulator("\(rootfs)/bin/hello") == one.says)
            #expect(throws: ToolFailure.self) { try chosen(one.platform, of: layout, as: scratch.path("other")) }
        }

        @Test(
            "podman pulls a corrected image by its real platform, and its program runs", .needs(.podman),
            arguments: CorrectedCase.all)
        func podman(_ one: CorrectedCase) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let layout = try one.joined(.fixed, at: scratch.path("layout"))
            let image = try #require(layout.images.first)
            let id = try store.podman(["pull", "-q"] + one.platform.options() + [layout.name(image)])
            #expect(
                try store.podman(["image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", id])
                    == "linux/\(one.platform.architecture)")
            let mount = try store.podman(["image", "mount", id])
            #expect(try one.emulator("\(mount)/bin/hello") == one.says)
            try store.podman(["image", "unmount", id])
        }

        @Test(
            "dockerd loads a corrected image with its real platform, and its program runs", .needs(.docker),
            arguments: CorrectedCase.all
        )
        func docker(_ one: CorrectedCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try one.joined(.fixed, at: scratch.path("layout"))
            let tag = DockerTag()
            let (image, corrected) = try #require(
                layout.choices.first { $0.one.platform.description == one.platform.description })
            try copy(layout, image, corrected, to: "docker-archive:\(scratch.path("archive.tar")):\(tag.name)")
            try Tool.docker("load", "-q", "-i", scratch.path("archive.tar"))
            #expect(
                try Tool.docker("image", "inspect", "--format", "{{.Os}}/{{.Architecture}}", tag.name)
                    == "linux/\(one.platform.architecture)")
            let container = try Tool.docker("create", "--platform", "\(one.platform)", "--net=none", tag.name)
            defer { _ = try? Tool.docker("rm", container) }
            try Tool.docker("cp", "\(container):/bin/hello", scratch.path("hello"))
            #expect(try one.emulator(scratch.path("hello")) == one.says)
        }

        static let busyboxes: [(sample: String, emulator: Tool, says: String)] = [
            ("docker20/bb-s390x-wrong.tar", .qemuS390x, "s390x"),
            ("docker20/bb-armhf-wrong.tar", .qemuARM, "armv7l"),
            ("mixed/s390x-image-with-amd64-qemu-declared-amd64.tar", .qemuS390x, "s390x"),
        ]

        @Test(
            "a corrected busybox runs", .enabled("the larger samples are absent") { Corpus.isAvailable },
            arguments: busyboxes.indices)
        func busybox(_ number: Int) throws {
            let (sample, emulator, says) = Self.busyboxes[number]
            let scratch = try TemporaryDirectory()
            let run = try Program.ocimerge([
                "\(Corpus.folder)/\(sample)", "--fix", "-t", "demo/box:1.0", "-q", "-o", scratch.path("box"),
            ])
            #expect(run.status == 0, "\(run.stderr)")
            try Tool.umoci("unpack", "--rootless", "--image", "\(scratch.path("box")):1.0", scratch.path("bundle"))
            #expect(try emulator("\(scratch.path("bundle"))/rootfs/bin/busybox", "uname", "-m") == says)
        }

        /// skopeo selects the platform of an index; umoci unpacks it.
        private func unpacked(_ platform: Layout.Platform, of layout: Layout, in directory: String) throws -> String {
            try chosen(platform, of: layout, as: "\(directory)/one")
            try Tool.umoci("unpack", "--rootless", "--image", "\(directory)/one:1.0", "\(directory)/bundle")
            return "\(directory)/bundle/rootfs"
        }

        private func chosen(_ platform: Layout.Platform, of layout: Layout, as path: String) throws {
            let image = try #require(layout.images.first)
            try Tool.skopeo.run(
                platform.options("--override-") + ["copy", "-q", layout.name(image), "oci:\(path):1.0"])
        }
    }
}

extension Layout.Platform {
    fileprivate static let amd64 = Layout.Platform(os: "linux", architecture: "amd64", variant: nil)
}
