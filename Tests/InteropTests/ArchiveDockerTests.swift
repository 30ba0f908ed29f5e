import TestSupport
import Testing

/// Engine 20.10 reads only `manifest.json` of the archive.
extension Interop {
    @Suite(.needs(.docker, .tar))
    struct ArchiveDockerTests {
        @Test(
            "docker loads the archive with all names and ids, runs amd64, and saves the same image",
            arguments: MergeCase.archived)
        func loads(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let (archive, layout) = try merge.archive(in: scratch.path)
            let docker = DockerNames(layout)
            try Tool.docker("load", "-q", "-i", archive)
            try #require(!layout.named.isEmpty)
            for (name, image) in layout.named {
                let one = try image.choice()
                #expect(try docker.id(name) == one.config)
                #expect(try Tool.docker("run", "--rm", "--net=none", name).hasSuffix(" amd64"))
                let saved = scratch.path("\(hex(one.manifest)).tar")
                try Tool.docker("save", "-o", saved, name)
                let back = try readBack(saved)
                #expect(back.images.map(\.fullName) == [name])
                try expectSame(one, in: back)
                try Program.run("rm", ["-r", saved, saved + "-back"])
            }
        }

        static let ways = ["a compressed file", "a pipe"]

        @Test("docker loads the archive compressed, and from a pipe", arguments: ways)
        func loadsOtherwise(_ way: String) throws {
            let scratch = try TemporaryDirectory()
            let (archive, layout) = try MergeCase.plain.archive("tar.gz", in: scratch.path)
            let docker = DockerNames(layout)
            if way == "a pipe" {
                _ = try MergeCase.plain.piped(to: .docker, ["load", "-q"])
            } else {
                try Tool.docker("load", "-q", "-i", archive)
            }
            for (name, image) in layout.named { #expect(try docker.id(name) == (try image.choice().config)) }
        }

        @Test(
            "docker loads s390x on request, and it runs under qemu", .needs(.qemuS390x),
            arguments: ["--platform", "--default-platform"])
        func otherPlatform(_ flag: String) throws {
            let scratch = try TemporaryDirectory()
            let (_, layout) = try MergeCase.plain.archive(in: scratch.path)
            let docker = DockerNames(layout)
            try MergeCase.plain.written([flag, "linux/s390x"], to: scratch.path("one.tar"))
            try Tool.docker("load", "-q", "-i", scratch.path("one.tar"))
            let (name, image) = try #require(layout.named.first)
            #expect(try docker.id(name) == (try image.choice("linux/s390x").config))
            #expect(try Tool.docker("image", "inspect", "--format", "{{.Architecture}}", name) == "s390x")
            let emulator = try Program.run("which", [Tool.qemuS390x.rawValue]).stdout.withoutEndingNewlines
            let said = try Tool.docker(
                "run", "--rm", "--net=none", "-v", emulator + ":/emulator:ro", "--entrypoint", "/emulator", name,
                "/bin/hello")
            #expect(said == "hello from s390x")
        }

        @Test("docker loads each platform as a docker-archive and saves the same image", arguments: MergeCase.archived)
        func dockerArchives(_ merge: MergeCase) throws {
            let scratch = try TemporaryDirectory()
            let (_, layout) = try merge.archive(in: scratch.path)
            let docker = DockerNames(layout)
            for platform in ["linux/amd64", "linux/s390x"] {
                let archive = scratch.path("one.tar")
                try merge.written(["--platform", platform, "--force"], to: "docker-archive:" + archive)
                try Tool.docker("load", "-q", "-i", archive)
                for (name, image) in layout.named {
                    let one = try image.choice(platform)
                    #expect(try docker.id(name) == one.config)
                    let saved = scratch.path("\(hex(one.manifest)).tar")
                    try Tool.docker("save", "-o", saved, name)
                    try expectSame(one, in: readBack(saved))
                    try Program.run("rm", ["-r", saved, saved + "-back"])
                }
            }
        }
    }
}
