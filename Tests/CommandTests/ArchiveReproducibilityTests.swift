import Foundation
import TestSupport
import Testing

@Suite("The same inputs give the same archive")
struct ArchiveReproducibilityTests {
    private func bytes(_ arguments: [String], _ form: String, _ name: String) throws -> [UInt8] {
        let directory = try TemporaryDirectory()
        let path = directory.path(name)
        let run = try Program.ocimerge(arguments + ["-q", "-o", form + path], directory: fixtures)
        #expect(run.status == 0 && run.stderrBesidesNames == "", "\(run.stderr)")
        #expect(try Tree.names(in: directory.path) == [name])
        return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    static let sources = ["docker20/two-apps-amd64.tar", "crane/two-images.tar", "docker20/two-apps-s390x.tar"]
    static let forms: [(form: String, sources: [String])] = [
        ("", ["docker20/two-apps-amd64.tar", "docker20/two-apps-s390x.tar", "docker20/two-apps-arm64.tar"]),
        ("oci-archive:", ["ctr1/multiarch.tar", "buildah1/multiarch.oci-archive.tar", "buildah1/hello-s390x.oci-dir"]),
        ("docker-archive:", ["docker20/two-apps-amd64.tar"]),
    ]
    static let names = ["out.tar", "out.tar.gz", "out.tar.zst"]

    @Test(
        "the archive is the same in any order of sources, with any number of jobs, on every run",
        arguments: forms.indices, names)
    func everything(_ number: Int, _ name: String) throws {
        let (form, sources) = Self.forms[number]
        let first = try bytes(sources, form, name)
        #expect(try bytes(sources.reversed(), form, name) == first)
        #expect(try bytes(Array(sources.dropFirst() + sources.prefix(1)), form, name) == first)
        for jobs in ["1", "2", "7"] { #expect(try bytes(sources + ["--jobs", jobs], form, name) == first, "\(jobs)") }
        #expect(try bytes(sources + ["--sync"], form, name) == first)
    }

    static let suffixes = ["tar.gz", "tgz", "tar.zst", "tar.xz", "tar.bz2", "tar.lz4"]

    @Test("a compressed archive contains the plain one", arguments: suffixes, forms.indices)
    func compressed(_ suffix: String, _ number: Int) throws {
        let (form, sources) = Self.forms[number]
        let plain = try bytes(sources, form, "out.tar")
        let directory = try TemporaryDirectory()
        let packed = try directory.write(
            try bytes(sources, form, "out.\(suffix)"), to: "out." + (suffix == "tgz" ? "tar.gz" : suffix))
        #expect(try WrittenArchive.plain(packed) == plain)
    }

    @Test("standard output gets the same bytes, and the report goes to standard error", arguments: forms.indices)
    func standardOutput(_ number: Int) throws {
        let (form, sources) = Self.forms[number]
        let plain = try bytes(sources, form, "out.tar")
        for jobs in ["1", "2", "7"] {
            let run = try Program.ocimerge(sources + ["--jobs", jobs, "-o", form + "-"], directory: fixtures)
            #expect(run.status == 0)
            #expect(run.output == plain)
            let noun = ["": "archive", "oci-archive:": "OCI archive", "docker-archive:": "docker archive"][form]
            #expect(run.stderrBesidesNames.hasPrefix("wrote \(noun ?? "") \(form)-: "), "\(run.stderr)")
        }
        let directory = try TemporaryDirectory()
        let piped = try Program.run(
            "sh",
            ["-c", #""$0" "$@" -q -o "$FORM-" | cat > out.tar"#, Program.ocimerge] + sources.map(Program.fixture),
            environment: ["FORM": form, "TMPDIR": directory.path], directory: directory.path)
        #expect(piped.status == 0)
        #expect(try Tree.names(in: directory.path) == ["out.tar"])
        #expect(Array(try Data(contentsOf: URL(fileURLWithPath: directory.path("out.tar")))) == plain)
    }

    @Test("a stream gives the same archive as a file", arguments: ["out.tar", "out.tar.zst", "-"])
    func streamed(_ name: String) throws {
        let source = "docker20/multi.tar"
        let input = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture(source))))
        let directory = try TemporaryDirectory()
        let destination = name == "-" ? name : directory.path(name)
        let run = try Program.run(
            Program.ocimerge, ["-", "-q", "-o", destination], input: input, environment: ["TMPDIR": directory.path])
        #expect(run.status == 0, "\(run.stderr)")
        let plain = try bytes([source], "", "out.tar")
        if name == "-" {
            #expect(run.output == plain)
            #expect(try Tree.names(in: directory.path) == [])
        } else {
            #expect(try WrittenArchive.plain(destination) == plain)
            #expect(try Tree.names(in: directory.path) == [name])
        }
    }
}
