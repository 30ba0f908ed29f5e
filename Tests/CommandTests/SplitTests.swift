import Foundation
import TestSupport
import Testing

/// An incompressible image of about four megabytes, made once.
private let archive: [UInt8] = {
    var random = Xorshift(state: 88172645463325252)
    let layers = (0..<4).map { number in
        TarBuilder.archive([("file", (0..<(600_000 + number * 200_001)).map { _ in random.next() })])
    }
    return SavedImage(["demo/split:1"], layers: layers).archive
}()

private struct Xorshift {
    var state: UInt64

    mutating func next() -> UInt8 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return UInt8(truncatingIfNeeded: state >> 32)
    }
}

@Suite("--split writes volumes, and the first of them is a source")
struct SplitTests {
    private func source(_ directory: borrowing TemporaryDirectory) throws -> String {
        try directory.write(archive, to: "in.tar")
    }

    private func volumes(_ directory: borrowing TemporaryDirectory, _ stem: String = "out.tar") throws -> [String] {
        try Tree.names(in: directory.path).filter { $0.hasPrefix(stem + ".0") }
    }

    @Test(
        "the volumes concatenate to the archive, none exceeds the size, and the list has their digests",
        arguments: ["1MB", "1M", "1000001", "1500000", "2000003", "4G"], ["out.tar", "out.tar.gz", "out.tar.zst"])
    func volumes(_ size: String, _ name: String) throws {
        let directory = try TemporaryDirectory()
        let source = try source(directory)
        let limit = ["1MB": 1_000_000, "1M": 1 << 20, "4G": 1 << 32][size] ?? Int(size) ?? 0
        let run = try ocimerge(source, "--split", size, "-o", directory.path(name))
        try expectDone(ocimerge(source, "-q", "-o", directory.path(name)))
        let whole = try Data(contentsOf: URL(fileURLWithPath: directory.path(name)))
        let names = try volumes(directory, name)
        #expect(names == (1...(whole.count + limit - 1) / limit).map { "\(name).00\($0)" })
        let first = directory.path(name + ".001")
        let last = directory.path(names.filter { !$0.hasSuffix(".sha256") }.sorted().last ?? "")
        let written = names.count == 1 ? first : "\(first) to \(last)"
        #expect(run.stdout.hasPrefix("wrote archive \(written): "), "\(run.stdout)")
        let joined = try names.reduce(into: Data()) { joined, name in
            let volume = try Data(contentsOf: URL(fileURLWithPath: directory.path(name)))
            #expect(volume.count <= limit)
            joined += volume
        }
        #expect(joined == whole)
        let check = try Program.run("sha256sum", ["-c", name + ".sha256"], directory: directory.path)
        #expect(check.status == 0 && check.stdout == names.map { "\($0): OK\n" }.joined())
    }

