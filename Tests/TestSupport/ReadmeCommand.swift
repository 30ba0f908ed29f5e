internal import Foundation

/// A command of the README files, with the output that they state.
package struct ReadmeCommand: Sendable {
    /// The path in the repository.
    package let file: String
    package let line: String
    package let output: String
    /// Whether the command needs a registry.
    package let needsRegistry: Bool
    /// The rows of the output in the file.
    let rows: Range<Int>

    package static let files = ["README.md", "Sources/README.md"]

    /// Commands that build or test ocimerge itself.
    package static let development = [
        "scripts/setup build", "OCIMERGE_COMMIT=$(scripts/commit) swift build -c release", "scripts/test",
    ]

    /// Whether the files are written with the output of this run.
    package static let updates = ProcessInfo.processInfo.environment["UPDATE_EXPECTED"] == "1"

    /// The commands of every file in their order, without those that build or test ocimerge itself.
    package static func all() throws -> [ReadmeCommand] {
        try files.flatMap(commands).filter { !development.contains($0.line) }
    }

    package static func text(of file: String) throws -> String {
        try String(contentsOfFile: "\(Program.repository)/\(file)", encoding: .utf8)
    }

    /// The commands in blocks of the kinds `console` and `console registry`: `$ command`, then its output.
    private static func commands(in file: String) throws -> [ReadmeCommand] {
        var commands: [ReadmeCommand] = []
        var kind: String?
        var begun: (line: String, row: Int)?
        let rows = try text(of: file).components(separatedBy: "\n")
        func finish(before row: Int) {
            guard let (line, start) = begun, let kind else { return }
            let output = rows[start..<row].map { $0 + "\n" }.joined()
            commands.append(
                ReadmeCommand(
                    file: file, line: line, output: output, needsRegistry: kind.hasSuffix("registry"),
                    rows: start..<row))
            begun = nil
        }
        for (number, row) in rows.enumerated() {
            if row.hasPrefix("```") {
                finish(before: number)
                kind = row.hasPrefix("```console") ? row : nil
            } else if kind != nil, row.hasPrefix("$ ") {
                finish(before: number)
                begun = (String(row.dropFirst(2)), number + 1)
            }
        }
        return commands
    }

    /// Writes the files again, with these outputs.
    package static func update(_ outputs: [(command: ReadmeCommand, output: String)]) throws {
        for file in files {
            var rows = try text(of: file).components(separatedBy: "\n")
            for (command, output) in outputs.reversed() where command.file == file {
                rows.replaceSubrange(command.rows, with: output.components(separatedBy: "\n").dropLast())
            }
            try rows.joined(separator: "\n").write(
                toFile: "\(Program.repository)/\(file)", atomically: true, encoding: .utf8)
        }
    }

    /// Creates the files that the commands use, at the paths of a clone of the repository.
    package static func clone(at clone: borrowing TemporaryDirectory) throws {
        let fixtures = Program.repository + "/fixtures"
        let (manager, saved) = (FileManager.default, fixtures + "/docker20/hello-")
        for (name, target) in [
            ("scripts/ocimerge", Program.ocimerge), ("bin/ocimerge", Program.ocimerge),
            (".build/release/ocimerge", Program.ocimerge), ("fixtures", fixtures),
        ] {
            let link = clone.path(name)
            try manager.createDirectory(
                atPath: (link as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try manager.createSymbolicLink(atPath: link, withDestinationPath: target)
        }
        // The first screen uses these before the README shows how to copy them.
        try manager.copyItem(atPath: saved + "amd64.tar", toPath: clone.path("amd64.tar"))
        try manager.copyItem(atPath: saved + "s390x-wrong.tar", toPath: clone.path("s390x.tar"))
    }

    package static func run(_ line: String, in clone: String) throws -> Run {
        try Program.run(
            "/bin/sh", ["-c", "PATH=$PWD/bin:$PATH; { \(line); } 2>&1"],
            environment: ["HOME": clone, "LC_ALL": "C.UTF-8"], directory: clone)
    }
}
