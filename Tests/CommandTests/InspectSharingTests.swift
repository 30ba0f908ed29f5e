import Foundation
import TestSupport
import Testing

@Suite("The platforms that share a layer")
struct InspectSharingTests {
    static func layout(_ count: Int, in directory: borrowing TemporaryDirectory) throws -> Run {
        let images = (0..<count).map { SampleImage("windows/amd64", content: ["a"], version: "10.0.\($0)") }
        let entries = images.enumerated().map { $1.entry("windows/amd64", version: "10.0.\($0)") }
        let index = SampleImage.index(entries)
        for (name, bytes) in SampleFiles.layout(images, [index], roots: [SampleImage.entry(index, name: "a:1")]) {
            _ = try directory.write(bytes, to: "l/" + name)
        }
        return try Program.ocimerge(["inspect", "l"], directory: directory.path)
    }

    @Test("a short list is shown completely")
    func short() throws {
        let directory = try TemporaryDirectory()
        let run = try Self.layout(3, in: directory)
        #expect(run.stdout.contains("shared with windows/amd64:10.0.1, windows/amd64:10.0.2\n"))
    }

    @Test("a long list is shortened, and the rest is counted")
    func long() throws {
        let directory = try TemporaryDirectory()
        let run = try Self.layout(13, in: directory)
        #expect(run.stdout.contains(" and 2 other platforms\n"))
        #expect(!run.stdout.contains("and 3 other"))
    }
}

@Suite("A manifest that is listed many times")
struct InspectRepeatTests {
    typealias Layout = HandmadeLayout

    struct Report: Decodable {
        struct Source: Decodable { let images: [Image] }
        struct Image: Decodable {
            let names: [String]
            let platforms: [Entry]
        }
        struct Entry: Decodable {
            struct Layer: Decodable { let digest: String }
            let name: String?
            let digest: String
            let config: String
            let created: String?
            let layers: [Layer]?
            let attestations: [String]?
        }
        let sources: [Source]
    }

    private struct Manifest {
        let bytes: [UInt8]

        /// With this number of layers.
        init(_ count: Int, in layout: inout Layout) {
            let layers = Array(repeating: layout.blob(Layout.tar, Layout.layer), count: count)
            let diffIDs = Array(repeating: SavedImage.digest(Layout.tar), count: count)
            let created = #","created":"2026-01-02T03:04:05Z""#
            let config = layout.blob(Layout.config(diffIDs: diffIDs, more: created), Layout.config)
            bytes = Array(Layout.manifest(config: config, layers: layers).utf8)
            layout.put(bytes)
        }

        func entry(version: Int) -> String {
            Layout.descriptor(
                bytes, Layout.manifest,
                more: #","platform":{"os":"linux","architecture":"amd64","os.version":"\#(version)"}"#)
        }
    }

    private static func inspect(_ layout: Layout, _ options: String...) throws -> String {
        let directory = try TemporaryDirectory()
        for (name, content) in layout.complete { try directory.write(content, to: "l/" + name) }
        let run = try Program.ocimerge(["inspect", "l"] + options, directory: directory.path)
        expectDone(run)
        return run.stdout
    }

    /// 3,000 layers for 12 platforms, below an index or in `index.json` itself.
    private static func listed(isNested: Bool) -> Layout {
        var layout = Layout()
        let manifest = Manifest(3_000, in: &layout)
        let entries = (10..<22).map { manifest.entry(version: $0) }
        layout.entries = isNested ? [layout.blob(Layout.index(entries), Layout.index)] : entries
        return layout
    }

