import Foundation
import ImageModel
import TestSupport
import Testing

/// Referrers in a layout are entries for oras, and listed under the tags of their subjects for regctl.
@Suite("Referrers in a layout")
struct LayoutReferrersTests {
    private struct Made: ~Copyable {
        let directory: TemporaryDirectory
        static let oras = ToolLayout.all[1]
        static let regctl = ToolLayout.all[2]

        init() throws {
            let directory = try TemporaryDirectory()
            for (name, tool) in [("oras", Self.oras), ("regctl", Self.regctl)] {
                for (file, content) in tool.layout.complete { try directory.write(content, to: "\(name)/\(file)") }
            }
            self.directory = directory
        }

        @discardableResult
        func run(_ arguments: String...) throws -> Run {
            let run = try Program.ocimerge(arguments, directory: directory.path)
            #expect(run.status == 0, "\(arguments): \(run.stderr)")
            return run
        }

        /// The listed digests by the tags of the lists.
        func lists(_ layout: String) throws -> [String: [String]] {
            let path = directory.path(layout)
            var lists: [String: [String]] = [:]
            for entry in try WrittenLayout(path, strict: false).entries {
                guard let tag = entry.annotations?[ImageLabel.referenceKey], tag.hasPrefix("sha256-") else { continue }
                #expect(entry.annotations?.count == 1)
                let file = path + "/blobs/" + entry.digest.replacingOccurrences(of: ":", with: "/")
                let index = try IndexView(bytes: Array(Data(contentsOf: URL(fileURLWithPath: file))))
                #expect(index.mediaType == .ociIndex)
                #expect(index.manifests.allSatisfy { $0.descriptor.artifactType == ToolLayout.artifactType })
                lists[tag] = index.manifests.map(\.descriptor.digest.description)
            }
            return lists
        }

        func names(_ layout: String) throws -> [String] {
            try run("ls", "-q", layout).stdout.split(separator: "\n").map(String.init)
        }
    }

    private let tag = "sha256-\(Made.oras.image.hex)"

    @Test("--referrers writes an entry for each referrer, and a list for each subject", arguments: ["oras", "oras:1"])
    func written(_ source: String) throws {
        let made = try Made()
        let run = try made.run(source, "--referrers", "-o", "out/")
        #expect(run.stdout.hasPrefix("wrote OCI layout out/: 1 image, 2 artifacts, "), "\(run.stdout)")
        let unnamed = try WrittenLayout(made.directory.path("out"), strict: false).entries.filter {
            $0.annotations?[ImageLabel.referenceKey] == nil
        }
        let artifacts = Made.oras.artifacts.map(\.description)
        #expect(Set(artifacts).isSubset(of: unnamed.map(\.digest)))
        let lists = try made.lists("out")
        #expect(lists[tag] == [artifacts[0]])
        #expect(lists.count == 2 && Set(lists.values.joined()) == Set(artifacts))
        #expect(try made.run("inspect", "out").stdout.hasPrefix("out: OCI image layout, 1 image, 2 artifacts\n"))
        #expect(try made.run("verify", "out").stdout.contains("out: 1 image, 2 artifacts, "))
        #expect(try made.run("ls", "out").stdout.contains("  list of referrers"))
        // A list is neither an image nor in the way of one.
        try made.run("out", "-q", "-t", "demo/u:1", "-o", "x.tar")
        #expect(try made.run("push", "out", "localhost:1/u:1", "--dry-run").stdout.contains(": 1 image, "))
    }

    @Test("digest and inspect --raw print the one image beside its referrers")
    func oneImage() throws {
        let made = try Made()
        try made.run("oras", "--referrers", "-q", "-o", "out/")
        #expect(try made.run("digest", "out").stdout == "\(Made.oras.image)\n")
        let raw = try Program.ocimerge(["inspect", "--raw", "out"], directory: made.directory.path)
        #expect(raw.status == 0 && Digest(of: raw.output) == Made.oras.image, "\(raw.stderr)")
    }

    @Test("without --referrers nothing is listed")
    func unasked() throws {
        let made = try Made()
        try made.run("oras", "-q", "-o", "out/")
        #expect(try made.lists("out") == [:])
    }

