import Foundation
import TestSupport
import Testing

@Suite("verify finds damage of every kind and names its place")
struct VerifyDamageTests {
    private func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(name))))
    }

    /// A copy of a layout with images for amd64 and s390x.
    private func layout(in directory: borrowing TemporaryDirectory) throws -> String {
        let path = directory.path("in")
        try Program.run("cp", ["-r", Program.fixture("buildah1/multiarch.oci-dir"), path])
        return path
    }

    private let fact = Fixture.named("buildah1/multiarch.oci-dir")?.fact

    private func lines(_ path: String) throws -> [String] {
        let (status, report) = try VerifyTests.report(path)
        #expect(status == (report.lines.isEmpty ? 0 : 1))
        return report.lines
    }

    @Test("A changed byte in any member of an archive is found", arguments: CorruptionTests.archives)
    func members(_ source: String) throws {
        let bytes = try bytes(source)
        let fact = try #require(Fixture.named(source)).fact
        let digests = fact.images.flatMap { [$0.config.digest] + $0.layers.flatMap { [$0.digest, $0.diffID] } }
        let hexes = Set(digests.map { String($0.dropFirst(7)) })
        let directory = try TemporaryDirectory()
        for member in TarDissection.places(in: bytes) where !member.content.isEmpty {
            var damaged = bytes
            damaged[member.content.lowerBound + member.content.count / 2] ^= 0x01
            try directory.write(damaged, to: "in")
            let isBound =
                member.name.hasSuffix("/layer.tar") || member.name.hasPrefix("blobs/")
                || hexes.contains { member.name.contains($0) }
            for (path, input) in [(directory.path("in"), []), ("-", damaged)] {
                let run = try Program.ocimerge(["verify", "-q", path], input: input)
                if isBound {
                    #expect(run.status == 1, "\(member.name) \(path)")
                } else {
                    #expect(run.status == 0 || run.status == 1, "\(member.name) \(path)")
                }
                #expect(run.stdout == "")
            }
        }
    }

    @Test("A changed byte in any blob of a directory is found", arguments: CorruptionTests.directories)
    func files(_ source: String) throws {
        for (name, bytes) in try Tree.read(Program.fixture(source)) where !bytes.isEmpty {
            guard name.hasPrefix("blobs/") || name.hasSuffix(".manifest.json") || !name.contains(".") else { continue }
            guard name != "version", name != "oci-layout" else { continue }
            let directory = try TemporaryDirectory()
            try Program.run("cp", ["-r", Program.fixture(source), directory.path("in")])
            var damaged = bytes
            damaged[bytes.count / 2] ^= 0x01
            try directory.write(damaged, to: "in/" + name)
            let (status, report) = try VerifyTests.report(directory.path("in"))
            #expect(status == 1, "\(name)")
            let hex = name.split(separator: "/").last.map { $0.prefix(64) } ?? ""
            #expect(report.findings.contains { $0.digest?.hasSuffix(hex) == true }, "\(name)")
            #expect(report.sources.map(\.errors) == [1], "\(name): \(report.lines)")
        }
    }

    @Test(
        "A truncated archive is found at any length",
        arguments: CorruptionTests.archives + ["tar/compressed/plain.tar.gz"])
    func truncated(_ source: String) throws {
        let bytes = try bytes(source)
        let directory = try TemporaryDirectory()
        let members = TarDissection.places(in: bytes)
        for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 23)) {
            let part = Array(bytes[..<length])
            try directory.write(part, to: "in")
            for (path, input) in [(directory.path("in"), []), ("-", part)] {
                let run = try Program.ocimerge(["verify", path], input: input)
                // An archive may end between two members.
                let isInside =
                    source.hasSuffix(".gz")
                    || members.contains { $0.header < length && length < $0.content.upperBound }
                #expect(
                    run.status == 1 || !isInside && run.status == 0,
                    "\(length) of \(bytes.count) \(path): \(run.stdout)")
                // Missing content behind the cut is not reported one by one.
                #expect(run.stdout.split(separator: "\n").count <= 5, "\(run.stdout)")
            }
        }
    }

    @Test("Both of two swapped blobs are named")
    func swapped() throws {
        let directory = try TemporaryDirectory()
        let path = try layout(in: directory)
        let layers = Set(try #require(fact).images.flatMap { $0.layers.map(\.digest) }).sorted()
        let names = layers.prefix(2).map { path + "/blobs/sha256/" + $0.dropFirst(7) }
        try FileManager.default.moveItem(atPath: names[0], toPath: directory.path("aside"))
        try FileManager.default.moveItem(atPath: names[1], toPath: names[0])
        try FileManager.default.moveItem(atPath: directory.path("aside"), toPath: names[1])
        let (status, report) = try VerifyTests.report(path)
        #expect(status == 1)
        #expect(report.digests(of: "digest", "size") == Set(layers.prefix(2)))
    }

    @Test("Several defects at once are all reported, each with its place")
    func several() throws {
        let directory = try TemporaryDirectory()
        let path = try layout(in: directory)
        let images = try #require(fact).images
        let shared = images.reduce(Set(images[0].layers.map(\.digest))) { $0.intersection($1.layers.map(\.digest)) }
        let own = images.map { image in image.layers.map(\.digest).first { !shared.contains($0) } ?? "" }
        func blob(_ digest: String) -> String { path + "/blobs/sha256/" + digest.dropFirst(7) }
        // Removes, truncates and changes a layer each; replaces a config.
        try FileManager.default.removeItem(atPath: blob(own[0]))
        try Data(Data(contentsOf: URL(fileURLWithPath: blob(own[1]))).dropLast(1))
            .write(to: URL(fileURLWithPath: blob(own[1])))
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: blob(own[2]))))
        bytes[bytes.count - 1] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: blob(own[2])))
        try Data("{}".utf8).write(to: URL(fileURLWithPath: blob(images[3].config.digest)))
        try directory.write(Array("x".utf8), to: "in/README")
        let (status, report) = try VerifyTests.report(path)
        #expect(status == 1)
        #expect(report.digests(of: "missing") == [own[0]])
        #expect(report.digests(of: "size") == [own[1], images[3].config.digest])
        #expect(report.digests(of: "digest") == [own[2]])
        #expect(report.sources.map(\.errors) == [4])
        #expect(report.findings.filter { $0.severity == "error" }.allSatisfy { $0.path.count == 4 })
    }

    enum Obstacle: String, CaseIterable, Sendable { case fifo, link, directory }

    @Test("A FIFO, link or directory in place of a file is found", arguments: Obstacle.allCases)
    func obstacles(_ obstacle: Obstacle) throws {
        let image = try #require(fact?.images.first)
        let manifest = try #require(image.manifest?.digest)
        let blobs = [image.layers[0].digest, image.config.digest, manifest].map { "blobs/sha256/" + $0.dropFirst(7) }
        for name in blobs + ["index.json"] {
            let directory = try TemporaryDirectory()
            let path = try layout(in: directory) + "/" + name
            try FileManager.default.moveItem(atPath: path, toPath: directory.path("aside"))
            switch obstacle {
            case .fifo: try Program.run("mkfifo", [path])
            case .link: try Program.run("ln", ["-s", directory.path("aside"), path])
            case .directory: try Program.run("mkdir", [path])
            }
            let run = try Program.ocimerge(["verify", directory.path("in")])
            #expect(run.status == 1)
            #expect(run.stdout.contains("\(path) is not a regular file"), "\(run.stdout)")
            #expect(run.stdout.hasSuffix(": 1 error\n"), "\(run.stdout)")
        }
    }

    @Test("An invalid index.json is reported alone")
    func index() throws {
        let directory = try TemporaryDirectory()
        let path = try layout(in: directory)
        try directory.write(Array("{".utf8), to: "in/index.json")
        #expect(try lines(path) == ["document index.json"])
        // Unreachable blobs are verified all the same.
        let blob = try #require(fact?.images.first?.layers.first?.digest)
        try directory.write([1], to: "in/blobs/sha256/\(blob.dropFirst(7))")
        #expect(try lines(path).sorted() == ["digest blobs/sha256/\(blob.dropFirst(7))", "document index.json"])
    }

    @Test("A wrong layout version and an absent oci-layout file are found")
    func marker() throws {
        let directory = try TemporaryDirectory()
        let path = try layout(in: directory)
        try directory.write(Array(#"{"imageLayoutVersion":"2.0.0"}"#.utf8), to: "in/oci-layout")
        #expect(try lines(path) == ["layout-version oci-layout"])
        try FileManager.default.removeItem(atPath: directory.path("in/oci-layout"))
        #expect(try lines(path) == ["layout-version oci-layout"])
    }

    @Test("Entries, configs and layers of a docker archive are verified one by one")
    func docker() throws {
        func tar(_ text: String) -> [UInt8] {
            var tar = TarBuilder()
            tar.add(text, text)
            return tar.finished
        }
        let good = SavedImage(["demo/good:1"], layers: [tar("good")])
        let bad = SavedImage(["demo/bad:1", "demo/bad:2"], architecture: "s390x", layers: [tar("one"), tar("two")])
        var archive = TarBuilder()
        func hex(_ image: SavedImage) -> String { String(image.configDigest.dropFirst(7)) }
        archive.add("\(hex(good)).json", good.config)
        archive.add("\(hex(bad)).json", bad.config)
        archive.add("good/layer.tar", tar("good"))
        archive.add("one/layer.tar", tar("other"))
        archive.add(
            "manifest.json",
            """
            [{"Config":"\(hex(good)).json","RepoTags":["demo/good:1"],"Layers":["good/layer.tar"]},
            {"Config":"\(hex(bad)).json","RepoTags":["Bad Name"],"Layers":["one/layer.tar","two/layer.tar"]},
            {"Config":"absent.json","RepoTags":[],"Layers":[]},{"Config":1}]
            """)
        let directory = try TemporaryDirectory()
        try directory.write(archive.finished, to: "in.tar")
        #expect(
            try lines(directory.path("in.tar")) == [
                "missing manifest.json[2]", "document manifest.json[3]", "name manifest.json[1]",
                "diff-id manifest.json[1] → Layers[0]", "missing manifest.json[1] → Layers[1]",
            ])
    }

    @Test("A huge unused blob takes no memory")
    func sparse() throws {
        let directory = try TemporaryDirectory()
        let path = try layout(in: directory)
        let size = 300 << 20
        let name = String(repeating: "0", count: 64)
        try Program.run("truncate", ["-s", "\(size)", path + "/blobs/sha256/" + name])
        let run = try Program.run(
            "/bin/sh", ["-c", "ulimit -v 200000; exec \"$0\" verify -j2 \"$1\"", Program.ocimerge, path])
        #expect(run.status == 1)
        #expect(run.stdout.contains("sha256:\(name) is damaged: its content has digest sha256:"), "\(run.stdout)")
    }
}
