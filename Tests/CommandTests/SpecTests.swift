import Foundation
import TestSupport
import Testing

@Suite("--spec FILE is the same merge as by arguments")
struct SpecTests {
    static let sources = ["docker20/hello-amd64.tar", "docker20/hello-s390x-wrong.tar:demo/hello:1.0"]

    /// A spec in its own directory, with paths to the fixtures.
    static func write(_ yaml: String, in directory: borrowing TemporaryDirectory) throws -> String {
        try directory.write(Array(yaml.replacing("$", with: fixtures).utf8), to: "spec.yaml")
    }

    @Test("a spec gives the same digest, names and tree as arguments, and shows relative paths")
    func same() throws {
        let directory = try TemporaryDirectory()
        let run = try ocimerge("--spec", "specs/hello.yaml", "-o", directory.path("spec"))
        expectDone(run)
        let typed = try ocimerge(
            Self.sources[0] + "=linux/amd64", Self.sources[1] + "=linux/s390x", "-t", "demo/hello:1.0", "-t",
            "demo/hello:1", "-t", "demo/hello:latest", "-o", directory.path("typed"))
        expectDone(typed)
        #expect(try Tree.read(directory.path("spec")) == Tree.read(directory.path("typed")))
        let layout = try soundLayout(directory.path("spec"))
        #expect(layout.images.map(\.platform) == ["linux/amd64", "linux/s390x"])
        let expected = typed.stdout.replacing("typed", with: "spec").replacing("docker20/", with: "specs/../docker20/")
        #expect(run.stdout == expected)
        #expect(run.stdout.contains("demo/hello:1.0, docker.io/demo/hello:1, docker.io/demo/hello:latest  sha256:"))
    }

    @Test("paths of a spec on standard input are relative to the working directory")
    func standardInput() throws {
        let directory = try TemporaryDirectory()
        let yaml = "manifests: [{image: \(Self.sources[0])}, {image: jib/hello-arm64.tar}]"
        let run = try ocimerge("--spec", "-", "-q", "-o", directory.path("out"), input: Array(yaml.utf8))
        expectDone(run)
        let typed = try ocimerge(Self.sources[0], "jib/hello-arm64.tar", "-q", "-o", directory.path("typed"))
        #expect(run.stdout == typed.stdout)
        let piped = try Program.run(
            "bash",
            ["-c", #""$1" --spec <(echo "$2") -q -o "$3""#, "", Program.ocimerge, yaml, directory.path("pipe")],
            directory: fixtures)
        expectDone(piped)
        #expect(piped.stdout == typed.stdout)
    }

    @Test("sources, names and annotations of the command line are added")
    func added() throws {
        let directory = try TemporaryDirectory()
        let spec = try Self.write(
            "image: a:1\ntags: ['2']\nannotations: {k: v, l: w}\nmanifests: [{image: $/\(Self.sources[0])}]",
            in: directory)
        let run = try ocimerge(
            "merge", "jib/hello-arm64.tar", "--spec", spec, "-t", "b:1", "-t", "a:2", "--annotation", "l=x", "-q", "-o",
            directory.path("out"))
        expectDone(run)
        let layout = try soundLayout(directory.path("out"))
        #expect(layout.images.map(\.platform) == ["linux/amd64", "linux/arm64"])
        #expect(layout.entries.compactMap(\.name) == ["a:1", "a:2", "b:1"].map { "docker.io/library/" + $0 })
        let index = try ocimerge("inspect", "--raw", directory.path("out") + ":a:1").stdout
        #expect(index.contains(#""annotations":{"k":"v","l":"x"}"#))
    }

    @Test("a version and features of an operating system are declared")
    func features() throws {
        let directory = try TemporaryDirectory()
        let platform = "{os: windows, architecture: amd64, os.version: 10.0.1, os.features: [win32k]}"
        let spec = try Self.write(
            "manifests: [{image: $/foreign/windows.oci.tar, platform: \(platform)}]", in: directory)
        try expectDone(ocimerge("--spec", spec, "-q", "-o", directory.path("out")))
        try soundLayout(directory.path("out"))
        let config = try ocimerge("inspect", "--config", directory.path("out")).stdout
        #expect(config.contains(#""os.version":"10.0.1""#))
        #expect(config.contains(#""os.features":["win32k"]"#))
    }

    @Test(
        "a single source becomes an index, and an index stays one",
        arguments: ["docker20/hello-amd64.tar", "jib/hello-arm64.tar"])
    func index(_ source: String) throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let spec = try Self.write("manifests: [{image: $/\(source)}]", in: directory)
        try expectDone(ocimerge("--spec", spec, "-q", "-o", out))
        let index = try soundLayout(out)
        #expect(index.images.isEmpty == false)
        let raw = try ocimerge("inspect", "--raw", out).stdout
        #expect(raw.contains(#""mediaType":"application/vnd.oci.image.index.v1+json""#), "\(raw)")
        // A second run does not wrap the index again.
        let again = try directory.write(Array("manifests: [{image: \(out)}]".utf8), to: "again.yaml")
        try expectDone(ocimerge("--spec", again, "-q", "-o", directory.path("copy")))
        #expect(try Tree.read(out) == Tree.read(directory.path("copy")))
    }

