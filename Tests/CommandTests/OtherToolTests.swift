import Foundation
import ImageModel
import TestSupport
import Testing

@Suite("Commands and options of other tools")
struct OtherToolTests {
    private static let one = "docker20/hello-amd64.tar"

    @Test("copy, cp and convert write the same as merge", arguments: ["copy", "cp", "convert"])
    func copies(_ verb: String) throws {
        let directory = try TemporaryDirectory()
        let source = Program.fixture(Self.one)
        expectDone(try Program.ocimerge([source, "-q", "-o", "a/"], directory: directory.path))
        let run = try Program.ocimerge([verb, source, "b/"], directory: directory.path)
        #expect(run.status == 0 && run.stdout.hasPrefix("wrote OCI layout b/: 1 image, "), "\(run)")
        #expect(try Tree.read(directory.path("a")) == Tree.read(directory.path("b")))
        let one = try Program.ocimerge([verb, source], directory: directory.path)
        let missing = "copy needs SOURCE and DEST, but only '\(source)' is given"
        #expect(one.status == 2 && one.stderr.hasPrefix("ocimerge: \(missing)\n"), "\(one)")
    }

    @Test("list is ls and validate is verify")
    func aliases() throws {
        let directory = try TemporaryDirectory()
        expectDone(try Program.ocimerge([Program.fixture(Self.one), "-q", "-o", "l"], directory: directory.path))
        for (alias, command) in [("list", "ls"), ("validate", "verify")] {
            let run = try Program.ocimerge([alias, "l"], directory: directory.path)
            let same = try Program.ocimerge([command, "l"], directory: directory.path)
            #expect(run.status == 0 && run.stdout == same.stdout)
        }
    }