    @Test("the tree has every listing, and the layers at most four times", arguments: [true, false])
    func tree(_ isNested: Bool) throws {
        let text = try Self.inspect(Self.listed(isNested: isNested))
        let lines = text.split(separator: "\n")
        let layer = "      \(SavedImage.digest(Layout.tar))"
        #expect(lines.filter { $0.hasPrefix("  linux/amd64:") }.map { $0.dropFirst(14) } == (10..<22).map { "\($0)" })
        #expect(lines.count { $0.hasPrefix(layer) } == 4 * 3_000)
        #expect(lines.count { $0.hasPrefix("    created ") } == 4)
        #expect(lines.count { $0.hasPrefix("    config ") } == 12)
        #expect(lines.count { $0.hasSuffix(" in 3000 layers") } == 4)
        #expect(lines.count { $0.hasSuffix(" in 3000 layers, as listed above") } == 8)
    }

    @Test("JSON has every listing, and null for the layers of later ones", arguments: [true, false])
    func json(_ isNested: Bool) throws {
        let text = try Self.inspect(Self.listed(isNested: isNested), "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
        let entries = report.sources.flatMap(\.images).flatMap(\.platforms)
        #expect(entries.map(\.name) == (10..<22).map { "linux/amd64:\($0)" })
        #expect(Set(entries.map(\.digest)).count == 1)
        #expect(Set(entries.map(\.config)).count == 1)
        #expect(entries.map { $0.layers?.count } == Array(repeating: 3_000, count: 4) + Array(repeating: nil, count: 8))
        #expect(entries.prefix(4).allSatisfy { $0.created != nil && $0.attestations == [] })
        #expect(entries.dropFirst(4).allSatisfy { $0.created == nil && $0.attestations == nil })
        // The members themselves stay.
        #expect(text.components(separatedBy: #""layers": null"#).count == 9)
        #expect(text.components(separatedBy: #""attestations": null"#).count == 9)
        #expect(text.components(separatedBy: #""created": null"#).count == 9)
    }

    @Test("two names of 10,000 layers each have their layers")
    func names() throws {
        var layout = Layout()
        let manifest = Manifest(10_000, in: &layout)
        layout.entries = ["a:1", "b:1"].map { name in
            let index = Layout.index([manifest.entry(version: 1)], more: #","annotations":{"n":"\#(name)"}"#)
            return layout.blob(index, Layout.index, more: Layout.named(name))
        }
        let text = try Self.inspect(layout, "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
        let images = report.sources.flatMap(\.images)
        #expect(images.map(\.names) == [["docker.io/library/a:1"], ["docker.io/library/b:1"]])
        #expect(images.flatMap(\.platforms).map { $0.layers?.count } == [10_000, 10_000])
    }

    @Test("details that are not longer than those of all manifests together are repeated")
    func many() throws {
        var layout = Layout()
        let manifests = (0..<3).map { Manifest(6_000 + $0, in: &layout) }
        layout.entries = ["a:1", "b:1"].map { name in
            let entries = manifests.map { $0.entry(version: 1) }
            let index = Layout.index(entries, more: #","annotations":{"n":"\#(name)"}"#)
            return layout.blob(index, Layout.index, more: Layout.named(name))
        }
        let text = try Self.inspect(layout, "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
        let entries = report.sources.flatMap(\.images).flatMap(\.platforms)
        #expect(entries.map { $0.layers?.count } == [6_000, 6_001, 6_002, 6_000, 6_001, 6_002])
    }

    @Test("a long platform is cut in the remark on a shared layer")
    func longPlatforms() throws {
        var layout = Layout()
        let manifest = Manifest(2, in: &layout)
        let long = String(repeating: "9", count: 50_000)
        let entries = ["1", "2"].map { end in
            Layout.descriptor(
                manifest.bytes, Layout.manifest,
                more: #","platform":{"os":"linux","architecture":"amd64","os.version":"\#(long)\#(end)"}"#)
        }
        layout.entries = [layout.blob(Layout.index(entries), Layout.index)]
        let text = try Self.inspect(layout)
        #expect(text.utf8.count < 110_000)
        #expect(text.contains("shared with linux/amd64:99"))
        #expect(text.contains("9…\n"))
        #expect(text.contains("  linux/amd64:\(long)2\n"))
    }
}
