import Foundation
import TestSupport
import Testing

@Suite("verify --against compares with files")
struct AgainstTests {
    private static func run(_ bundle: borrowing BundleLayout, _ arguments: String...) throws -> Run {
        try Program.ocimerge(["verify"] + arguments, directory: bundle.directory.path)
    }

    /// A bundle in `layout` and a copy in `copy`.
    private static func copied() throws -> BundleLayout {
        let bundle = try BundleLayout()
        try Program.run("cp", ["-r", bundle.layout, bundle.directory.path("copy")])
        return bundle
    }

    private static let closing = "layout against copy: 3 images, 4 platforms, 7 blobs compared: "

    @Test("a layout and an archive with every image of the source are no error, also if they hold more")
    func complete() throws {
        let bundle = try Self.copied()
        expectDone(try ocimerge("copy", "-q", bundle.layout, bundle.directory.path("a.tar")))
        try BundleLayout.add(["hello-armv7"], ["demo/more:1"], to: bundle.directory.path("copy"))
        let run = try Self.run(bundle, "layout", "--against", "copy")
        expectDone(run)
        #expect(run.stdout == Self.closing + "no errors\n")
        expectDone(try Self.run(bundle, "layout", "--against", "a.tar"))
        expectDone(try Self.run(bundle, "a.tar", "layout:demo/three:3", "--against", "layout"))
    }

    @Test("damage of the bytes alone is no difference, because no layer is read")
    func content() throws {
        let bundle = try Self.copied()
        let layer = try helloLayers("arm64")[0]
        let blob = bundle.directory.path("copy/blobs/sha256/\(layer.digest.dropFirst(7))")
        try Data(count: Int(layer.size)).write(to: URL(fileURLWithPath: blob))
        expectDone(try Self.run(bundle, "layout", "--against", "copy"))
        #expect(try Self.run(bundle, "copy", "-q").status == 1)
    }

    @Test("an attestation that the destination lacks is an error")
    func attestation() throws {
        let directory = try TemporaryDirectory()
        let source = "buildx/two-tags-attestations.oci.tar"
        let copy = directory.path("copy")
        try expectDone(ocimerge("copy", "-q", source, copy))
        expectDone(try ocimerge("verify", "-q", source, "--against", copy))
        let raw = try JSONSerialization.jsonObject(with: Data(ocimerge("inspect", "--raw", source).output))
        let entries = (raw as? [String: Any])?["manifests"] as? [[String: Any]] ?? []
        let attestation = entries.first { entry in
            (entry["annotations"] as? [String: String])?["vnd.docker.reference.type"] == "attestation-manifest"
        }
        let digest = try #require(attestation?["digest"] as? String)
        try FileManager.default.removeItem(atPath: "\(copy)/blobs/sha256/\(digest.dropFirst("sha256:".count))")
        let run = try ocimerge("verify", source, "--against", copy)
        #expect(run.status == 1)
        #expect(run.stdout.contains("\(digest) is missing"), "\(run.stdout)")
    }

    @Test("missing images, platforms and blobs, and blobs of another size are listed exactly")
    func differences() throws {
        let bundle = try Self.copied()
        let (amd64, arm64) = (try helloLayers("amd64"), try helloLayers("arm64"))
        let shared = Set(amd64.map(\.digest))
        let short = amd64[0].digest
        let gone = try #require(arm64.first { !shared.contains($0.digest) })
        let three = try bundle.digest("demo/three:3")
        func copy(_ digest: String) -> URL {
            URL(fileURLWithPath: bundle.directory.path("copy/blobs/sha256/\(digest.dropFirst(7))"))
        }
        expectDone(try Program.ocimerge(["rm", "-q", "copy:demo/one:latest"], directory: bundle.directory.path))
        try Data(count: 5).write(to: copy(short))
        try FileManager.default.removeItem(at: copy(gone.digest))
        try FileManager.default.removeItem(at: copy(three))
        let one = try bundle.digest("demo/one:1")
        let run = try Self.run(bundle, "layout", "--against", "copy")
        #expect(run.status == 1)
        let lines = Set(run.stdout.split(separator: "\n").map { String($0.filter { $0 != " " }) })
        func line(_ subject: String, _ sentence: String) -> String { "error\(subject)\(sentence)".filter { $0 != " " } }
        #expect(
            lines == [
                line(
                    "docker.io/demo/one:latest",
                    "the image is missing under this name; \(one) is present as docker.io/demo/one:1"),
                line("docker.io/demo/one:1linux/s390x", "the manifest \(three) is missing"),
                line("docker.io/demo/three:3linux/s390x", "the manifest \(three) is missing"),
                line(
                    "docker.io/demo/one:1linux/amd64",
                    "the blob \(short) has 5 bytes, expected \(amd64[0].size)"),
                line("quay.io/org/two:2linux/arm64", "the blob \(gone.digest) is missing"),
                "layoutagainstcopy:3images,4platforms,5blobscompared:5errors",
            ], "\(run.stdout)")
        let json = try Self.run(bundle, "layout", "--against", "copy", "--json")
        #expect(json.status == 1)
        let report = try #require(JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any])
        let source = try #require((report["sources"] as? [[String: Any]])?.first)
        #expect(source["errors"] as? Int == 5 && source["sound"] as? Bool == false)
    }

    @Test("a source or destination that cannot be read is an error, never an absence")
    func unreadable() throws {
        let bundle = try Self.copied()
        expectFailure(try Self.run(bundle, "layout", "--against", "absent"), "no such file or directory: absent")
        expectFailure(try Self.run(bundle, "absent", "--against", "layout"), "no such file or directory: absent")
        expectFailure(
            try Self.run(bundle, "-", "--against", "-"), "standard input can be a source only once", status: 2)
        try FileManager.default.removeItem(atPath: bundle.directory.path("copy/index.json"))
        #expect(try Self.run(bundle, "layout", "--against", "copy").stdout == "")
    }
}

