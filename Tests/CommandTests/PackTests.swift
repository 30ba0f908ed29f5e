import Foundation
import TestSupport
import Testing

/// An image of two weeks. The layers on top of week 1 are new in week 2.
@Suite("pack --since writes new blobs only, and --update completes the increment")
struct PackTests {
    static let week1 = "docker20/hello-amd64.tar"
    static let week2 = "docker20/committed-whiteouts.tar"
    static let shared = [
        "sha256:648a4b7e912e0a67ac6a71f76f4282f86f4a7b3d52023873034880aed3cc6cbe",
        "sha256:a0ac1a66c4d89342091eb0bd1fb048750d0f4ae1feab0b4413ae96e752718201",
    ]
    static let name = "docker.io/demo/hello:1.0"

    /// The archive of week 2, and a receiver's layout of week 1.
    private func sides(_ directory: borrowing TemporaryDirectory) throws -> (archive: String, mirror: String) {
        let (archive, mirror) = (directory.path("week2.tar"), directory.path("mirror"))
        try expectDone(ocimerge(Self.week1, "-t", Self.name, "-q", "-o", mirror))
        try expectDone(ocimerge("pack", Self.week2, "-t", Self.name, "-q", "--since", Self.week1, "-o", archive))
        return (archive, mirror)
    }

