import Foundation
import TestSupport
import Testing

/// scripts/bench measures cases with files and registries, and draws a plot of them.
@Suite struct BenchTests {
    private func bench(_ scratch: borrowing TemporaryDirectory, _ arguments: String...) throws -> Run {
        try Program.run(
            "\(Program.repository)/scripts/bench", arguments, environment: ["OCIMERGE": Program.ocimerge],
            directory: scratch.path)
    }

    @Test("a quick run measures, and the figures that it writes give the same plot again", .needs(.skopeo))
    func measures() throws {
        let scratch = try TemporaryDirectory()
        let run = try bench(
            scratch, "--quick", "--dir", "data", "--only", "start-up,raw,digest", "--json", "figures", "--svg", "plot")
        #expect(run.status == 0, "\(run.stdout)\(run.stderr)")
        #expect(!run.stdout.contains("failed"), "\(run.stdout)")
        let note = "\n\nQuick run: a tenth of the data, 2 runs of each command, 10 of short ones\n"
        #expect(run.stdout.contains(note), "\(run.stdout)")

        // The plot is XML with a bar for each command.
        let bars = try Program.run("python3", ["-c", Self.bars, "plot"], directory: scratch.path)
        #expect(bars.stdout == "ocimerge 3, skopeo 3\n", "\(bars.stderr)")
        #expect(try bench(scratch, "--from", "figures", "--svg", "again").status == 0)
        let plots = ["plot", "again"].map { FileManager.default.contents(atPath: scratch.path($0)) }
        #expect(plots[0] == plots[1])
    }

    @Test("the report ends with the cases in which a peer is faster; yardsticks do not count")
    func verdict() throws {
        let scratch = try TemporaryDirectory()
        try scratch.write(Array(Self.figures.utf8), to: "figures")
        let run = try bench(scratch, "--from", "figures", "--markdown", "table")
        let mark = "* is a yardstick: a general tool that does a part of the work, and no peer."
        #expect(run.stdout == "\n\(mark)\n\nNot first:\ndigest: crane 20.0 ms, ocimerge 30.0 ms\n")
        #expect(run.stderr == "")
        let table = try String(contentsOfFile: scratch.path("table"), encoding: .utf8)
        #expect(
            table.hasSuffix(
                """
                | case | command | wall | CPU | peak MB | wall / ocimerge | runs |
                | --- | --- | --- | --- | --- | --- | --- |
                | **digest**: of an image | **ocimerge** | **30.0 ms (20.0–50.0)** | **1.0 ms (1.0–1.0)** | 10 |  | 3 |
                |  | crane | 20.0 ms (20.0–20.0) | 1.0 ms (1.0–1.0) | 10 | 0.67 | 1 |
                |  | cp \\* | 10.0 ms (10.0–10.0) | 1.0 ms (1.0–1.0) | 10 | 0.33 | 1 |
                |  | oras | failed, exit 1 |  |  |  |  |

                Not first:

                - digest: crane 20.0 ms, ocimerge 30.0 ms

                """), "\(table)")
    }

    /// Prints how many labels of the plot name ocimerge and skopeo.
    private static let bars = """
        import sys, xml.etree.ElementTree as tree
        labels = [text.text for text in tree.parse(sys.argv[1]).iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "n"]
        print(", ".join(f"{name} {labels.count(name)}" for name in ("ocimerge", "skopeo")))
        """

    private static let figures = """
        {"machine": "a machine", "versions": ["ocimerge 1"], "note": "", "missing": [], "cases": [
            {"name": "digest", "title": "of an image", "short": true, "limit": [], "commands": [
                {"name": "ocimerge", "runs": [\(run(0.02)), \(run(0.05)), \(run(0.03))]},
                {"name": "crane", "runs": [\(run(0.02))]},
                {"name": "cp", "yardstick": true, "runs": [\(run(0.01))]},
                {"name": "oras", "error": "failed, exit 1"}]}]}
        """

    private static func run(_ seconds: Double) -> String { #"{"wall": \#(seconds), "cpu": 0.001, "memory": 10}"# }
}