    @Test("a byte order mark is skipped")
    func mark() throws {
        let directory = try TemporaryDirectory()
        let spec = try Self.write("\u{feff}manifests: [{image: $/tar/plain.tar}]", in: directory)
        try expectDone(ocimerge("--spec", spec, "-q", "-o", directory.path("out")))
    }

    @Test("absent sources are ignored with a warning, by the option or by the key", arguments: [true, false])
    func missing(_ isOption: Bool) throws {
        let directory = try TemporaryDirectory()
        let sources = "manifests:\n- image: none.tar\n- image: $/\(Self.sources[0])\n"
        let spec = try Self.write(sources + (isOption ? "" : "ignore-missing: true\n"), in: directory)
        let run = try Program.ocimerge(
            ["--spec", spec, "-q", "-o", directory.path("out")] + (isOption ? ["--ignore-missing"] : []))
        expectDone(
            run,
            stderr: "ocimerge: warning: \(spec):2: no such file or directory: \(directory.path("none.tar")); the "
                + "entry is skipped\n")
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["linux/amd64"])
    }

    @Test("no remaining source is an error, unless the command line names one")
    func nothingLeft() throws {
        let directory = try TemporaryDirectory()
        let spec = try Self.write("manifests:\n- image: none.tar\n", in: directory)
        let warning =
            "ocimerge: warning: \(spec):2: no such file or directory: \(directory.path("none.tar")); the entry is skipped\n"
        let run = try Program.ocimerge(["--spec", spec, "--ignore-missing", "-o", directory.path("out")])
        #expect(run.status == 1)
        #expect(run.stderr == warning + "ocimerge: \(spec): no sources to merge: none of those in the spec exists\n")
        #expect(try Tree.names(in: directory.path) == ["spec.yaml"])
        let added = try ocimerge(Self.sources[0], "--spec", spec, "--ignore-missing", "-q", "-o", directory.path("out"))
        expectDone(added, stderr: warning)
    }

    @Test("ignored features and an unknown platform give warnings")
    func warnings() throws {
        let directory = try TemporaryDirectory()
        let spec = try Self.write(
            """
            manifests:
            - image: $/tar/plain.tar
              platform:
                os: plan9
                architecture: vax
                features: [sse4]
            """, in: directory)
        let run = try ocimerge("--spec", spec, "--trust", "-q", "-o", directory.path("out"))
        expectDone(
            run,
            stderr: "ocimerge: warning: \(spec):6: features of a platform are reserved; they are ignored\nocimerge: "
                + "warning: \(fixtures)/tar/plain.tar=plan9/vax: plan9/vax is not a known platform\n")
        #expect(try soundLayout(directory.path("out")).images.map(\.platform) == ["plan9/vax"])
    }

    @Test("contradicting executables are found, and the suggested command corrects the image")
    func evidence() throws {
        let directory = try TemporaryDirectory()
        let spec = try Self.write("manifests: [{image: $/\(Self.sources[1])}]", in: directory)
        let run = try ocimerge("--spec", spec, "-o", directory.path("out"))
        #expect(run.status == 1)
        #expect(run.stderr.contains("ocimerge --spec \(spec) -o \(directory.path("out")) --fix"))
        try expectDone(
            ocimerge("--spec", "specs/hello.yaml", "-q", "--platform", "linux/s390x", "-o", directory.path("out")))
    }
}
