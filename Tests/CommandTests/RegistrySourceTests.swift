import Foundation
import TestSupport
import Testing

/// Images in a registry are inspected, copied, verified and merged.
@Suite("Images in a registry are sources", .serialized, .needsRegistries)
struct RegistrySourceTests {
    static let source = "skopeo1/multiarch.docker-dir"

    /// A registry with the image of the fixture as `app:1`.
    private static func registry() throws -> LoneRegistry {
        let registry = try LoneRegistry()
        let run = try ocimerge(source, "--trust", "-o", "docker://\(registry.host)/app:1")
        #expect(run.status == 0, "\(run.stderr)")
        return registry
    }

    @Test func inspectReadsNoLayers() throws {
        let registry = try Self.registry()
        let name = "docker://\(registry.host)/app:1"
        let file = try ocimerge("inspect", "--raw", Self.source)
        #expect(try ocimerge("inspect", "--raw", name).output == file.output)
        let config = try ocimerge("inspect", "--config=linux/s390x", name)
        #expect(try config.output == ocimerge("inspect", "--config=linux/s390x", Self.source).output)
        let platforms = try ocimerge("inspect", "--platforms", name)
        #expect(try platforms.stdout == ocimerge("inspect", "--platforms", Self.source).stdout)
        let tree = try ocimerge("inspect", name)
        expectDone(tree)
        #expect(tree.stdout.hasPrefix("\(name): registry image, 1 image\n\n\(registry.host)/app:1\n"))
        #expect(!tree.stdout.contains("programs"))
        let json = try ocimerge("inspect", "--json", name).stdout
        #expect(json.contains(#""evidence":null"#) || json.contains(#""evidence": null"#))
        let asked = try ocimerge("inspect", "--evidence", name).stdout
        #expect(asked.contains("programs  "))
    }

