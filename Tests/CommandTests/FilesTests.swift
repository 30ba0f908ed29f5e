import Foundation
import TestSupport
import Testing

@Suite("inspect --files lists the files that a container sees")
struct FilesTests {
    static let hello = """
        drwxr-xr-x  0/0    0  /bin
        -rwxr-xr-x  0/0  170  /bin/hello
        drwxr-xr-x  0/0    0  /etc
        -rw-r--r--  0/0   25  /etc/demo.motd
        -rw-r--r--  0/0   10  /etc/group
        -rw-r--r--  0/0   58  /etc/os-release
        -rw-r--r--  0/0   29  /etc/passwd
        drwxr-xr-x  0/0    0  /usr
        lrwxrwxrwx  0/0    0  /usr/bin -> ../bin
        drwxr-xr-x  0/0    0  /usr/share
        drwxr-xr-x  0/0    0  /usr/share/doc
        drwxr-xr-x  0/0    0  /usr/share/doc/demo
        -rw-r--r--  0/0   56  /usr/share/doc/demo/README

        """

    /// Fixtures of every dialect and compression whose image has the files of `hello`.
    static let same = (Fixture.single("linux/amd64") + Fixture.single("linux/s390x") + Fixture.single("linux/arm64"))
        .filter { $0.name.contains("/hello") || $0.name.contains("/plain") || $0.name.contains("/two-members") }

    @Test("the list has mode, owner, size, path and target")
    func exact() throws {
        let run = try ocimerge("inspect", "--files", "docker20/hello-amd64.tar")
        expectDone(run)
        #expect(run.stdout == Self.hello)
    }

    @Test("every dialect and compression has the same list", arguments: same)
    func dialects(_ fixture: Fixture) throws {
        let run = try ocimerge("inspect", "--files", fixture.name)
        expectDone(run)
        #expect(Self.names(run.stdout) == Self.names(Self.hello))
    }

