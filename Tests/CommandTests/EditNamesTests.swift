import Foundation
import TestSupport
import Testing

/// An edit of one name leaves the other names of a source as they are.
@Suite("edit changes the chosen names alone")
struct EditNamesTests {
    /// A layout: multi:1 is an index of two platforms, second:1 another index of them, single:1 one of its manifests.
    static func layout(_ directory: borrowing TemporaryDirectory) throws -> String {
        let path = directory.path("l")
        func add(_ arguments: [String]) throws {
            let run = try Program.ocimerge(arguments + ["-q", "-o", path], directory: fixtures)
            try #require(run.status == 0, "\(run.stderr)")
        }
        let sources = ["docker20/hello-amd64.tar", "docker20/hello-s390x-wrong.tar=linux/s390x"]
        try add(sources + ["-t", "demo/multi:1"])
        try add(sources + ["-t", "demo/second:1", "--annotation", "index:a=b", "--update"])
        try add(["docker20/hello-amd64.tar", "-t", "demo/single:1", "--update"])
        return path
    }

    /// The digest of each name.
    static func digests(_ path: String) throws -> [String: String] {
        let run = try Program.ocimerge(["ls", path])
        let rows = run.stdout.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        return Dictionary(rows.map { ($0[0], $0[1]) }) { first, _ in first }
    }

    @Test("A dropped platform of one name stays under the others")
    func drop() throws {
        let directory = try TemporaryDirectory()
        let path = try Self.layout(directory)
        let before = try Self.digests(path)
        let run = try Program.ocimerge(["edit", "\(path):demo/multi:1", "--drop-platform", "linux/amd64", "-q", "-i"])
        #expect(run.status == 0, "\(run.stderr)")
        let after = try Self.digests(path)
        for name in ["docker.io/demo/second:1", "docker.io/demo/single:1"] { #expect(after[name] == before[name]) }
        #expect(after["docker.io/demo/multi:1"] != before["docker.io/demo/multi:1"])
        #expect(run.stdout == "\(after["docker.io/demo/multi:1"] ?? "")\n")
        expectDone(try Program.ocimerge(["verify", path, "-q"]))
    }

    @Test("A dropped name is reported, and the others with their own digests")
    func droppedName() throws {
        let directory = try TemporaryDirectory()
        let path = try Self.layout(directory)
        let run = try Program.ocimerge(["edit", path, "--drop-platform", "linux/amd64", "--json", "-i"])
        #expect(run.status == 0, "\(run.stderr)")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
        #expect(object["droppedNames"] as? [String] == ["docker.io/demo/single:1"])
        let after = try Self.digests(path)
        #expect(Set(after.keys) == ["docker.io/demo/multi:1", "docker.io/demo/second:1"])
        for image in try #require(object["images"] as? [[String: Any]]) {
            let name = try #require((image["names"] as? [String])?.first)
            #expect((image["digest"] as? [String: String])?["after"] == after[name])
        }
    }

    @Test("An annotation of one index stays out of the others")
    func annotation() throws {
        let directory = try TemporaryDirectory()
        let path = try Self.layout(directory)
        let before = try Self.digests(path)
        let run = try Program.ocimerge(
            ["edit", "\(path):demo/second:1", "--annotation", "descriptor:x=y", "--annotation", "z=1", "-q", "-i"])
        #expect(run.status == 0, "\(run.stderr)")
        let after = try Self.digests(path)
        #expect(after["docker.io/demo/multi:1"] == before["docker.io/demo/multi:1"])
        #expect(after["docker.io/demo/second:1"] != before["docker.io/demo/second:1"])
    }

    @Test(
        "An annotation without a place is an error",
        arguments: ["index:a=b", "descriptor:a=b", "manifest[linux/arm64]:a=b"])
    func noPlace(_ annotation: String) throws {
        let directory = try TemporaryDirectory()
        let path = try Self.layout(directory)
        let run = try Program.ocimerge(["edit", "\(path):demo/single:1", "--annotation", annotation, "-i"])
        #expect(
            run.status == 1 && run.stderr.contains("has no place for the annotation \(annotation)"), "\(run.stderr)")
    }

    @Test("An archive without a suffix, and a compressed one, get new content in place")
    func archiveInPlace() throws {
        let directory = try TemporaryDirectory()
        let root = directory.path("root")
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(fileURLWithPath: root + "/file"))
        for (name, suffix) in [("img", "tar"), ("img.oci", "tar.zst")] {
            let path = directory.path(name)
            let source = try ocimerge("docker20/hello-amd64.tar", "-q", "-o", directory.path("made.\(suffix)"))
            #expect(source.status == 0)
            try FileManager.default.moveItem(atPath: directory.path("made.\(suffix)"), toPath: path)
            let run = try Program.ocimerge(["edit", path, "--add-layer", "\(root)=/srv", "-q", "-i"])
            #expect(run.status == 0, "\(run.stderr)")
            #expect(try Program.ocimerge(["cat", path, "/srv/file"]).stdout == "x")
        }
        let inside = directory.path("root/inside.tar")
        #expect(try ocimerge("docker20/hello-amd64.tar", "-q", "-o", inside).status == 0)
        for arguments in [
            ["edit", inside, "--add-layer", root, "-i"],
            ["edit", inside, "--add-layer", root, "-o", "oci-archive:\(root)/b.tar"],
        ] {
            let run = try Program.ocimerge(arguments)
            #expect(run.status == 1 && run.stderr.contains("is inside"), "\(run.stderr)")
        }
    }
}