@Suite("verify --against compares with a registry", .needsRegistries)
struct AgainstRegistryTests {
    /// A registry that holds the bundle below `mirror`.
    private static func pushed(_ bundle: borrowing BundleLayout) throws -> LoneRegistry {
        let registry = try LoneRegistry()
        expectDone(try ocimerge("push", "-q", bundle.layout, "--all", "docker://\(registry.host)/mirror"))
        return registry
    }

    /// The output and the requests of one run.
    private static func compared(
        _ bundle: borrowing BundleLayout, _ registry: LoneRegistry, _ arguments: String...
    ) throws -> (run: Run, requests: [String]) {
        let before = try registry.requests().count
        let run = try Program.ocimerge(["verify"] + arguments, directory: bundle.directory.path)
        return (run, Array(try registry.requests().dropFirst(before)).sorted())
    }

    @Test("equal digests take one HEAD for each name, and --blobs one for each blob of a repository")
    func requests() throws {
        let bundle = try BundleLayout()
        let registry = try Self.pushed(bundle)
        let place = "docker://\(registry.host)/mirror"
        let (run, requests) = try Self.compared(bundle, registry, "layout", "--against", place)
        expectDone(run)
        #expect(run.stdout == "layout against \(place): 3 images, 4 platforms compared: no errors\n")
        let heads = [
            "demo/one/manifests/1", "demo/one/manifests/latest", "demo/three/manifests/3", "org/two/manifests/2",
        ]
        .map { "HEAD /v2/mirror/\($0) 200" }
        #expect(requests == heads)
        let second = try Self.compared(bundle, registry, "layout", "--against", place, "--blobs")
        expectDone(second.run)
        let blobs = second.requests.filter { $0.contains("/blobs/") }
        #expect(second.run.stdout.contains(", \(blobs.count) blobs compared: no errors"))
        #expect(Set(blobs).count == blobs.count && blobs.allSatisfy { $0.hasPrefix("HEAD ") && $0.hasSuffix(" 200") })
        // Each repository has its own configs and layers.
        #expect(blobs.count { $0.contains("/org/two/") } == 3)
        #expect(second.requests.count == blobs.count + heads.count)
    }

