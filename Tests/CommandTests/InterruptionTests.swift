import Foundation
import TestSupport
import Testing

@Suite("A run that is interrupted", .serialized)
struct InterruptionTests {
    private let archives: [String]

    init() throws { archives = try #require(BigArchives.shared).archives }

    /// The duration in microseconds. It bounds random moments and is never asserted.
    private func duration(_ body: () throws -> Void) rethrows -> UInt32 {
        let start = Date()
        try body()
        return UInt32(Date().timeIntervalSince(start) * 1_000_000)
    }

    private func leftovers(_ directory: String) throws -> [String] {
        try Tree.names(in: directory).filter { $0.contains("ocimerge-") }
    }

    /// Starts a run, sends the signal at a random moment and waits for the end.
    private func interrupted(_ arguments: [String], _ signal: Int32, within: UInt32, log: String) throws -> Int32 {
        let child = try Child(Program.ocimerge, arguments, directory: log)
        usleep(UInt32.random(in: 0...within))
        child.send(signal)
        return child.wait()
    }

    @Test(
        "a new layout is absent or complete, and SIGINT, SIGTERM and SIGHUP leave nothing behind",
        arguments: [SIGINT, SIGTERM, SIGHUP, SIGKILL])
    func create(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let whole = try TemporaryDirectory()
        let length = try duration { try expectDone(Program.ocimerge(archives + ["-q", "-o", whole.path("out")])) }
        let expected = try Tree.names(in: whole.path("out/blobs/sha256"))
        var ended = 0
        for _ in 0..<8 {
            let directory = try TemporaryDirectory()
            let out = directory.path("out")
            let status = try interrupted(archives + ["-q", "-o", out], signal, within: length, log: log.path)
            #expect(status == 0 || status == -signal)
            if status != 0 { ended += 1 }
            if FileManager.default.fileExists(atPath: out) {
                #expect(try soundLayout(out).images.count == 2)
                #expect(try Tree.names(in: out + "/blobs/sha256") == expected)
            }
            if signal != SIGKILL { #expect(try leftovers(directory.path) == []) }
            if status == 0 { continue }
            let next = try Program.ocimerge([Program.fixture("tar/plain.tar"), "-q", "--force", "-o", out])
            expectDone(next)
            #expect(try Tree.names(in: directory.path) == ["out"])
        }
        #expect(ended > 0, "no run was ended by the signal: the archives are too small for this machine")
    }

    @Test("volumes are complete, or the first one is absent", arguments: [SIGTERM, SIGKILL])
    func volumes(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let whole = try TemporaryDirectory()
        let split = ["-q", "--split", "10M", "-o"]
        let length = try duration { try expectDone(Program.ocimerge(archives + split + [whole.path("o.tar")])) }
        let expected = try Tree.names(in: whole.path)
        var ended = 0
        for _ in 0..<8 {
            let directory = try TemporaryDirectory()
            let status = try interrupted(
                archives + split + [directory.path("o.tar")], signal, within: length, log: log.path)
            #expect(status == 0 || status == -signal)
            if status != 0 { ended += 1 }
            if FileManager.default.fileExists(atPath: directory.path("o.tar.001")) {
                let check = try Program.run("sha256sum", ["--quiet", "-c", "o.tar.sha256"], directory: directory.path)
                #expect(check.status == 0)
                #expect(try Tree.names(in: directory.path).filter { $0.hasPrefix("o.tar") } == expected)
            }
            if signal != SIGKILL { #expect(try leftovers(directory.path) == []) }
            if status == 0 { continue }
            try expectDone(
                ocimerge("docker20/hello-amd64.tar", "-q", "--force", "--split", "10M", "-o", directory.path("o.tar")))
            #expect(try Tree.names(in: directory.path) == ["o.tar.001", "o.tar.sha256"])
        }
        #expect(ended > 0, "no run was ended by the signal: the archives are too small for this machine")
    }

    @Test("--update keeps the old images, and the new one is complete or absent", arguments: [SIGTERM, SIGKILL])
    func update(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "-o", out))
        let old = try Tree.read(out)
        let length = try duration {
            let scratch = try TemporaryDirectory()
            try Program.ocimerge(archives + ["-q", "-o", scratch.path("out")])
        }
        for round in 0..<8 {
            let arguments = archives + ["-t", "new\(round)", "-q", "--update", "-o", out]
            let status = try interrupted(arguments, signal, within: length * 2, log: log.path)
            #expect(status == 0 || status == -signal)
            let layout = try WrittenLayout(out, strict: false)
            #expect(layout.problems == [])
            #expect(layout.absent == [])
            for (name, bytes) in old where name != "index.json" {
                #expect(FileManager.default.contents(atPath: "\(out)/\(name)") == Data(bytes))
            }
            let names = layout.entries.compactMap(\.name)
            #expect(names.starts(with: ["docker.io/demo/app-a:1.0", "docker.io/demo/app-b:1.0"]))
            #expect(status != 0 || names.contains("docker.io/library/new\(round):latest"))
            if signal != SIGKILL { #expect(try leftovers(out) == []) }
        }
        try expectDone(ocimerge("tar/plain.tar", "-t", "last", "-q", "--update", "-o", out))
        #expect(try Tree.names(in: out) == ["blobs", "index.json", "oci-layout"])
        #expect(try Tree.names(in: directory.path) == ["out"])
    }

    @Test(
        "an interrupted compression leaves no incomplete layout, and the next run succeeds",
        arguments: [SIGTERM, SIGKILL],
        ["gzip", "zstd"])
    func compress(_ signal: Int32, _ method: String) throws {
        let log = try TemporaryDirectory()
        let arguments = archives + ["-q", "--trust", "--compress", method, "-o"]
        let whole = try TemporaryDirectory()
        let length = try duration { try expectDone(Program.ocimerge(arguments + [whole.path("out")])) }
        for _ in 0..<5 {
            let directory = try TemporaryDirectory()
            let out = directory.path("out")
            let status = try interrupted(arguments + [out], signal, within: length, log: log.path)
            #expect(status == 0 || status == -signal)
            if status == 0 { try soundLayout(out) }
            if signal != SIGKILL { #expect(try Tree.names(in: directory.path) == (status == 0 ? ["out"] : [])) }
            expectDone(try Program.ocimerge(arguments + [out, "--force"]))
            #expect(try Tree.names(in: directory.path) == ["out"])
        }
    }

    @Test("--force leaves the old or the new layout, complete", arguments: [SIGINT, SIGKILL])
    func force(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "-o", out))
        let length = try duration {
            let scratch = try TemporaryDirectory()
            try Program.ocimerge(archives + ["-q", "--sync", "-o", scratch.path("out")])
        }
        for _ in 0..<8 {
            let status = try interrupted(
                archives + ["-q", "--force", "-o", out], signal, within: length, log: log.path)
            #expect(status == 0 || status == -signal)
            let layout = try soundLayout(out)
            let names = Set(layout.entries.compactMap(\.name))
            #expect(
                names == ["docker.io/big/image:1"] || names == ["docker.io/demo/app-a:1.0", "docker.io/demo/app-b:1.0"])
            if signal != SIGKILL { #expect(try Tree.names(in: directory.path) == ["out"]) }
            try expectDone(ocimerge("docker20/two-apps-amd64.tar", "-q", "--force", "-o", out))
            #expect(try Tree.names(in: directory.path) == ["out"])
        }
    }

    @Test(
        "a signal ends a run that waits for standard input", .mustEnd,
        arguments: [SIGINT, SIGTERM, SIGHUP])
    func silentInput(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let child = try Child(Program.ocimerge, ["-", "-o", directory.path("out")], directory: log.path)
        // The staging directory shows that the run has begun.
        while try Tree.names(in: directory.path).isEmpty { usleep(1000) }
        child.send(signal)
        #expect(child.wait() == -signal)
        #expect(try Tree.names(in: directory.path) == [])
    }

    @Test(
        "every signal that ends a process leaves nothing behind, and the process ends by it",
        arguments: [
            SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGTERM, SIGXCPU, SIGVTALRM, SIGPROF, SIGPWR, 34, 64,
        ])
    func everySignal(_ signal: Int32) throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        // It waits for its input, and SIGQUIT and SIGXCPU write no core file.
        let child = try Child(
            "/usr/bin/prlimit", ["--core=0", Program.ocimerge, "-", "-o", directory.path("out")], directory: log.path)
        for _ in 0..<500 where try leftovers(directory.path).isEmpty { usleep(10_000) }
        #expect(try leftovers(directory.path).count == 1)
        child.send(signal)
        #expect(child.wait() == -signal)
        #expect(try Tree.names(in: directory.path) == [])
        #expect(child.stderr == "ocimerge: interrupted: nothing was written\n")
    }