    @Test("digest prints one digest, of the image or of one platform")
    func digest() throws {
        let layout = "buildah1/multiarch.oci-dir"
        let whole = try ocimerge("digest", layout)
        expectDone(whole)
        let raw = try Program.ocimerge(["inspect", "--raw", layout], directory: fixtures)
        #expect(whole.stdout == "\(Digest(of: raw.output))\n")
        let one = try ocimerge("digest", layout, "--platform", "linux/s390x")
        expectDone(one)
        #expect(one.stdout != whole.stdout && one.stdout.hasPrefix("sha256:") && one.stdout.utf8.count == 72)
        let config = try Program.ocimerge(["inspect", "--config=linux/s390x", layout], directory: fixtures)
        let chosen = try ocimerge("inspect", "--raw", "\(layout)@\(one.stdout.dropLast())")
        #expect(chosen.stdout.contains("\(Digest(of: config.output))"))
        let none = try ocimerge("digest", layout, "--platform", "linux/riscv64")
        #expect(
            none.status == 1 && none.stdout == "" && none.stderr.contains("holds no image for linux/riscv64"))
        let several = try ocimerge("digest", "docker20/two-apps-amd64.tar")
        #expect(several.status == 1 && several.stdout == "" && several.stderr.contains("holds several images"))
    }

    static let verbs: [(arguments: [String], sentence: String)] = [
        (["save", "app", "-o", "x.tar"], "there is no command 'save'; write: ocimerge SOURCE -o X.tar"),
        (
            ["load", "-i", "x.tar"],
            "there is no command 'load'; ocimerge uses no daemon; write: ocimerge SOURCE -o X.tar, then: docker load -i X.tar"
        ),
        (["tree", "multi"], "there is no command 'tree'; write: ocimerge inspect SOURCE"),
        (["images"], "there is no command 'images'; write: ocimerge ls SOURCE"),
        (["delete", "multi:1"], "there is no command 'delete'; write: ocimerge rm LAYOUT:NAME"),
        (["doctor", "multi"], "there is no command 'doctor'; write: ocimerge verify SOURCE"),
        (["auth", "login"], "there is no command 'auth'; write: ocimerge login HOST"),
        (["serve"], "there is no command 'serve'; ocimerge serves no registry"),
        (["top", "app"], "there is no command 'top'; ocimerge neither builds nor runs images"),
        (["inspcet", "multi"], "unknown command 'inspcet'; did you mean inspect?"),
        (["lst", "multi"], "unknown command 'lst'; did you mean ls?"),
        (
            ["a.tar", "-o", "x", "--creds", "a:b"],
            "there is no option --creds; log in with ocimerge login HOST, or write --username USER --password-stdin"
        ),
        (
            ["push", "a.tar", "r/x", "--tls-verify=false"],
            "there is no option --tls-verify; write --plain-http for a registry without TLS, or --insecure to accept any "
                + "certificate"
        ),
    ]

    @Test("a verb or an option of another tool is a usage error that names the command", arguments: verbs.indices)
    func foreign(_ number: Int) throws {
        let (arguments, sentence) = Self.verbs[number]
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(arguments, directory: directory.path)
        #expect(run.status == 2 && run.stdout == "", "\(run)")
        #expect(run.stderr.hasPrefix("ocimerge: \(sentence)\n"), "\(run.stderr)")
        #expect(run.stderr.split(separator: "\n").count <= 2)
        #expect(try Tree.names(in: directory.path) == [])
    }

    /// `a.tar`, `s.tar` and the layout `multi` exist.
    static let misses: [(arguments: [String], lines: String)] = [
        (["foo"], "'foo' is neither a command nor a file\nTry 'ocimerge --help'."),
        (["foo", "a.tar"], "'foo' is neither a command nor a file\nTry 'ocimerge --help'."),
        (["foo.tar", "a.tar"], "merge needs -o/--output DEST\nTry 'ocimerge help merge'."),
        (
            ["a.tar"],
            "merge needs -o/--output DEST\nTry: ocimerge inspect a.tar, or: ocimerge a.tar -o DIR/"
        ),
        (["a.tar", "s.tar"], "merge needs -o/--output DEST\nTry 'ocimerge help merge'."),
        (["a.tar", "s.tar", "out/"], "merge needs -o/--output DEST\nTry: ocimerge a.tar s.tar -o out/"),
        (
            ["merge", "a.tar", "s.tar", "x y.tar"],
            "merge needs -o/--output DEST\nTry: ocimerge a.tar s.tar -o 'x y.tar'"
        ),
        (["push", "multi"], "push needs a REF\nTry: ocimerge push multi HOST/REPO:TAG"),
        (["push", "r.example/x:1"], "push needs a REF\nTry 'ocimerge help push'."),
        (
            ["pull", "r.example/x:1"],
            "pull needs REF and DEST, but only 'r.example/x:1' is given\nTry: ocimerge pull r.example/x:1 DIR/"
        ),
        (
            ["pull", "--platform", "linux/amd64", "linux/arm64", "r.example/x:1", "x/"],
            "pull takes REF and DEST, but platform 'linux/arm64' is given too; list several platforms in one option: "
                + "--platform linux/amd64,linux/arm64\nTry 'ocimerge help pull'."
        ),
        (
            ["pull", "a.tar", "x/"],
            "a.tar is a file; to copy it, write ocimerge copy a.tar x/\nTry 'ocimerge help pull'."
        ),
        (
            ["copy", "a.tar", "s.tar", "x"],
            "copy takes SOURCE and DEST, but 'x' is given too\nTry 'ocimerge help copy'."
        ),
        (
            ["fix", "a.tar", "s.tar", "--auto", "-i"],
            "fix takes one SOURCE, but 's.tar' is given too\nTry 'ocimerge help fix'."
        ),
        (["version", "x"], "version takes no argument, but 'x' is given too\nTry 'ocimerge help version'."),
        (
            ["push", "a.tar", "-t", "r.example/x:1"],
            "push has no option -t; the name is the REF: ocimerge push SOURCE HOST/REPO:TAG\nTry 'ocimerge help push'."
        ),
        (
            ["login", "-p", "secret", "r.example"],
            "login has no option -p; write --password-stdin, which keeps the password out of the list of processes\n"
                + "Try 'ocimerge help login'."
        ),
        (
            ["a.tar", "-p", "linux/amd64", "-o", "x"],
            "merge has no option -p; write --platform OS/ARCH\nTry 'ocimerge help merge'."
        ),
        (
            ["a.tar", "-o", "x.tra"],
            "x.tra: this format cannot be written; write X.tar, X.tar.gz or X.tar.zst for an archive, or x.tra/ for a "
                + "layout"
        ),
        (
            ["tag", "docker://r.example/x:1", "latest"],
            "docker://r.example/x:1 is in a registry, but this command works on OCI image layout directories; in a "
                + "registry ocimerge copy docker://REF docker://NEW adds a tag, and no command removes one"
        ),
    ]

    @Test("an error about a nearly correct command line names the line to type", arguments: misses.indices)
    func missed(_ number: Int) throws {
        let (arguments, lines) = Self.misses[number]
        let directory = try TemporaryDirectory()
        for name in ["a.tar", "s.tar"] {
            try FileManager.default.copyItem(atPath: Program.fixture(Self.one), toPath: directory.path(name))
        }
        expectDone(try Program.ocimerge(["a.tar", "-q", "-o", "multi"], directory: directory.path))
        let run = try Program.ocimerge(arguments, directory: directory.path)
        #expect(run.status == 2 && run.stdout == "", "\(run)")
        #expect(run.stderr == "ocimerge: \(lines)\n")
        #expect(try Tree.names(in: directory.path).filter { !$0.hasPrefix("multi") } == ["a.tar", "s.tar"])
    }

    @Test("images with different names are joined with a warning that they have none")
    func differentNames() throws {
        let directory = try TemporaryDirectory()
        for (source, name) in [("hello-amd64", "one"), ("hello-s390x", "two")] {
            let file = Program.fixture("docker20/\(source).tar")
            expectDone(
                try Program.ocimerge(
                    [file, "-q", "-t", "demo/\(name):1", "-o", "\(name).tar"], directory: directory.path))
        }
        let run = try Program.ocimerge(["one.tar", "two.tar", "-o", "multi/"], directory: directory.path)
        #expect(run.status == 0, "\(run)")
        #expect(
            run.stderr
                == "ocimerge: warning: the sources have different names (docker.io/demo/one:1, docker.io/demo/two:1), so "
                + "the result has none; name it with -t NAME\n")
        let named = try Program.ocimerge(
            ["one.tar", "two.tar", "-q", "-t", "demo/both:1", "-o", "named/"], directory: directory.path)
        expectDone(named)
    }

    @Test("the same layers under two platforms are a warning of merge and a note of verify")
    func sameLayers() throws {
        let directory = try TemporaryDirectory()
        let source = Program.fixture(Self.one)
        let sources = [source, source + "=linux/s390x", "--trust", "-q", "-o", "twice/"]
        let run = try Program.ocimerge(sources, directory: directory.path)
        let sentence =
            "linux/amd64 and linux/s390x have the same layers; if these contain programs, a platform is wrong"
        #expect(run.status == 0 && run.stderr == "ocimerge: warning: \(sentence)\n", "\(run)")
        let verified = try Program.ocimerge(["verify", "twice/"], directory: directory.path)
        #expect(verified.status == 1 && verified.stdout.contains("  note   "), "\(verified)")
        #expect(verified.stdout.contains("linux/s390x and linux/amd64 have the same layers"), "\(verified.stdout)")
        let compatible = [source, source + "=linux/386", "--trust", "-q", "-o", "compatible/"]
        expectDone(try Program.ocimerge(compatible, directory: directory.path))
    }

    @Test("a dry run of fix needs no destination")
    func dryFix() throws {
        let directory = try TemporaryDirectory()
        let wrong = Program.fixture("docker20/hello-s390x-wrong.tar")
        let before = try Tree.read(fixtures)
        let run = try Program.ocimerge(["fix", wrong, "--auto", "--dry-run"], directory: directory.path)
        #expect(run.status == 0 && run.stdout.hasPrefix("would change \(wrong): 1 image corrected\n"), "\(run)")
        #expect(run.stdout.contains("linux/s390x"))
        #expect(try Tree.read(fixtures) == before)
    }

    @Test("a file with the name of a verb is a source")
    func fileNamedLikeAVerb() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: Program.fixture(Self.one), toPath: directory.path("save"))
        expectDone(try Program.ocimerge(["save", "-q", "-o", "out"], directory: directory.path))
    }

    static let sources: [(source: String, advice: String)] = [
        ("docker-daemon:app:1", "ocimerge uses no daemon: docker save NAME -o X.tar, then name X.tar"),
        (
            "containers-storage:app",
            "ocimerge reads no storage of an engine: podman save NAME -o X.tar, then name X.tar"
        ),
        ("https://ghcr.io/demo/app", "an image in a registry is docker://ghcr.io/demo/app"),
        ("oci://multi", "a layout is named by its path alone: multi"),
        ("ocidir://multi:1", "a layout is named by its path alone: multi:1"),
        ("alpine:3.20", "an image in a registry is docker://alpine:3.20"),
        ("ghcr.io/demo/app", "an image in a registry is docker://ghcr.io/demo/app"),
        ("linux/arm64", "list several platforms in one option: --platform P,linux/arm64"),
    ]

    @Test("a source of another tool is an error that names the form to write", arguments: sources.indices)
    func source(_ number: Int) throws {
        let (source, advice) = Self.sources[number]
        let directory = try TemporaryDirectory()
        expectFailure(
            try Program.ocimerge([source, "-o", "out"], directory: directory.path),
            "no such file or directory: \(source); \(advice)")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("all missing sources are one error")
    func severalMissing() throws {
        for verb in [[], ["inspect"]] {
            let directory = try TemporaryDirectory()
            let run = try Program.ocimerge(
                verb + ["x.tar", Program.fixture(Self.one), "y.tar"] + (verb.isEmpty ? ["-o", "out"] : []),
                directory: directory.path)
            expectFailure(run, "no such files or directories: x.tar, y.tar")
        }
    }

    @Test("a file whose name begins with a dash is a usage error that names it")
    func dashed() throws {
        let directory = try TemporaryDirectory()
        try directory.write([1], to: "-dash.tar")
        let run = try Program.ocimerge(["-dash.tar", "-o", "out"], directory: directory.path)
        #expect(run.status == 2, "\(run)")
        #expect(run.stderr.hasPrefix("ocimerge: '-dash.tar' begins with a dash; write ./-dash.tar\n"))
    }

    @Test("an IPv6 registry has a repository")
    func v6() throws {
        let run = try ocimerge("inspect", "docker://[::1]:1/demo/app:1")
        #expect(run.status == 1 && run.stderr.contains("[::1]:1") && !run.stderr.contains("repository"), "\(run)")
    }

    @Test("a platform before its source is an error that names the right order")
    func platformFirst() throws {
        let directory = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: Program.fixture(Self.one), toPath: directory.path("a.tar"))
        expectFailure(
            try Program.ocimerge(["amd64=a.tar", "-o", "out"], directory: directory.path),
            "a platform follows its source: write a.tar=linux/amd64")
    }

    @Test("several files before the reference of push are a usage error that names the merge")
    func severalPushed() throws {
        let directory = try TemporaryDirectory()
        for name in ["a.tar", "s.tar"] {
            try FileManager.default.copyItem(atPath: Program.fixture(Self.one), toPath: directory.path(name))
        }
        let run = try Program.ocimerge(["push", "a.tar", "s.tar", "r.example/x:1"], directory: directory.path)
        let advice = "to join and push, write ocimerge a.tar s.tar -o docker://r.example/x:1"
        #expect(run.status == 2 && run.stderr.hasPrefix("ocimerge: push takes one SOURCE; \(advice)\n"), "\(run)")
    }
}
