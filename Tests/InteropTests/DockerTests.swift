import Foundation
import TestSupport
import Testing

/// Engine 20.10 knows no OCI layouts: skopeo stands between.
extension Interop {
    @Suite(.needs(.docker, .skopeo))
    struct DockerTests {
        @Test("loads each platform by way of an archive, runs amd64, saves what is read back", arguments: MergeCase.all)
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

        @Test("takes an image straight from skopeo", arguments: [MergeCase.plain, .whiteouts])
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

/// A name of a test's own in dockerd, gone when the test is.
struct DockerTag: ~Copyable {
    let name = "test/\(UUID().uuidString.lowercased()):1.0"

    deinit { _ = try? Tool.docker("rmi", "-f", name) }

    func id() throws -> String { try Tool.docker("image", "inspect", "--format", "{{.Id}}", name) }
}
