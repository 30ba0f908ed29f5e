import Foundation
import ImageModel
import TestSupport
import Testing

/// Images that lists name are copied from registry to registry below a prefix.
@Suite("push --list copies the images of lists", .serialized, .needsRegistries)
struct PushListTests: ~Copyable {
    private let from: LoneRegistry
    private let to: LoneRegistry
    private let directory: TemporaryDirectory
    /// Of `demo/one:1`.
    private let digest: String

    init() throws {
        let from = try LoneRegistry()
        let to = try LoneRegistry()
        let directory = try TemporaryDirectory()
        let name = "docker://\(from.host)/demo/one:1"
        let one = try ocimerge(RegistrySourceTests.source, "--trust", "-q", "-o", name)
        let two = try ocimerge("push", "docker20/hello-amd64.tar", "\(from.host)/demo/two:2")
        try #require(one.status == 0 && two.status == 0, "\(one.stderr)\(two.stderr)")
        (self.from, self.to, digest) = (from, to, one.line)
        self.directory = directory
    }

    private func list(_ text: String) throws -> String {
        try directory.write(Array(text.replacing("$", with: from.host).utf8), to: "images.txt")
    }

    private func served(_ name: String) throws -> String {
        try ocimerge("digest", "docker://\(to.host)/\(name)").line
    }

