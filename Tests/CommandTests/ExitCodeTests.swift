import Foundation
import TestSupport
import Testing

/// Exit 2: the command line is wrong, independent of the file system. Exit 1: the command line is right, and its input is not.
/// One mistake has one exit code in every command.
@Suite("Exit 2 is a wrong command line, exit 1 a wrong input")
struct ExitCodeTests {
    private static let archive = Program.fixture("docker20/hello-amd64.tar")

    /// Command lines with `SOURCE` in the place of a source.
    static let readers: [[String]] = [
        ["inspect", "SOURCE"], ["ls", "SOURCE"], ["verify", "SOURCE"], ["SOURCE", "-o", "out"],
        ["pack", "SOURCE", "-o", "out.tar"],
        ["fix", "SOURCE", "--platform", "linux/arm", "-o", "out.tar"],
        ["push", "SOURCE", "localhost:1/a:1", "--dry-run"],
        [archive, "SOURCE", "-o", "out"], ["pack", archive, "--since", "SOURCE", "-o", "out.tar"],
    ]
    static let managers: [[String]] = [
        ["gc", "SOURCE"], ["rm", "SOURCE"], ["tag", "SOURCE", "new:1"],
    ]

    private func expectStatus(
        _ status: Int32, _ commands: [[String]], _ sources: [String], _ directory: borrowing TemporaryDirectory
    ) throws {
        let before = try Tree.names(in: directory.path)
        for command in commands {
            for source in sources {
                let arguments = command.map { $0 == "SOURCE" ? source : $0 }
                let run = try Program.ocimerge(arguments, directory: directory.path)
                #expect(run.status == status, "\(arguments.joined(separator: " ")): \(run.stderr)")
                #expect(run.stdout == "" || command[0] == "verify")
            }
        }
        #expect(try Tree.names(in: directory.path) == before)
    }

    @Test("the text of a source is wrong")
    func wrongText() throws {
        let directory = try TemporaryDirectory()
        expectDone(try Program.ocimerge([Self.archive, "-q", "-o", "l"], directory: directory.path))
        let wrong = [
            "l:", "l@", "l@sha256:12", "docker://", "docker://localhost:1/A", String(repeating: "x", count: 9000),
        ]
        try expectStatus(2, Self.readers + Self.managers, wrong, directory)
        // Only a merge takes a platform.
        let others = Self.readers.filter { !$0.contains("out") && $0 != ["pack", "SOURCE", "-o", "out.tar"] }
        try expectStatus(2, others + Self.managers, ["l=linux/arm"], directory)
        try expectStatus(2, Self.managers, ["-", "docker://localhost:1/a:1"], directory)
    }

    @Test("the input or the destination is wrong")
    func wrongInput() throws {
        let directory = try TemporaryDirectory()
        expectDone(try Program.ocimerge([Self.archive, "-q", "-o", "l"], directory: directory.path))
        try directory.write(Array("no image".utf8), to: "file")
        try directory.write([1], to: "folder/file")
        let wrong = ["absent", "absent:x", "file", "folder"]
        try expectStatus(1, Self.readers + Self.managers, wrong, directory)
        try expectStatus(1, Self.managers, [Self.archive], directory)
        try expectStatus(1, Self.readers + Self.managers.suffix(2), ["l:absent"], directory)
    }
}
