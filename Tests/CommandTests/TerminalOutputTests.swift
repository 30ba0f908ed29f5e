import Foundation
import TestSupport
import Testing

/// Reports on a terminal of 80 columns: short digests, colors, and lines that fit.
@Suite("Reports on a terminal") struct TerminalOutputTests: ~Copyable {
    private let scratch: TemporaryDirectory
    private let layout: String

    init() throws {
        let scratch = try TemporaryDirectory()
        let layout = scratch.path("multi")
        let run = try ocimerge("docker20/two-apps-amd64.tar", "docker20/two-apps-s390x.tar", "-q", "-o", layout)
        expectDone(run)
        self.scratch = scratch
        self.layout = layout
    }

    private func shown(
        _ arguments: [String], _ environment: [String: String] = ["NO_COLOR": "1"], columns: Int = 80
    ) throws -> String {
        try TerminalSession.output(Program.ocimerge, arguments, environment: environment, columns: columns)
            .replacingOccurrences(of: scratch.path + "/", with: "")
    }

    private static let list = """
        docker.io/demo/app-a:1.0  sha256:0cbb02914390  linux/amd64, linux/s390x  20.8 kB
        docker.io/demo/app-b:1.0  sha256:ab8c3572d535  linux/amd64, linux/s390x  20.8 kB

        """

