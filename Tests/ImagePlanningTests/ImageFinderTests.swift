import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

@Suite("images of a graph")
struct ImageFinderTests {
    private static let amd64 = SampleImage("linux/amd64", content: ["amd64"])
    private static let arm = SampleImage("linux/arm", content: ["arm"])

    private static func graph(_ index: Document, _ documents: [Document] = []) -> ImageGraph {
        var graph = ImageGraph()
        graph.add(amd64)
        graph.add(arm)
        for document in documents + [index] { graph.insert(document) }
        graph.root(SampleImage.entry(index, name: "demo/app:1"))
        return graph
    }

    private static func platforms(_ count: Int) -> [String] { (0..<count).map { "os\($0)/amd64" } }

    @Test("nested indexes are flattened in order")
    func nested() throws {
        let inner = SampleImage.index([Self.arm.entry("linux/arm/v7")])
        let outer = SampleImage.index([SampleImage.entry(inner), Self.amd64.entry("linux/amd64")])
        let found = try ImageFinder(Self.graph(outer, [inner])).all()
        #expect(found.images.map(\.manifest) == [Self.arm.manifest.digest, Self.amd64.manifest.digest])
        #expect(found.images.map { $0.platform?.description } == ["linux/arm/v7", "linux/amd64"])
    }

    @Test("a manifest counts once for each platform that an index gives it")
    func platforms() throws {
        let entries = ["a/amd64", "b/amd64", "a/amd64"].map { Self.amd64.entry($0) }
        let found = try ImageFinder(Self.graph(SampleImage.index(entries))).all()
        #expect(found.images.map { $0.descriptor.platform?.os } == ["a", "b"])
    }

    /// This number of roots, each of which leads to the same index of this number of images.
    private static func wrapped(_ count: Int) -> ImageGraph {
        let inner = SampleImage.index(platforms(count).map { amd64.entry($0) })
        let entries = (0..<count).map { SampleImage.entry(inner, more: ["number": "\($0)"]) }
        let outer = entries.map { SampleImage.index([$0]) }
        var graph = graph(inner, outer)
        graph.roots = []
        for (number, index) in outer.enumerated() { graph.root(SampleImage.entry(index, name: "demo/app:\(number)")) }
        return graph
    }

    @Test("an index that many roots share is listed for each of them, up to a limit")
    func shared() throws {
        let graph = Self.wrapped(300)
        let finder = ImageFinder(graph)
        #expect(try graph.roots.map { try finder.below([$0]).images.count } == Array(repeating: 300, count: 300))
        #expect(throws: PlanError.graph(.tooManyListings(500 * 501, limit: 100_000))) {
            try ImageFinder(Self.wrapped(500)).all()
        }
        #expect(throws: PlanError.self) { try GraphParts(Self.wrapped(500)) }
    }

    @Test("an image under many names is listed once")
    func names() throws {
        var graph = Self.wrapped(1)
        let root = graph.roots[0]
        graph.roots = Array(repeating: root, count: 200_000)
        #expect(try ImageFinder(graph).all().images.count == 1)
    }

    @Test("absent children and artifacts are not images")
    func others() throws {
        let absent = SampleImage("linux/s390x", content: ["absent"])
        let artifact = SampleImage.entry(Self.amd64.config)
        let index = SampleImage.index([absent.entry("linux/s390x"), artifact, Self.arm.entry()])
        let found = try ImageFinder(Self.graph(index)).all()
        #expect(found.absent.map(\.digest) == [absent.manifest.digest])
        #expect(found.others.map(\.digest) == [artifact.digest])
        #expect(found.images.map(\.manifest) == [Self.arm.manifest.digest])
    }

    @Test("an index below sixteen others is an error")
    func depth() throws {
        var documents = [SampleImage.index([Self.amd64.entry()])]
        for _ in 0..<16 { documents.append(SampleImage.index([SampleImage.entry(documents[documents.count - 1])])) }
        let deep = Self.graph(documents.removeLast(), documents)
        #expect(throws: PlanError.graph(.tooDeep(documents[0].digest))) { try ImageFinder(deep).all() }
    }

    @Test("children are all digests below a root index, also those that are roots")
    func children() {
        let inner = SampleImage.index([Self.arm.entry()])
        var graph = Self.graph(SampleImage.index([SampleImage.entry(inner), Self.amd64.entry()]), [inner])
        graph.root(Self.amd64.entry(name: "demo/other:1"))
        #expect(
            RepeatedRoots.children(in: graph) == [inner.digest, Self.arm.manifest.digest, Self.amd64.manifest.digest])
    }

    @Test("the children of an index with many names are collected once", .mustEnd)
    func namedIndex() {
        var graph = Self.graph(SampleImage.index(Self.platforms(20_000).map { Self.amd64.entry($0) }))
        graph.roots = Array(repeating: graph.roots[0], count: 200_000)
        #expect(RepeatedRoots.children(in: graph) == [Self.amd64.manifest.digest])
    }

    @Test("an index that is listed for many platforms is followed once", .mustEnd)
    func repeatedIndexes() throws {
        let inner = SampleImage.index(Self.platforms(3_000).map { Self.amd64.entry($0) })
        let outer = SampleImage.index(Self.platforms(3_000).map { SampleImage.entry(inner, $0) })
        #expect(try ImageFinder(Self.graph(outer, [inner])).all().images.count == 3_000)
    }

    @Test("the time for many attestations of one image is linear", .mustEnd)
    func attestations() throws {
        let attestation = SampleImage.attestation(of: Self.amd64).entry
        let entries = (0..<20_000).map { number in
            var entry = attestation
            entry.annotations["number"] = "\(number)"
            return entry
        }
        let found = try ImageFinder(Self.graph(SampleImage.index([Self.amd64.entry()] + entries))).all()
        #expect(found.images.first?.attestations.count == 20_000)
    }
}
