import Foundation
import TestSupport
import Testing

@Suite("inspect shows the evidence of the executables beside each platform")
struct EvidenceInspectTests {
    private struct Report: Decodable {
        struct Source: Decodable { let images: [Image] }
        struct Image: Decodable { let platforms: [Entry] }
        struct Entry: Decodable {
            let name: String?
            let evidence: Evidence?
        }
        struct Evidence: Decodable {
            let verdict: String
            let platform: String?
            let path: String?
            let layer: String?
            let basis: String?
            let machine: String?
            let reason: String?
        }
        let sources: [Source]
    }

    private func entries(_ source: String, _ options: [String] = []) throws -> [Report.Entry] {
        let run = try Program.ocimerge(["inspect", "--json", source] + options, directory: fixtures)
        #expect(run.status == 0)
        return try JSONDecoder().decode(Report.self, from: Data(run.output)).sources.flatMap(\.images)
            .flatMap(\.platforms)
    }

    private func remarks(_ source: String, _ options: [String] = []) throws -> [String] {
        let run = try Program.ocimerge(["inspect", source] + options, directory: fixtures)
        #expect(run.status == 0)
        return run.stdout.split(separator: "\n").filter { $0.hasPrefix("    programs  ") }.map {
            String($0.dropFirst(14).drop { $0 == " " })
        }
    }

    @Test("A tick marks correct metadata, a cross wrong metadata", arguments: Fixture.readable)
    func fixture(_ fixture: Fixture) throws {
        let remarks = try remarks(fixture.name)
        let entries = try entries(fixture.name)
        #expect(remarks.count == entries.count)
        #expect(!entries.isEmpty)
        for (remark, entry) in zip(remarks, entries) {
            let evidence = try #require(entry.evidence)
            if fixture.producer == "foreign" {
                #expect(remark.hasPrefix("no evidence: "))
                #expect(evidence.verdict == "none")
            } else if fixture.name.contains("wrong") {
                #expect(remark.hasPrefix("\u{2717} /bin/hello, which it runs, is "))
                #expect(evidence.verdict == "contradicts")
                #expect(evidence.platform != entry.name)
            } else {
                #expect(remark.hasPrefix("\u{2713} /bin/hello, which it runs, is "))
                #expect(evidence.verdict == "agrees")
                #expect(evidence.platform == entry.name)
            }
        }
    }

    @Test("The tree and JSON name the executable, its layer and its machine")
    func exact() throws {
        #expect(try remarks("docker20/hello-s390x-wrong.tar") == ["\u{2717} /bin/hello, which it runs, is s390x"])
        #expect(
            try remarks("buildah1/multiarch.oci-archive.tar")
                == ["amd64", "arm64", "arm/v7", "s390x"].map { "\u{2713} /bin/hello, which it runs, is \($0)" })
        let evidence = try #require(try entries("docker20/hello-s390x-wrong.tar").first?.evidence)
        let layer = Fixture.named("docker20/hello-s390x-wrong.tar")?.fact.images.first?.layers.last?.digest
        #expect(evidence.platform == "linux/s390x")
        #expect(evidence.path == "/bin/hello")
        #expect(evidence.layer == layer)
        #expect(evidence.basis == "entrypoint")
        #expect(evidence.machine == "s390x")
    }

    static let reasons: [(image: MadeImage, remark: String, reason: String)] = [
        (MadeImage("linux/amd64", [.file("etc/motd", [])]), "it holds no programs", "no executables"),
        (
            MadeImage("linux/amd64", [.program("bin/a", amd64), .program("bin/b", s390x)]),
            "its programs are for several architectures", "executables of several architectures"
        ),
    ]

    @Test("Missing evidence has a reason", arguments: reasons.indices)
    func silence(_ number: Int) throws {
        let one = Self.reasons[number]
        let directory = try TemporaryDirectory()
        let source = try directory.write(one.image.archive(), to: "made.tar")
        #expect(try remarks(source) == ["no evidence: " + one.remark])
        #expect(try entries(source).map(\.evidence?.reason) == [one.reason])
    }

    static let witnesses: [(image: MadeImage, remark: String, basis: String)] = [
        (
            MadeImage(
                "linux/s390x", [.program("usr/bin/dash", s390x), .symbolicLink("bin/sh", to: "/usr/bin/dash")],
                [.script("run", "#!/bin/sh\n")], run: ["/run"]),
            "/usr/bin/dash, which it runs through /run, /bin/sh, is s390x", "entrypoint"
        ),
        (
            MadeImage("linux/s390x", LayerEntry.programs(3, in: "bin", s390x)),
            "/bin/tool-0, like 3 of 3 in its bin directories, is s390x", "majority"
        ),
        (
            MadeImage("linux/s390x", [.program("lib/ld64.so.1", s390x)]), "/lib/ld64.so.1, its loader, is s390x",
            "loader"
        ),
        (MadeImage("linux/s390x", [.program("opt/app", s390x)]), "/opt/app, its only program, is s390x", "programs"),
        (
            MadeImage("linux/s390x", [.program("opt/a", s390x), .program("opt/b", s390x)]),
            "/opt/a, like all 2 of its programs, is s390x", "programs"
        ),
    ]

    @Test("The evidence states why the file decides", arguments: witnesses.indices)
    func witness(_ number: Int) throws {
        let one = Self.witnesses[number]
        let directory = try TemporaryDirectory()
        let source = try directory.write(one.image.archive(.gzip), to: "made.tar")
        #expect(try remarks(source) == ["\u{2713} " + one.remark])
        #expect(try entries(source).map(\.evidence?.basis) == [one.basis])
    }

    @Test("--evidence=full finds an executable that the bounded search misses")
    func depth() throws {
        let directory = try TemporaryDirectory()
        let zeros = LayerEntry.file("zeros", [UInt8](repeating: 0, count: 40 << 20))
        let image = MadeImage("linux/amd64", [zeros, .program("usr/bin/app", s390x)], run: ["app"])
        let source = try directory.write(image.archive(.gzip), to: "made.tar")
        #expect(try remarks(source) == ["no evidence: not conclusive so far; --evidence=full searches further"])
        #expect(try entries(source).map(\.evidence?.reason) == ["not conclusive"])
        #expect(try remarks(source, ["--evidence=full"]) == ["\u{2717} /usr/bin/app, which it runs, is s390x"])
        #expect(try entries(source, ["--evidence=full"]).map(\.evidence?.machine) == ["s390x"])
    }
}
