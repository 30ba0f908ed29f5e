import Foundation
import TestSupport
import Testing

/// One failing system call must never change what the executables prove: the result is that of a run without the
/// failure, or one error.
@Suite("A failing read is an error")
struct ReadFailureTests {
    struct Command: Sendable, CustomTestStringConvertible {
        let name: String
        /// `OUT` stands for the destination.
        let arguments: [String]
        /// A file for standard input.
        var input: String?

        var testDescription: String { name }
    }

    private static let wrong = "docker20/hello-s390x-wrong.tar"
    private static let right = "docker20/hello-s390x.tar"
    private static let compressed = "buildah1/hello-arm64-wrong.oci-archive.tar"

    static let commands = [
        Command(name: "merge of a wrong image", arguments: [wrong, "-o", "OUT"]),
        Command(name: "merge of a right image", arguments: [right, "-o", "OUT"]),
        Command(name: "merge of a wrong image with compressed layers", arguments: [compressed, "-o", "OUT"]),
        Command(name: "merge of a wrong image from a pipe", arguments: ["-", "-o", "OUT"], input: wrong),
        Command(name: "merge that corrects", arguments: [wrong, "--fix", "-o", "OUT"]),
        Command(name: "fix by the executables", arguments: ["fix", wrong, "--auto", "-o", "OUT"]),
        Command(name: "fix to an archive", arguments: ["fix", wrong, "--auto", "-o", "OUT.tar"]),
        Command(
            name: "merge of a dir:",
            arguments: ["dir:buildah1/hello-amd64.docker-dir", "-t", "demo/app:1", "-o", "OUT.tar"]),
        Command(name: "ls of a layout", arguments: ["ls", "skopeo1/two-entries.oci-dir"]),
        Command(name: "inspect", arguments: ["inspect", wrong, "--json"]),
        Command(name: "inspect of compressed layers", arguments: ["inspect", compressed, "--evidence=full", "--json"]),
        Command(name: "verify of a wrong image", arguments: ["verify", wrong, "--json"]),
        Command(name: "verify of a right image", arguments: ["verify", right, "--json"]),
        Command(name: "verify of compressed layers", arguments: ["verify", compressed, "--json"]),
    ]

    private struct Outcome: Equatable {
        let status: Int32
        let stdout: String
        let tree: [String: [UInt8]]
    }

    private func outcome(_ run: Run, _ directory: borrowing TemporaryDirectory) throws -> Outcome {
        Outcome(
            status: run.status, stdout: run.stdout.replacingOccurrences(of: directory.path, with: ""),
            tree: try Tree.read(directory.path))
    }

    @Test(
        "the result is complete and the same, or there is an error and no result", arguments: commands,
        [Fault.Call.read, .pread, .open, .stat])
    func everyCall(_ command: Command, _ call: Fault.Call) throws {
        let input = try command.input.map { try Data(contentsOf: URL(fileURLWithPath: fixtures + "/" + $0)) }
        func arguments(_ directory: borrowing TemporaryDirectory) -> [String] {
            command.arguments.map { $0.hasPrefix("OUT") ? directory.path("out" + $0.dropFirst(3)) : $0 }
        }
        let usual = try TemporaryDirectory()
        let first = try Program.ocimerge(
            arguments(usual), input: input.map(Array.init) ?? [], directory: fixtures)
        let usualErrors = first.stderr.replacingOccurrences(of: usual.path, with: "")
        let reference = try outcome(first, usual)
        var number = 1
        while true {
            let directory = try TemporaryDirectory()
            let fault = Fault(call, number, EIO)
            guard let run = try fault.run(arguments(directory), input: input.map(Array.init) ?? [], directory: fixtures)
            else { break }
            let found = try outcome(run, directory)
            let comment: Comment = "\(call) \(number): \(run.stderr)"
            if found != reference {
                #expect(run.status == 1, comment)
                #expect(run.stdout.contains("\"error\"") || run.stderr.hasPrefix("ocimerge: "), comment)
                let text = run.stderr + run.stdout
                // A warning names what a failing clean-up leaves.
                let left = try Tree.names(in: directory.path).filter { !run.stderr.contains("/\($0): Input/output") }
                #expect(left == [], comment)
                #expect(
                    text.contains("Input/output error")
                        || run.stderr.replacingOccurrences(of: directory.path, with: "") == usualErrors, comment)
            }
            number += 1
        }
        let isExpected = command.input == nil ? call != .read : call != .pread
        #expect(number > 1 || !isExpected, "the program made no such call")
    }
}
