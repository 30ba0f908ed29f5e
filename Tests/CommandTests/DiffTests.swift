import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("diff compares the images of two sources")
struct DiffTests {
    @Test(
        "the same image in two formats of several tools is the same",
        arguments: [
            (
                "skopeo1/hello-s390x.plain.oci-dir", "skopeo1/hello-s390x.zstd.oci-dir", "1 platform",
                "2 layers recompressed, "
            ),
            ("buildah1/multiarch.oci-dir", "buildah1/multiarch.docker-dir", "4 platforms", "5 layers recompressed, "),
            ("buildah1/multiarch.oci-dir", "buildah1/multiarch.oci-archive.tar", "4 platforms", nil),
            ("docker29-containerd/multiarch.tar", "docker29-containerd/multiarch.tar", "4 platforms", nil),
        ] as [(String, String, String, String?)])
    func sameOfTools(_ old: String, _ new: String, _ count: String, _ notes: String?) throws {
        let run = try ocimerge("diff", old, new)
        #expect(run.status == 0, "\(run.stdout)\(run.stderr)")
        #expect(run.stdout == "same image: \(count)" + (notes.map { " (\($0)other manifest digests)" } ?? "") + "\n")
        let exact = try ocimerge("diff", "--exact", old, new)
        #expect(exact.status == (notes == nil ? 0 : 1))
        #expect(try ocimerge("diff", "-q", old, new).stdout == "")
    }

    @Test("annotations are not compared with docker's formats")
    func annotations() throws {
        let run = try ocimerge("diff", "skopeo1/multiarch.docker-dir", "skopeo1/multiarch.v2s2.docker-dir")
        expectDone(run)
        #expect(run.stdout == "same image: 4 platforms (other manifest digests, annotations not compared)\n")
        let other = try ocimerge("diff", "skopeo1/multiarch.docker-dir", "docker20/hello-amd64.tar")
        #expect(other.stdout.hasSuffix("annotations not compared: docker's formats have none\n"))
    }

    @Test("copies in every format are the same, with a note on other compression")
    func sameOfCopies() throws {
        let directory = try TemporaryDirectory()
        let source = Program.fixture("docker20/hello-amd64.tar")
        func run(_ arguments: String...) throws -> Run {
            try Program.ocimerge(arguments, directory: directory.path)
        }
        let copies = [
            ["layout/"], ["gzip/", "--compress", "gzip", "--recompress"],
            ["zstd.tar", "--compress", "zstd", "--recompress"],
            ["docker-archive:docker.tar"], ["oci-archive:oci.tar"], ["dir:dir"], ["all.tar.gz"],
        ]
        for copy in copies {
            let made = try Program.ocimerge(["copy", source] + copy + ["-q"], directory: directory.path)
            #expect(made.status == 0, "\(made.stderr)")
        }
        let notes = [
            "gzip": " (2 layers recompressed, other manifest digests)",
            "zstd.tar": " (2 layers recompressed, other manifest digests)",
        ]
        for name in ["layout", "gzip", "zstd.tar", "docker.tar", "oci.tar", "dir", "all.tar.gz"] {
            let same = try run("diff", source, name)
            expectDone(same)
            #expect(same.stdout == "same image: 1 platform\(notes[name] ?? "")\n", "\(name)")
        }
        expectDone(try run("diff", "--exact", "layout", "oci.tar"))
        expectDone(try run("diff", "gzip", "docker.tar"))
    }

