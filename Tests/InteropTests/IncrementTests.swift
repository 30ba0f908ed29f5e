import Foundation
import TestSupport
import Testing

extension Interop {
    /// Engines complete an increment from the layers that they have. The help states what each does without them.
    @Suite(.needs(.tar))
    struct IncrementTests {
        static let packings = [LayerPacking.plain, .gzip]

        @Test("docker completes an increment whose base it has, and saves the same image", .needs(.docker))
        func docker() throws {
            for packing in Self.packings {
                let increment = try IncrementCase(packing)
                let docker = DockerNames([increment.baseName, increment.name])
                try Tool.docker("load", "-q", "-i", increment.base)
                try Tool.docker("load", "-q", "-i", increment.archive)
                let one = try increment.image.choice()
                #expect(try docker.id(increment.name) == one.config)
                let saved = increment.scratch.path("saved.tar")
                try Tool.docker("save", "-o", saved, increment.name)
                try expectSame(one, in: readBack(saved))
            }
        }

        @Test("docker completes the platform of --default-platform", .needs(.docker))
        func dockerPlatform() throws {
            let increment = try IncrementCase(.gzip, options: ["--default-platform", "linux/s390x"])
            let docker = DockerNames([increment.baseName, increment.name])
            try Tool.docker("load", "-q", "-i", increment.base)
            try Tool.docker("load", "-q", "-i", increment.archive)
            #expect(try docker.id(increment.name) == (try increment.image.choice("linux/s390x").config))
            #expect(try docker.id(increment.baseName) != (try docker.id(increment.name)))
        }

        @Test("docker without the base fails and creates no image", .needs(.docker))
        func dockerWithoutBase() throws {
            let increment = try IncrementCase(.gzip)
            let docker = DockerNames([increment.name])
            let failure = #expect(throws: ToolFailure.self) {
                try Tool.docker("load", "-q", "-i", increment.archive)
            }
            #expect(failure?.run.stderr.contains("no such file or directory") == true)
            #expect(throws: ToolFailure.self) { try docker.id(increment.name) }
        }

        @Test("ctr completes an increment whose base it has", .needs(.ctr))
        func containerd() throws {
            for packing in Self.packings {
                let increment = try IncrementCase(packing)
                let namespace = try ContainerdNamespace()
                try namespace.ctr(["images", "import", "--all-platforms", increment.base])
                try namespace.ctr(["images", "import", "--all-platforms", increment.archive])
                let row = try #require(try namespace.images().first { $0.name == increment.name })
                #expect(row.digest == increment.image.digest)
                #expect(try namespace.status(of: increment.name).contains("complete (3/3)"))
                let exported = increment.scratch.path("exported.tar")
                try namespace.ctr(["images", "export", "--all-platforms", exported, increment.name])
                try expectSame(increment.layout, readBack(exported))
            }
        }

        /// The help warns of this: the name stays, and with --no-unpack the exit status is 0.
        @Test("ctr without the base keeps the name of an incomplete image", .needs(.ctr), arguments: [true, false])
        func containerdWithoutBase(_ unpacks: Bool) throws {
            let increment = try IncrementCase(.gzip)
            let namespace = try ContainerdNamespace()
            let command = ["images", "import", "--all-platforms"] + (unpacks ? [] : ["--no-unpack"])
            if unpacks {
                let failure = #expect(throws: ToolFailure.self) { try namespace.ctr(command + [increment.archive]) }
                #expect(failure?.run.stderr.contains("not found") == true)
            } else {
                try namespace.ctr(command + [increment.archive])
            }
            #expect(try namespace.images().map(\.name) == [increment.name])
            #expect(try namespace.status(of: increment.name).contains("incomplete (2/3)"))
        }

        @Test("podman and buildah complete an increment whose base they have", .needs(.podman, .buildah))
        func podman() throws {
            for packing in Self.packings {
                let increment = try IncrementCase(packing)
                let store = ContainerStore(path: increment.scratch.path("store"))
                try store.podman(["load", "-q", "-i", increment.base])
                let said = try store.podman(["load", "-q", "-i", increment.archive])
                #expect(said.hasSuffix(" " + increment.name))
                let one = try increment.image.choice()
                let id = try store.podman(["image", "inspect", "--format", "{{.Id}}", increment.name])
                #expect(id == hex(one.config))
                let saved = increment.scratch.path("saved.tar")
                try store.podman(["save", "-q", "--format", "docker-archive", "-o", saved, increment.name])
                try expectSame(one, in: readBack(saved))
                let other = ContainerStore(path: increment.scratch.path("other"))
                try other.buildah(["pull", "-q", "oci-archive:" + increment.base])
                #expect(try other.buildah(["pull", "-q", "oci-archive:" + increment.archive]) == hex(one.config))
            }
        }

