import Foundation
import TestSupport
import Testing

@Suite("Usage")
struct UsageTests {
    static let wrong: [(arguments: [String], sentence: String)] = [
        (["-x"], "unknown option -x for merge"),
        (["a.tar", "-o", "x", "--updat"], "unknown option --updat for merge; did you mean --update?"),
        (["inspcet", "a.tar"], "unknown command 'inspcet'; did you mean inspect?"),
        (["a.tar", "s.tar"], "merge needs -o/--output DEST"),
        (["merge", "a.tar"], "merge needs -o/--output DEST"),
        (["merge", "-o", "x"], "merge needs a SOURCE"),
        (["-o", "x"], "merge needs a SOURCE"),
        (["--ignore-missing", "-o", "x"], "merge needs a SOURCE"),
        (
            ["a.tar", "--ignore-missing", "-o", "x"],
            "--ignore-missing requires --spec FILE"
        ),
        (["--spec", "a.yaml"], "merge needs -o/--output DEST"),
        (["--spec", "-o", "x"], "--spec needs a value: --spec FILE, but '-o' follows"),
        (["--spec", "a", "--spec", "b", "-o", "x"], "--spec is given more than once"),
        (["a.tar", "-o"], "-o needs a value: -o DEST"),
        (["a.tar", "-o", "x", "-o", "y"], "--output is given more than once"),
        (["a.tar", "-o", "x", "--jobs", "0"], "-j/--jobs needs a number from 1 to 64, not '0'"),
        (["a.tar", "-o", "x", "--jobs", "many"], "-j/--jobs needs a number from 1 to 64, not 'many'"),
        (["a.tar", "-o", "x", "--platform", "linux/amd64,,"], "--platform 'linux/amd64,,' has an empty part"),
        (["a.tar", "-o", "x", "--quiet=yes"], "--quiet takes no value, but 'yes' is given"),
        (
            ["a.tar", "-o", "dir", "--default-platform", "linux/arm"],
            "--default-platform applies only to archives for every engine (X.tar, X.tar.gz, X.tar.zst or -), not to "
                + "'dir'"
        ),
        (
            ["a.tar", "-o", "oci-archive:x.tar", "--default-platform", "linux/arm"],
            "--default-platform applies only to archives for every engine (X.tar, X.tar.gz, X.tar.zst or -), not to "
                + "'oci-archive:x.tar'"
        ),
        (
            ["a.tar", "-o", "docker-archive:x.tar", "--format", "oci"],
            "--format oci does not apply to 'docker-archive:x.tar': a docker-archive has docker's format"
        ),
        (["inspect"], "inspect needs a SOURCE"),
        (["inspect", "a", "b", "--raw"], "--raw shows one SOURCE, but 2 are given"),
        (["inspect", "a", "--raw", "--json"], "--json and --raw cannot be combined"),
        (
            ["inspect", "a", "--platform"],
            "--platform needs a value: --platform P[,P...]"
        ),
        (
            ["inspect", "a", "b", "--files"],
            "--files shows one SOURCE, but 2 are given; a path inside the image is --files=PATH"
        ),
        (["inspect", "a", "--files", "--raw"], "--raw and --files cannot be combined"),
        (
            ["inspect", "a", "--config=linux/arm64", "--platform", "linux/arm64"],
            "--config=PLATFORM and --platform cannot be combined"
        ),
        (["completion", "tcsh"], "SHELL must be bash, zsh or fish, not 'tcsh'"),
        (["help", "mrege"], "no command or topic 'mrege'; did you mean merge?"),
        (["help", "platform"], "no command or topic 'platform'; did you mean platforms?"),
        (["help", "nosuch"], "no command or topic 'nosuch'; see ocimerge help"),
        (["help", "save"], "there is no command 'save'; write: ocimerge SOURCE -o X.tar"),
        (
            ["\u{1b}[31m", "-o", "x", "--\u{1b}]0;x\u{7}"],
            "unknown option --\\u{1b}]0;x\\u{7} for merge"
        ),
    ]