    @Test("under their own names, or those of the list, with the same digests")
    func copies() throws {
        let path = try list("# two images\n$/demo/one:1\n$/demo/two:2 team/app:9\n$/demo/one@\(digest)\n$/demo/one:1\n")
        let run = try ocimerge("push", "--list", path, "--all", "\(to.host)/mirror")
        expectDone(run)
        #expect(run.stdout.contains("\(from.host)/demo/one:1 -> \(to.host)/mirror/demo/one:1"), "\(run.stdout)")
        #expect(run.stdout.contains("\(from.host)/demo/two:2 -> \(to.host)/mirror/team/app:9"))
        #expect(run.stdout.contains("\(from.host)/demo/one@\(digest) -> \(to.host)/mirror/demo/one@\(digest)"))
        #expect(try served("mirror/demo/one:1") == digest)
        let two = try ocimerge("digest", "docker://\(from.host)/demo/two:2").line
        #expect(try served("mirror/team/app:9") == two)
        let again = try ocimerge("push", "--list", path, "--all", "\(to.host)/mirror", "--json")
        expectDone(again)
        let pushes = try #require(try json(again)["pushes"] as? [[String: Any]])
        #expect(pushes.count == 2)
        #expect(pushes.allSatisfy { ($0["pushed"] as? [String: Int])?["sent"] == 0 })
        let images = try #require(pushes[0]["images"] as? [[String: Any]])
        let references = try #require(images[0]["references"] as? [[String: String]])
        #expect(
            references == [
                ["from": "\(from.host)/demo/one:1", "to": "\(to.host)/mirror/demo/one:1"],
                ["from": "\(from.host)/demo/one@\(digest)", "to": "\(to.host)/mirror/demo/one@\(digest)"],
            ])
        let quiet = try ocimerge("push", "--list", path, "--all", "\(to.host)/mirror", "-q")
        #expect(quiet.stdout == "\(digest)\n\(two)\n")
    }

    @Test("a layer of two images is sent once and mounted for the other")
    func sharedLayers() throws {
        let path = try list("$/demo/one:1\n$/demo/one:1 other/app:2\n")
        let run = try ocimerge("push", "--list", path, "--all", to.host, "--json")
        expectDone(run)
        let pushes = try #require(try json(run)["pushes"] as? [[String: Any]])
        let counts = pushes.compactMap { $0["pushed"] as? [String: Int] }
        #expect(counts.count == 2)
        #expect(counts[0]["sent"] ?? 0 > 0)
        #expect(counts[0]["mounted"] == 0)
        #expect(counts[1]["sent"] == 0)
        #expect(counts[1]["mounted"] == counts[0]["sent"])
    }

    /// Puts an artifact into a repository, which refers to `demo/one:1`. Returns its digest.
    private func sign(_ repository: String, _ text: String) throws -> String {
        var layout = HandmadeLayout()
        let image = try ocimerge("inspect", "--raw", "docker://\(from.host)/demo/one:1").output
        let subject = HandmadeLayout.descriptor(digest, size: "\(image.count)", HandmadeLayout.index)
        let manifest = HandmadeLayout.manifest(
            config: layout.blob("{}", "application/vnd.oci.empty.v1+json"), layers: [layout.blob(text, "text/plain")],
            more: #","artifactType":"x/signature","subject":\#(subject)"#)
        layout.entries = [layout.blob(manifest, HandmadeLayout.manifest)]
        for (file, content) in layout.complete { try directory.write(content, to: "\(text)/\(file)") }
        let signature = "\(Digest(of: Array(manifest.utf8)))"
        try expectDone(ocimerge("push", directory.path(text), "\(from.host)/\(repository)@\(signature)", "-q"))
        return signature
    }

    @Test("one image in two repositories keeps the signatures of each")
    func signatures() throws {
        try expectDone(ocimerge("copy", "docker://\(from.host)/demo/one:1", "docker://\(from.host)/demo/same:1", "-q"))
        let signatures = ["demo/one": try sign("demo/one", "first"), "demo/same": try sign("demo/same", "second")]
        let path = try list("$/demo/one:1\n$/demo/same:1\n")
        try expectDone(ocimerge("push", "--list", path, "--all", "\(to.host)/mirror", "--referrers", "-q"))
        for (repository, own) in signatures {
            for signature in signatures.values {
                let image = "docker://\(to.host)/mirror/\(repository)@\(signature)"
                #expect(try ocimerge("digest", image).status == (signature == own ? 0 : 1), "\(image)")
            }
        }
    }

    private func json(_ run: Run) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? [String: Any])
    }

    @Test("an image by its digest alone, without a tag")
    func digestAlone() throws {
        let path = try list("$/demo/one@\(digest)\n")
        expectDone(try ocimerge("push", "--list", path, "--all", "\(to.host)/m"), stderr: "")
        #expect(try served("m/demo/one@\(digest)") == digest)
        #expect(try ocimerge("ls", "docker://\(to.host)/m/demo/one").stdout == "")
    }

    @Test("of Kubernetes YAML on standard input, and of several lists")
    func yaml() throws {
        let yaml = "kind: Pod\nspec:\n  containers:\n  - image: \(from.host)/demo/two:2\n"
        let path = try list("$/demo/one:1\n")
        let run = try ocimerge("push", "--list", "-", "--list", path, "--all", to.host, "-q", input: Array(yaml.utf8))
        expectDone(run)
        #expect(try served("demo/one:1") == digest)
        #expect(try served("demo/two:2") != "")
    }

    @Test("of one platform")
    func platform() throws {
        let path = try list("$/demo/one:1\n")
        expectDone(try ocimerge("push", "--list", path, "--all", to.host, "--platform", "linux/s390x"))
        let run = try ocimerge("inspect", "--platforms", "docker://\(to.host)/demo/one:1")
        #expect(run.stdout == "linux/s390x\n")
    }

    @Test("a dry run sends nothing")
    func dryRun() throws {
        let path = try list("$/demo/one:1\n")
        let run = try ocimerge("push", "--list", path, "--all", to.host, "--dry-run")
        expectDone(run)
        #expect(run.stdout.hasPrefix("would push docker://\(to.host)/demo/one: 1 image, "))
        #expect(try ocimerge("digest", "docker://\(to.host)/demo/one:1").status == 1)
    }

    @Test("all missing images are reported with their lines, and nothing is pushed")
    func missing() throws {
        let path = try list("$/demo/none:1\n$/demo/one:1\n\n$/demo/one:none\n")
        let run = try ocimerge("push", "--list", path, "--all", to.host)
        #expect(run.status == 1)
        #expect(run.stdout == "")
        #expect(
            run.stderr == """
                ocimerge: \(path):1: docker://\(from.host)/demo/none:1: the registry has no such image
                ocimerge: \(path):4: docker://\(from.host)/demo/one:none: the registry has no such image

                """)
        #expect(try ocimerge("digest", "docker://\(to.host)/demo/one:1").status == 1)
        let ignored = try ocimerge("push", "--list", path, "--all", to.host, "--ignore-missing")
        expectDone(
            ignored,
            stderr: ["1: docker://\(from.host)/demo/none:1", "4: docker://\(from.host)/demo/one:none"].map {
                "ocimerge: warning: \(path):\($0): the registry has no such image; it is skipped\n"
            }.joined())
        #expect(try served("demo/one:1") == digest)
        let none = try list("$/demo/none:1\n")
        let empty = try ocimerge("push", "--list", none, "--all", to.host, "--ignore-missing")
        #expect(empty.status == 1)
        #expect(empty.stderr.contains("no image is left"))
    }

    @Test("one name for two images is an error")
    func conflict() throws {
        let path = try list("$/demo/one:1 a:1\n$/demo/two:2 a:1\n")
        expectOneSentence(try ocimerge("push", "--list", path, "--all", to.host), "would be both")
        #expect(try ocimerge("digest", "docker://\(to.host)/a:1").status == 1)
    }
}