    @Test("the receiver gets the same image, and the increment has only new blobs and documents")
    func completes() throws {
        let directory = try TemporaryDirectory()
        let (archive, mirror) = try sides(directory)
        let members = try Program.run("tar", ["tf", archive]).stdout.split(separator: "\n").map(String.init)
        #expect(members.count == 9 && members.contains("manifest.json"))
        for digest in Self.shared { #expect(!members.contains("blobs/" + digest.replacing(":", with: "/"))) }
        let whole = directory.path("whole")
        try expectDone(ocimerge(Self.week2, "-t", Self.name, "-q", "-o", whole))
        try expectDone(ocimerge(archive, "--update", "-q", "-o", mirror))
        let layout = try WrittenLayout(mirror, strict: false)
        #expect(layout.problems == [] && layout.absent == [])
        #expect(layout.entries == (try soundLayout(whole)).entries)
        #expect(try Program.run("cmp", [whole + "/index.json", mirror + "/index.json"]).status == 0)
        try expectDone(ocimerge("verify", "-q", mirror))
    }

    @Test("the report states the omitted blobs", arguments: [false, true])
    func report(_ isDryRun: Bool) throws {
        let directory = try TemporaryDirectory()
        let archive = directory.path("w.tar")
        let more = isDryRun ? ["--dry-run"] : []
        let run = try Program.ocimerge(
            ["pack", Self.week2, "--since", Self.week1, "-o", archive] + more, directory: fixtures)
        let lines = run.stdout.split(separator: "\n")
        #expect(lines[0] == "\(isDryRun ? "would write" : "wrote") archive \(archive): 1 image, 2 layers, 7.17 kB")
        #expect(lines[1] == "left out: 2 layers, 11.8 kB, of 18.9 kB")
        #expect(FileManager.default.fileExists(atPath: archive) != isDryRun)
        let json = try Program.ocimerge(
            ["pack", Self.week2, "--since", Self.week1, "--json", "--force", "-o", archive] + more,
            directory: fixtures)
        let object = try JSONSerialization.jsonObject(with: Data(json.output)) as? [String: Any]
        let left = object?["leftOut"] as? [String: Int]
        #expect(left == ["layers": 2, "bytes": 11776])
        #expect(object?["layers"] as? Int == 2)
    }

    /// Shell commands with `$0` for the program and `$1` for a layout of week 1. Each prints a base or makes one.
    static let bases: [(what: String, command: String)] = [
        ("an archive", "$0 pack $new -q -o w.tar --since $old"),
        ("a layout", "$0 pack $new -q -o w.tar --since $1"),
        ("a stated dialect and name", "$0 pack $new -q -o w.tar --since oci:$1:docker.io/demo/hello:1.0"),
        ("inspect --blobs", "$0 inspect --blobs $1 > list; $0 pack $new -q -o w.tar --since list"),
        ("inspect --blobs of an archive", "$0 inspect --blobs $old > list; $0 pack $new -q -o w.tar --since list"),
        ("ls", "ls $1/blobs/sha256 > list; $0 pack $new -q -o w.tar --since list"),
        ("sha256sum", "(cd $1/blobs/sha256; sha256sum *) > list; $0 pack $new -q -o w.tar --since list"),
        ("find", "find $1/blobs -type f > list; $0 pack $new -q -o w.tar --since list"),
        ("a pipe", "$0 pack $new -q -o w.tar --since <(ls $1/blobs/sha256)"),
        ("standard input", "ls $1/blobs/sha256 | $0 pack $new -q -o w.tar --since -"),
        (
            "two bases, each a part",
            "$0 inspect --blobs $1 | head -2 > a; $0 inspect --blobs $1 | tail -n +3 > b;"
                + "$0 pack $new -q -o w.tar --since a --since b"
        ),
        ("a former increment", "$0 pack $old -q -o i.tar --since $1; $0 pack $new -q -o w.tar --since i.tar"),
        ("standard output", "$0 pack $new -q -o - --since $1 > w.tar 2> /dev/null"),
        ("all of it through pipes", "cat $new | $0 pack - -q -o - --since $1 2> /dev/null | cat > w.tar"),
    ]

    @Test("every kind of base gives the same increment", arguments: bases.indices)
    func base(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let (archive, mirror) = try sides(directory)
        let script =
            Self.bases[number].command.replacing("$new", with: "\(fixtures)/\(Self.week2)")
            .replacing("$old", with: "\(fixtures)/\(Self.week1)").replacing("-q -o", with: "-t \(Self.name) -q -o")
        let run = try Program.run("bash", ["-ec", script, Program.ocimerge, mirror], directory: directory.path)
        expectDone(run)
        #expect(try Program.run("cmp", [archive, directory.path("w.tar")]).status == 0, "\(Self.bases[number].what)")
    }

    @Test("a compressed or piped increment is completed, too", arguments: ["w.tar.gz", "w.tar.zst", "-"])
    func compressed(_ output: String) throws {
        let directory = try TemporaryDirectory()
        let (archive, mirror) = try sides(directory)
        if output == "-" {
            let script = #""$0" - --update -q -o "$1" < <(cat "$2")"#
            try expectDone(Program.run("bash", ["-c", script, Program.ocimerge, mirror, archive]))
        } else {
            let out = directory.path(output)
            try expectDone(ocimerge("pack", Self.week2, "-t", Self.name, "-q", "--since", Self.week1, "-o", out))
            try expectDone(ocimerge(out, "--update", "-q", "-o", mirror))
        }
        #expect(try WrittenLayout(mirror, strict: false).problems == [])
        try expectDone(ocimerge("verify", "-q", mirror))
    }

    @Test("without --since pack writes the complete archive of merge")
    func complete() throws {
        let directory = try TemporaryDirectory()
        try expectDone(ocimerge("pack", Self.week2, "-q", "-o", directory.path("a.tar")))
        try expectDone(ocimerge(Self.week2, "-q", "-o", directory.path("b.tar")))
        #expect(try Program.run("cmp", [directory.path("a.tar"), directory.path("b.tar")]).status == 0)
    }

    @Test("increments are completed week after week")
    func chain() throws {
        let directory = try TemporaryDirectory()
        let (archive, mirror) = try sides(directory)
        let third = directory.path("week3.tar")
        let sources = ["docker20/hello-s390x.tar", "docker20/hello-arm64.tar"]
        try expectDone(
            ocimerge(
                "pack", sources[0], sources[1], "-t", Self.name, "-q", "--since", archive, "--since", Self.week1, "-o",
                third))
        try expectDone(ocimerge(archive, "--update", "-q", "-o", mirror))
        try expectDone(ocimerge(third, "--update", "-q", "-o", mirror))
        let layout = try WrittenLayout(mirror, strict: false)
        #expect(layout.problems == [] && layout.images.map(\.platform) == ["linux/arm64", "linux/s390x"])
        // No week can be skipped: the increment of week 3 lacks the blobs of week 2.
        let behind = directory.path("behind")
        try expectDone(ocimerge("docker20/hello-armv7.tar", "-t", "other:1", "-q", "-o", behind))
        let before = try Tree.read(behind)
        let run = try ocimerge(archive, "--update", "-q", "-o", behind)
        #expect(run.status == 1)
        #expect(try Tree.read(behind) == before)
    }

    @Test(
        "an image that is chosen by its digest is not changed",
        arguments: ["--annotation=a=b", "--format=docker", "--compress=gzip"])
    func statedDigest(_ option: String) throws {
        let directory = try TemporaryDirectory()
        let layout = directory.path("layout")
        let made = try ocimerge(
            "docker20/hello-amd64.tar", "docker20/hello-s390x.tar", "-t", "a/b:1", "-q", "-o", layout)
        expectDone(made)
        let (source, out) = ("\(layout)@\(made.line)", directory.path("out.tar"))
        expectFailure(
            try ocimerge("pack", source, option, "-o", out),
            "\(source) is chosen by its digest \(made.line), which this command would change; leave out the option that "
                + "changes images (--fix, --format, --annotation, --compress), or choose the image by its tag")
        #expect(!FileManager.default.fileExists(atPath: out))
        #expect(try ocimerge("pack", source, "-q", "-o", out).line == made.line)
        #expect(try ocimerge("pack", layout, option, "-q", "--force", "-o", out).status == 0)
    }

    @Test("an increment does not replace its base")
    func keepsBase() throws {
        let directory = try TemporaryDirectory()
        let base = directory.path("week1.tar")
        expectDone(try ocimerge(Self.week1, "-t", Self.name, "-q", "-o", base))
        let link = directory.path("link.tar")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: base)
        let before = try Tree.read(directory.path)
        for output in [base, link] {
            let run = try ocimerge("pack", Self.week2, "--since", base, "--force", "-o", output)
            #expect(run.status == 2)
            #expect(run.stderr.contains("would replace a file that the command reads"), "\(run.stderr)")
        }
        #expect(try Tree.read(directory.path) == before)
    }

