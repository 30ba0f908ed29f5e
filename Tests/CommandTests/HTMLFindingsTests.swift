import Foundation
import TestSupport
import Testing

@Suite("The page of verify shows findings beside each platform that they concern")
struct HTMLFindingsTests {
    typealias Layout = HandmadeLayout

    private static let shared = TarBuilder.archive([("etc/shared", Array("shared\n".utf8))])

    /// A layer that only one platform has.
    private static func own(_ architecture: String) -> [UInt8] {
        TarBuilder.archive([("etc/own", Array("\(architecture)\n".utf8))])
    }

    /// The entry of an index: an image with a shared layer and one of its own. `diffID` is that of the shared layer.
    private static func child(
        _ architecture: String, in layout: inout Layout, diffID: String? = nil, more: String = ""
    ) -> String {
        let diffIDs = [diffID ?? SavedImage.digest(shared), SavedImage.digest(own(architecture))]
        let config = Layout.config(diffIDs: diffIDs, more: more).replacing("amd64", with: architecture)
        let layers = [layout.blob(shared, Layout.layer), layout.blob(own(architecture), Layout.layer)]
        let manifest = Layout.manifest(config: layout.blob(config, Layout.config), layers: layers)
        return layout.blob(manifest, Layout.manifest, more: Layout.platform.replacing("amd64", with: architecture))
    }

    private static func add(_ children: [String], named name: String, to layout: inout Layout) {
        layout.entries.append(layout.blob(Layout.index(children), Layout.index, more: Layout.named(name)))
    }

    /// The rows of platforms in the page of `verify`.
    private func rows(_ layout: Layout) throws -> [[String]] {
        let directory = try TemporaryDirectory()
        let source = try directory.write(layout.archive, to: "l.tar")
        let page = directory.path("p.html")
        let run = try Program.ocimerge(["verify", "-q", source, "--html", page])
        #expect(run.status == 1 && run.stderr == "")
        let matrix = try #require(HTMLFacts(page).tables.first { $0.name == "matrix" })
        return matrix.rows.filter { $0.count == 6 }.dropFirst().map { [$0[0], $0[3], $0[5]] }
    }

    @Test("an index that contradicts the config of an image is an error of its row alone")
    func listing() throws {
        var layout = Layout()
        let right = layout.image(more: Layout.platform)
        let wrong = right.replacing("amd64", with: "riscv64")
        Self.add([wrong], named: "demo/wrong:1", to: &layout)
        Self.add([right], named: "demo/right:1", to: &layout)
        #expect(
            try rows(layout) == [
                ["linux/amd64", "\u{2713} 1 present", "\u{2717} 1 error"],
                ["linux/amd64", "\u{2713} 1 present", "\u{2713} none"],
            ])
    }

    @Test("a damaged layer is an error of every platform that has it")
    func content() throws {
        var layout = Layout()
        let children = ["amd64", "arm64"].map { Self.child($0, in: &layout) }
        Self.add(children, named: "demo/app:1", to: &layout)
        layout.damage(Self.shared, with: Self.shared.map { $0 == UInt8(ascii: "s") ? UInt8(ascii: "t") : $0 })
        #expect(
            try rows(layout)
                == ["linux/amd64", "linux/arm64"].map {
                    [$0, "\u{2717} 1 of 2 with errors", "\u{2717} 1 error"]
                })
    }

    @Test("a config that names other content of a shared layer is an error of its own platform")
    func claim() throws {
        var layout = Layout()
        let sound = Self.child("amd64", in: &layout)
        let wrong = Self.child("arm64", in: &layout, diffID: SavedImage.digest(Array("other".utf8)))
        Self.add([sound, wrong], named: "demo/app:1", to: &layout)
        #expect(
            try rows(layout) == [
                ["linux/amd64", "\u{2713} 2 present", "\u{2713} none"],
                ["linux/arm64", "\u{2717} 1 of 2 with errors", "\u{2717} 1 error"],
            ])
    }

    @Test("a program in a shared layer that does not start is one error of each platform, and none of its layers")
    func start() throws {
        var layout = Layout()
        let children = ["amd64", "arm64"].map {
            Self.child($0, in: &layout, more: #","config":{"Entrypoint":["/etc/shared"]}"#)
        }
        Self.add(children, named: "demo/app:1", to: &layout)
        #expect(
            try rows(layout)
                == ["linux/amd64", "linux/arm64"].map {
                    [$0, "\u{2713} 2 present", "\u{2717} 1 error"]
                })
    }
}
