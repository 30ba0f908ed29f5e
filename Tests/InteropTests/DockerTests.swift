import Foundation
import TestSupport
import Testing

/// Engine 20.10 does not read OCI layouts, so skopeo converts them.
extension Interop {
    @Suite(.needs(.docker, .skopeo))
    struct DockerTests {
        @Test(
            "docker loads each platform from an archive of skopeo, runs amd64, and saves the same image",
            arguments: MergeCase.all)
        func loads(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices where !one.hasZstandard {
                let tag = DockerTag()
                let archive = scratch.path("archive.tar")
                try copy(layout, image, one, to: "docker-archive:\(archive):\(tag.name)")
                try Tool.docker("load", "-q", "-i", archive)
                try FileManager.default.removeItem(atPath: archive)
                #expect(try tag.id() == one.config)
                if one.platform.description == "linux/amd64" {
                    // "hello from amd64", "app-a on amd64"
                    #expect(try Tool.docker("run", "--rm", "--net=none", tag.name).hasSuffix(" amd64"))
                }

                let saved = scratch.path("\(hex(one.manifest)).tar")
                try Tool.docker("save", "-o", saved, tag.name)
                let back = try readBack(saved)
                #expect(back.images.map(\.fullName) == ["docker.io/" + tag.name])
                try expectSame(one, in: back)
            }
        }

        @Test("docker gets an image directly from skopeo", arguments: [MergeCase.plain, .whiteouts])
        func straight(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let layout = try merge.layout(at: scratch.path("layout"))
            for (image, one) in layout.choices {
                let tag = DockerTag()
                let host = ["--dest-daemon-host", "unix://\(Tool.engines ?? "")/docker.sock"]
                try copy(layout, image, one, host, to: "docker-daemon:\(tag.name)")
                #expect(try tag.id() == one.config)
            }
        }
    }
}

/// A private name in dockerd. It is removed with the value.
struct DockerTag: ~Copyable {
    let name = "test/\(UUID().uuidString.lowercased()):1.0"

    deinit { _ = try? Tool.docker("rmi", "-f", name) }

    func id() throws -> String { try Tool.docker("image", "inspect", "--format", "{{.Id}}", name) }
}
