import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// The `index.json` of a portable archive works with containerd, skopeo and docker.
struct PortableIndexTests {
    static func index(_ graph: ImageGraph, _ form: OCIArchiveForm = .portable()) throws -> IndexView {
        let plan = try Merge.plan([Planning.input("s", graph)], MergeOptions(joinsSideBySide: true)).plan
        for member in try form.archived(plan).members where member.name == "index.json" {
            if case .bytes(let bytes) = member.content { return try IndexView(bytes: bytes) }
        }
        Issue.record("no index.json")
        return try IndexView(bytes: [])
    }

    /// ctr reads one annotation, skopeo the other.
    @Test func aFullNameIsWrittenToBothAnnotations() throws {
        let sample = SampleImage("linux/amd64")
        var graph = ImageGraph.of(sample)
        graph.roots = []
        graph.root(sample.entry(more: ["org.opencontainers.image.ref.name": "quay.io/demo/app:1.0"]))
        let found = try Self.index(graph).manifests.map(\.descriptor.annotations)
        #expect(
            found == [
                [
                    "io.containerd.image.name": "quay.io/demo/app:1.0", "org.opencontainers.image.ref.name": "1.0",
                ]
            ])
        let kept = try Self.index(graph, .plain).manifests.map { Array($0.json) }
        #expect(kept == graph.roots.compactMap(\.entry), "a plain archive keeps the entries of its source")
    }

    @Test func childrenOfAListedIndexAreNotListedAgain() throws {
        let entries = try Self.index(ForeignLayoutTests.oras()).manifests.map(\.descriptor)
        #expect(entries.map(\.mediaType) == [.ociIndex])
    }

    @Test func separatePlatformsBecomeOneIndex() throws {
        var graph = ImageGraph.of(ForeignLayoutTests.amd64)
        graph.add(ForeignLayoutTests.s390x)
        graph.roots = []
        graph.root(ForeignLayoutTests.amd64.entry("linux/amd64"))
        graph.root(ForeignLayoutTests.s390x.entry("linux/s390x"))
        #expect(try Self.index(graph).manifests.map(\.descriptor.mediaType) == [.ociIndex])
    }

    /// Two unnamed images of one platform cannot form one index, so both stay.
    @Test func differentImagesForOnePlatformStaySeparate() throws {
        let other = SampleImage("linux/amd64", content: ["other"])
        var graph = ImageGraph.of(ForeignLayoutTests.amd64)
        graph.add(other)
        graph.roots = []
        graph.root(ForeignLayoutTests.amd64.entry("linux/amd64"))
        graph.root(other.entry("linux/amd64"))
        #expect(try Self.index(graph).manifests.count == 2)
    }
}
