import Foundation
import TestSupport
import Testing

@Suite("A run that writes an archive is interrupted", .serialized)
struct ArchiveInterruptionTests {
    private let sources: [String]

    init() throws { sources = try #require(BigArchives.shared).archives }

    /// The archive of an uninterrupted run and its duration in microseconds. The duration bounds random moments only.
    private func whole(_ arguments: [String], _ path: String) throws -> (bytes: Data, length: UInt32) {
        let start = Date()
        expectDone(try Program.ocimerge(arguments + ["-q", "-o", path]))
        let length = UInt32(Date().timeIntervalSince(start) * 1_000_000)
        return (try Data(contentsOf: URL(fileURLWithPath: path)), length)
    }

    private func interrupted(_ arguments: [String], _ signal: Int32, within: UInt32) throws -> Int32 {
        let log = try TemporaryDirectory()
        let child = try Child(Program.ocimerge, arguments, directory: log.path)
        usleep(UInt32.random(in: 0...within))
        child.send(signal)
        let status = child.wait()
        #expect(status == 0 || status == -signal)
        return status
    }

    static let signals: [(name: String, signal: Int32, rounds: Int)] = [
        ("out.tar", SIGINT, 6), ("out.tar", SIGTERM, 6), ("out.tar", SIGHUP, 6), ("out.tar", SIGKILL, 8),
        ("out.tar.zst", SIGTERM, 4), ("out.tar.gz", SIGTERM, 3), ("out.tar.gz", SIGKILL, 3),
    ]

    @Test(
        "a new archive is absent or complete, and SIGINT, SIGTERM and SIGHUP leave nothing behind",
        arguments: signals.indices)
    func create(_ number: Int) throws {
        let (name, signal, rounds) = Self.signals[number]
        let sources = name.hasSuffix("gz") ? Array(sources.prefix(1)) : sources
        let finished = try TemporaryDirectory()
        let (expected, length) = try whole(sources, finished.path(name))
        for _ in 0..<rounds {
            let directory = try TemporaryDirectory()
            let out = directory.path(name)
            let status = try interrupted(sources + ["-q", "-o", out], signal, within: length)
            if FileManager.default.fileExists(atPath: out) {
                #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == expected)
            }
            if signal != SIGKILL {
                #expect(try Tree.names(in: directory.path).filter { $0 != name } == [])
            }
            if status == 0 { continue }
            expectDone(try ocimerge("tar/plain.tar", "-q", "--force", "-o", out))
            #expect(try Tree.names(in: directory.path) == [name])
        }
    }

    @Test("--force leaves the old or the new archive, complete", arguments: [SIGINT, SIGKILL])
    func force(_ signal: Int32) throws {
        let finished = try TemporaryDirectory()
        let (new, length) = try whole(sources + ["--sync"], finished.path("out.tar"))
        let directory = try TemporaryDirectory()
        let out = directory.path("out.tar")
        expectDone(try ocimerge("docker20/two-apps-amd64.tar", "-q", "-o", out))
        let old = try Data(contentsOf: URL(fileURLWithPath: out))
        for _ in 0..<8 {
            let status = try interrupted(sources + ["-q", "--force", "-o", out], signal, within: length)
            let found = try Data(contentsOf: URL(fileURLWithPath: out))
            #expect(found == new || found == old && status != 0)
            if signal != SIGKILL { #expect(try Tree.names(in: directory.path) == ["out.tar"]) }
            expectDone(try ocimerge("docker20/two-apps-amd64.tar", "-q", "--force", "-o", out))
            #expect(try Tree.names(in: directory.path) == ["out.tar"])
            #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == old)
        }
    }

    @Test(
        "a run that writes to standard output leaves nothing in TMPDIR", arguments: [SIGINT, SIGTERM, SIGHUP, SIGKILL])
    func standardOutput(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let child = try Child(
            "TMPDIR=" + directory.path, [Program.ocimerge, "-", "-q", "-o", "-"], directory: log.path)
        // The first layer is spooled.
        let archive = try #require(FileHandle(forReadingAtPath: sources[0]))
        try child.feed(try #require(try archive.read(upToCount: 256 << 10)))
        while try Tree.names(in: directory.path).isEmpty { usleep(1000) }
        child.send(signal)
        #expect(child.wait() == -signal)
        if signal == SIGKILL {
            let next = try Program.run(
                "sh", ["-c", #"cat "$1" | "$0" - -q -o - > /dev/null"#, Program.ocimerge, sources[0]],
                environment: ["TMPDIR": directory.path])
            #expect(next.status == 0)
        }
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test("of two runs for one new archive one succeeds and the other is refused")
    func race() throws {
        let finished = try TemporaryDirectory()
        let expected = try whole(sources, finished.path("out.tar")).bytes
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let out = directory.path("out.tar")
        let children = try (0..<2).map { _ in
            try Child(Program.ocimerge, sources + ["-q", "-o", out], directory: log.path)
        }
        let statuses = children.map { $0.wait() }
        #expect(statuses.sorted() == [0, 1])
        for (child, status) in zip(children, statuses) {
            let sentence = "ocimerge: \(out) exists; replace it with --force, or choose another name\n"
            #expect(child.stderr == (status == 0 ? "" : sentence))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: out)) == expected)
        #expect(try Tree.names(in: directory.path) == ["out.tar"])
    }
}
