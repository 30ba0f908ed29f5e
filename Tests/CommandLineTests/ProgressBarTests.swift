import Synchronization
import Testing

@testable import ocimerge

@Suite("Plain progress") struct ProgressBarTests {
    @Test("a plain line is written at each interval, and none when nothing is wanted")
    func plain() throws {
        let lines = Lines()
        let bar = ProgressBar(.plain, everyMilliseconds: 5) { lines.add($0) }
        bar.shown {
            bar.begin("packing", total: 2000)
            bar.advance(500)
            while lines.all.count < 2 {}
        }
        #expect(lines.all.allSatisfy { $0.hasPrefix("ocimerge: ") && $0.hasSuffix("\n") })
        #expect(lines.all.last?.hasPrefix("ocimerge: packing: 500 B of 2.0 kB, 25 %") == true)
        let silent = ProgressBar(.none, everyMilliseconds: 1) { _ in Issue.record("no line is wanted") }
        silent.shown { silent.begin("packing", total: 1) }
    }

    @Test(
        "--quiet, then --progress, then the environment decide about progress",
        arguments: [
            ([], nil, .auto), ([], "none", .none), ([], "plain", .plain), ([], "other", .auto), ([], "", .auto),
            (["--progress", "auto"], "none", .auto), (["--progress=plain"], nil, .plain), (["-q"], "plain", .none),
            (["-q", "--progress=plain"], nil, .none),
        ] as [([String], String?, OutputOptions.Progress)])
    func choice(_ arguments: [String], _ variable: String?, _ progress: OutputOptions.Progress) throws {
        let parsed = try ArgumentParser.parse(["verify", "layout"] + arguments)
        #expect(OutputOptions(parsed) { $0 == "OCIMERGE_PROGRESS" ? variable : nil }.progress == progress)
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        var all: [String] { lines.withLock { $0 } }
    }
}
