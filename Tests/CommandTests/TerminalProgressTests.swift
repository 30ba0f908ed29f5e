import Foundation
import TestSupport
import Testing

/// Progress on a terminal, and the last words of an interrupted run. The archives come through a FIFO, which the test keeps
/// open, so that the program waits.
@Suite("Progress on a terminal", .mustEnd)
struct TerminalProgressTests: ~Copyable {
    private let scratch: TemporaryDirectory
    private let fifo: String
    private let writer: Int32

    init() throws {
        let scratch = try TemporaryDirectory()
        let fifo = scratch.path("fifo")
        #expect(mkfifo(fifo, 0o600) == 0)
        writer = open(fifo, O_RDWR | O_CLOEXEC)
        self.scratch = scratch
        self.fifo = fifo
    }

    deinit { close(writer) }

    private func session(
        _ command: String, environment: [String: String] = ["NO_COLOR": "1"]
    ) throws -> TerminalSession {
        let line = command.replacingOccurrences(of: "OCIMERGE", with: "'\(Program.ocimerge)'")
        return try TerminalSession(
            "/bin/bash", ["-c", "cd '\(scratch.path)' && \(line)"], environment: environment)
    }

    private static let bar = "\rreading  0 B  0 s\u{1b}[J\r"

    @Test(
        "Ctrl-C says in one line what is kept, and clears the bar",
        arguments: [
            ("merge - -o out/", "nothing was written"), ("copy - out.tar", "nothing was written"),
            ("pack - -o out.tar", "nothing was written"),
            ("merge - -o -", "the archive on standard output is incomplete"),
            ("copy - docker://127.0.0.1:9/app:1", "no layer was uploaded"),
            ("verify -", ""), ("merge - -o out/ --dry-run", ""),
        ])
    func interrupt(_ arguments: String, _ kept: String) throws {
        let redirection = arguments.hasSuffix("-o -") ? "> archive" : ""
        let session = try session("exec OCIMERGE \(arguments) < fifo \(redirection)")
        session.wait(for: Self.bar)
        session.type("\u{3}")
        #expect(session.end() == -SIGINT)
        let sentence = "ocimerge: interrupted\(kept.isEmpty ? "" : ": ")\(kept)\r\n"
        #expect(session.shown.hasSuffix("\r\u{1b}[J" + sentence))
        #expect(try Tree.names(in: scratch.path).filter { $0 != "fifo" && $0 != "archive" } == [])
    }

    @Test("a narrower terminal keeps no rest of the bar")
    func resize() throws {
        let session = try session("exec OCIMERGE merge - -o out/ < fifo")
        session.wait(for: Self.bar)
        session.resize(columns: 12)
        session.wait(for: "\rr\u{2026}  0 B\u{1b}[J\r")
        session.signal(SIGTERM)
        #expect(session.end() == -SIGTERM)
        // Each line ends at its beginning and clears what is below.
        let lines = session.shown.components(separatedBy: "\u{1b}[J\r").dropLast()
        #expect(lines.count > 1)
        #expect(lines.allSatisfy { $0.hasPrefix("\r") && !$0.contains("\n") })
    }

    @Test("a process in the background draws nothing, and draws again in the foreground")
    func background() throws {
        let session = try session("set -m; OCIMERGE merge - -o out/ < fifo & sleep 1; echo PROMPT; fg > /dev/null")
        session.wait(for: "PROMPT\r\n")
        #expect(session.shown == "PROMPT\r\n")
        session.wait(for: "\u{1b}[J\r")
        session.type("\u{3}")
        _ = session.end()
        #expect(session.shown.hasSuffix("ocimerge: interrupted: nothing was written\r\n"))
    }

    @Test(
        "--quiet, --progress=none and TERM=dumb show no bar",
        arguments: [("-q", "xterm"), ("--progress=none", "xterm"), ("", "dumb"), ("--progress=plain", "xterm")])
    func silent(_ option: String, _ terminal: String) throws {
        let session = try session(
            "exec OCIMERGE merge - -o out/ \(option) < fifo", environment: ["NO_COLOR": "1", "TERM": terminal])
        usleep(1_500_000)
        session.signal(SIGTERM)
        #expect(session.end() == -SIGTERM)
        let clearing = terminal == "dumb" ? "" : "\r\u{1b}[J"
        #expect(session.shown == clearing + "ocimerge: interrupted: nothing was written\r\n")
    }

    @Test("a signal after the result has appeared says that the result is complete")
    func complete() throws {
        let (out, source) = (scratch.path("out"), Program.fixture("tar/plain.tar"))
        // The FIFO is full, so that the report waits for a reader.
        let command =
            "head -c 65536 /dev/zero > '\(fifo)' && exec '\(Program.ocimerge)' '\(source)' -o '\(out)' > '\(fifo)'"
        let child = try Child("/bin/bash", ["-c", command], directory: scratch.path)
        while !FileManager.default.fileExists(atPath: out) { usleep(10_000) }
        usleep(100_000)
        child.send(SIGTERM)
        #expect(child.wait() == -SIGTERM)
        #expect(child.stderr == "ocimerge: interrupted: the result is complete\n")
        #expect(try Tree.names(in: out) == ["blobs", "index.json", "oci-layout"])
    }

    @Test("without a terminal a line appears after ten seconds")
    func plain() throws {
        let command = "exec '\(Program.ocimerge)' verify - --progress=auto < '\(fifo)'"
        let child = try Child("/bin/bash", ["-c", command], directory: scratch.path)
        usleep(9_000_000)
        #expect(child.stderr == "")
        for _ in 0..<400 where child.stderr.isEmpty { usleep(10_000) }
        #expect(child.stderr == "ocimerge: reading: 0 B\n")
        child.send(SIGTERM)
        #expect(child.wait() == -SIGTERM)
        #expect(child.stderr == "ocimerge: reading: 0 B\nocimerge: interrupted\n")
    }
}