    @Test("an update adds to a list and keeps its entries")
    func updated() throws {
        let made = try Made()
        try made.run("oras", "--referrers", "-q", "-o", "out/")
        let before = try made.lists("out")
        try made.run("oras", "--referrers", "-q", "--update", "-o", "out/")
        #expect(try made.lists("out") == before)
        try made.run("regctl:1", "--referrers", "-q", "--update", "-o", "out/")
        let lists = try made.lists("out")
        #expect(lists[tag] == [Made.oras, Made.regctl].map { $0.artifacts[0].description })
        #expect(lists.count == 2 && lists.values.allSatisfy { $0.count == 2 })
        #expect(try made.run("inspect", "out").stdout.hasPrefix("out: OCI image layout, 1 image, 4 artifacts\n"))
        try made.run("verify", "out")
    }

    @Test("a copy of a layout with lists has the same lists", arguments: [[], ["--referrers"]])
    func copied(_ options: [String]) throws {
        let made = try Made()
        try made.run("oras", "--referrers", "-q", "-o", "out/")
        let copy = try Program.ocimerge(
            ["out", "-q", "-o", "copy/"] + options, directory: made.directory.path)
        #expect(copy.status == 0, "\(copy.stderr)")
        #expect(try made.lists("copy") == made.lists("out"))
        #expect(try Tree.read(made.directory.path("copy")) == Tree.read(made.directory.path("out")))
    }

    @Test("an update with a list of the source joins it with that of the layout", arguments: [[], ["--referrers"]])
    func joined(_ options: [String]) throws {
        let made = try Made()
        try made.run("oras", "--referrers", "-q", "-o", "out/")
        let run = try Program.ocimerge(
            ["regctl", "-q", "--update", "-o", "out/"] + options, directory: made.directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        let lists = try made.lists("out")
        #expect(Set(lists[tag] ?? []) == Set([Made.oras, Made.regctl].map { $0.artifacts[0].description }))
        let entries = try WrittenLayout(made.directory.path("out"), strict: false).entries
        #expect(entries.count { $0.annotations?[ImageLabel.referenceKey] == tag } == 1)
        try made.run("verify", "out")
    }

    @Test("an index that is checked before the copy has the lists too")
    func large() throws {
        let made = try Made()
        try made.run("oras", "-q", "-o", "out/")
        let index = try String(contentsOfFile: made.directory.path("out/index.json"), encoding: .utf8)
        let text = String(repeating: "x", count: 11 << 20)
        try made.directory.write(
            Array("{\"annotations\":{\"a\":\"\(text)\"},\(index.dropFirst())".utf8), to: "out/index.json")
        try made.run("oras", "--referrers", "-q", "--update", "-o", "out/")
        #expect(try made.lists("out")[tag] == [Made.oras.artifacts[0].description])
        try made.run("verify", "out")
    }

    @Test("lists survive gc, an update and rm of other names, and go with their subject")
    func removed() throws {
        let made = try Made()
        try made.run("oras:1", "--referrers", "-q", "-o", "out/")
        let lists = try made.lists("out")
        #expect(try made.run("gc", "out").stdout.hasPrefix("freed 0 B in out: "))
        try made.run(Program.fixture("docker20/hello-amd64.tar"), "-t", "new:1", "-q", "--update", "-o", "out/")
        try made.run("tag", "out:1", "keep:1")
        try made.run("rm", "--gc", "out:docker.io/library/new:1")
        try made.run("rm", "--gc", "out@\(Made.oras.image)", "--dry-run")
        #expect(try made.lists("out") == lists)
        try made.run("rm", "--gc", "out:keep:1")
        #expect(try made.lists("out") == lists)
        let last = try made.run("rm", "--gc", "out:1")
        #expect(last.stdout.contains("  \(tag)  sha256:"), "\(last.stdout)")
        #expect(try made.names("out") == [])
        #expect(try Tree.names(in: made.directory.path("out/blobs/sha256")) == [])
    }

    @Test("a damaged list is not replaced")
    func damaged() throws {
        let made = try Made()
        try made.run("oras", "--referrers", "-q", "-o", "out/")
        let entry = try #require(
            try WrittenLayout(made.directory.path("out"), strict: false).entries.first {
                $0.annotations?[ImageLabel.referenceKey] == tag
            })
        let hex = entry.digest.dropFirst("sha256:".count)
        try made.directory.write(Array("{}".utf8), to: "out/blobs/sha256/\(hex)")
        let before = try Tree.read(made.directory.path("out"))
        let run = try Program.ocimerge(
            ["regctl:1", "--referrers", "--update", "-o", "out/"], directory: made.directory.path)
        expectOneSentence(run, "a damaged list")
        #expect(try Tree.read(made.directory.path("out")) == before)
    }
}