    /// Mode and path: the sizes of programs differ.
    private static func names(_ list: String) -> [String] {
        list.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            return ([words[0]] + words.dropFirst(3)).joined(separator: " ")
        }
    }

    @Test("archives on standard input, also compressed ones, have the same list")
    func streams() throws {
        for name in ["tar/plain.tar", "tar/compressed/plain.tar.zst", "nix/hello-arm64.tar.gz"] {
            let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: Program.fixture(name))))
            let run = try ocimerge("inspect", "--files", "-", input: bytes)
            expectDone(run)
            #expect(Self.names(run.stdout) == Self.names(Self.hello))
        }
    }

    @Test("files that whiteouts hide are not in the list")
    func whiteouts() throws {
        let run = try ocimerge("inspect", "--files=/usr/share", "buildah1/whiteouts.oci-archive.tar")
        expectDone(run)
        #expect(
            run.stdout == """
                drwxr-xr-x  0/0   0  /usr/share
                drwxr-xr-x  0/0   0  /usr/share/doc
                -rw-r--r--  0/0  32  /usr/share/doc/NEWS
                drwxr-xr-x  0/0   0  /usr/share/doc/demo

                """)
    }

    @Test("PATH is a directory, a file or a link, which is followed")
    func paths() throws {
        let source = "docker20/hello-amd64.tar"
        for path in ["etc/", "/etc", "./etc/../etc"] {
            let run = try ocimerge("inspect", "--files=\(path)", source)
            expectDone(run)
            #expect(
                run.stdout.split(separator: "\n").map { $0.split(separator: " ")[3] } == [
                    "/etc", "/etc/demo.motd", "/etc/group", "/etc/os-release", "/etc/passwd",
                ])
        }
        let link = try ocimerge("inspect", "--files=/usr/bin", source)
        #expect(
            link.stdout == """
                lrwxrwxrwx  0/0    0  /usr/bin -> ../bin
                drwxr-xr-x  0/0    0  /bin
                -rwxr-xr-x  0/0  170  /bin/hello

                """)
        #expect(try ocimerge("inspect", "--files=usr/bin/hello", source).stdout == "-rwxr-xr-x  0/0  170  /bin/hello\n")
        #expect(try ocimerge("inspect", "--files=/", source).stdout == Self.hello)
    }

    @Test("an absent PATH is an error with a similar name")
    func absent() throws {
        let source = "docker20/hello-amd64.tar"
        expectFailure(
            try ocimerge("inspect", "--files=/etc/paswd", source),
            "\(source): no file /etc/paswd in the image; did you mean /etc/passwd?")
        expectFailure(
            try ocimerge("inspect", "--files=/usr/bin/none", source),
            "\(source): no file /bin/none in the image, where /usr/bin/none leads")
        expectFailure(
            try ocimerge("inspect", "--files=/etc/passwd/x", source),
            "\(source): no file /etc/passwd/x in the image; /etc/passwd is not a directory")
    }

    @Test("several platforms or images are errors that list them")
    func several() throws {
        let layout = "buildah1/multiarch.oci-dir"
        let platforms = "linux/amd64, linux/arm/v7, linux/arm64, linux/s390x"
        expectFailure(
            try ocimerge("inspect", "--files", layout),
            "\(layout) holds several platforms; choose one with --platform: \(platforms)")
        expectFailure(
            try ocimerge("inspect", "--files", layout, "--platform", "linux/riscv64"),
            "\(layout) holds no image for linux/riscv64; it holds \(platforms)")
        expectFailure(
            try ocimerge("inspect", "--files", "docker20/two-apps-amd64.tar"),
            "docker20/two-apps-amd64.tar holds several images; choose one with PATH:NAME: docker.io/demo/app-a:1.0, "
                + "docker.io/demo/app-b:1.0")
        let one = try ocimerge("inspect", "--files", layout, "--platform", "linux/s390x")
        expectDone(one)
        #expect(Self.names(one.stdout) == Self.names(Self.hello))
        expectDone(try ocimerge("inspect", "--files", "docker20/two-apps-amd64.tar:demo/app-a:1.0"))
    }

    @Test("a damaged or absent layer is an error that names it")
    func damaged() throws {
        let source = "refused/corrupt-layer.oci.tar"
        expectFailure(
            try ocimerge("inspect", "--files", source),
            "\(source): layer sha256:8c8112d7782916fc785400fbb15a4b7c23070d5e3042c02b3a084f13d2c4e2dc is damaged: its "
                + "content has digest sha256:3983f1ee02299329f701189f97031be990a2772af8172618ff6c94d1d1230d7a")
        let windows = "foreign/windows.oci.tar"
        expectFailure(
            try ocimerge("inspect", "--files", windows),
            "\(windows): layer sha256:e695d4d250c3baba64a0d3783750a37845c1396d657bfb8d4bdbbf0e7adbb184 is absent from "
                + "the source")
    }

    // MARK: - Special files

    private static func special() throws -> (archive: [UInt8], layer: String) {
        var tar = TarBuilder()
        var header = TarBuilder.Header("dev/null", type: "3")
        header.mode = 0o666
        tar.header(header)
        header = TarBuilder.Header("")
        header.nameBytes = [0x61, 0xff, 0x1b, 0x5c]
        header.mode = 0o7745
        tar.header(header)
        tar.file("b", "text")
        tar.hardLink("c", to: "b")
        header = TarBuilder.Header("tmp/", type: "5")
        header.mode = 0o1777
        tar.header(header)
        tar.zeros()
        return (SavedImage(["demo/app:1"], layers: [tar.bytes]).archive, SavedImage.digest(tar.bytes))
    }

    @Test("names that are not UTF-8 are escaped, and special bits are shown as ls shows them")
    func escaped() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write(Self.special().archive, to: "x.tar")
        let run = try ocimerge("inspect", "--files", path)
        expectDone(run)
        #expect(
            run.stdout == #"""
                -rwsr-Sr-t  0/0    0  /a\xff\u{1b}\\
                -rw-r--r--  0/0    4  /b
                hrw-r--r--  0/0    4  /c link to /b
                drwxr-xr-x  0/0    0  /dev
                crw-rw-rw-  0/0  0,0  /dev/null
                drwxrwxrwt  0/0    0  /tmp

                """#)
    }

    private struct Report: Decodable, Equatable {
        struct File: Decodable, Equatable {
            struct Device: Decodable, Equatable { let major, minor: Int }
            let path: String
            var pathBase64: String?
            let type: String
            let mode: String
            var uid = 0
            var gid = 0
            let size: Int
            var target: String?
            var device: Device?
            let layer: String
        }
        let source: String
        let platform: String
        let digest: String
        let files: [File]
    }

    @Test("JSON has every property, and the bytes of names that are not UTF-8")
    func json() throws {
        let directory = try TemporaryDirectory()
        let (archive, layer) = try Self.special()
        let path = try directory.write(archive, to: "x.tar")
        let run = try ocimerge("inspect", "--files", "--json", path)
        expectDone(run)
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output))
        #expect(report.source == path)
        #expect(report.platform == "linux/amd64")
        #expect(report.digest == String(try ocimerge("digest", path).stdout.dropLast()))
        #expect(
            report.files == [
                .init(
                    path: "/a\u{fffd}\u{1b}\\", pathBase64: "L2H/G1w=", type: "file", mode: "7745", size: 0,
                    layer: layer),
                .init(path: "/b", type: "file", mode: "0644", size: 4, layer: layer),
                .init(path: "/c", type: "hardlink", mode: "0644", size: 4, target: "/b", layer: layer),
                .init(path: "/dev", type: "directory", mode: "0755", size: 0, layer: layer),
                .init(
                    path: "/dev/null", type: "chardev", mode: "0666", size: 0, device: .init(major: 0, minor: 0),
                    layer: layer),
                .init(path: "/tmp", type: "directory", mode: "1777", size: 0, layer: layer),
            ])
        let none = try ocimerge("inspect", "--files=/a", "--json", path)
        #expect(none.status == 1 && none.stdout == "")
    }

    @Test("JSON of a directory without files has an empty list")
    func empty() throws {
        let directory = try TemporaryDirectory()
        let empty = [UInt8](repeating: 0, count: 1024)
        let path = try directory.write(SavedImage(["demo/app:1"], layers: [empty]).archive, to: "x.tar")
        let run = try ocimerge("inspect", "--files", "--json", path)
        expectDone(run)
        #expect(run.stdout.hasSuffix("\"files\": []\n}\n"))
        let text = try ocimerge("inspect", "--files", path)
        expectDone(text)
        #expect(text.stdout == "")
    }
}

@Suite("inspect --platform shows some platforms only")
struct InspectPlatformTests {
    private static let layout = "buildah1/multiarch.oci-dir"

    private static func digest(_ platform: String) throws -> String {
        String(try ocimerge("digest", layout, "--platform", platform).stdout.dropLast())
    }

    @Test("the tree shows them and counts all")
    func tree() throws {
        let run = try ocimerge("inspect", Self.layout, "--platform", "linux/s390x,linux/arm")
        expectDone(run)
        let lines = run.stdout.split(separator: "\n")
        #expect(lines[0] == "\(Self.layout): OCI image layout, 1 image")
        #expect(lines[2].hasSuffix("  index of 4 platforms, 2 shown"))
        #expect(lines.filter { $0.hasPrefix("  linux/") } == ["  linux/arm/v7", "  linux/s390x"])
    }

    @Test("--platforms, --json, --raw and --config show them")
    func forms() throws {
        let wanted = ["--platform", "linux/s390x", "--platform", "linux/arm64"]
        func run(_ arguments: String...) throws -> Run {
            let run = try Program.ocimerge(["inspect", Self.layout] + arguments, directory: fixtures)
            expectDone(run)
            return run
        }
        #expect(
            try run("--platforms", wanted[0], wanted[1], wanted[2], wanted[3]).stdout == "linux/arm64\nlinux/s390x\n")
        let json = try run("--json", wanted[0], wanted[1]).stdout
        #expect(json.contains(#""name": "linux/s390x""#) && !json.contains(#""name": "linux/arm64""#))
        let raw = try run("--raw", wanted[0], wanted[1])
        #expect("\(SavedImage.digest(raw.output))" == "\(try Self.digest("linux/s390x"))")
        #expect(try run("--config", wanted[0], wanted[1]).output == run("--config=linux/s390x").output)
    }

    @Test("--blobs lists their content")
    func blobs() throws {
        let run = try ocimerge("inspect", Self.layout, "--blobs", "--platform", "linux/s390x")
        expectDone(run)
        let digests = run.stdout.split(separator: "\n").compactMap { $0.split(separator: "\t").first.map(String.init) }
        #expect(try Set(digests.filter { $0.hasPrefix("sha256:") }).contains(Self.digest("linux/s390x")))
        #expect(!run.stdout.contains("image.index"))
        #expect(try !run.stdout.contains(Self.digest("linux/arm64")))
    }

    @Test(
        "a platform that no image is for is an error that lists those there",
        arguments: [
            [], ["--json"], ["--platforms"], ["--raw"], ["--config"], ["--blobs"], ["--files"],
        ])
    func none(_ form: [String]) throws {
        let run = try Program.ocimerge(
            ["inspect", Self.layout, "--platform", "linux/riscv64"] + form, directory: fixtures)
        expectFailure(
            run,
            "\(Self.layout) holds no image for linux/riscv64; it holds linux/amd64, linux/arm/v7, linux/arm64, "
                + "linux/s390x")
    }

    @Test("--raw for several platforms is an error")
    func several() throws {
        expectFailure(
            try ocimerge("inspect", Self.layout, "--raw", "--platform", "linux/amd64,linux/s390x"),
            "\(Self.layout) does not hold one image for linux/amd64, linux/s390x; choose one of linux/amd64, linux/s390x"
        )
    }

    @Test("nothing is printed if one of several sources has no such platform")
    func sources() throws {
        let run = try ocimerge(
            "inspect", "docker20/hello-s390x.tar", "docker20/hello-amd64.tar", "--platforms", "--platform",
            "linux/s390x")
        expectFailure(run, "docker20/hello-amd64.tar holds no image for linux/s390x; it holds linux/amd64")
    }
}