    @Test("standard input is one of the sources")
    func standardInput() throws {
        let archive = Program.fixture("docker20/hello-amd64.tar")
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: archive)))
        let run = try ocimerge("diff", "-", "docker20/hello-amd64.tar", input: bytes)
        expectDone(run)
        #expect(run.stdout == "same image: 1 platform\n")
        expectFailure(try ocimerge("diff", "-", "-"), "standard input can be a source only once", status: 2)
    }

    /// An image whose config has these members.
    private func image(
        _ members: String, layers: [String] = ["1"], annotations: String = ""
    ) -> HandmadeLayout {
        var layout = HandmadeLayout()
        let blobs = layers.map { Array("layer \($0)".utf8) }
        let descriptors = blobs.map { layout.blob($0, "application/vnd.oci.image.layer.v1.tar") }
        let diffIDs = blobs.map { "\(Digest(of: $0))" }
        let config = layout.blob(
            HandmadeLayout.config(diffIDs: diffIDs, more: members), "application/vnd.oci.image.config.v1+json")
        let manifest = HandmadeLayout.manifest(config: config, layers: descriptors, more: annotations)
        let entry = layout.blob(manifest, "application/vnd.oci.image.manifest.v1+json")
        layout.put(Array(HandmadeLayout.index([entry]).utf8), as: "index.json")
        return layout
    }

    @Test("config members, annotations and layers are shown with both values")
    func changes() throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "/usr/lib/x:", count: 30)
        let old = image(
            #","config":{"Env":["A=1","P=\#(long)1"],"User":"a"},"author":"\u001b[2J""#, layers: ["1", "2", "3"],
            annotations: #","annotations":{"k":"v","old":"x"}"#)
        let new = image(
            #","config":{"Env":["A=2","P=\#(long)2"],"Cmd":["x"]}"#, layers: ["3", "1", "4"],
            annotations: #","annotations":{"k":"w\u202e"}"#)
        for (name, layout) in [("a", old), ("b", new)] {
            for (file, bytes) in layout.complete { try directory.write(bytes, to: "\(name)/\(file)") }
        }
        let run = try Program.ocimerge(["diff", "a", "b"], directory: directory.path)
        #expect(run.status == 1)
        #expect(run.stderr == "")
        #expect(
            run.stdout == #"""
                - a
                + b
                linux/amd64
                  manifest annotation k: "v" -> "w\u{202e}"
                  manifest annotation old: "x" -> absent
                  config.Env[0]: "A=1" -> "A=2"
                  config.Env[1]: …/lib/x:/usr/lib/x:1" -> …/lib/x:/usr/lib/x:2"
                  config.User: "a" -> absent
                  config.Cmd: absent -> ["x"]
                  author: "\u001b[2J" -> absent
                  layers: 1 same, 1 moved, 1 removed, 1 added
                  - layer 2  \#(digest("2"))  7 B
                  > layer 2, was 1  \#(digest("1"))  7 B
                  + layer 3  \#(digest("4"))  7 B

                """#)
        #expect(try Program.ocimerge(["diff", "-q", "a", "b"], directory: directory.path).stdout == "")
        #expect(try Program.ocimerge(["diff", "-q", "a", "b"], directory: directory.path).status == 1)
    }

    private func digest(_ layer: String) -> String { "\(Digest(of: Array("layer \(layer)".utf8)))" }

    @Test("images without a partner and platforms without a partner are marked")
    func partners() throws {
        let layout = try TwoImageLayout()
        _ = try layout.run("copy", "l", "m/", "-q")
        _ = try layout.run("tag", "-q", "m:demo/app:1.0", "demo/new:1")
        _ = try layout.run("rm", "-q", "m:demo/other:1.0")
        let run = try layout.run("diff", "l", "m")
        #expect(run.status == 1 && run.stderr == "")
        #expect(
            run.stdout == """
                - l
                + m
                + docker.io/demo/new:1  2 platforms
                - docker.io/demo/other:1.0  1 platform
                1 other image is the same

                """)
        _ = try layout.run("merge", "l:demo/app:1.0", "l:demo/other:1.0", "-t", "x:1", "-o", "all/", "-q", "--trust")
        let platforms = try layout.run("diff", "all", "l:demo/app:1.0")
        #expect(platforms.status == 1)
        #expect(
            platforms.stdout == """
                - all
                + l:demo/app:1.0
                linux/amd64  same
                linux/arm64/v8  same
                - linux/s390x  \(TwoImageLayout.other.manifest.digest)

                """)
        let one = try layout.run("diff", "all", "l:demo/app:1.0", "--platform", "linux/arm64")
        expectDone(one)
        #expect(one.stdout == "same image: 1 platform\n")
        expectFailure(
            try layout.run("diff", "all", "l", "--platform", "linux/riscv64"),
            "no image for linux/riscv64 in the sources; they hold linux/amd64, linux/arm64/v8, linux/s390x")
    }

    @Test("diff reports one manifest that two indexes list for other platforms")
    func listedPlatform() throws {
        let directory = try TemporaryDirectory()
        for platform in ["amd64", "s390x"] {
            var layout = HandmadeLayout()
            let image = layout.image(more: #","platform":{"os":"linux","architecture":"\#(platform)"}"#)
            layout.entries = [layout.blob(HandmadeLayout.index([image]), HandmadeLayout.index)]
            for (file, bytes) in layout.complete { try directory.write(bytes, to: "\(platform)/\(file)") }
        }
        let run = try Program.ocimerge(["diff", "amd64", "s390x"], directory: directory.path)
        #expect(run.status == 1 && run.stderr == "")
        #expect(
            run.stdout == """
                - amd64
                + s390x
                linux/amd64
                  platform in the index: linux/amd64 -> linux/s390x
                  layers: 1 same

                """)
    }

    @Test("diff --files reads only images with other layers")
    func equalLayers() throws {
        let directory = try TemporaryDirectory()
        var layout = HandmadeLayout()
        layout.entries = [layout.image()]
        let layer = HandmadeLayout.path(HandmadeLayout.tar)
        for (file, bytes) in layout.complete where file != layer { try directory.write(bytes, to: "a/\(file)") }
        layout.entries = [layout.image(layers: [HandmadeLayout.tar, TarBuilder.archive([("b", [])])])]
        for (file, bytes) in layout.complete where file != layer { try directory.write(bytes, to: "b/\(file)") }
        expectDone(try Program.ocimerge(["diff", "--files", "a", "a"], directory: directory.path))
        expectFailure(
            try Program.ocimerge(["diff", "--files", "a", "b"], directory: directory.path),
            "a: layer \(Digest(of: HandmadeLayout.tar)) is absent from the source")
    }

    @Test("diff --json prints these members")
    func json() throws {
        let layout = try TwoImageLayout()
        let digest = TwoImageLayout.other.manifest.digest
        let layers = TwoImageLayout.other.layers.map(\.descriptor)
        let run = try layout.run("diff", "--json", "l:demo/other:1.0", "l@\(digest)")
        expectDone(run)
        func layer(_ number: Int) -> String {
            let place =
                #"{"position":\#(number),"digest":"\#(layers[number].digest)","#
                + #""mediaType":"\#(layers[number].mediaType)","size":\#(layers[number].size)}"#
            return #"{"change":"same","recompressed":false,"diffID":"\#(layers[number].digest)","#
                + #""old":\#(place),"new":\#(place)}"#
        }
        let side =
            #"{"platform":"linux/s390x","listedPlatform":"linux/s390x","digest":"\#(digest)","#
            + #""mediaType":"application/vnd.oci.image.manifest.v1+json","present":true,"#
            + #""config":"\#(TwoImageLayout.other.config.digest)","attestations":[]}"#
        let name = #"{"names":["docker.io/demo/other:1.0"],"digests":["\#(digest)"]}"#
        let expected =
            #"{"old":"l:demo/other:1.0","new":"l@\#(digest)","same":true,"exact":false,"annotationsCompared":true,"#
            + #""images":[{"names":["docker.io/demo/other:1.0"],"same":true,"old":\#(name),"new":\#(name),"#
            + #""annotations":[],"platforms":[{"platform":"linux/s390x","same":true,"old":\#(side),"new":\#(side),"#
            + #""annotations":[],"config":[],"layers":[\#(layer(0)),\#(layer(1))],"files":null}]}],"artifacts":[],"warnings":[]}"#
        let found = try JSONText(compacting: run.output)
        #expect(String(decoding: found.bytes, as: UTF8.self) == expected)
        let other = try layout.run("diff", "--json", "l:demo/app:1.0", "l:demo/other:1.0")
        #expect(other.status == 1 && other.stderr == "" && other.stdout.contains("\"same\": false"))
    }

    /// An archive of an image with these files.
    private static func write(_ files: [[LayerEntry]], _ name: String, in directory: borrowing TemporaryDirectory)
        throws
    {
        var image = MadeImage()
        image.layers = files
        try directory.write(try image.archive(), to: name)
    }

    @Test("diff --files lists added, removed and changed files", arguments: ["a.tar", "a.tar.gz", "-"])
    func files(_ source: String) throws {
        let directory = try TemporaryDirectory()
        let old: [LayerEntry] = [
            .program("bin/app", [1]), .file("etc/old", [1]), .file("etc/same", [1]), .symbolicLink("link", to: "a"),
        ]
        let new: [LayerEntry] = [
            .program("bin/app", [2]), .file("etc/new\u{1b}[2J", [1]), .file("etc/same", [1]), .file("link", []),
        ]
        try Self.write([old], "a.tar", in: directory)
        try Self.write([new], "b.tar", in: directory)
        try Program.run("gzip", ["-k", "a.tar"], directory: directory.path)
        let input = Array(try Data(contentsOf: URL(fileURLWithPath: directory.path("a.tar"))))
        let run = try Program.ocimerge(
            ["diff", "--files", source, "b.tar"], input: source == "-" ? input : [], directory: directory.path)
        #expect(run.status == 1 && run.stderr == "")
        #expect(
            run.stdout.hasSuffix(
                #"""
                  files: 1 added, 1 removed, 2 changed
                  ~ /bin/app: content
                  + /etc/new\u{1b}[2J
                  - /etc/old
                  ~ /link: symlink -> file, mode 0777 -> 0644

                """#), "\(run.stdout)")
        #expect(try Tree.names(in: directory.path) == ["a.tar", "a.tar.gz", "b.tar"])
    }

    @Test("diff --files of the same files in other layers says so")
    func sameFiles() throws {
        let directory = try TemporaryDirectory()
        let files: [LayerEntry] = (0..<50).map { .file("f\($0)", [UInt8($0)]) }
        try Self.write([files], "one.tar", in: directory)
        try Self.write([Array(files[..<20]), Array(files[20...])], "two.tar", in: directory)
        try Self.write([[.file("other", [])]], "other.tar", in: directory)
        func run(_ arguments: String...) throws -> Run {
            try Program.ocimerge(["diff", "--files"] + arguments, directory: directory.path)
        }
        let layers = try run("one.tar", "two.tar")
        #expect(layers.status == 1 && layers.stdout.hasSuffix("  files: the same\n"), "\(layers)")
        expectDone(try run("one.tar", "one.tar"))
        let many = try run("one.tar", "other.tar").stdout
        #expect(many.contains("  files: 1 added, 50 removed\n") && many.hasSuffix("  and 11 more files\n"), "\(many)")
        let json = try run("--json", "one.tar", "other.tar").stdout
        #expect(json.components(separatedBy: "\"change\": \"removed\"").count == 52)
        expectFailure(
            try ocimerge("diff", "--files", "docker20/two-apps-amd64.tar", "docker20/hello-amd64.tar"),
            "--files compares one image: choose it in docker20/two-apps-amd64.tar and docker20/hello-amd64.tar with "
                + "PATH:NAME")
    }

    @Test("diff --files finds that a layer is not the one that the config states")
    func falseLayer() throws {
        let directory = try TemporaryDirectory()
        for (name, content) in [("a", "1"), ("b", "2")] {
            var layout = HandmadeLayout()
            let layer = layout.blob(
                TarBuilder.archive([("file", Array(content.utf8))]), "application/vnd.oci.image.layer.v1.tar")
            let config = layout.blob(
                HandmadeLayout.config(diffIDs: ["\(Digest(of: [1]))"]), "application/vnd.oci.image.config.v1+json")
            let manifest = HandmadeLayout.manifest(config: config, layers: [layer])
            let entry = layout.blob(manifest, "application/vnd.oci.image.manifest.v1+json")
            layout.put(Array(HandmadeLayout.index([entry]).utf8), as: "index.json")
            for (file, bytes) in layout.complete { try directory.write(bytes, to: "\(name)/\(file)") }
        }
        expectDone(try Program.ocimerge(["diff", "a", "b"], directory: directory.path))
        let run = try Program.ocimerge(["diff", "--files", "a", "b"], directory: directory.path)
        let layer = Digest(of: TarBuilder.archive([("file", Array("1".utf8))]))
        expectFailure(
            run,
            "a: layer \(layer) holds other content than its config says: diffID \(Digest(of: [1])) expected, "
                + "\(layer) found")
    }

    @Test("a failed comparison prints one error and nothing else")
    func failures() throws {
        expectFailure(
            try ocimerge("diff", "docker20/hello-amd64.tar", "absent"), "no such file or directory: absent")
        expectFailure(
            try ocimerge("diff", "absent", "none"), "no such files or directories: absent, none")
        expectFailure(
            try ocimerge("diff", "docker20/hello-amd64.tar=linux/arm", "docker20/hello-amd64.tar"),
            "docker20/hello-amd64.tar=linux/arm: =PLATFORM is not allowed for diff; write --platform P", status: 2)
        let one = try ocimerge("diff", "docker20/hello-amd64.tar")
        #expect(
            one.status == 2 && one.stdout == ""
                && one.stderr.hasPrefix(
                    "ocimerge: diff needs A and B, but only 'docker20/hello-amd64.tar' is given\n")
        )
    }

    @Test(
        "no line is wider than a terminal of 80 columns",
        arguments: ["umoci0/hello-s390x.oci-dir", "buildah1/multiarch.oci-dir"])
    func width(_ fixture: String) throws {
        let sources = ["docker20/hello-amd64.tar", fixture].map(Program.fixture)
        let text = try TerminalSession.output(
            Program.ocimerge, ["diff"] + sources, environment: Program.silence.merging(["NO_COLOR": "1"]) { $1 })
        #expect(text.contains("layers: 2 removed, 2 added"))
        // The first two lines are the paths as typed.
        #expect(text.split(separator: "\n").dropFirst(2).allSatisfy { $0.unicodeScalars.count <= 80 }, "\(text)")
    }
}

@Suite("diff reads no layer of an image in a registry", .serialized, .needsRegistries)
struct RegistryDiffTests {
    @Test func anImageInARegistryIsComparedByItsDocuments() throws {
        let registry = try LoneRegistry()
        let source = "skopeo1/multiarch.docker-dir"
        let name = "docker://\(registry.host)/app:1"
        let push = try ocimerge(source, "--trust", "-q", "-o", name)
        #expect(push.status == 0, "\(push.stderr)")
        // Without its layers an image can still be compared.
        let blobs = try ocimerge("inspect", "--blobs", source).stdout.split(separator: "\n")
        for line in blobs where line.contains("layer") || line.contains("diff.tar") {
            let hex = String(line.dropFirst("sha256:".count).prefix(64))
            try FileManager.default.removeItem(atPath: registry.blobPath(hex))
        }
        let same = try ocimerge("diff", "--exact", source, name)
        expectDone(same)
        #expect(same.stdout == "same image: 4 platforms\n")
        let one = try ocimerge("diff", name, "docker20/hello-amd64.tar", "--platform", "linux/amd64")
        #expect(one.status == 1 && one.stdout.hasPrefix("- \(name)\n+ docker20/hello-amd64.tar\nlinux/amd64\n"))
        expectFailure(
            try ocimerge("diff", source, "docker://\(registry.host)/app:2"),
            "docker://\(registry.host)/app:2: the registry has no such image")
    }
}