    @Test("what is missing or different is listed exactly, by documents alone")
    func differences() throws {
        let bundle = try BundleLayout()
        let registry = try Self.pushed(bundle)
        let place = "\(registry.host)/mirror"
        let (one, two, three) = (
            try bundle.digest("demo/one:1"), try bundle.digest("quay.io/org/two:2"), try bundle.digest("demo/three:3")
        )
        // One image is another, one lacks a platform, and one is absent.
        expectDone(try ocimerge("push", "-q", "\(bundle.layout):quay.io/org/two:2", "\(place)/demo/three:3"))
        expectDone(
            try ocimerge(
                "push", "-q", "\(bundle.layout):demo/one:1", "\(place)/demo/one:1", "--platform", "linux/amd64"))
        let fewer = try ocimerge("digest", "docker://\(place)/demo/one:1").stdout.trimmingCharacters(in: .newlines)
        try BundleLayout.add(["hello-armv7"], ["demo/four:4"], to: bundle.layout)
        let (run, requests) = try Self.compared(bundle, registry, "layout", "--against", "docker://" + place)
        #expect(run.status == 1 && run.stderr == "")
        let lines = run.stdout.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            lines == [
                "error \(place)/demo/one:1 the digest is \(fewer), expected \(one)",
                "error \(place)/demo/one:1 linux/s390x the manifest \(three) is missing",
                "error \(place)/demo/three:3 the digest is \(two), expected \(three)",
                "error \(place)/demo/three:3 linux/s390x the manifest \(three) is missing",
                "error \(place)/demo/four:4 the image is missing",
                "layout against docker://\(place): 4 images, 5 platforms compared: 5 errors",
            ], "\(run.stdout)")
        #expect(requests.count { $0.hasPrefix("HEAD ") } == 5)
        let layers = try Set((helloLayers("amd64") + helloLayers("arm64")).map(\.digest))
        #expect(!requests.contains { request in layers.contains { request.contains($0) } })
    }

    @Test("one image is compared with a reference")
    func reference() throws {
        let bundle = try BundleLayout()
        let registry = try Self.pushed(bundle)
        let place = "docker://\(registry.host)/mirror/org/two"
        let source = "layout:quay.io/org/two:2"
        let digest = try bundle.digest("quay.io/org/two:2")
        for target in ["\(place):2", "\(place)@\(digest)"] {
            let (run, requests) = try Self.compared(bundle, registry, source, "--against", target)
            expectDone(run)
            #expect(requests.count == 1)
        }
        let absent = try Self.compared(bundle, registry, source, "--against", "\(place):9").run
        #expect(absent.status == 1)
        #expect(absent.stdout.hasPrefix("  error  \(registry.host)/mirror/org/two:9  the image is missing\n"))
        expectFailure(
            try Self.compared(bundle, registry, "layout", "--against", "\(place):2").run,
            "layout holds 3 images, but \(registry.host)/mirror/org/two:2 names one; choose one with SOURCE:NAME, or "
                + "write --against docker://HOST/PREFIX")
    }

    @Test("a host without a prefix is a place, and an image without a name is an error")
    func host() throws {
        let bundle = try BundleLayout()
        let registry = try LoneRegistry()
        let place = "docker://\(registry.host)"
        expectDone(try ocimerge("push", "-q", bundle.layout, "--all", place))
        expectDone(try Self.compared(bundle, registry, "layout", "--against", place).run)
        let run = try Program.ocimerge(["verify", "docker20/untagged.tar", "--against", place], directory: fixtures)
        #expect(run.status == 1)
        #expect(
            run.stdout.contains("the image has no name and so no reference below the prefix; compare it with docker://")
        )
    }

    @Test("a blob that a repository lacks is found with --blobs alone")
    func blobs() throws {
        let bundle = try BundleLayout()
        let registry = try Self.pushed(bundle)
        let place = "docker://\(registry.host)/mirror"
        let layer = try helloLayers("arm64")[0].digest
        let answer = try Web.ask("DELETE", registry.host, "/v2/mirror/org/two/blobs/\(layer)")
        #expect(answer.status == 202)
        expectDone(try Self.compared(bundle, registry, "layout", "--against", place).run)
        let run = try Self.compared(bundle, registry, "layout", "--against", place, "--blobs").run
        #expect(run.status == 1)
        #expect(
            run.stdout.hasPrefix(
                "  error  \(registry.host)/mirror/org/two:2 linux/arm64  the blob \(layer) is missing\n"))
    }

    @Test("a failed request is an error, never an absence", arguments: [401, 403, 500])
    func failures(_ status: Int) throws {
        let bundle = try BundleLayout()
        let repository = Registries.repository("mirror")
        expectDone(try ocimerge("push", "-q", bundle.layout, "--all", "docker://\(Relay.place)/\(repository)"))
        let rule = try Relay.add(.answer(status, on: "HEAD", in: "\(repository)/org/two/manifests").always)
        let run = try ocimerge("verify", bundle.layout, "--against", "docker://\(Relay.place)/\(repository)")
        #expect(run.status == 1 && run.stdout == "")
        #expect(run.stderr.split(separator: "\n").count == 1 && !run.stderr.contains("missing"), "\(run.stderr)")
        #expect(try rule.fired() > 0)
    }

    @Test("a registry that does not answer is an error")
    func silent() throws {
        let run = try ocimerge("verify", "docker20/hello-amd64.tar", "--against", "docker://127.0.0.1:9/x")
        #expect(run.status == 1 && run.stdout == "")
        #expect(run.stderr.hasPrefix("ocimerge: cannot "), "\(run.stderr)")
    }
}
