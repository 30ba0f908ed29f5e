import Foundation
import TestSupport
import Testing

@Suite("The same inputs give the same bytes")
struct ReproducibilityTests {
    private func tree(_ arguments: [String], input: [UInt8] = []) throws -> [String: [UInt8]] {
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(
            arguments + ["-q", "-o", directory.path("out")], input: input, directory: fixtures)
        #expect(run.status == 0 && run.stderrBesidesNames == "", "\(run.stderr)")
        try soundLayout(directory.path("out"))
        return try Tree.read(directory.path("out"))
    }

    static let sets: [[String]] = [
        ["docker20/two-apps-amd64.tar", "docker20/two-apps-s390x.tar", "docker20/two-apps-arm64.tar"],
        ["crane/hello-amd64.tar", "podman4/hello-s390x.oci-dir", "docker20/hello-armv7.tar"],
        ["docker25-graph/hello-amd64.tar", "docker20/hello-s390x.tar", "foreign/windows.docker-dir"],
        // The same image from two dialects, with and without a platform in its descriptor.
        ["tar/plain.tar", "tar/dot-slash.tar", "docker20/hello-amd64.tar"],
        ["ctr1/multiarch.tar", "buildah1/multiarch.oci-archive.tar", "buildah1/hello-s390x.oci-dir"],
    ]

