import Foundation
import TestSupport
import Testing

/// The system refuses open files or memory at any moment.
@Suite("A program that may open few files or use little memory", .serialized)
struct RefusedResourceTests {
    private static let archives = ["amd64", "s390x"].map { Program.fixture("docker20/hello-\($0).tar") }

    static let commands: [[String]] = [
        archives + ["-o", "out"], archives + ["-o", "out.tar"], archives + ["-o", "out.tar.zst"],
        ["-", "-o", "out"], ["-", "-o", "out.tar.gz"], archives + ["--compress", "zstd", "-o", "out"],
        [archives[0], "-o", "dir:out"],
        ["fix", archives[0], "--platform", "linux/riscv64", "--trust", "-o", "out.tar"],
    ]

    private static func run(_ limit: String, _ arguments: [String], _ directory: String) throws -> Run {
        let input = Array(try Data(contentsOf: URL(fileURLWithPath: archives[0])))
        return try Program.run(
            "prlimit", [limit, Program.ocimerge] + arguments, input: arguments[0] == "-" ? input : [],
            directory: directory)
    }

    @Test(
        "with any number of open files the result is complete, or there is one error and no leftover",
        arguments: commands)
    func fewFiles(_ arguments: [String]) throws {
        var failures = 0
        for limit in 4...32 {
            let directory = try TemporaryDirectory()
            let run = try Self.run("--nofile=\(limit)", arguments, directory.path)
            let names = try Tree.names(in: directory.path)
            let comment: Comment = "\(limit): exit \(run.status), \(run.stderr)"
            if run.status == 0 {
                #expect(names.count == 1 && names[0].hasPrefix("out"), comment)
            } else {
                failures += 1
                // Below that the program itself cannot be loaded.
                #expect(run.status == 1 || run.status == 127, comment)
                #expect(run.status == 127 || run.stderr.contains("ocimerge: cannot "), comment)
                #expect(names == [], comment)
            }
        }
        #expect(failures > 0)
    }

    @Test(
        "out of memory ends in one line and a signal, and the next run removes what is left",
        arguments: [["-o", "out"], ["--update", "-o", "out"], ["--force", "-o", "out"]])
    func littleMemory(_ destination: [String]) throws {
        var aborts = 0
        for megabytes in stride(from: 10, through: 400, by: 10) {
            let directory = try TemporaryDirectory()
            let arguments = Self.archives + ["-q", "-t", "demo/a:1", "--compress", "zstd:19"] + destination
            let run = try Self.run("--as=\(megabytes)000000", arguments, directory.path)
            // The system cannot load the program below a limit.
            let isLoaded = try !Tree.names(in: directory.path).isEmpty || run.stderr.hasPrefix("ocimerge: ")
            if run.status != 0, !isLoaded { continue }
            if run.status == 0 { break }
            if run.status < 0 {
                aborts += 1
                #expect(run.status == -SIGABRT || run.status == -SIGSEGV || run.status == -SIGILL)
                #expect(
                    run.stderr.hasSuffix(
                        "ocimerge: internal error or out of memory; a later run to the same destination removes "
                            + "leftovers\n"))
            }
            expectDone(try Program.ocimerge(arguments, directory: directory.path))
            #expect(try Tree.names(in: directory.path) == ["out"])
            #expect(try Tree.names(in: directory.path("out")) == ["blobs", "index.json", "oci-layout"])
        }
        #expect(aborts > 0)
    }
}