        @Test("podman and buildah without the base fail and create no image", .needs(.podman, .buildah))
        func podmanWithoutBase() throws {
            let increment = try IncrementCase(.gzip)
            let store = ContainerStore(path: increment.scratch.path("store"))
            #expect(throws: ToolFailure.self) { try store.podman(["load", "-q", "-i", increment.archive]) }
            #expect(throws: ToolFailure.self) { try store.buildah(["pull", "-q", "oci-archive:" + increment.archive]) }
            #expect(try store.podman(["images", "-a", "-q"]) == "")
        }

        @Test("skopeo copies an increment to the repository that has the base", .needs(.skopeo), .needsRegistries)
        func skopeo() throws {
            let increment = try IncrementCase(.gzip)
            let peer = RegistryPeer(server: .plain)
            let repository = Registries.repository()
            let options = ["copy", "-q", "--all", "--preserve-digests", "--dest-tls-verify=false"]
            let source = "oci-archive:" + increment.archive
            #expect(throws: ToolFailure.self) { try Tool.skopeo.run(options + [source, peer.name(repository, "2")]) }
            try Tool.skopeo.run(options + ["oci-archive:" + increment.base, peer.name(repository, "1")])
            try Tool.skopeo.run(options + [source, peer.name(repository, "2")])
            let back = increment.scratch.path("back")
            let run = try Program.ocimerge([peer.name(repository, "2"), "--plain-http", "-o", back])
            #expect(run.status == 0, "\(run.stderr)")
            #expect(try Layout(back).images.map(\.digest) == [increment.image.digest])
        }
    }
}

/// An image of two platforms and its next version, which adds a layer to each. No engine has these layers already.
private final class IncrementCase {
    let scratch: TemporaryDirectory
    /// The archives of the base and of the increment.
    let base: String
    let archive: String
    let baseName: String
    let name: String
    /// The whole next version.
    let layout: Layout
    let image: Layout.Image

    init(_ packing: LayerPacking, options: [String] = []) throws {
        scratch = try TemporaryDirectory()
        let repository = "docker.io/demo/increment-\(UUID().uuidString.lowercased())"
        (baseName, name) = (repository + ":1", repository + ":2")
        (base, archive) = (scratch.path("base.tar"), scratch.path("week2.tar"))
        let made = try ["amd64", "s390x"].map { architecture in
            let program = try Data(
                contentsOf: URL(fileURLWithPath: Program.fixture("programs/\(architecture)/tini")))
            return MadeImage(
                "linux/" + architecture,
                [.program("bin/tini", Array(program)), .file("base", Array(repository.utf8))])
        }
        let first = try Self.written(made, baseName, packing, "made1.tar", scratch.path)
        let second = try Self.written(
            made.map { image in
                var image = image
                image.layers.append([.file("new", Array((repository + image.platform).utf8))])
                return image
            }, name, packing, "made2.tar", scratch.path)
        try Self.run([first, "-q", "-o", base] + options)
        try Self.run(["pack", second, "--since", base, "-q", "-o", archive] + options)
        try Self.run([second, "-q", "-o", scratch.path("whole")])
        layout = try Layout(scratch.path("whole"))
        image = try #require(layout.images.first)
    }

    private static func written(
        _ images: [MadeImage], _ name: String, _ packing: LayerPacking, _ file: String, _ folder: String
    ) throws -> String {
        let named = images.map { image in
            var image = image
            image.name = name
            return image
        }
        let path = folder + "/" + file
        try Data(try MadeImage.archive(named, packing)).write(to: URL(fileURLWithPath: path))
        return path
    }

    private static func run(_ arguments: [String]) throws {
        let run = try Program.ocimerge(arguments)
        guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
    }
}

extension ContainerdNamespace {
    /// What `ctr images check` states of an image.
    fileprivate func status(of name: String) throws -> String {
        let lines = try ctr(["images", "check"]).split(separator: "\n")
        return String(try #require(lines.first { $0.hasPrefix(name + " ") }))
    }
}