    @Test("ls shows short digests in one line for each image")
    func list() throws {
        #expect(try shown(["ls", layout]) == Self.list)
        #expect(
            try shown(["ls", layout], columns: 50) == """
                docker.io/demo/app-a:1.0  sha256:0cbb02914390
                    linux/amd64, linux/s390x  20.8 kB
                docker.io/demo/app-b:1.0  sha256:ab8c3572d535
                    linux/amd64, linux/s390x  20.8 kB

                """)
    }

    @Test("--full shows whole digests on a terminal, and a pipe always has them")
    func full() throws {
        let digest = "sha256:0cbb02914390d2bb97ecdccd59360344f31b4f672e3d938ec07e33dae43fb50a"
        let full = try shown(["ls", layout, "--full"])
        #expect(full.contains("\n    \(digest)\n    linux/amd64, linux/s390x  20.8 kB\n"))
        let piped = try Program.ocimerge(["ls", layout])
        #expect(piped.stdout.hasPrefix("docker.io/demo/app-a:1.0  \(digest)  linux/amd64, linux/s390x  20.8 kB\n"))
        #expect(try shown(["ls", layout, "--json"]).contains("\"\(digest)\""))
    }

    @Test("names are bold, digests dim and verdicts green or red")
    func colors() throws {
        let (name, digest) = ("\u{1b}[1mdocker.io/demo/app-a:1.0\u{1b}[0m", "\u{1b}[2msha256:0cbb02914390\u{1b}[0m")
        #expect(try shown(["ls", layout], [:]).hasPrefix("\(name)  \(digest)  linux/amd64, linux/s390x  20.8 kB\n"))
        let tree = try shown(["inspect", layout], [:])
        #expect(tree.contains("    programs  \u{1b}[32m\u{2713}\u{1b}[0m /bin/hello, which it runs, is amd64\n"))
        let wrong = Program.fixture("docker20/hello-s390x-wrong.tar")
        #expect(try shown(["inspect", wrong], [:]).contains("    programs  \u{1b}[31m\u{2717}\u{1b}[0m /bin/hello"))
        let absent = scratch.path("absent")
        #expect(
            try shown(["ls", absent], [:]) == "\u{1b}[31mocimerge:\u{1b}[0m no such file or directory: absent\n")
        #expect(try shown(["ls", absent]) == "ocimerge: no such file or directory: absent\n")
        let piped = try Program.ocimerge(["ls", absent, "--color=always"])
        #expect(piped.stderr == "\u{1b}[31mocimerge:\u{1b}[0m no such file or directory: \(absent)\n")
    }

    @Test("warnings have a yellow label")
    func warning() throws {
        let sources = ["docker20/two-apps-amd64.tar", "docker20/hello-amd64.tar"]
        let arguments = sources + ["--dry-run", "-q", "-o", scratch.path("out")]
        let run = try Program.ocimerge(arguments + ["--color", "always"], directory: fixtures)
        #expect(run.stderr.hasPrefix("ocimerge: \u{1b}[33mwarning:\u{1b}[0m "))
        #expect(!run.stdout.contains("\u{1b}"))
    }

    @Test(
        "pipes, JSON and --quiet have no colors",
        arguments: [
            ([], ["TERM": "xterm-256color"]), (["--json"], ["CLICOLOR_FORCE": "1"]), (["-q"], ["CLICOLOR_FORCE": "1"]),
            (["--json", "--color=always"], [:]), (["-q", "--color=always"], [:]),
        ] as [([String], [String: String])])
    func uncolored(_ more: [String], _ environment: [String: String]) throws {
        let run = try Program.ocimerge(["ls", layout] + more, environment: environment)
        #expect(run.status == 0)
        #expect(!run.stdout.contains("\u{1b}"))
    }

    @Test("without a UTF-8 locale the program prints ASCII", arguments: ["C", "POSIX", "en_US.ISO-8859-1"])
    func ascii(_ locale: String) throws {
        let wrong = Program.fixture("docker20/hello-s390x-wrong.tar")
        let run = try Program.ocimerge(["inspect", layout, wrong], environment: ["LC_ALL": locale])
        #expect(run.stdout.contains("    programs  ok /bin/hello, which it runs, is amd64\n"))
        #expect(run.stdout.contains("    programs  !! /bin/hello, which it runs, is s390x\n"))
        #expect(run.output.allSatisfy { $0 < 0x80 })
        let long = String(repeating: "x", count: 5000)
        let refused = try Program.ocimerge(["ls", long], environment: ["LC_ALL": locale])
        #expect(refused.stderr.contains("xxx...xxx"))
        #expect(refused.errors.allSatisfy { $0 < 0x80 })
    }

    @Test("the symbols of file names stay as they are in every locale")
    func names() throws {
        let path = try scratch.write([], to: "\u{2192}\u{2026}")
        let run = try Program.ocimerge(["inspect", path], environment: ["LC_ALL": "C"])
        #expect(run.stderr.contains("\u{2192}\u{2026}"))
    }

    @Test(
        "no line of a report is wider than the terminal",
        arguments: [
            ["ls", "LAYOUT"], ["inspect", "LAYOUT"], ["verify", "LAYOUT"], ["verify", "WRONG"],
            ["gc", "LAYOUT", "--dry-run"],
            ["fix", "LAYOUT", "--platform", "linux/s390x=linux/arm64", "--trust", "--in-place", "--dry-run"],
            ["fix", "WRONG", "--auto", "-o", "fixed.tar", "--dry-run"],
            ["merge", "LAYOUT", "-o", "out/", "--dry-run"], ["tag", "LAYOUT:demo/app-a:1.0", "2.0", "--dry-run"],
            ["rm", "LAYOUT:demo/app-a:1.0", "--dry-run"],
        ])
    func width(_ words: [String]) throws {
        try FileManager.default.copyItem(
            atPath: Program.fixture("docker20/hello-s390x-wrong.tar"), toPath: scratch.path("wrong.tar"))
        // A short path, as users type it.
        let line = words.map {
            $0.replacingOccurrences(of: "LAYOUT", with: "multi").replacingOccurrences(of: "WRONG", with: "wrong.tar")
        }.joined(separator: " ")
        let text = try TerminalSession.output(
            "/bin/bash", ["-c", "cd '\(scratch.path)' && exec '\(Program.ocimerge)' \(line)"],
            environment: ["NO_COLOR": "1"])
        #expect(text.contains("sha256:") || words[0] == "verify" || words[0] == "gc")
        let wide = text.split(separator: "\n").filter { $0.count > 80 && !$0.hasPrefix("ocimerge: ") }
        #expect(wide == [])
    }
}
