import Foundation
import TestSupport
import Testing

/// An image may have many names and many parts. The output does not list all parts for each name.
@Suite("The output is in proportion to the source")
struct BoundedOutputTests {
    typealias Layout = HandmadeLayout

    private static let count = 200

    private static func run(_ layout: Layout, _ command: String, _ options: String...) throws -> Run {
        let directory = try TemporaryDirectory()
        for (name, content) in layout.complete { try directory.write(content, to: "l/" + name) }
        return try Program.ocimerge([command, "l"] + options, directory: directory.path)
    }

    /// The same entry under 200 names.
    private static func named(_ entry: (String) -> String) -> [String] {
        (0..<count).map { entry(Layout.named("demo/app:\($0)")) }
    }

    /// An image that lacks 200 layers.
    private static var incomplete: Layout {
        var layout = Layout()
        let digests = (0..<count).map { SavedImage.digest(Array("layer \($0)".utf8)) }
        let config = layout.blob(Layout.config(diffIDs: digests), Layout.config)
        let layers = digests.map { Layout.descriptor($0, size: "10", Layout.layer) }
        let manifest = Array(Layout.manifest(config: config, layers: layers).utf8)
        layout.put(manifest)
        layout.entries = named { Layout.descriptor(manifest, Layout.manifest, more: $0) }
        return layout
    }

    /// An index for 200 platforms.
    private static var wide: Layout {
        var layout = Layout()
        let children = (0..<count).map { number in
            layout.image(more: #","platform":{"os":"linux","architecture":"amd64","os.version":"\#(number)"}"#)
        }
        let index = Array(Layout.index(children).utf8)
        layout.put(index)
        layout.entries = named { Layout.descriptor(index, Layout.index, more: $0) }
        return layout
    }

    private static func occurrences(_ part: String, in text: String) -> Int {
        text.components(separatedBy: part).count - 1
    }

    @Test("verify --json lists the names of an image with its first findings")
    func verify() throws {
        let text = try Self.run(Self.incomplete, "verify", "--json").stdout
        #expect(Self.occurrences(#""kind": "missing""#, in: text) == Self.count)
        // The first list, and 10,000 names in further ones.
        #expect(Self.occurrences(#""docker.io/demo/app:7""#, in: text) == 51)
        #expect(Self.occurrences(#""names": null"#, in: text) == Self.count - 51 + Self.silent(text))
    }

    /// Findings beside those on the absent layers.
    private static func silent(_ text: String) -> Int { occurrences(#""kind": "no-evidence""#, in: text) }

    @Test("ls --json lists the absent layers of an image with its first names")
    func absent() throws {
        let text = try Self.run(Self.incomplete, "ls", "--json").stdout
        #expect(Self.occurrences(#""name": "docker.io/demo/app:"#, in: text) == Self.count)
        // Each further list has one platform and 200 layers.
        #expect(Self.occurrences(SavedImage.digest(Array("layer 7".utf8)), in: text) == 1 + 10_000 / 201)
        #expect(Self.occurrences(#""absent": null"#, in: text) == Self.count - 1 - 10_000 / 201)
    }

    @Test("ls lists the platforms of an image with its first names, and the text a part of them")
    func platforms() throws {
        let text = try Self.run(Self.wide, "ls").stdout
        #expect(Self.occurrences(" and 180 more platforms  ", in: text) == Self.count)
        #expect(text.utf8.count < Self.count * 1_000)
        let json = try Self.run(Self.wide, "ls", "--json").stdout
        #expect(Self.occurrences(#""platform": "linux/amd64:7""#, in: json) == 51)
        #expect(Self.occurrences(#""platforms": null"#, in: json) == Self.count - 51)
    }
}