    /// The boundaries lie in the name, the size, the checksum, the content of a member, and between these.
    @Test(
        "the first volume is read as the whole archive, wherever the boundaries are",
        arguments: [-512, -1, 0, 1, 100, 130, 150, 511, 512])
    func awkward(_ shift: Int) throws {
        let directory = try TemporaryDirectory()
        let source = try source(directory)
        try expectDone(ocimerge(source, "-q", "-o", directory.path("whole.tar")))
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: directory.path("whole.tar"))))
        let member = try #require(TarDissection.places(in: whole).last { $0.header > 1_000_512 })
        let size = "\(member.header + shift)"
        try expectDone(ocimerge(source, "-q", "--split", size, "-o", directory.path("out.tar")))
        #expect(try volumes(directory).count > 1)
        try expectDone(ocimerge(directory.path("out.tar.001"), "-q", "-o", directory.path("a")))
        try expectDone(ocimerge(directory.path("whole.tar"), "-q", "-o", directory.path("b")))
        #expect(try Tree.read(directory.path("a")) == (try Tree.read(directory.path("b"))))
        try expectDone(ocimerge("verify", "-q", directory.path("out.tar.001")))
    }

    @Test("the output is the same with any number of jobs")
    func deterministic() throws {
        let directory = try TemporaryDirectory()
        let source = try source(directory)
        for jobs in ["1", "4"] {
            try directory.write([], to: jobs + "/beside")
            try expectDone(
                ocimerge(
                    source, "-q", "--split", "1M", "--jobs", jobs, "--sync", "-o", directory.path("\(jobs)/out.tar"))
            )
        }
        #expect(try Tree.read(directory.path("1")) == (try Tree.read(directory.path("4"))))
    }

    /// The damage to the volumes, and the file that the error names. Without the checksum list only a part of it is
    /// detected.
    static let damages: [(what: String, script: String, named: String, words: String)] = [
        ("the middle is missing", "rm out.tar.002", "out.tar.002", "is missing, a volume of"),
        ("the last is missing", "rm out.tar.004", "out.tar.004", "is missing, a volume of"),
        ("the middle is short", "truncate -s 99 out.tar.002", "out.tar.002", "is cut off"),
        ("the first is short", "truncate -s 99 out.tar.001", "out.tar.001", "is cut off"),
        ("the last is short", "truncate -s 99 out.tar.004", "out.tar.004", "is damaged, or belongs to another set"),
        (
            "another set's", "head -c 1000000 /dev/zero > out.tar.003", "out.tar.003",
            "is damaged, or belongs to "
                + "another set"
        ),
        (
            "two changed places", "mv out.tar.002 x; mv out.tar.003 out.tar.002; mv x out.tar.003", "out.tar.002",
            "is damaged, or belongs to another set"
        ),
        ("the middle, no list", "rm out.tar.002 out.tar.sha256", "out.tar.002", "is missing, a volume of"),
        ("short, no list", "truncate -s 99 out.tar.003; rm out.tar.sha256", "out.tar.003", "is cut off"),
    ]

    @Test("a missing, short or foreign volume is named", arguments: damages.indices)
    func damaged(_ number: Int) throws {
        let damage = Self.damages[number]
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge(source(directory), "-q", "--split", "1MB", "-o", directory.path("out.tar")))
        #expect(try Program.run("sh", ["-ec", damage.script], directory: directory.path).status == 0)
        let first = directory.path("out.tar.001")
        for arguments in [[first, "-o", directory.path("new")], ["inspect", first], ["verify", "-q", first]] {
            // inspect reads headers only and cannot detect damage behind them.
            let run = try Program.ocimerge(arguments)
            if arguments[0] == "inspect", run.status == 0 { continue }
            expectOneSentence(run, "\(damage.what): \(arguments)")
            #expect(
                run.stderr.hasPrefix("ocimerge: \(directory.path(damage.named)) \(damage.words)"),
                "\(damage.what): \(run.stderr)")
        }
        #expect(!FileManager.default.fileExists(atPath: directory.path("new")))
    }

    @Test("a later volume is refused with the name of the first")
    func later() throws {
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge(source(directory), "-q", "--split", "1MB", "-o", directory.path("out.tar")))
        let second = directory.path("out.tar.002")
        expectFailure(
            try ocimerge("inspect", second),
            "\(second) is a later volume; name the first, \(directory.path("out.tar.001")), for all of them")
    }

    @Test("existing volumes are refused without --force, and replaced with it")
    func existing() throws {
        let directory = try TemporaryDirectory()
        let source = try source(directory)
        let out = directory.path("out.tar")
        try expectDone(ocimerge(source, "-q", "--split", "1MB", "-o", out))
        let before = try Tree.read(directory.path)
        let refusal = "exists; replace it with --force, or choose another name"
        expectFailure(
            try ocimerge("docker20/hello-amd64.tar", "--split", "1MB", "-o", out), "\(out).001 \(refusal)")
        #expect(try Tree.read(directory.path) == before)
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-q", "--force", "--split", "1MB", "-o", out))
        #expect(try volumes(directory) == ["out.tar.001"])
        #expect(try Tree.names(in: directory.path) == ["in.tar", "out.tar.001", "out.tar.sha256"])
        try expectDone(ocimerge("verify", "-q", out + ".001"))
        // Leftovers of a killed run are refused, too.
        try Program.run("rm", [out + ".001"])
        expectFailure(try ocimerge(source, "--split", "1MB", "-o", out), "\(out).sha256 \(refusal)")
    }

    @Test("only an archive in a file can be split, and volumes are not corrected in place")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let source = try source(directory)
        let sentence = "only archives in files are split into volumes; name X.tar, X.tar.gz or X.tar.zst"
        for out in ["-", directory.path("dir")] {
            expectFailure(try ocimerge(source, "--split", "1M", "-o", out), "\(out): \(sentence)", status: 2)
        }
        expectFailure(
            try ocimerge(source, "--split", "10k", "-o", directory.path("x.tar")),
            "--split needs a size of at least 1.0 MB, as in 4095M or 700MB, not '10k'\nTry 'ocimerge help merge'.",
            status: 2)
        let first = directory.path("out.tar.001")
        try expectDone(ocimerge(source, "-q", "--split", "1MB", "-o", directory.path("out.tar")))
        let before = try Tree.read(directory.path)
        expectFailure(
            try ocimerge("fix", first, "--platform", "linux/arm64", "--trust", "--in-place"),
            "\(first) is split into volumes, which cannot be changed in place; write the result with -o DEST")
        #expect(try Tree.read(directory.path) == before)
        try expectDone(
            ocimerge("fix", first, "--platform", "linux/arm64", "--trust", "-q", "-o", directory.path("fixed.tar")))
    }

    @Test("an increment in volumes is completed from the first one")
    func increment() throws {
        let directory = try TemporaryDirectory()
        let mirror = directory.path("mirror")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "-t", "demo/split:1", "-q", "-o", mirror))
        let source = try source(directory)
        try expectDone(
            ocimerge("pack", source, "-q", "--since", mirror, "--split", "1MB", "-o", directory.path("w.tar")))
        try expectDone(ocimerge(directory.path("w.tar.001"), "--update", "-q", "-o", mirror))
        #expect(try WrittenLayout(mirror, strict: false).problems == [])
    }
}