    @Test("a wrong command line exits with 2, one error and a hint", arguments: wrong.indices)
    func refused(_ number: Int) throws {
        let (arguments, sentence) = Self.wrong[number]
        let directory = try TemporaryDirectory()
        let run = try Program.ocimerge(arguments, directory: directory.path)
        #expect(run.status == 2)
        #expect(run.stdout == "")
        let command = ["inspect", "completion"].contains(arguments[0]) ? arguments[0] : "merge"
        let isAboutHelp = ["unknown command", "no command", "there is no command"].contains { sentence.hasPrefix($0) }
        let hint = isAboutHelp ? "--help" : "help \(command)"
        #expect(run.stderr == "ocimerge: \(sentence)\nTry 'ocimerge \(hint)'.\n")
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("help is printed to stderr with exit 2 without arguments, and to stdout with exit 0 on request")
    func help() throws {
        let bare = try Program.ocimerge([])
        let asked = try Program.ocimerge(["--help"])
        #expect(bare.status == 2)
        #expect(bare.stdout == "")
        expectDone(asked)
        #expect(bare.stderr == asked.stdout)
        #expect(try Program.ocimerge(["help"]).stdout == asked.stdout)
        #expect(try Program.ocimerge(["-h"]).stdout == asked.stdout)
        #expect(asked.stdout.hasPrefix("ocimerge joins single-architecture container images into one "))
    }

    @Test(
        "--help of a command prints the same text as help",
        arguments: ["merge", "inspect", "completion", "man", "version"])
    func helpOf(_ command: String) throws {
        let run = try Program.ocimerge([command, "--help"])
        expectDone(run)
        #expect(run.stdout.contains("ocimerge \(command == "merge" ? "[merge]" : command)"))
        #expect(try Program.ocimerge(["help", command]).stdout == run.stdout)
    }

    @Test("--version prints one short line")
    func version() throws {
        let run = try Program.ocimerge(["--version"])
        expectDone(run)
        #expect(run.stdout == "ocimerge 0.1.0\n")
    }

    @Test("each shell accepts its completions", arguments: ["bash", "zsh", "fish"])
    func completion(_ shell: String) throws {
        let run = try Program.ocimerge(["completion", shell])
        expectDone(run)
        #expect(run.stdout.contains("ocimerge"))
        let directory = try TemporaryDirectory()
        try directory.write(run.output, to: "script")
        guard try Program.run("sh", ["-c", "command -v \(shell)"]).status == 0 else { return }
        let parsed = try Program.run(shell, ["-n", directory.path("script")])
        #expect(parsed.status == 0)
        #expect(parsed.stderr == "")
    }

    @Test("help of a topic is printed to stdout")
    func topic() throws {
        let run = try Program.ocimerge(["help", "platforms"])
        expectDone(run)
        #expect(run.stdout.hasPrefix("ocimerge help platforms: how platforms are written, checked, selected and\n"))
    }

    static let missing: [(arguments: [String], sentence: String)] = [
        (["none.tar", "-o", "out"], "no such file or directory: none.tar"),
        (["inspect", "none.tar"], "no such file or directory: none.tar"),
        (["none/none.tar:x", "-o", "out"], "no such file or directory: none/none.tar:x"),
        (["inspect", "none=linux/amd64"], "no such file or directory: none"),
    ]

    @Test("a missing file exits with 1", arguments: missing.indices)
    func absent(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let (arguments, sentence) = Self.missing[number]
        expectFailure(try Program.ocimerge(arguments, directory: directory.path), sentence)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("files named like a command or an option are accepted")
    func oddFiles() throws {
        let directory = try TemporaryDirectory()
        let plain = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture("tar/plain.tar"))))
        for name in ["inspect", "-x.tar", "inspcet"] { try directory.write(plain, to: name) }
        for (number, arguments) in [["./inspect"], ["--", "-x.tar"], ["inspcet"]].enumerated() {
            let run = try Program.ocimerge(["-q", "-o", "out\(number)"] + arguments, directory: directory.path)
            expectDone(run)
        }
    }

    @Test("an argument that is not UTF-8 is refused: it would name another file")
    func invalidArgument() throws {
        let directory = try TemporaryDirectory()
        let run = try Program.run(
            "/bin/sh", ["-c", #"exec "$0" a.tar -o "$(printf 'bad\377')""#, Program.ocimerge], directory: directory.path
        )
        #expect(run.status == 2)
        #expect(
            run.stderr.hasPrefix("ocimerge: argument 'bad\u{FFFD}' is not valid UTF-8; rename the file\n"),
            "\(run.stderr)")
        #expect(try Tree.names(in: directory.path) == [])
    }
}
