import ByteIO
import ImageAudit
import ImageModel
import TestSupport
import Testing

@Suite("a manifest that is listed many times")
struct RepeatedManifestTests {
    /// A layer that counts how often it is opened.
    private struct CountedSource: ByteSource {
        let path = "layer"
        let size: Int64 = 1024
        let opened: Counter

        func open() -> any ByteReader {
            opened.add(1)
            return MemoryBytes([UInt8](repeating: 0, count: 1024), path: path).open()
        }
    }

    private static let image = SampleImage("linux/amd64", content: (0..<300).map { "layer \($0)" })

    private static func graph(listed count: Int) -> ImageGraph {
        let index = SampleImage.index((0..<count).map { image.entry("os\($0)/amd64") })
        var graph = ImageGraph.of(image)
        graph.roots = []
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: "demo/app:1"))
        return graph
    }

    @Test("is searched for evidence once")
    func evidence() throws {
        let opened = Counter()
        var graph = Self.graph(listed: 1)
        for layer in Self.image.layers { graph.blobs[layer.descriptor.digest] = CountedSource(opened: opened) }
        let contents = (0..<200).compactMap { number in
            ImageContents(
                Self.image.manifest.digest, in: graph, stated: Platform(os: "os\(number)", architecture: "amd64"))
        }
        #expect(contents.count == 200)
        let found = try EvidenceSearch.examinations(of: contents, depth: .full, jobs: 2).map(\.evidence)
        #expect(found.count == 200)
        // The first layer is no tar, so that the files are not known. The search by listings then reads all layers.
        #expect(opened.value == 301)
    }

    @Test("of two graphs is searched in each")
    func graphs() throws {
        var whole = Self.graph(listed: 1)
        for layer in Self.image.layers {
            whole.blobs[layer.descriptor.digest] = MemoryBytes([UInt8](repeating: 0, count: 1024), path: "layer")
        }
        var empty = whole
        empty.blobs = [:]
        let contents = [whole, empty].enumerated().compactMap { number, graph in
            ImageContents(Self.image.manifest.digest, in: graph, source: number)
        }
        let found = try EvidenceSearch.examinations(of: contents, depth: .full, jobs: 1).map(\.evidence)
        #expect(found.map(\.silence) == [.noExecutables, .unreadable])
    }

    @Test("is verified in time in proportion to its entries", .mustEnd)
    func verification() throws {
        let outcome = try Verification.run(AuditSubject(graph: Self.graph(listed: 10_000)), threads: 2)
        #expect(outcome.platforms == 1)
        #expect(outcome.blobs == 303)
    }

    @Test("a root with many names is verified in time in proportion", .mustEnd)
    func names() throws {
        var graph = ImageGraph.of(Self.image)
        graph.roots = []
        for number in 0..<20_000 { graph.root(Self.image.entry(name: "demo/app:\(number)")) }
        let outcome = try Verification.run(AuditSubject(graph: graph), threads: 2)
        #expect(outcome.platforms == 1)
    }
}
