import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Listings, tags, removals and garbage of a layout, computed from its documents.
struct LayoutPlanTests {
    static let one = SampleImage("linux/amd64", content: ["one", "shared"])
    static let two = SampleImage("linux/arm64", content: ["two", "shared"])
    static let index = SampleImage.index([one.entry("linux/amd64"), two.entry("linux/arm64")])

    static func graph(_ roots: [Descriptor]) -> ImageGraph {
        var graph = ImageGraph()
        graph.add(one)
        graph.add(two)
        graph.insert(index)
        for root in roots { graph.root(root) }
        return graph
    }

    static func digests(_ image: SampleImage) -> Set<Digest> {
        Set([image.config.digest, image.manifest.digest] + image.layers.map(\.descriptor.digest))
    }

    @Test func reachableContentIsFoundOnce() {
        let graph = Self.graph([])
        let all = graph.reachable(from: [Self.index.descriptor, Self.index.descriptor])
        #expect(Set(all.keys) == Self.digests(Self.one).union(Self.digests(Self.two)).union([Self.index.digest]))
        #expect(Set(graph.reachable(from: [Self.one.descriptor]).keys) == Self.digests(Self.one))
        #expect(graph.reachable(from: []).isEmpty)
    }

    @Test func subjectsAreReachedOnRequest() {
        let text =
            #"{"schemaVersion":2,"config":\#(Planning.text(Self.two.config.descriptor.json.bytes)),"layers":[],"#
            + #""subject":\#(Planning.text(Self.one.descriptor.json.bytes))}"#
        let referrer = Document.sample(Array(text.utf8), mediaType: .ociManifest)
        var graph = Self.graph([])
        graph.insert(referrer)
        let needs: Set = [referrer.digest, Self.two.config.digest]
        #expect(Set(graph.reachable(from: [referrer.descriptor]).keys) == needs)
        let all = graph.reachable(from: [referrer.descriptor], throughSubjects: true)
        #expect(Set(all.keys) == needs.union(Self.digests(Self.one)))
    }

    @Test func aListingIsSortedByNameAndCountsSharedBlobsForEach() throws {
        let roots = [
            Self.two.entry(), Self.two.entry(name: "b:1"), SampleImage.entry(Self.index, name: "a:1"),
            Self.one.entry(name: "a:1"),
        ]
        let images = try LayoutListing(Self.graph(roots)).images
        #expect(
            images.map { $0.label?.description } == [
                "docker.io/library/a:1", "docker.io/library/a:1", "docker.io/library/b:1", nil,
            ])
        let sizes = Self.digests(Self.two).map { digest in
            Self.graph([]).documents[digest]?.bytes.count ?? (digest == Digest(of: Array("two".utf8)) ? 3 : 6)
        }
        #expect(images[2].size == Int64(sizes.reduce(0, +)) && images[3].size == images[2].size)
        #expect(images.allSatisfy { $0.absent.isEmpty })
        #expect(images[2].platforms.map(\.platform?.description) == ["linux/arm64"])
    }

    @Test func foreignLayersAreNotAbsent() throws {
        let foreign = SampleImage("windows/amd64", content: ["base"], layerType: .dockerForeignLayer)
        var graph = ImageGraph()
        graph.add(foreign, without: [foreign.layers[0].descriptor.digest])
        graph.add(Self.one, without: [Self.one.config.digest])
        graph.root(foreign.entry(name: "foreign"))
        graph.root(Self.one.entry(name: "one"))
        let images = try LayoutListing(graph).images
        #expect(images.map(\.absent.count) == [0, 1])
        #expect(images[0].size == foreign.descriptor.size + foreign.config.descriptor.size)
    }

    @Test func anExistingTagChangesNothing() throws {
        let graph = Self.graph([Self.one.entry(name: "a:1"), Self.two.entry(name: "b:1")])
        let index = SampleImage.index(graph.roots.map(\.descriptor))
        let name = try #require(ImageName(parsing: "a:1"))
        let same = try TagPlan(.full(name), for: [graph.roots[0]], in: graph, index: index)
        #expect(!same.isChanged && same.index == index.bytes)
        let moved = try TagPlan(.full(name), for: [graph.roots[1]], in: graph, index: index)
        #expect(moved.isChanged && moved.previous == [Self.one.manifest.digest])
        let digests = try IndexView(bytes: moved.index).manifests.map(\.descriptor.digest)
        #expect(digests == [Self.two.manifest.digest, Self.two.manifest.digest])
    }

    @Test func aRemovalReportsWhetherTheImageIsStillNeeded() throws {
        let roots = [Self.one.entry(name: "a:1"), SampleImage.entry(Self.index, name: "b:1"), Self.one.entry()]
        let graph = Self.graph(roots)
        let index = SampleImage.index(roots)
        let first = try RemovalPlan([0], of: graph, index: index)
        #expect(first.images.map(\.names) == [[nil]] && !first.images[0].isNeeded)
        let both = try RemovalPlan([0, 2], of: graph, index: index)
        #expect(both.images.map(\.names) == [[]] && both.images[0].isNeeded)
        #expect(try #require(both.index.index).manifests.map(\.descriptor.digest) == [Self.index.digest])
        let all = try RemovalPlan([0, 1, 2], of: graph, index: index)
        #expect(all.images.map(\.isNeeded) == [false, false])
    }

    @Test func garbageIsUnreachableAndUnnamed() {
        let graph = Self.graph([Self.one.entry(name: "a:1")])
        let blobs = Self.digests(Self.one).union(Self.digests(Self.two)).map { GarbagePlan.Blob(digest: $0, size: 2) }
        let plan = GarbagePlan(blobs, in: graph, named: [Self.two.config.digest])
        let expected = Self.digests(Self.two).subtracting(Self.digests(Self.one)).subtracting([Self.two.config.digest])
        #expect(plan.garbage.map(\.digest) == expected.sorted())
        #expect(plan.bytes == 4 && plan.kept == 5)
    }
}
