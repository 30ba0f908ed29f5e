internal import Foundation

/// A command of the README, with the output that the README states.
package struct ReadmeCommand: Sendable {
    package let line: String
    package let output: String

    /// The commands in blocks with that info string: `$ command`, then its output.
    package static func all(in kind: String) throws -> [ReadmeCommand] {
        let text = try String(contentsOfFile: Program.repository + "/README.md", encoding: .utf8)
        var commands: [ReadmeCommand] = []
        var isInside = false
        var line: String?
        var output = ""
        func finish() {
            if let line { commands.append(ReadmeCommand(line: line, output: output)) }
            (line, output) = (nil, "")
        }
        for row in text.components(separatedBy: "\n") {
            if row.hasPrefix("```") {
                finish()
                isInside = row == "```" + kind
            } else if isInside, row.hasPrefix("$ ") {
                finish()
                line = String(row.dropFirst(2))
            } else if isInside {
                output += row + "\n"
            }
        }
        return commands
    }

    /// Creates the files that the commands use, at the paths of a clone of the repository.
    package static func clone(at clone: borrowing TemporaryDirectory) throws {
        for (name, target) in [
            ("scripts/ocimerge", Program.ocimerge), ("bin/ocimerge", Program.ocimerge),
            ("fixtures", Program.repository + "/fixtures"),
        ] {
            let link = clone.path(name)
            try FileManager.default.createDirectory(
                atPath: (link as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
        }
    }

    package static func run(_ line: String, in clone: String) throws -> Run {
        try Program.run(
            "/bin/sh", ["-c", "PATH=$PWD/bin:$PATH; { \(line); } 2>&1"], environment: ["HOME": clone], directory: clone)
    }
}
