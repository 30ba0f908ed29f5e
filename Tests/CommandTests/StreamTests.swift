import Foundation
import TestSupport
import Testing

@Suite("Output is escaped and goes to the right stream")
struct StreamTests {
    static let hostile = "\u{1b}[2J\u{1b}]0;owned\u{7}\r\u{202e}\u{9b}31m"
    static let json = #"\u001b[2J\u001b]0;owned\u0007\r\u202e\u009b31m"#
    static let shown = #"\u{1b}[2J\u{1b}]0;owned\u{7}\r\u{202e}\u{9b}31m"#

    private func hostileArchive() -> [UInt8] {
        SavedImage(["x/\(Self.json)"], architecture: Self.json, extra: #""created":"\#(Self.json)","#).archive
    }

    /// Whether the text contains no control characters except line feeds, and no bidirectional controls.
    private func isHarmless(_ text: String) -> Bool {
        !text.unicodeScalars.contains { scalar in
            scalar != "\n"
                && (scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
                    || (0x202a...0x202e).contains(scalar.value))
        }
    }

    static let views: [[String]] = [
        ["inspect"], ["inspect", "--platforms"], ["inspect", "--json"], ["merge"], ["merge", "--json"],
    ]

    @Test("control characters in names, platforms and dates are escaped", arguments: views)
    func escaped(_ view: [String]) throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(hostileArchive(), to: "in.tar")
        let run = try Program.ocimerge(view + [source] + (view[0] == "merge" ? ["-o", directory.path("out")] : []))
        #expect(run.status == 0 || run.status == 1)
        #expect(isHarmless(run.stdout), "\(run.stdout.debugDescription)")
        #expect(isHarmless(run.stderr), "\(run.stderr.debugDescription)")
        if !view.contains("--json") { #expect((run.stdout + run.stderr).contains(Self.shown)) }
    }

    @Test("control characters in errors are escaped")
    func escapedErrors() throws {
        let directory = try TemporaryDirectory()
        let source = try directory.write(hostileArchive(), to: "in.tar")
        let absent = try ocimerge(source + ":none", "-o", directory.path("out"))
        #expect(absent.stderr == "ocimerge: \(source):none: no image none in it; it holds x/\(Self.shown)\n")
        let file = try directory.write([1], to: "a\u{1b}[31m")
        expectFailure(
            try ocimerge(file, "-o", directory.path("out")),
            "\(directory.path)/a\\u{1b}[31m is neither a tar archive nor a compressed one; no image can be read from it"
        )
        var tar = TarBuilder()
        tar.add("manifest.json", #"[{"Config":"\#(Self.json)","RepoTags":null,"Layers":[]}]"#)
        let lacking = try directory.write(tar.finished, to: "lacking.tar")
        expectFailure(
            try ocimerge(lacking, "-o", directory.path("out")),
            "\(lacking) lacks \(Self.shown), which its manifest names")
    }

    static let unwritable: [(redirect: String, why: String)] = [("> /dev/full", "full"), (">&-", "closed")]
    static let printingCommands = [
        "inspect docker20/hello-amd64.tar", "inspect --json docker20/hello-amd64.tar",
        "inspect --platforms docker20/hello-amd64.tar",
        "inspect --raw docker20/hello-amd64.tar", "--version", "--help", "man", "docker20/hello-amd64.tar -o OUT",
    ]

    @Test("a result that cannot be printed is an error", arguments: printingCommands, [0, 1])
    func unwritable(_ arguments: String, _ number: Int) throws {
        let directory = try TemporaryDirectory()
        let command = "\(Program.ocimerge) \(arguments) \(Self.unwritable[number].redirect)"
            .replacingOccurrences(of: "OUT", with: directory.path("out"))
        let run = try Program.run("sh", ["-c", command], directory: fixtures)
        expectOneSentence(run, "\(arguments), \(Self.unwritable[number].why)")
    }

    @Test("a reader that closes the pipe early causes no crash", arguments: printingCommands)
    func brokenPipe(_ arguments: String) throws {
        let directory = try TemporaryDirectory()
        let command = "{ \(Program.ocimerge) \(arguments); echo $? > status; } | true"
            .replacingOccurrences(of: "OUT", with: directory.path("out")).replacingOccurrences(
                of: "> status", with: "> \(directory.path("status"))")
        try Program.run("sh", ["-c", command], directory: fixtures)
        let status = try String(contentsOfFile: directory.path("status"), encoding: .utf8)
        // 141: ended by SIGPIPE, as is usual for Unix tools.
        #expect(["0\n", "1\n", "141\n"].contains(status), "\(status)")
    }

    @Test("a closed standard error changes no result")
    func closedStderr() throws {
        let directory = try TemporaryDirectory()
        let run = try Program.run(
            "sh", ["-c", "\(Program.ocimerge) skopeo1/hello-s390x.plain.oci-dir -q -o \(directory.path("out")) 2>&-"],
            directory: fixtures)
        #expect(run.status == 0)
        try soundLayout(directory.path("out"))
    }

    @Test("a closed standard input is an error only if it is needed", arguments: ["tar/plain.tar", "-"])
    func closedStdin(_ source: String) throws {
        let directory = try TemporaryDirectory()
        let run = try Program.run(
            "sh", ["-c", "\(Program.ocimerge) \(source) -q -o \(directory.path("out")) <&-"], directory: fixtures)
        if source == "-" {
            expectOneSentence(run, "closed")
            #expect(try Tree.names(in: directory.path) == [])
        } else {
            expectDone(run)
            try soundLayout(directory.path("out"))
        }
    }

    @Test("a file redirected to standard input is read from its current offset")
    func offset() throws {
        let directory = try TemporaryDirectory()
        let plain = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture("tar/plain.tar"))))
        try directory.write([UInt8](repeating: 9, count: 512) + plain, to: "in")
        let command = "{ dd bs=512 count=1 of=/dev/null status=none; \(Program.ocimerge) - -q -o out; } < in"
        expectDone(try Program.run("sh", ["-c", command], directory: directory.path))
        try soundLayout(directory.path("out"))
    }

    @Test("without a terminal no progress is printed")
    func quietStderr() throws {
        let directory = try TemporaryDirectory()
        let layers = (0..<3).map { number in [UInt8](repeating: UInt8(0x41 + number), count: 20 << 20) }
        let source = try directory.write(SavedImage(["a:1"], layers: layers).archive, to: "in.tar")
        expectDone(try ocimerge(source, "-o", directory.path("out")))
    }
}
