import Foundation
import ImageModel
import TestSupport
import Testing

/// Layouts of other tools, crossed with the commands: every entry keeps its name, and artifacts are no images.
@Suite("Layouts with entries and artifacts of other tools")
struct ToolLayoutTests {
    private struct Made: ~Copyable {
        let directory: TemporaryDirectory

        init(_ tool: ToolLayout) throws {
            let directory = try TemporaryDirectory()
            for (name, content) in tool.layout.complete { try directory.write(content, to: "l/\(name)") }
            self.directory = directory
        }

        func run(_ arguments: String...) throws -> Run { try Program.ocimerge(arguments, directory: directory.path) }

        var entries: [WireDescriptor] { get throws { try WrittenLayout(directory.path("l"), strict: false).entries } }

        /// The names in the order of `ls`, without unnamed entries.
        func names(_ layout: String = "l") throws -> [String] {
            try run("ls", "-q", layout).stdout.split(separator: "\n").map(String.init)
        }
    }

    private func count(_ tool: ToolLayout, _ images: Int = 1) -> String {
        let artifacts = tool.artifacts.count
        return "\(images) image" + (images == 1 ? "" : "s")
            + (artifacts == 0 ? "" : artifacts == 1 ? ", 1 artifact" : ", \(artifacts) artifacts")
    }

    @Test("inspect, verify and a copy count the same images and artifacts", arguments: ToolLayout.all)
    func counts(_ tool: ToolLayout) throws {
        let made = try Made(tool)
        #expect(try made.run("inspect", "l").stdout.hasPrefix("l: OCI image layout, \(count(tool))\n"))
        let verified = try made.run("verify", "l")
        #expect(verified.status == 0, "\(verified.stdout)")
        #expect(verified.stdout.contains("l: \(count(tool)), 2 platforms, "), "\(verified.stdout)")
        let destinations = [("copy/", "OCI layout"), ("x.tar", "archive"), ("oci-archive:y.tar", "OCI archive")]
        for (number, (destination, kind)) in destinations.enumerated() {
            let run = try made.run("l", "-o", destination)
            #expect(run.status == 0, "\(run.stderr)")
            #expect(run.stdout.hasPrefix("wrote \(kind) \(destination): \(count(tool)), "), "\(run.stdout)")
            let back = try made.run("inspect", ["copy", "x.tar", "y.tar"][number])
            #expect(back.stdout.contains(", \(count(tool))\n"), "\(back.stdout)")
        }
        #expect(try made.names("copy") == made.names())
    }

    @Test("inspect and verify count the same in every fixture", arguments: Fixture.readable)
    func fixtures(_ fixture: Fixture) throws {
        func source(_ command: String) throws -> [String: Any] {
            let run = try ocimerge(command, "--json", fixture.name)
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
            return try #require((report["sources"] as? [[String: Any]])?.first)
        }
        let (inspected, verified) = (try source("inspect"), try source("verify"))
        for kind in ["images", "artifacts"] {
            #expect((inspected[kind] as? [Any])?.count == verified[kind] as? Int, "\(kind)")
        }
    }