    @Test("a wrong base is refused with all missing blobs, and nothing is written", arguments: [true, false])
    func wrongBase(_ updates: Bool) throws {
        let directory = try TemporaryDirectory()
        let (archive, _) = try sides(directory)
        let out = directory.path("out")
        if updates { try expectDone(ocimerge("jib/hello-arm64.tar", "-t", "x:1", "-q", "-o", out)) }
        let before = try Tree.read(directory.path)
        let run = try Program.ocimerge([archive, "--trust", "-o", out] + (updates ? ["--update"] : []))
        let image = "\(Self.name) linux/amd64"
        expectFailure(
            run,
            "\(archive) is an increment, and 2 blobs (11.8 kB) that it needs are missing; add it with --update to a "
                + "layout that has its --since base, or push it to a repository that has it. Missing:\n  \(Self.shared[0])  2.56 kB  \(image)\n"
                + "  \(Self.shared[1])  9.22 kB  \(image)")
        #expect(try Tree.read(directory.path) == before)
        #expect(FileManager.default.fileExists(atPath: out) == updates)
    }

    @Test("a damaged base is refused by name", arguments: ["flipped", "shortened", "emptied", "a link"])
    func damagedBase(_ damage: String) throws {
        let directory = try TemporaryDirectory()
        let (archive, mirror) = try sides(directory)
        let blob = mirror + "/blobs/" + Self.shared[1].replacing(":", with: "/")
        let change =
            switch damage {
            case "flipped": "printf x | dd of=\(blob) bs=1 seek=5000 conv=notrunc status=none"
            case "shortened": "truncate -s 9000 \(blob)"
            case "emptied": ": > \(blob)"
            default: "mv \(blob) \(mirror)/away; ln -s ../../away \(blob)"
            }
        #expect(try Program.run("sh", ["-c", change]).status == 0)
        let before = try Tree.read(mirror)
        let run = try ocimerge(archive, "--trust", "--update", "-q", "-o", mirror)
        expectOneSentence(run, "\(damage)")
        #expect(run.stderr.contains(String(Self.shared[1].suffix(64))), "\(run.stderr)")
        #expect(try Tree.read(mirror) == before)
    }

