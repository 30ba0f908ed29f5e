import Foundation
import TestSupport
import Testing

/// A limit on processes refuses all threads of the program. It then works with one thread, and signals end it.
@Suite("A program that may create no threads")
struct RefusedThreadsTests {
    /// A command that runs `ocimerge` without threads, as an unprivileged user: root is exempt from the limit.
    private static func command(_ arguments: [String], _ directory: borrowing TemporaryDirectory) throws -> [String] {
        try directory.write(Array(try Data(contentsOf: URL(fileURLWithPath: Program.ocimerge))), to: "ocimerge")
        try Program.run("chmod", ["755", directory.path, directory.path("ocimerge")])
        let user = getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        return user + ["prlimit", "--nproc=0", directory.path("ocimerge")] + arguments
    }

    @Test("an intact archive is verified", arguments: ["gzip", "zstd", "xz"])
    func verify(_ compressor: String) throws {
        let directory = try TemporaryDirectory()
        let plain = Array(try Data(contentsOf: URL(fileURLWithPath: Program.fixture("tar/plain.tar"))))
        let packed = try Program.run(compressor, ["-c"], input: plain)
        try directory.write(packed.output, to: "image.tar.packed")
        let words = try Self.command(["verify", directory.path("image.tar.packed")], directory)
        let run = try Program.run(words[0], Array(words.dropFirst()))
        #expect(run.stderr == "")
        #expect(run.status == 0)
    }

    @Test("a signal ends a run that waits for its input", arguments: [SIGTERM, SIGINT])
    func signal(_ signal: Int32) throws {
        let directory = try TemporaryDirectory()
        let words = try Self.command(["verify", "-"], directory)
        let child = try Child("/usr/bin/env", words, directory: directory.path)
        usleep(500_000)
        let start = Date()
        child.send(signal)
        #expect(child.wait() == -signal)
        #expect(Date().timeIntervalSince(start) < 10)
    }
}