    @Test("the staging directory of a running process is not removed as a leftover")
    func runningProcess() throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let child = try Child(Program.ocimerge, ["-", "-o", out], directory: log.path)
        while try Tree.names(in: directory.path).isEmpty { usleep(1000) }
        let staging = try Tree.names(in: directory.path)
        try expectDone(ocimerge("tar/plain.tar", "-q", "-o", out))
        #expect(try Tree.names(in: directory.path) == (staging + ["out"]).sorted())
        child.send(SIGKILL)
        #expect(child.wait() == -SIGKILL)
        try expectDone(ocimerge("tar/plain.tar", "-q", "--force", "-o", out))
        #expect(try Tree.names(in: directory.path) == ["out"])
    }

    @Test("of two runs for one new layout one succeeds and the other is refused")
    func race() throws {
        let log = try TemporaryDirectory()
        let directory = try TemporaryDirectory()
        let arguments = archives + ["-q", "-o", directory.path("out")]
        let children = try (0..<2).map { _ in try Child(Program.ocimerge, arguments, directory: log.path) }
        let statuses = children.map { $0.wait() }
        #expect(statuses.contains(0))
        #expect(Set(statuses).isSubset(of: [0, 1]))
        for child in children { #expect(child.stderr.split(separator: "\n").count <= 1) }
        try soundLayout(directory.path("out"))
        #expect(try Tree.names(in: directory.path) == ["out"])
    }
}
