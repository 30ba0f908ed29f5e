import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// The time depends on distinct content, not on the number of names or entries.
@Suite("content that is named many times")
struct RepeatedContentTests {
    /// An image with 2,000 layers.
    private static let wide = SampleImage("linux/amd64", content: (0..<2_000).map { "layer \($0)" })

    @Test("a manifest that is listed many times is searched once", .mustEnd)
    func completeness() throws {
        let entries = (0..<5_000).map { Self.wide.entry("os\($0)/amd64") }
        let index = SampleImage.index(entries)
        var graph = ImageGraph()
        graph.add(Self.wide)
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: "demo/app:1"))
        let outcome = try Planning.plan(graph)
        #expect(outcome.images.map(\.children.count) == [5_000])
        #expect(outcome.plan.blobs.count == 2_000)
    }

    @Test("an image with many names is listed once for each of them", .mustEnd)
    func listing() throws {
        var graph = ImageGraph()
        graph.add(Self.wide)
        for number in 0..<5_000 { graph.root(Self.wide.entry(name: "demo/app:\(number)")) }
        let images = try LayoutListing(graph).images
        #expect(images.count == 5_000)
        #expect(Set(images.map(\.size)).count == 1)
    }

    @Test("images that many names share are joined once")
    func joining() throws {
        let graphs = ["linux/amd64", "linux/s390x"].map { platform in
            let images = ["one", "two"].map { SampleImage(platform, content: [platform + $0]) }
            var graph = ImageGraph()
            for image in images { graph.add(image) }
            for number in 0..<300 { graph.root(images[0].entry(name: "demo/app:\(number)")) }
            graph.root(images[1].entry(name: "demo/other:1"))
            return graph
        }
        let outcome = try Planning.plan(graphs[0], graphs[1])
        #expect(outcome.images.map(\.labels.count) == [300, 1])
        #expect(outcome.images.map(\.children.count) == [2, 2])
        #expect(outcome.plan.roots.count == 301)
        #expect(Set(outcome.plan.roots.map(\.descriptor.digest)).count == 2)
    }

    @Test("names whose images are not the same are joined apart")
    func joiningApart() throws {
        let images = ["amd64", "s390x", "arm64"].map { SampleImage("linux/" + $0) }
        var one = ImageGraph.of(images[0], name: "demo/app:1")
        one.root(images[0].entry(name: "demo/app:2"))
        one.add(images[2])
        one.root(images[2].entry(name: "demo/other:1"))
        let two = ImageGraph.of(images[1], name: "demo/app:2")
        let outcome = try Planning.plan(one, two)
        #expect(
            outcome.images.map { $0.labels.map(\.description) } == [
                ["docker.io/demo/app:1"], ["docker.io/demo/app:2"], ["docker.io/demo/other:1"],
            ])
        #expect(outcome.images.map(\.children.count) == [1, 2, 1])
    }

    @Test("a chain of referrers follows its image in any order of digests", .mustEnd)
    func referrers() throws {
        let image = SampleImage("linux/amd64")
        var graph = ImageGraph.of(image, name: "demo/app:1")
        var last = image.manifest
        for number in 0..<500 {
            let text: JSONText = .object([
                ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociManifest.rawValue)),
                ("artifactType", .string("x/\(number)")), ("config", image.config.descriptor.json),
                ("layers", .array([])), ("subject", last.descriptor.json),
            ])
            last = try Document(text.bytes, mediaType: .ociManifest)
            graph.insert(last)
        }
        let input = try Planning.input("s", graph)
        let outcome = try Referrers.following(Merge.plan([input], MergeOptions()), from: [input])
        #expect(outcome.plan.roots.count == 501)
        #expect(outcome.plan.roots.last?.descriptor.digest == last.digest)
    }
}
