import Foundation
import TestSupport
import Testing

@Suite("Names of the result")
struct NamingTests {
    static let tags: [(given: [String], names: [String], tags: [String], sentence: String)] = [
        (["hello"], ["docker.io/library/hello:latest"], ["latest"], "a short name is docker's own"),
        (["demo/hello:2"], ["docker.io/demo/hello:2"], ["2"], "a name without a host is docker.io's"),
        (["localhost/x:1"], ["localhost/x:1"], ["1"], "localhost is a host"),
        (["reg.example:5000/a/b"], ["reg.example:5000/a/b:latest"], ["latest"], "a port is no tag"),
        (
            ["a:1", "b:2", "ghcr.io/c/d:1.0"],
            ["docker.io/library/a:1", "docker.io/library/b:2", "ghcr.io/c/d:1.0"], ["1", "2", "1.0"],
            "several names, one digest"
        ),
        (["a:1", "a:1"], ["docker.io/library/a:1"], ["1"], "a name given twice stands once"),
    ]

    @Test("-t names the result in the annotations that loaders read", arguments: tags.indices)
    func tag(_ number: Int) throws {
        let (given, names, tags, _) = Self.tags[number]
        for sources in [["docker20/hello-amd64.tar"], ["docker20/hello-amd64.tar", "docker20/hello-s390x.tar"]] {
            let directory = try TemporaryDirectory()
            let flags = given.flatMap { ["-t", $0] }
            let run = try Program.ocimerge(sources + flags + ["-q", "-o", directory.path("out")], directory: fixtures)
            expectDone(run)
            let layout = try soundLayout(directory.path("out"))
            #expect(layout.entries.map { $0.annotations?["io.containerd.image.name"] } == names)
            #expect(layout.entries.map { $0.annotations?["org.opencontainers.image.ref.name"] } == tags)
            #expect(Set(layout.entries.map(\.digest)).count == 1)
        }
    }

    @Test(
        "an invalid name is refused",
        arguments: [
            "UPPER", "a//b", "a:b:c", "-x/", "a@sha256:00", "a:", "a b", "é/x",
            "a:" + String(repeating: "x", count: 129),
        ])
    func malformed(_ name: String) throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge("tar/plain.tar", "--tag=\(name)", "-o", directory.path("out")),
            "'\(name)' is not an image name; write NAME[:TAG] in lower case, e.g. demo/app:1.0", status: 2)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("names that all sources share are kept, others are dropped")
    func common() throws {
        let directory = try TemporaryDirectory()
        // docker.io/demo/hello:1.0, docker.io/demo/hello:latest and quay.example.com/team/hello:2; the first one alone.
        try expectDone(
            ocimerge(
                "skopeo1/three-tags-s390x.docker-archive.tar", "docker20/hello-amd64.tar", "-q", "-o",
                directory.path("out")))
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.entries.map(\.name) == ["docker.io/demo/hello:1.0"])
        try expectDone(
            ocimerge("crane/hello-s390x.tar", "docker20/hello-amd64.tar", "-q", "-o", directory.path("none")),
            stderr: "ocimerge: warning: the sources have different names (docker.io/demo/hello:1.0, "
                + "registry.example.com/demo/hello:1.0), so the result has none; name it with -t NAME\n")
        #expect(try soundLayout(directory.path("none")).entries.map(\.name) == [nil])
    }

    @Test("all names of a copied image are kept")
    func copied() throws {
        let directory = try TemporaryDirectory()
        try expectDone(
            ocimerge("skopeo1/three-tags-s390x.docker-archive.tar", "-q", "-o", directory.path("out")))
        let names = try soundLayout(directory.path("out")).entries.compactMap(\.name)
        #expect(names == ["docker.io/demo/hello:1.0", "docker.io/demo/hello:latest", "quay.example.com/team/hello:2"])
    }

    static let architectures = [["amd64", "s390x"], ["s390x", "armv7", "amd64", "arm64"]]

    @Test("two applications with several architectures are merged in one command", arguments: architectures)
    func joined(_ architectures: [String]) throws {
        let directory = try TemporaryDirectory()
        let sources = architectures.map { "docker20/two-apps-\($0).tar" }
        let run = try Program.ocimerge(sources + ["-q", "-o", directory.path("out")], directory: fixtures)
        expectDone(run)
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.entries.map(\.name) == ["docker.io/demo/app-a:1.0", "docker.io/demo/app-b:1.0"])
        // Both have the tag 1.0, so the reference must be the full name. Otherwise tools take the wrong image.
        #expect(
            layout.entries.map { $0.annotations?["org.opencontainers.image.ref.name"] } == layout.entries.map(\.name))
        #expect(run.stdout == layout.entries.map { $0.digest + "\n" }.joined())
        #expect(layout.images.count == 2 * architectures.count)
        for entry in layout.entries {
            let children = layout.indexes[entry.digest]?.manifests ?? []
            #expect(Set(children.compactMap(\.platform?.architecture)).count == architectures.count)
            let configs = layout.images.filter { $0.names == [entry.name ?? ""] }.map(\.configDigest)
            let facts = sources.compactMap(Fixture.named).flatMap(\.fact.images)
            let expected = facts.filter { $0.names.map(FamiliarName.full) == [entry.name] }.map(\.config.digest)
            #expect(Set(configs) == Set(expected))
        }
    }

    @Test("a name that only one source has is kept with a warning")
    func onlyInOne() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "docker20/two-apps-amd64.tar", "docker20/hello-s390x.tar", "-q", "-o", directory.path("out"))
        let lines = [
            "docker.io/demo/app-a:1.0 is only in docker20/two-apps-amd64.tar",
            "docker.io/demo/app-b:1.0 is only in docker20/two-apps-amd64.tar",
            "docker.io/demo/hello:1.0 is only in docker20/hello-s390x.tar",
        ]
        expectDone(run, stderr: lines.map { "ocimerge: warning: \($0)\n" }.joined())
        #expect(try soundLayout(directory.path("out")).entries.count == 3)
    }

    @Test("--tag with several images, and an unnamed image among named ones, are refused")
    func ambiguous() throws {
        let directory = try TemporaryDirectory()
        expectFailure(
            try ocimerge("docker20/two-apps-amd64.tar", "-t", "x", "-o", directory.path("out")),
            "the sources hold 2 images (docker.io/demo/app-a:1.0, docker.io/demo/app-b:1.0), so --tag is ambiguous; "
                + "choose one with PATH:NAME")
        expectFailure(
            try ocimerge("docker20/tagged-and-untagged.tar", "docker20/hello-armv7.tar", "-o", directory.path("out")),
            "images are joined by name, but one in docker20/tagged-and-untagged.tar has none; choose it with "
                + "PATH@DIGEST and merge it separately")
        #expect(try Tree.names(in: directory.path) == [])
    }
}
