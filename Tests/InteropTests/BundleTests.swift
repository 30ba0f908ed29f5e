import Foundation
import TestSupport
import Testing

extension Interop {
    /// Engines load a bundle of several images. Every name arrives with its digest, or with the config of its platform.
    @Suite(.needs(.tar), .needsRegistries)
    struct BundleTests {
        @Test("docker loads every image of a bundle under every tag", .needs(.docker))
        func docker() throws {
            let bundle = try Bundle.mixed()
            let docker = DockerNames(bundle.tagged.map(\.name))
            try Tool.docker("load", "-q", "-i", bundle.archive)
            for (name, image) in bundle.tagged { #expect(try docker.id(name) == (try image.choice().config)) }
            // Docker's list has no names with a digest, and no artifacts.
            let pinned = try #require(bundle.pinned)
            let id = try pinned.image.choice().config
            #expect(try Tool.docker("image", "inspect", "--format", "{{.RepoTags}}", id) == "[]")
            try Tool.docker("rmi", id)
        }

        static let ways: [[String]] = [[], ["--all-platforms"]]

        @Test("ctr imports every image of a bundle under every name", .needs(.ctr), arguments: ways)
        func containerd(_ flags: [String]) throws {
            let bundle = try Bundle.mixed()
            let namespace = try ContainerdNamespace()
            try namespace.ctr(["images", "import", "--no-unpack"] + flags + [bundle.archive])
            let listed = try namespace.images()
            for (name, digest) in bundle.digests {
                #expect(listed.contains { $0.name == name && $0.digest == digest }, "\(name)")
            }
            #expect(listed.count == bundle.digests.count)
            let checked = try namespace.ctr(["images", "check"])
            #expect(!checked.contains("incomplete"))
            // ctr cannot unpack an artifact. It is last, so that all images are unpacked before.
            #expect(throws: ToolFailure.self) { try namespace.ctr(["images", "import"] + flags + [bundle.archive]) }
            let rows = try namespace.ctr(["images", "check"]).split(separator: "\n")
            for (name, _) in bundle.images {
                #expect(rows.contains { $0.hasPrefix(name + " ") && $0.contains("true") }, "\(name)")
            }
        }

        @Test("podman loads every image of a bundle under every tag, or one by any name", .needs(.podman))
        func podman() throws {
            let bundle = try Bundle.mixed()
            let store = ContainerStore(path: bundle.scratch.path("store"))
            try store.podman(["load", "-q", "-i", bundle.archive])
            for (name, image) in bundle.tagged {
                let id = try store.podman(["image", "inspect", "--format", "{{.Id}}", name])
                #expect(id == hex(try image.choice().config))
            }
            let other = ContainerStore(path: bundle.scratch.path("other"))
            for (name, image) in bundle.images {
                let id = try other.podman(["pull", "-q", "oci-archive:\(bundle.archive):\(name)"])
                #expect(id == hex(try image.choice().config))
                #expect(
                    try other.podman(["image", "inspect", "--format", "{{.Id}}", name]) == hex(image.choice().config))
            }
        }

        @Test("skopeo and buildah find every image of a bundle by its name", .needs(.skopeo, .buildah))
        func skopeo() throws {
            let bundle = try Bundle.mixed()
            for (name, wanted) in bundle.digests {
                let copy = bundle.scratch.path("copy-" + hex(wanted))
                try Tool.skopeo(
                    "copy", "-q", "--all", "--preserve-digests", "oci-archive:\(bundle.archive):\(name)", "dir:\(copy)")
                let manifest = try Data(contentsOf: URL(fileURLWithPath: copy + "/manifest.json"))
                #expect(try digest(Array(manifest)) == wanted)
                try Program.run("rm", ["-r", copy])
            }
            let store = ContainerStore(path: bundle.scratch.path("store"))
            for (name, image) in bundle.images {
                let id = try store.buildah(["pull", "-q", "oci-archive:\(bundle.archive):\(name)"])
                #expect(id == hex(try image.choice().config))
            }
        }

        @Test("seven applications of three architectures under two tags each", .needs(.docker, .ctr, .podman, .skopeo))
        func applications() throws {
            let bundle = try Bundle.applications()
            #expect(bundle.images.count == 14)
            let docker = DockerNames(bundle.images.map(\.name))
            try Tool.docker("load", "-q", "-i", bundle.archive)
            let namespace = try ContainerdNamespace()
            try namespace.ctr(["images", "import", "--all-platforms", bundle.archive])
            let listed = try namespace.images()
            let store = ContainerStore(path: bundle.scratch.path("store"))
            try store.podman(["load", "-q", "-i", bundle.archive])
            for (name, image) in bundle.images {
                let config = try image.choice().config
                #expect(try docker.id(name) == config)
                #expect(try store.podman(["image", "inspect", "--format", "{{.Id}}", name]) == hex(config))
                let row = try #require(listed.first { $0.name == name })
                #expect(row.digest == image.digest)
                #expect(row.platforms == ["linux/amd64", "linux/arm64", "linux/s390x"])
                let raw = try Tool.skopeo.run(["inspect", "--raw", "oci-archive:\(bundle.archive):\(name)"])
                #expect(try digest(raw.output) == image.digest)
            }
        }
    }
}

