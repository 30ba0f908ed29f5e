import ImageModel
import TestSupport
import Testing

/// Images in skopeo's format, read by all tools of containers/image and by docker through skopeo.
extension Interop {
    @Suite struct SkopeoDirectoryTests {
        struct Written: CustomTestStringConvertible, Sendable {
            let merge: MergeCase
            let format: ImageFormat

            var testDescription: String { "\(format.rawValue): \(merge.what)" }

            /// Writes the directory and returns the digest of `manifest.json`.
            func write(to path: String) throws -> Digest {
                let arguments =
                    merge.sources.map(Program.fixture) + ["--format", format.rawValue, "-q", "-o", "dir:" + path]
                let run = try Program.ocimerge(arguments)
                guard run.status == 0 else { throw ToolFailure(command: ["ocimerge"] + arguments, run: run) }
                return try Digest(parsing: String(run.stdout.dropLast()))
            }

            static let attested = MergeCase(
                what: "four platforms with attestations", sources: ["buildx/old-attestations.oci.tar"],
                platforms: MergeCase.dockerFormat.platforms)

            static let all = [MergeCase.plain, attested].flatMap { merge in
                ImageFormat.allCases.map { Written(merge: merge, format: $0) }
            }
        }

        @Test("skopeo copies the directory byte for byte and into a layout", .needs(.skopeo), arguments: Written.all)
        func skopeo(_ written: Written) throws {
            let scratch = try TemporaryDirectory()
            let image = scratch.path("image")
            let digest = try written.write(to: image)
            let raw = try Tool.skopeo.run(["inspect", "--raw", "dir:\(image)"])
            #expect(Digest(of: raw.output) == digest)
            try Tool.skopeo("copy", "-q", "--all", "--preserve-digests", "dir:\(image)", "dir:\(scratch.path("copy"))")
            #expect(try Tree.read(scratch.path("copy")) == Tree.read(image))
            let ours = try written.merge.layout(at: scratch.path("ours"))
            // Configs of docker images are rewritten for a layout.
            try Tool.skopeo("copy", "-q", "--all", "dir:\(image)", "oci:\(scratch.path("layout")):1.0")
            let taken = try readBack(scratch.path("layout"))
            #expect(taken.choices.map(\.one.diffIDs) == ours.choices.map(\.one.diffIDs))
            try expectSame(ours, readBack(image))
        }

        @Test(
            "docker loads each platform and podman its own, under its ID", .needs(.skopeo, .podman, .docker),
            arguments: Written.all.filter { $0.format == .docker })
        func engines(_ written: Written) throws {
            let scratch = try TemporaryDirectory()
            let store = ContainerStore(path: scratch.path("store"))
            let image = scratch.path("image")
            _ = try written.write(to: image)
            for (_, one) in try written.merge.layout(at: scratch.path("ours")).choices {
                // podman 4 reads only its own platform from such a directory, also from one that skopeo wrote.
                if one.platform.description == "linux/amd64" {
                    #expect(try store.podman(["pull", "-q", "dir:\(image)"]) == hex(one.config))
                }
                let tag = DockerTag()
                let archive = scratch.path("\(hex(one.manifest)).tar")
                try Tool.skopeo.run(
                    one.platform.options("--override-") + [
                        "copy", "-q", "dir:\(image)", "docker-archive:\(archive):\(tag.name)",
                    ])
                try Tool.docker("load", "-q", "-i", archive)
                #expect(try tag.id() == one.config)
            }
        }
    }
}
