import Foundation
import TestSupport
import Testing

/// The cost of an index grows with the number of its children, not with its square.
@Suite("Many children of one index", .serialized)
struct ManyChildrenTests {
    private static func layout(_ children: Int, _ directory: borrowing TemporaryDirectory) throws {
        var layout = HandmadeLayout()
        let layer = layout.blob(HandmadeLayout.tar, HandmadeLayout.layer)
        let diffID = SavedImage.digest(HandmadeLayout.tar)
        let manifests = (0..<children).map { number in
            let version = #","os.version":"\#(number)""#
            let config = layout.blob(
                HandmadeLayout.config(diffIDs: [diffID], more: version), HandmadeLayout.config)
            return layout.blob(
                HandmadeLayout.manifest(config: config, layers: [layer]), HandmadeLayout.manifest,
                more: #","platform":{"os":"linux","architecture":"amd64"\#(version)}"#)
        }
        let index = layout.blob(
            HandmadeLayout.index(manifests), HandmadeLayout.index, more: HandmadeLayout.named("demo/many:1"))
        layout.entries = [index]
        for (name, content) in layout.complete { try directory.write(content, to: "l\(children)/\(name)") }
    }

    /// The seconds of processor time of one run, which the load of the machine does not change much.
    private static func seconds(_ command: String, _ directory: borrowing TemporaryDirectory) throws -> Double {
        let script = "TIMEFORMAT=%U; time \(Program.ocimerge) \(command) > /dev/null"
        let run = try Program.run("bash", ["-c", script], directory: directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        return try #require(Double(run.stderr.split(separator: "\n").last ?? ""))
    }

    @Test(
        "eight times as many children take about eight times as long", .mustEnd,
        arguments: [
            "fix LAYOUT --platform linux/amd64=linux/arm64 --trust -q -i --dry-run", "inspect --platforms LAYOUT",
            "verify -q LAYOUT", "LAYOUT --trust -q --dry-run -o out.tar", "gc --dry-run LAYOUT",
        ])
    func linear(_ command: String) throws {
        let directory = try TemporaryDirectory()
        let (few, many) = (500, 4000)
        try Self.layout(few, directory)
        try Self.layout(many, directory)
        func seconds(_ children: Int) throws -> Double {
            try Self.seconds(command.replacingOccurrences(of: "LAYOUT", with: "l\(children)"), directory)
        }
        // A cost that grows with the square is 64 times as high.
        let (short, long) = (try seconds(few), try seconds(many))
        #expect(long < 24 * max(short, 0.05), "\(command): \(short) s and \(long) s")
    }
}