    @Test("a page says that the executables were not searched")
    func page() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let page = directory.path("p.html")
        for (options, isSearched) in [([], false), (["--evidence"], true)] {
            let arguments = ["inspect", "docker://\(registry.host)/app:1", "--html", page, "--force"] + options
            expectDone(try Program.ocimerge(arguments))
            let facts = try HTMLFacts(page)
            #expect(facts.texts.contains("The executables were not searched") == !isSearched)
            #expect(facts.texts.contains("not searched") == !isSearched)
            #expect(!facts.texts.contains("No evidence about the platforms"))
        }
    }

    @Test(arguments: ["out/", "out.tar", "dir:out"])
    func anImageIsPulled(_ form: String) throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let prefix = form.hasPrefix("dir:") ? "dir:" : ""
        let destination = directory.path(String(form.dropFirst(prefix.count)))
        let run = try ocimerge("docker://\(registry.host)/app:1", "-o", prefix + destination)
        #expect(run.status == 0, "\(run.stderr)")
        let raw = try ocimerge("inspect", "--raw", Self.source)
        #expect(try ocimerge("inspect", "--raw", destination).output == raw.output)
        expectDone(try ocimerge("verify", "-q", destination))
        if form == "out/" { try soundLayout(destination) }
    }

    @Test func anImageIsVerifiedCompletely() throws {
        let registry = try Self.registry()
        let name = "docker://\(registry.host)/app:1"
        expectDone(try ocimerge("verify", "-q", name))
        // Changes one byte of one layer in the storage of the registry.
        let list = try ocimerge("inspect", "--blobs", name).stdout
        let layer = try #require(list.split(separator: "\n").first { $0.contains("diff.tar") || $0.contains("layer") })
        let hex = String(layer.dropFirst("sha256:".count).prefix(64))
        var bytes = try Data(contentsOf: URL(fileURLWithPath: registry.blobPath(hex)))
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: URL(fileURLWithPath: registry.blobPath(hex)))
        let run = try ocimerge("verify", name)
        #expect(run.status == 1)
        #expect(run.stdout.contains("sha256:\(hex)"), "\(run.stdout)")
        let directory = try TemporaryDirectory()
        let pull = try ocimerge(name, "-o", directory.path("out"))
        expectOneSentence(pull, "a damaged layer")
        #expect(pull.stderr.contains("docker://\(registry.host)/app@sha256:\(hex)"))
        #expect(try Tree.names(in: directory.path) == [])
    }

    /// Merges images in a registry as `docker manifest` does, without transferring layers.
    @Test func imagesAreMergedInTheRegistry() throws {
        let registry = try Self.registry()
        let repository = "docker://\(registry.host)/app"
        for platform in ["amd64", "s390x"] {
            let run = try ocimerge(
                "\(repository):1", "--platform", "linux/\(platform)", "-o", "\(repository):\(platform)")
            #expect(run.status == 0, "\(run.stderr)")
        }
        let run = try ocimerge(
            "\(repository):amd64", "\(repository):s390x", "-o", "docker://\(registry.host)/other:2")
        #expect(run.status == 0, "\(run.stderr)")
        let joined = try ocimerge("inspect", "--platforms", "docker://\(registry.host)/other:2")
        #expect(joined.stdout == "linux/amd64\nlinux/s390x\n")
        expectDone(try ocimerge("verify", "-q", "docker://\(registry.host)/other:2"))
    }

    @Test("a copy within a registry reads no layer, except with --evidence=full", arguments: ["app:2", "other:1"])
    func aCopyWithinARegistryReadsNoLayer(_ destination: String) throws {
        let registry = try Self.registry()
        let (source, copy) = ("docker://\(registry.host)/app:1", "docker://\(registry.host)/\(destination)")
        let list = try ocimerge("inspect", "--blobs", source).stdout.split(separator: "\n")
        let layers = Set(list.filter { !$0.contains("manifest") && !$0.contains("config") }.map { $0.prefix(71) })
        let all = Set(list.filter { !$0.contains("manifest") }.map { $0.prefix(71) })
        #expect(!layers.isEmpty && layers.count < all.count, "\(list)")
        for (command, evidence) in [(["push"], []), (["copy"], []), (["push"], ["--evidence=full"])] {
            let before = try registry.requests().count
            let run = try Program.ocimerge(command + [source, copy] + evidence)
            #expect(run.status == 0, "\(run.stderr)")
            let read = try registry.requests().dropFirst(before).filter { $0.hasPrefix("GET /v2/app/blobs/") }
            let digests = Set(read.map { $0.dropFirst("GET /v2/app/blobs/".count).prefix(71) })
            // The configs are documents.
            #expect(digests.subtracting(layers) == all.subtracting(layers), "\(command) \(evidence)")
            #expect(digests.isDisjoint(with: layers) == evidence.isEmpty, "\(command) \(evidence)")
        }
    }

    @Test(
        "the top document takes one request", arguments: [["digest"], ["inspect", "--raw"]])
    func theTopDocumentTakesOneRequest(_ command: [String]) throws {
        let registry = try Self.registry()
        let run = try Program.ocimerge(command + ["docker://\(registry.host)/app:1", "-v"])
        #expect(run.status == 0, "\(run.stderr)")
        #expect(run.stdout == (try Program.ocimerge(command + [Program.fixture(Self.source)]).stdout))
        let requests = run.stderr.split(separator: "\n").filter { $0.contains(": GET ") || $0.contains(": HEAD ") }
        #expect(requests.count == 1, "\(run.stderr)")
        #expect(requests.first?.hasPrefix("ocimerge: GET http://\(registry.host)/v2/app/manifests/1 200 ") == true)
    }

    @Test func anAbsentImageIsOneError() throws {
        let registry = try Self.registry()
        let name = "docker://\(registry.host)/app:2"
        for command in [["inspect", name], [name, "-o", "/tmp/ocimerge-none/"]] {
            expectFailure(
                try Program.ocimerge(command), "\(name): the registry has no such image")
        }
        let gc = try ocimerge("gc", name)
        #expect(gc.status == 2 && gc.stderr.contains("is in a registry"), "\(gc.stderr)")
        let fix = try ocimerge("fix", name, "--platform", "linux/arm64", "--in-place")
        #expect(fix.status == 2 && fix.stderr.contains("-o \(name)"), "\(fix.stderr)")
    }

    @Test func aSpecMayNameImagesAsForManifestTool() throws {
        let registry = try Self.registry()
        let directory = try TemporaryDirectory()
        let yaml = """
            image: \(registry.host)/app:3
            manifests:
            - image: \(registry.host)/app:1
            - image: \(registry.host)/app:none
              platform: {os: linux, architecture: arm64}
            """
        let spec = try directory.write(Array(yaml.utf8), to: "spec.yaml")
        let refused = try ocimerge("--spec", spec, "-o", directory.path("out"))
        expectFailure(refused, "\(spec):4: docker://\(registry.host)/app:none: the registry has no such image")
        let run = try ocimerge("--spec", spec, "--ignore-missing", "-o", directory.path("out"))
        expectDone(
            run,
            stderr: "ocimerge: warning: \(spec):4: the registry has no \(registry.host)/app:none; the entry is "
                + "skipped\n")
        try soundLayout(directory.path("out"))
    }
}