    @Test("every report names the artifacts and their types", arguments: ToolLayout.all)
    func artifacts(_ tool: ToolLayout) throws {
        let made = try Made(tool)
        let inspected = try made.run("inspect", "l").stdout
        let copied = try made.run("l", "-o", "copy/").stdout
        for artifact in tool.artifacts {
            #expect(inspected.contains("\(artifact)  application/"), "\(inspected)")
            #expect(copied.contains("\(artifact)  application/"), "\(copied)")
        }
        for arguments in [["inspect", "--json", "l"], ["verify", "--json", "l"], ["l", "--json", "-o", "x.tar"]] {
            let run = try Program.ocimerge(arguments, directory: made.directory.path)
            let whole = try #require(try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
            let report = (whole["sources"] as? [[String: Any]])?.first ?? whole
            #expect((report["images"] as? [Any])?.count ?? report["images"] as? Int == 1)
            let listed = report["artifacts"] as? [[String: Any]]
            #expect(listed?.count ?? report["artifacts"] as? Int == tool.artifacts.count)
            #expect(
                listed.map { Set($0.compactMap { $0["digest"] as? String }) } ?? Set(tool.artifacts.map(\.description))
                    == Set(tool.artifacts.map(\.description)))
        }
    }

    @Test("manifest.json of an archive lists the image under all names and no artifact", arguments: ToolLayout.all)
    func archive(_ tool: ToolLayout) throws {
        let made = try Made(tool)
        for (number, options) in [["-t", "demo/u:1"], []].enumerated() {
            let path = made.directory.path("\(number).tar")
            let run = try Program.ocimerge([made.directory.path("l"), "-q", "-o", path] + options)
            #expect(run.status == 0, "\(run.stderr)")
            #expect(run.stdout == "\(tool.image)\n")
            let archive = try WrittenArchive(path)
            #expect(archive.docker?.count == 1)
            let full = tool.names.filter { $0.contains("/") }.sorted()
            #expect(archive.docker?.first?.repoTags?.sorted() ?? [] == (number == 0 ? ["docker.io/demo/u:1"] : full))
        }
    }

    @Test("inspect, tag and rm by name find each entry and change no other", arguments: ToolLayout.all)
    func names(_ tool: ToolLayout) throws {
        for (number, name) in tool.names.enumerated() {
            let made = try Made(tool)
            let before = try made.names()
            let inspected = try made.run("inspect", "l:\(name)")
            #expect(inspected.stdout.contains("\(tool.image)  index of 2 platforms\n"), "\(inspected)")
            let entries = try made.entries.filter { $0.digest != "" }.count
            let tagged = try made.run("tag", "l:\(name)", "other/name:9")
            #expect(tagged.status == 0, "\(tagged.stderr)")
            #expect(try made.names().sorted() == (before + ["docker.io/other/name:9"]).sorted())
            #expect(try made.entries.count == entries + 1)
            let blobs = try Tree.names(in: made.directory.path("l/blobs/sha256"))
            let removed = try made.run("rm", "--gc", "l:\(name)")
            #expect(removed.status == 0, "\(removed.stderr)")
            let left = tool.names.enumerated().filter { $0.offset != number }.map(\.element)
            #expect(Set(left + ["docker.io/other/name:9"]).isSubset(of: try made.names()))
            #expect(try Tree.names(in: made.directory.path("l/blobs/sha256")) == blobs)
        }
    }

    @Test("referrers and children go with the last name of their image, and not before", arguments: ToolLayout.all)
    func lastName(_ tool: ToolLayout) throws {
        let made = try Made(tool)
        for name in tool.names.dropLast() { _ = try made.run("rm", "--gc", "l:\(name)") }
        #expect(Set(tool.tags).isSubset(of: try made.names()))
        #expect(try made.run("inspect", "l").stdout.contains("\(count(tool))\n"))
        let removed = try made.run("rm", "--gc", "l:\(tool.names.last ?? "")")
        #expect(removed.status == 0, "\(removed.stderr)")
        for tag in tool.tags { #expect(removed.stdout.contains("  \(tag)  sha256:"), "\(removed.stdout)") }
        let chart = tool.tool == "helm"
        #expect(try made.names() == (chart ? ["chart-0.1.0"] : []))
        #expect(try made.entries.count == (chart ? 1 : 0))
        #expect(try Tree.names(in: made.directory.path("l/blobs/sha256")).count == (chart ? 3 : 0))
    }

    @Test("gc, and --update with another image, keep every entry", arguments: ToolLayout.all)
    func update(_ tool: ToolLayout) throws {
        let made = try Made(tool)
        let before = try Tree.read(made.directory.path("l"))
        expectDone(try made.run("gc", "l"))
        #expect(try Tree.read(made.directory.path("l")) == before)
        let names = try made.names()
        let entries = try made.entries.count
        let run = try Program.ocimerge(
            [Program.fixture("docker20/hello-amd64.tar"), "-t", "new:1", "--update", "-q", "-o", "l"],
            directory: made.directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try made.names().sorted() == (names + ["docker.io/library/new:1"]).sorted())
        #expect(try made.entries.count == entries + 1)
        #expect(try made.run("gc", "l").stdout.hasPrefix("freed 0 B "))
        // The whole layout into a copy that holds the same already.
        expectSuccess(try made.run("l", "-q", "-o", "copy/"))
        let copy = try Tree.read(made.directory.path("copy"))
        expectSuccess(try made.run("l", "-q", "--update", "-o", "copy/"))
        #expect(try Tree.read(made.directory.path("copy")).keys.sorted() == copy.keys.sorted())
        #expect(try made.names("copy") == made.names())
    }

    @Test("push sends the image, and its referrers with --referrers or a warning", arguments: ToolLayout.all)
    func push(_ tool: ToolLayout) throws {
        let made = try Made(tool)
        let registry = try LoneRegistry()
        let run = try made.run("push", "l", "\(registry.host)/demo/u:1")
        #expect(run.status == 0, "\(run.stderr)")
        #expect(
            run.stdout.hasPrefix("pushed docker://\(registry.host)/demo/u: 1 image, "), "\(run.stdout)")
        #expect(run.stdout.contains("\(registry.host)/demo/u:1  \(tool.image)\n"))
        for artifact in tool.artifacts { #expect(run.stderr.contains("\(artifact) "), "\(run.stderr)") }
        let all = try made.run("push", "--referrers", "l", "\(registry.host)/demo/u:1")
        #expect(all.status == 0, "\(all.stderr)")
        let followers = tool.tool == "helm" ? 0 : tool.artifacts.count
        #expect(all.stdout.hasPrefix("pushed docker://\(registry.host)/demo/u: "), "\(all.stdout)")
        let pulled = try made.run("docker://\(registry.host)/demo/u:1", "--referrers", "-o", "pulled/")
        #expect(pulled.status == 0, "\(pulled.stderr)")
        #expect(
            try made.run("inspect", "pulled").stdout.contains(
                followers == 0 ? ", 1 image\n" : ", 1 image, \(followers) artifact\(followers == 1 ? "" : "s")\n"))
    }

    private func expectSuccess(_ run: Run, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(run.status == 0, "\(run.stderr)", sourceLocation: sourceLocation)
    }
}