    @Test("the result is the same in any order of sources", arguments: sets)
    func order(_ sources: [String]) throws {
        let orders = permutations(sources)
        let first = try tree(orders[0])
        for order in orders.dropFirst() { #expect(try tree(order) == first, "\(order)") }
    }

    @Test("the result is the same with any number of jobs", arguments: ["1", "2", "5", "64"])
    func jobs(_ jobs: String) throws {
        let sources = Self.sets[0]
        #expect(try tree(sources + ["--jobs", jobs]) == tree(sources))
    }

    @Test("the result is the same with --sync")
    func sync() throws {
        let sources = ["docker20/hello-amd64.tar", "crane/hello-s390x.tar"]
        #expect(try tree(sources + ["--sync"]) == tree(sources))
    }

    @Test(
        "the result is the same on every run",
        arguments: ["docker20/multi.tar", "docker25-graph/multi.tar", "layouts/nested-and-odd.oci-dir"])
    func runs(_ source: String) throws {
        let directory = try TemporaryDirectory()
        var outputs: Set<String> = []
        for number in 0..<6 {
            let run = try ocimerge(source, "-o", directory.path("\(number)"))
            outputs.insert(run.stdout.replacingOccurrences(of: directory.path("\(number)"), with: "") + run.stderr)
        }
        #expect(outputs.count == 1)
        let first = try Tree.read(directory.path("0"))
        for number in 1..<6 { #expect(try Tree.read(directory.path("\(number)")) == first) }
    }

    @Test("warnings have a fixed order")
    func warnings() throws {
        // Every child has plain layers with a gzip media type, as skopeo writes them.
        let directory = try TemporaryDirectory()
        try Program.run("cp", ["-r", Program.fixture("buildah1/multiarch.docker-dir"), directory.path("in")])
        let plain = "vnd.oci.image.layer.v1.tar\""
        var list = try String(contentsOfFile: directory.path("in/manifest.json"), encoding: .utf8)
        for name in try Tree.names(in: directory.path("in")) where name.hasSuffix(".manifest.json") {
            let old = try String(contentsOfFile: directory.path("in/\(name)"), encoding: .utf8)
            let new = old.replacingOccurrences(of: plain, with: "vnd.oci.image.layer.v1.tar+gzip\"")
            let digest = SavedImage.digest(Array(new.utf8))
            try directory.write(Array(new.utf8), to: "in/\(digest.dropFirst(7)).manifest.json")
            list = list.replacingOccurrences(of: String(name.prefix(64)), with: String(digest.dropFirst(7)))
            list = list.replacingOccurrences(of: "\"size\":\(old.utf8.count)", with: "\"size\":\(new.utf8.count)")
        }
        try directory.write(Array(list.utf8), to: "in/manifest.json")
        var outputs: Set<String> = []
        for number in 0..<8 {
            let run = try ocimerge(directory.path("in"), "-q", "-o", directory.path("\(number)"))
            #expect(run.status == 0)
            outputs.insert(run.stderr)
        }
        #expect(outputs.count == 1)
        try soundLayout(directory.path("7"))
    }

    @Test("standard input, a pipe and a file give the same result", arguments: Fixture.readable)
    func stream(_ fixture: Fixture) throws {
        guard fixture.fact.compression != nil, fixture.fact.mislabelled.isEmpty, fixture.fact.absent.isEmpty,
            !fixture.fact.images.contains(where: \.statedOrderWrong)
        else { return }
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: fixture.path)))
        let trust = fixture.name.contains("wrong") ? ["--trust"] : []
        let expected = try tree([fixture.name] + trust)
        #expect(try tree(["-"] + trust, input: bytes) == expected)
        guard Self.oneOfEach.contains(fixture.name) else { return }
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let redirected = try Program.run(
            "sh", ["-c", #""$0" - --trust -q -o "$1" < "$2""#, Program.ocimerge, out, fixture.path])
        expectDone(redirected)
        #expect(try Tree.read(out) == expected)
        let substituted = try Program.run(
            "bash", ["-c", #""$0" <(cat "$2") --trust -q -o "$1""#, Program.ocimerge, out + "2", fixture.path])
        expectDone(substituted)
        #expect(try Tree.read(out + "2") == expected)
    }

    static let compressors: [(suffix: String, command: String)] = [
        ("gz", "gzip -c"), ("bz2", "bzip2 -c"), ("xz", "xz -c"), ("zst", "zstd -c"), ("lz4", "lz4 -c"),
        ("two-member.gz", "(head -c 7000 | gzip -c; cat | gzip -c) < "),
        ("two-frame.zst", "(head -c 7000 | zstd -c; cat | zstd -c) < "),
        ("two-stream.xz", "(head -c 7000 | xz -c; cat | xz -c) < "),
        ("two-stream.bz2", "(head -c 7000 | bzip2 -c; cat | bzip2 -c) < "),
        ("two-frame.lz4", "(head -c 7000 | lz4 -c; cat | lz4 -c) < "),
    ]

    @Test("a compressed and a plain archive give the same result", arguments: compressors.indices)
    func compressed(_ number: Int) throws {
        let (suffix, command) = Self.compressors[number]
        for source in [
            "docker20/multi.tar", "crane/mixed-compression.tar", "buildx/old-attestations.oci.tar",
            "docker25-graph/multi.tar",
        ] {
            let directory = try TemporaryDirectory()
            // The name has no extension: the content determines the compression.
            let made = try Program.run(
                "sh", ["-c", "\(command) '\(Program.fixture(source))' > packed"], directory: directory.path)
            try #require(made.status == 0, "\(suffix): \(made.stderr)")
            let expected = try tree([source])
            #expect(try tree([directory.path("packed")]) == expected, "\(suffix)")
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: directory.path("packed"))))
            #expect(try tree(["-"], input: bytes) == expected, "\(suffix) from standard input")
            let fifo = try Program.run(
                "bash", ["-c", #""$0" <(cat packed) -q -o out"#, Program.ocimerge], directory: directory.path)
            expectDone(fifo)
            #expect(try Tree.read(directory.path("out")) == expected, "\(suffix) through a FIFO")
        }
    }

    static let oneOfEach = Fixture.oneOfEachProducer(Fixture.readable.filter { !$0.name.contains("wrong") }).map(\.name)

    private func permutations(_ list: [String]) -> [[String]] {
        guard list.count > 1 else { return [list] }
        return list.indices.flatMap { number in
            var rest = list
            let one = rest.remove(at: number)
            return permutations(rest).map { [one] + $0 }
        }
    }
}
