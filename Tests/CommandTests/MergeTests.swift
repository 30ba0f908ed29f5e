import Foundation
import TestSupport
import Testing

struct Pair: Sendable, CustomStringConvertible {
    let one: Fixture
    let other: Fixture
    var description: String { "\(one) + \(other)" }
}

@Suite("Two architectures become one index")
struct MergeTests {
    /// Pairs of amd64 and s390x fixtures, one of every producer and dialect each.
    static let pairs: [Pair] = {
        let others = Fixture.oneOfEachProducer(Fixture.single("linux/s390x"))
        return Fixture.oneOfEachProducer(Fixture.single("linux/amd64")).flatMap { one in
            others.map { Pair(one: one, other: $0) }
        }
    }()

    @Test("for any two producers the index is sorted and image IDs are kept", arguments: pairs)
    func pair(_ pair: Pair) throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("multi")
        // The second source comes first: the order of arguments does not matter.
        let run = try ocimerge(pair.other.name, pair.one.name, "-o", out)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(
            run.stderrBesidesNames.isEmpty == (pair.other.fact.mislabelled.isEmpty && pair.one.fact.mislabelled.isEmpty)
        )
        let layout = try soundLayout(out)
        let names = { (fixture: Fixture) in
            Set(fixture.fact.images[0].names.map(FamiliarName.full))
                .union((fixture.fact.images[0].repoTags ?? []).map(FamiliarName.full))
        }
        let common = names(pair.one).intersection(names(pair.other))
        #expect(Set(layout.entries.compactMap(\.name)) == common)
        #expect(layout.entries.count == max(1, common.count))
        #expect(Set(layout.entries.map(\.digest)).count == 1)
        #expect(layout.indexes.count == 1)
        let children = layout.indexes.values.flatMap { $0.manifests ?? [] }
        #expect(children.map(\.platform?.text) == ["linux/amd64", "linux/s390x"])
        let facts = [pair.one, pair.other].map { $0.fact.images[0] }
        #expect(layout.images.map(\.configDigest) == facts.map(\.config.digest))
        #expect(layout.images.map { $0.layers.map(\.digest) } == facts.map { $0.layers.map(\.digest) })
        #expect(layout.images.map(\.config.rootfs.diffIDs) == facts.map { $0.layers.map(\.diffID) })
    }

    static let reports: [(form: [String], sentence: String)] = [
        ([], "for people"), (["--quiet"], "only the digest"), (["--json"], "for machines"),
    ]

    @Test("the report has exactly this text", arguments: reports.map(\.form))
    func report(_ form: [String]) throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("multi")
        let sources = ["crane/hello-amd64.tar", "crane/hello-s390x.tar"]
        let run = try Program.ocimerge(sources + ["-o", out] + form, directory: fixtures)
        expectDone(run)
        let layout = try soundLayout(out)
        let (digest, size) = (try #require(layout.entries.first).digest, try #require(layout.entries.first).size)
        let name = "registry.example.com/demo/hello:1.0"
        let blobs = Set(layout.images.flatMap(\.layers).map { "\($0.digest) \($0.size)" })
        let bytes = blobs.compactMap { Int($0.split(separator: " ")[1]) }.reduce(0, +)
        let manifests = layout.images.map(\.descriptor.digest)
        try #require(manifests.count == 2)
        switch form {
        case []:
            #expect(
                run.stdout == """
                    wrote OCI layout \(out): 1 image, \(blobs.count) layers, \(bytes) B
                    \(name)  \(digest)
                      linux/amd64  \(manifests[0])  \(sources[0])
                      linux/s390x  \(manifests[1])  \(sources[1])

                    """)
        case ["--quiet"]: #expect(run.stdout == "\(digest)\n")
        default:
            #expect(
                run.stdout == """
                    {
                      "destination": "\(out)",
                      "kind": "layout",
                      "dryRun": false,
                      "layers": \(blobs.count),
                      "bytes": \(bytes),
                      "images": [
                        {
                          "names": [
                            "\(name)"
                          ],
                          "digest": "\(digest)",
                          "mediaType": "application/vnd.oci.image.index.v1+json",
                          "size": \(size),
                          "platforms": [
                            {
                              "platform": "linux/amd64",
                              "digest": "\(manifests[0])",
                              "sources": [
                                "\(sources[0])"
                              ]
                            },
                            {
                              "platform": "linux/s390x",
                              "digest": "\(manifests[1])",
                              "sources": [
                                "\(sources[1])"
                              ]
                            }
                          ]
                        }
                      ],
                      "artifacts": [],
                      "warnings": []
                    }

                    """)
        }
    }

    @Test("--dry-run reports the result and writes nothing")
    func dryRun() throws {
        let directory = try TemporaryDirectory()
        let arguments = ["docker20/hello-amd64.tar", "tar/compressed/plain.tar.gz", "-t", "demo/x:1", "-o"]
        let wet = try Program.ocimerge(arguments + [directory.path("wet")], directory: fixtures)
        let before = try Tree.read(directory.path)
        let dry = try Program.ocimerge(arguments + [directory.path("dry"), "--dry-run"], directory: fixtures)
        expectDone(dry)
        let expected = wet.stdout.replacingOccurrences(
            of: "wrote OCI layout \(directory.path)/wet", with: "would write OCI layout \(directory.path)/dry")
        #expect(dry.stdout == expected)
        #expect(try Tree.read(directory.path) == before)
        let update = try Program.ocimerge(
            ["jib/hello-arm64.tar", "-o", directory.path("wet"), "--update", "--dry-run"], directory: fixtures)
        expectDone(update)
        #expect(try Tree.read(directory.path) == before)
        let quiet = try Program.ocimerge(arguments + [directory.path("dry"), "--dry-run", "-q"], directory: fixtures)
        #expect(quiet.stdout == "\(try #require(try WrittenLayout(directory.path("wet")).entries.first).digest)\n")
    }

    @Test("--dry-run of a stream gives the same digests as the run")
    func dryStream() throws {
        let directory = try TemporaryDirectory()
        let archive = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture("docker20/hello-amd64.tar"))))
        let dry = try ocimerge(
            "-", "crane/hello-s390x.tar", "-q", "--dry-run", "-o", directory.path("a"), input: archive)
        #expect(try Tree.names(in: directory.path) == [])
        let wet = try ocimerge("-", "crane/hello-s390x.tar", "-q", "-o", directory.path("a"), input: archive)
        #expect(dry.status == 0 && dry.stderrBesidesNames == "", "\(dry.stderr)")
        #expect(dry.stdout == wet.stdout && dry.stderr == wet.stderr)
    }

    @Test("five sources of four dialects become one index of five platforms")
    func five() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge(
            "docker20/hello-amd64.tar", "jib/hello-arm64.tar", "docker20/hello-armv7.tar",
            "podman4/hello-s390x.oci-dir", "foreign/windows.oci.tar", "-t", "demo/all", "-q", "-o",
            directory.path("all"))
        expectDone(run)
        let layout = try soundLayout(directory.path("all"))
        let children = layout.indexes.values.flatMap { $0.manifests ?? [] }
        let platforms = ["linux/amd64", "linux/arm/v7", "linux/arm64", "linux/s390x", "windows/amd64"]
        #expect(Set(children.compactMap(\.platform?.text)) == Set(platforms))
        #expect(layout.entries.map(\.name) == ["docker.io/demo/all:latest"])
    }
}