    @Test("damage in an increment is found")
    func damagedIncrement() throws {
        let directory = try TemporaryDirectory()
        let (archive, mirror) = try sides(directory)
        try expectDone(ocimerge("verify", "-q", archive))
        let verified = try ocimerge("verify", archive)
        #expect(
            verified.stdout.contains("2 blobs, 11.8 kB, are left out of this increment; its receiver has them"),
            "\(verified.stdout)")
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: archive)))
        let layer = try #require(TarDissection.places(in: bytes).first { $0.content.count == 4608 })
        bytes[layer.content.lowerBound + 600] ^= 1
        try directory.write(bytes, to: "week2.tar")
        let before = try Tree.read(mirror)
        #expect(try ocimerge("verify", "-q", archive).status == 1)
        expectOneSentence(try ocimerge(archive, "--trust", "--update", "-q", "-o", mirror), "flipped")
        #expect(try Tree.read(mirror) == before)
    }

    @Test("recompressed content gives a warning, or is omitted with --reuse, and the image ID stays")
    func reuse() throws {
        let directory = try TemporaryDirectory()
        let (mirror, gzip, archive) = (directory.path("mirror"), directory.path("gzip"), directory.path("w.tar"))
        try expectDone(ocimerge(Self.week1, "-t", Self.name, "-q", "-o", mirror))
        try expectDone(
            Program.run(
                "sh",
                [
                    "-ec",
                    """
                    mkdir g; cd g; tar xf '\(fixtures)/\(Self.week1)'
                    for layer in */layer.tar; do test -L $layer || { gzip -n $layer; mv $layer.gz $layer; }; done
                    tar cf ../g.tar *
                    """,
                ], directory: directory.path))
        try expectDone(ocimerge(directory.path("g.tar"), "-t", Self.name, "-q", "-o", gzip))
        let warned = try ocimerge("pack", gzip, "-q", "--since", mirror, "-o", archive)
        #expect(
            warned.status == 0 && warned.stderr.contains("warning: the receiver has the content of 2 layers ("),
            "\(warned.stderr)")
        try expectDone(ocimerge("pack", gzip, "-q", "--reuse", "--since", mirror, "--force", "-o", archive))
        #expect(try Program.run("tar", ["tf", archive]).stdout.split(separator: "\n").count == 7)
        try expectDone(ocimerge(archive, "--update", "-q", "-o", mirror))
        let layout = try WrittenLayout(mirror, strict: false)
        #expect(layout.problems == [] && layout.absent == [])
        let sent = try soundLayout(gzip)
        #expect(layout.images.map(\.configDigest) == sent.images.map(\.configDigest))
        try expectDone(ocimerge("verify", "-q", mirror))
        // The same with the receiver's list.
        let list = try directory.write(Array(try ocimerge("inspect", "--blobs", Self.week1).output), to: "list")
        try expectDone(ocimerge("pack", gzip, "-q", "--reuse", "--since", list, "-o", directory.path("l.tar")))
        #expect(try Program.run("cmp", [archive, directory.path("l.tar")]).status == 0)
    }

    @Test("--default-platform selects the image for docker in an increment")
    func defaultPlatform() throws {
        let directory = try TemporaryDirectory()
        let (base, whole, part) = (directory.path("base"), directory.path("whole.tar"), directory.path("part.tar"))
        let joined = directory.path("joined")
        try expectDone(ocimerge(Self.week2, "docker20/hello-s390x.tar", "-t", Self.name, "-q", "-o", joined))
        let sources = [joined, "-q"]
        try expectDone(ocimerge(Self.week1, "-t", Self.name, "-q", "-o", base))
        for platform in ["linux/amd64", "linux/s390x"] {
            let choice = ["--default-platform", platform, "--force", "-o"]
            let pack = ["pack", "--since", base]
            try expectDone(Program.ocimerge(sources + choice + [whole], directory: fixtures))
            try expectDone(Program.ocimerge(pack + sources + choice + [part], directory: fixtures))
            let lists = try [whole, part].map { try Program.run("tar", ["xOf", $0, "manifest.json"]).stdout }
            #expect(lists[0] == lists[1] && lists[0].contains(Self.name))
        }
        let absent = ["--default-platform", "linux/arm64", "--force", "-o", part]
        expectFailure(
            try Program.ocimerge(["pack", Self.week2, "--since", base] + absent, directory: fixtures),
            "no image for linux/arm64 in the sources; they hold linux/amd64")
    }

    @Test("contradicting options are refused before anything is read")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("w.tar")
        expectFailure(
            try ocimerge("pack", Self.week2, "--reuse", "-o", out),
            "--reuse requires --since BASE\nTry 'ocimerge help pack'.", status: 2)
        expectFailure(
            try ocimerge("pack", Self.week2, "--since", Self.week1, "-o", directory.path("dir")),
            "\(directory.path("dir")): an increment is an archive; name X.tar, X.tar.gz, X.tar.zst or -", status: 2)
        expectFailure(
            try ocimerge("pack", Self.week2, "--since", Self.week1 + "=linux/arm", "-o", out),
            "\(Self.week1)=linux/arm: =PLATFORM is not allowed on --since", status: 2)
        expectFailure(
            try ocimerge("pack", "-", "--since", "-", "-o", out), "standard input can be a source only once",
            status: 2)
        let list = try directory.write(Array("# mine\nindex.json\n".utf8), to: "list")
        expectFailure(
            try ocimerge("pack", Self.week2, "--since", list, "-o", out),
            "\(list): line 2 does not begin with a digest: 'index.json'")
        let empty = try directory.write([], to: "empty")
        expectFailure(
            try ocimerge("pack", Self.week2, "--since", empty, "-o", out),
            "\(empty) is empty; the command that should have written it has probably failed")
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    @Test("inspect identifies an increment, and --blobs lists what its receiver has afterwards")
    func inspect() throws {
        let directory = try TemporaryDirectory()
        let (archive, _) = try sides(directory)
        let tree = try ocimerge("inspect", archive)
        #expect(tree.stdout.hasPrefix("\(archive): increment, OCI image layout, 1 image\n"))
        let all = try ocimerge("inspect", "--blobs", Self.week2)
        expectDone(all)
        #expect(try ocimerge("inspect", "--blobs", archive).stdout == all.stdout)
    }
}