/// An archive of several images, and what it must hold.
private final class Bundle {
    let scratch: TemporaryDirectory
    var archive: String { scratch.path("bundle.tar") }
    /// Names with a tag, and the images that they lead to.
    private(set) var tagged: [(name: String, image: Layout.Image)] = []
    /// The name REPOSITORY@DIGEST of an image in a registry.
    private(set) var pinned: (name: String, image: Layout.Image)?
    /// The name and the digest of a Helm chart.
    private var chart: (name: String, digest: String)?

    var images: [(name: String, image: Layout.Image)] { tagged + (pinned.map { [$0] } ?? []) }
    var digests: [(name: String, digest: String)] {
        images.map { ($0.name, $0.image.digest) } + (chart.map { [$0] } ?? [])
    }

    private init() throws { scratch = try TemporaryDirectory() }

    /// Several repositories with the same tag, one image with two tags, a chart, and an image by its digest.
    static func mixed() throws -> Bundle {
        let bundle = try Bundle()
        let unique = UUID().uuidString.lowercased()
        let first = try bundle.add(["docker.io/demo/first-\(unique):1", "docker.io/demo/first-\(unique):latest"])
        let second = try bundle.add(["registry.example:5000/team/second-\(unique):1"])
        let place = "\(Registries.Server.plain.place)/\(Registries.repository())"
        let source = try bundle.made(place + ":1", ["amd64", "s390x"])
        try bundle.ocimerge(["push", source.path, place + ":1", "-q"])
        bundle.pinned = ("\(place)@\(source.image.digest)", source.image)
        let chart = try bundle.makeChart("registry.example/charts/web-\(unique):1.2.3")
        let reference = "docker://\(place)@\(source.image.digest)"
        try bundle.ocimerge(["pack", "-q"] + first + second + [chart, reference, "-o", bundle.archive])
        return bundle
    }

    /// Archives of each architecture, as `docker save` writes them, in one list.
    static func applications() throws -> Bundle {
        let bundle = try Bundle()
        let unique = UUID().uuidString.lowercased()
        var lines: [String] = []
        for number in 1...7 {
            let names = ["1.0", "latest"].map { "docker.io/demo/app\(number)-\(unique):\($0)" }
            let architectures = ["amd64", "arm64", "s390x"]
            let files = try architectures.map { architecture in
                try bundle.saved(names, architecture, "app\(number)-\(architecture).tar")
            }
            lines += files
            let whole = bundle.scratch.path("app\(number)")
            try bundle.ocimerge(files + ["-q", "-o", whole])
            for image in try Layout(whole).images {
                bundle.tagged.append((try #require(image.fullName), image))
            }
        }
        let list = try bundle.scratch.write(Array(lines.joined(separator: "\n").utf8), to: "images.txt")
        try bundle.ocimerge(["pack", "-q", "--list", list, "-o", bundle.archive])
        return bundle
    }

    /// The archives of one image under these names.
    private func add(_ names: [String]) throws -> [String] {
        let content = names[0]
        return try names.map { name in
            let source = try made(name, ["amd64", "s390x"], content: content)
            tagged.append((name, source.image))
            return source.path
        }
    }

    private func made(
        _ name: String, _ architectures: [String], content: String? = nil
    ) throws -> (path: String, image: Layout.Image) {
        let images = architectures.map { image(name, $0, content ?? name) }
        let file = "\(tagged.count)-made"
        let path = try scratch.write(try MadeImage.archive(images, .gzip), to: file + ".tar")
        try ocimerge([path, "-q", "-o", scratch.path(file)])
        return (path, try #require(try Layout(scratch.path(file)).images.first))
    }

    private func image(_ name: String, _ architecture: String, _ content: String) -> MadeImage {
        var image = MadeImage(
            "linux/" + architecture, [.program("bin/tini", ProgramFile.real(architecture))],
            [.file("content", Array("\(content) \(architecture)".utf8))])
        image.name = name
        return image
    }

    private func saved(_ names: [String], _ architecture: String, _ file: String) throws -> String {
        let content = try image(names[0], architecture, names[0]).content()
        var saved = SavedImage(names, layers: content.layers)
        saved.config = String(decoding: content.config, as: UTF8.self)
        return try scratch.write(saved.archive, to: file)
    }

    private func makeChart(_ name: String) throws -> String {
        let kind = "application/vnd.cncf.helm."
        var layout = HandmadeLayout()
        let config = layout.blob(#"{"name":"web","version":"1.2.3","apiVersion":"v2"}"#, kind + "config.v1+json")
        let layers = [layout.blob("a chart", kind + "chart.content.v1.tar+gzip")]
        let manifest = HandmadeLayout.manifest(config: config, layers: layers)
        layout.entries = [layout.blob(manifest, HandmadeLayout.manifest, more: HandmadeLayout.named(name))]
        chart = (name, try digest(Array(manifest.utf8)))
        return try scratch.write(layout.archive, to: "chart.tar")
    }

    private func ocimerge(_ arguments: [String]) throws {
        let run = try Program.ocimerge(arguments)
        guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
    }
}