/// Lists that name no image of a registry are refused before any request.
@Suite("push --list refuses other lists")
struct PushListRefusalTests {
    @Test(
        arguments: [
            ("./x.tar\noci:y\n", ["l:1: no such file or directory: ./x.tar", "l:2: no such file or directory"]),
            ("h:1/a=arm64\n", ["docker://h:1/a=arm64: =PLATFORM is not allowed for push"]),
            ("kind: X\nimage: $A\nb: {image: -c}\n", ["2: '$A' is not rendered", "3: cannot read -c"]),
            ("kind: Service\n", ["the lists name no image"]), ("# nothing\n", [" the list names no image"]),
            ("Demo\na b c\n", ["1: cannot read Demo", "2: more than two words"]),
        ])
    func errorsNameTheLines(_ text: String, _ sentences: [String]) throws {
        let directory = try TemporaryDirectory()
        try directory.write(Array(text.utf8), to: "l")
        let run = try Program.ocimerge(["push", "--list", "l", "--all", "h:1"], directory: directory.path)
        #expect([1, 2].contains(run.status))
        #expect(run.stdout == "")
        let lines = run.stderr.split(separator: "\n")
        #expect(lines.count == sentences.count, "\(run.stderr)")
        for (line, sentence) in zip(lines, sentences) { #expect(line.contains(sentence), "\(line)") }
    }

    @Test(
        arguments: [
            (["push", "--list", "l"], "--list requires --all PREFIX"),
            (
                ["push", "--list", "l", "--all", "h", "x.tar"],
                "push --list takes no argument, but 'x.tar' is given too"
            ),
            (["push", "--list", "l", "--spec", "s", "--all", "h"], "--all and --spec cannot be combined"),
            (["push", "--list", "l", "--spec", "s"], "--list and --spec cannot be combined"),
            (
                ["push", "x.tar", "--all", "h", "--ignore-missing"],
                "--ignore-missing requires --list FILE or --spec FILE"
            ),
            (["push", "x.tar", "h/a:1", "--rewrite", "l"], "--rewrite requires --all PREFIX"),
            (["push", "x.tar", "--all", "h", "--pin"], "--pin requires --rewrite FILE"),
            (
                ["push", "--list", "-", "--all", "h", "--username", "u", "--password-stdin"],
                "--password-stdin and - cannot be combined"
            ),
        ])
    func optionsAreChecked(_ arguments: [String], _ sentence: String) throws {
        let run = try Program.ocimerge(arguments)
        #expect(run.status == 2)
        #expect(run.stderr.contains(sentence), "\(run.stderr)")
    }
}

extension Run {
    /// Standard output without its last character, which ends the line.
    var line: String { String(stdout.dropLast()) }
}
