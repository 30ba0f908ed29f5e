import Foundation
import TestSupport
import Testing

/// `pack` with several images: from files, from lists and from a registry.
@Suite("pack keeps every image under its own name", .serialized, .needsRegistries)
struct ManyImagesTests {
    static let hello = "docker20/hello-amd64.tar"
    static let apps = ["docker20/two-apps-amd64.tar", "docker20/two-apps-s390x.tar"]
    static let digests = [
        "docker.io/demo/app-a:1.0": "sha256:0cbb02914390d2bb97ecdccd59360344f31b4f672e3d938ec07e33dae43fb50a",
        "docker.io/demo/app-b:1.0": "sha256:ab8c3572d535ba2a54a37317d1309b3e516e4d21f98271eabfc0703ae8715c41",
        "docker.io/demo/hello:1.0": "sha256:905cbbeeac6cac80746ba9a6f78eb8ae06378c3d7731cb4f73cdf79022e28699",
    ]

    /// The digests of the images in a source, by their names.
    private static func images(_ source: String) throws -> [String: String] {
        let run = try ocimerge("ls", "--json", source)
        let object = try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any]
        var found: [String: String] = [:]
        for image in object?["images"] as? [[String: Any]] ?? [] {
            found[image["name"] as? String ?? ""] = image["digest"] as? String
        }
        return found
    }

    /// A registry with the three images below `src`.
    private static func registry() throws -> LoneRegistry {
        let registry = try LoneRegistry()
        let directory = try TemporaryDirectory()
        let bundle = directory.path("bundle.tar")
        try expectDone(ocimerge("pack", hello, apps[0], apps[1], "-q", "-o", bundle))
        let run = try ocimerge("push", bundle, "--all", "\(registry.host)/src")
        #expect(run.status == 0, "\(run.stderr)")
        return registry
    }

    @Test("several sources become one archive or layout", arguments: ["out.tar", "out.tar.zst", "out/"])
    func files(_ name: String) throws {
        let directory = try TemporaryDirectory()
        let out = directory.path(name)
        let run = try ocimerge("pack", Self.apps[1], Self.hello, Self.apps[0], "-o", out)
        #expect(run.status == 0 && run.stderr == "", "\(run.stderr)")
        #expect(try Self.images(out) == Self.digests)
        expectDone(try ocimerge("verify", "-q", out))
    }

    @Test("--update adds images to a layout that has others")
    func update() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("pack", Self.hello, "-q", "-o", out))
        try expectDone(ocimerge("pack", Self.apps[0], Self.apps[1], "--update", "-q", "-o", out))
        #expect(try Self.images(out) == Self.digests)
    }

    @Test("-t is refused for several images, and a registry is no destination: both are wrong usage")
    func usage() throws {
        let directory = try TemporaryDirectory()
        let tagged = try ocimerge("pack", Self.hello, Self.apps[0], "-t", "x", "-o", directory.path("x.tar"))
        #expect(tagged.status == 2)
        #expect(tagged.stderr.contains("-t/--tag names one image, and the sources hold 3 "), "\(tagged.stderr)")
        let pushed = try ocimerge("pack", Self.hello, "-o", "docker://localhost:5000/x")
        #expect(pushed.status == 2)
        #expect(pushed.stderr.contains("write ocimerge push SOURCE --all localhost:5000/x"), "\(pushed.stderr)")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("merge refuses two names for one platform and names pack")
    func mergeNamesPack() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            Self.hello, "docker20/committed-whiteouts.tar", "-o", directory.path("x.tar"))
        #expect(run.status == 1)
        #expect(
            run.stderr.contains(
                "to keep both as separate images: ocimerge pack \(Self.hello) docker20/committed-whiteouts.tar -o DEST"),
            "\(run.stderr)")
    }

    @Test("--rename changes names by whole names and beginnings, and reports a rule without effect")
    func rename() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out.tar")
        let run = try ocimerge(
            "pack", Self.hello, Self.apps[0], Self.apps[1], "--rename", "docker.io/demo=registry.example/apps",
            "--rename",
            "demo/hello:1.0=other/name:2", "--rename", "quay.io=x", "-q", "-o", out)
        #expect(run.stderr == "ocimerge: warning: --rename quay.io=x concerns no image\n")
        #expect(
            try Self.images(out).keys.sorted() == [
                "docker.io/other/name:2", "registry.example/apps/app-a:1.0", "registry.example/apps/app-b:1.0",
            ])
    }

    @Test("a lock of files alone is empty, with a warning")
    func emptyLock() throws {
        let directory = try TemporaryDirectory()
        let lock = directory.path("images.lock")
        let run = try ocimerge("pack", Self.hello, "--lock", lock, "-q", "-o", directory.path("out.tar"))
        #expect(run.status == 0)
        #expect(
            run.stderr == "ocimerge: warning: --lock \(lock): no image comes from a registry, so the file is empty\n")
        #expect(try Data(contentsOf: URL(fileURLWithPath: lock)).isEmpty)
    }

    @Test("two options that name one file are wrong usage, and nothing is written")
    func samePaths() throws {
        let directory = try TemporaryDirectory()
        let (out, other) = (directory.path("out.tar"), directory.path("./other"))
        let lines = [
            ["-o", out, "--receipt", out], ["-o", out, "--lock", directory.path("./out.tar")],
            ["-o", out, "--lock", other, "--receipt", other], ["-o", out, "--list", other, "--lock", other],
        ]
        _ = try directory.write(Array("\(Program.fixture(Self.hello))\n".utf8), to: "other")
        for line in lines {
            let run = try Program.ocimerge(["pack", Self.hello, "--force"] + line, directory: fixtures)
            #expect(run.status == 2, "\(line) \(run.stderr)")
            #expect(run.stderr.contains(line.contains("--list") ? " would replace a file" : " both name '"))
        }
        #expect(try Tree.names(in: directory.path) == ["other"])
    }

    @Test("only --force replaces a receipt")
    func replacedReceipt() throws {
        let directory = try TemporaryDirectory()
        let (out, receipt) = (directory.path("out"), directory.path("receipt.json"))
        try expectDone(ocimerge("pack", Self.hello, "-q", "-o", out, "--receipt", receipt))
        let run = try ocimerge("pack", Self.hello, "--update", "-q", "-o", out, "--receipt", receipt)
        #expect(run.status == 1 && run.stderr.contains("\(receipt) exists; replace it with --force"), "\(run.stderr)")
        expectDone(try ocimerge("verify", "-q", out, "--expect", receipt))
        // The digests of the bytes alone were checked.
        #expect(try String(contentsOfFile: receipt, encoding: .utf8).contains(#""sound": null"#))
    }

    @Test("several images without a name in one source are several images")
    func unnamed() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        for (number, source) in [Self.hello, "docker20/committed-whiteouts.tar"].enumerated() {
            try expectDone(ocimerge(source, "-t", "x:\(number)", "-q", "-o", out, "--update"))
        }
        let index = "\(out)/index.json"
        var text = try String(contentsOfFile: index, encoding: .utf8)
        for key in ["io.containerd.image.name", "org.opencontainers.image.ref.name"] {
            text = text.replacing("\"\(key)\"", with: "\"other.\(key)\"")
        }
        try text.write(toFile: index, atomically: true, encoding: .utf8)
        let tagged = try ocimerge("pack", out, "-t", "joined:1", "-o", directory.path("a.tar"))
        #expect(tagged.status == 2 && tagged.stderr.contains("the sources hold 2"), "\(tagged.stderr)")
        let plain = try ocimerge("pack", out, "-o", directory.path("a.tar"))
        #expect(plain.status == 1 && plain.stderr.contains("holds an image without a name"), "\(plain.stderr)")
    }

    // MARK: - Lists

    @Test("a list packs references and files, gives names, and reports all missing images with their lines")
    func list() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let host = registry.host
        let hello = try Data(contentsOf: URL(fileURLWithPath: Program.fixture(Self.hello)))
        try directory.write(Array(hello), to: "hello.tar")
        let text = """
            # images
            \(host)/src/demo/app-a:1.0
            \(host)/src/demo/app-b:1.0 other/b:1   # renamed
            \(host)/nope/one:1
            ./hello.tar my/hello:3
            \(host)/src/demo/app-a:nope
            """
        let list = try directory.write(Array(text.utf8), to: "images.txt")
        let out = directory.path("out.tar")
        let refused = try ocimerge("pack", "--list", list, "-o", out)
        #expect(refused.status == 1)
        #expect(
            refused.stderr == """
                ocimerge: \(list):4: docker://\(host)/nope/one:1: the registry has no such image
                ocimerge: \(list):6: docker://\(host)/src/demo/app-a:nope: the registry has no such image

                """)
        #expect(!FileManager.default.fileExists(atPath: out))
        let run = try ocimerge("pack", "--list", list, "--ignore-missing", "-q", "-o", out)
        #expect(run.status == 0)
        #expect(run.stderr.split(separator: "\n").count == 2 && run.stderr.contains("; it is skipped"))
        #expect(
            try Self.images(out) == [
                "\(host)/src/demo/app-a:1.0": Self.digests["docker.io/demo/app-a:1.0"],
                "docker.io/other/b:1": Self.digests["docker.io/demo/app-b:1.0"],
                "docker.io/my/hello:3": Self.digests["docker.io/demo/hello:1.0"],
            ])
    }

    @Test("YAML from standard input is a list; --mirror reads elsewhere and keeps the names")
    func yaml() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let out = directory.path("out.tar")
        let yaml = """
            kind: Pod
            spec:
              initContainers: [{image: "quay.io/demo/app-b:1.0"}]
              containers:
              - image: quay.io/demo/hello:1.0
              - image: quay.io/demo/hello:1.0
            """
        let run = try ocimerge(
            "pack", "--list", "-", "--mirror", "quay.io=\(registry.host)/src", "-q", "-o", out, input: Array(yaml.utf8))
        #expect(run.status == 0 && run.stderr == "", "\(run.stderr)")
        #expect(try Self.images(out).keys.sorted() == ["quay.io/demo/app-b:1.0", "quay.io/demo/hello:1.0"])
    }

    @Test("inspect --list shows sizes and fails if an image lacks a platform; no layer is read")
    func inspectList() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let text = "\(registry.host)/src/demo/app-a:1.0\n\(registry.host)/src/demo/hello:1.0\n"
        let list = try directory.write(Array(text.utf8), to: "images.txt")
        let all = try ocimerge("inspect", "--list", list)
        #expect(all.status == 0 && all.stderr == "")
        #expect(all.stdout.hasSuffix("\n2 images, 4 layers, 20.0 kB with each layer once (29.2 kB without sharing)\n"))
        let some = try ocimerge("inspect", "--list", list, "--platform", "linux/amd64,linux/s390x", "--json")
        #expect(some.status == 1)
        #expect(
            some.stderr
                == "ocimerge: \(list):2: \(registry.host)/src/demo/hello:1.0 has no image for linux/s390x; it has "
                + "linux/amd64\n")
        #expect(some.stdout.contains(#""layers":4"#) || some.stdout.contains(#""layers": 4"#), "\(some.stdout)")
    }

    @Test("--dry-run lists the registries and the sizes, and writes nothing")
    func dryRun() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let source = "docker://\(registry.host)/src/demo/app-a:1.0"
        let run = try ocimerge("pack", source, Self.hello, "--dry-run", "-o", directory.path("x.tar"))
        #expect(run.status == 0)
        #expect(run.stdout.contains("\nfrom \(registry.host)  1 image  3 layers  17.4 kB\n"), "\(run.stdout)")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("of images that the base has, an increment over a registry reads no layer")
    func increment() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let apps = ["a", "b"].map { "docker://\(registry.host)/src/demo/app-\($0):1.0" }
        let (base, week2) = (directory.path("base.tar"), directory.path("week2.tar"))
        try expectDone(ocimerge("pack", apps[0], apps[1], "-q", "-o", base))
        let run = try ocimerge("pack", apps[0], apps[1], "--since", base, "-o", week2)
        #expect(run.status == 0 && run.stderr == "", "\(run.stderr)")
        #expect(run.stdout.hasPrefix("wrote archive \(week2): 2 images, 0 layers, 0 B\nleft out: 5 layers, "))
        #expect(!run.stdout.contains("checked: "), "\(run.stdout)")
    }

    @Test("a lock file with a line that locks nothing, or two digests for one tag, is refused with the lines")
    func malformedLock() throws {
        let directory = try TemporaryDirectory()
        let digests = ["a", "b"].map { "sha256:" + String(repeating: $0, count: 64) }
        let text = "r.example/x:1\nr.example/y:1@\(digests[0])\nr.example/y:1@\(digests[1])\n"
        let lock = try directory.write(Array(text.utf8), to: "images.lock")
        let run = try ocimerge(
            "pack", "docker://r.example/y:1", "--locked", lock, "-o", directory.path("a.tar"))
        #expect(run.status == 1)
        let lines = run.stderr.split(separator: "\n")
        #expect(lines.count == 2, "\(run.stderr)")
        #expect(lines[0].contains("\(lock):1: docker://r.example/x:1 has no digest"))
        #expect(lines[1].contains("\(lock):3: ") && lines[1].contains(" is locked to \(digests[0]) in a line before"))
    }

    @Test("--receipt and --lock never replace a source, also not a file in a layout")
    func sourcesStay() throws {
        let directory = try TemporaryDirectory()
        let (layout, out) = (directory.path("layout"), directory.path("out.tar"))
        try expectDone(ocimerge(Self.hello, "-q", "-o", layout))
        for option in ["--receipt", "--lock"] {
            let run = try ocimerge("pack", layout, option, "\(layout)/index.json", "--force", "-o", out)
            #expect(
                run.status == 2 && run.stderr.contains("would replace a file that the command reads"), "\(run.stderr)")
        }
        let run = try ocimerge("verify", layout, "--receipt", "\(layout)/index.json", "--force")
        #expect(run.status == 2 && run.stderr.contains("would replace a file that the command reads"), "\(run.stderr)")
        expectDone(try ocimerge("verify", "-q", layout))
    }

    @Test("an image that a list pins by its digest is not joined with another of the same name")
    func pinnedName() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let host = registry.host
        let hello = Self.digests["docker.io/demo/hello:1.0"] ?? ""
        let name = "\(host)/src/demo/hello:1.0"
        let list = try directory.write(Array("\(name)@\(hello)\n\(name)\n".utf8), to: "images.txt")
        try expectDone(ocimerge("pack", "--list", list, "-q", "-o", directory.path("same.tar")))
        try expectDone(ocimerge("push", "-q", "docker20/hello-s390x.tar", name))
        let run = try ocimerge("pack", "--list", list, "-o", directory.path("other.tar"))
        #expect(run.status == 1)
        #expect(
            run.stderr.hasPrefix("ocimerge: \(list):2: \(name) is stated with the digest \(hello), and also leads to "),
            "\(run.stderr)")
    }

    // MARK: - Digests and locks

    @Test("a lock has the digests that were served, is a list, and --locked reports every tag that moved")
    func lock() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let host = registry.host
        let text = "\(host)/src/demo/hello:1.0 my/hello:1\n\(host)/src/demo/app-a:1.0\n"
        let list = try directory.write(Array(text.utf8), to: "images.txt")
        let (lock, out) = (directory.path("images.lock"), directory.path("out.tar"))
        try expectDone(ocimerge("pack", "--list", list, "--platform", "linux/amd64", "--lock", lock, "-q", "-o", out))
        let expected = """
            \(host)/src/demo/app-a:1.0@\(Self.digests["docker.io/demo/app-a:1.0"] ?? "")
            \(host)/src/demo/hello:1.0@\(Self.digests["docker.io/demo/hello:1.0"] ?? "") docker.io/my/hello:1

            """
        #expect(try String(contentsOfFile: lock, encoding: .utf8) == expected)
        let again = try ocimerge("pack", "--list", list, "--lock", lock, "-q", "-o", directory.path("b.tar"))
        #expect(again.status == 1 && again.stderr.contains("\(lock) exists; replace it with --force"))
        // The lock is a list of the same images.
        let whole = directory.path("whole.tar")
        try expectDone(ocimerge("pack", "--list", lock, "-q", "-o", whole))
        #expect(try Self.images(whole).keys.sorted() == ["\(host)/src/demo/app-a:1.0", "docker.io/my/hello:1"])
        // The same platforms from the same digests give the same bytes.
        let locked = directory.path("locked.tar")
        try expectDone(
            ocimerge("pack", "--list", list, "--locked", lock, "--platform", "linux/amd64", "-q", "-o", locked))
        #expect(try Program.run("cmp", [out, locked]).status == 0)
        // Both tags move, and a third image is not in the lock.
        for name in ["hello", "app-a"] {
            try expectDone(ocimerge("push", "-q", "docker20/committed-whiteouts.tar", "\(host)/src/demo/\(name):1.0"))
        }
        let more = try directory.write(Array((text + "\(host)/src/demo/app-b:1.0\n").utf8), to: "more.txt")
        let moved = try ocimerge("pack", "--list", more, "--locked", lock, "-o", directory.path("c.tar"))
        #expect(moved.status == 1)
        let lines = moved.stderr.split(separator: "\n")
        #expect(lines.count == 3, "\(moved.stderr)")
        #expect(lines[0].contains("\(more):1: docker://\(host)/src/demo/hello:1.0 is locked to sha256:905cbb"))
        #expect(lines[1].contains("\(more):2: docker://\(host)/src/demo/app-a:1.0 is locked to sha256:0cbb02"))
        #expect(lines[2].contains("\(more):3: docker://\(host)/src/demo/app-b:1.0 is not in the lock file \(lock)"))
    }

    @Test("a digest that --platform would change is an error; --sparse keeps it")
    func sparse() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let digest = Self.digests["docker.io/demo/app-a:1.0"] ?? ""
        let source = "docker://\(registry.host)/src/demo/app-a@\(digest)"
        let refused = try ocimerge("pack", source, "--platform", "linux/s390x", "-o", directory.path("x.tar"))
        #expect(refused.status == 1)
        #expect(refused.stderr.contains("leave out --platform, or keep the index with --sparse"), "\(refused.stderr)")
        for (more, layers) in [([String](), 3), (["--platform", "linux/s390x", "--sparse"], 2)] {
            let out = directory.path("out\(layers).tar")
            let run = try Program.ocimerge(["pack", source, "-q", "-o", out] + more, directory: fixtures)
            #expect(run.status == 0 && run.stdout == digest + "\n")
            #expect(
                run.stderr == "ocimerge: warning: image \(digest) is packed by its digest: docker and podman load it "
                    + "without a name; ctr finds it by REPO@DIGEST\n")
            #expect(try Self.images(out) == ["\(registry.host)/src/demo/app-a@\(digest)": digest])
            let blobs = try Program.run("tar", ["tf", out]).stdout.split(separator: "\n").filter {
                $0.contains("blobs/sha256/") && !$0.hasSuffix("/")
            }
            // The index, and for each platform a manifest and a config.
            #expect(blobs.count == layers + (more.isEmpty ? 5 : 3))
            expectDone(try ocimerge("verify", "-q", out))
        }
    }
}
