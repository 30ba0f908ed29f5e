import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Correcting platforms changes configs, manifests and indexes, and reports every change.
struct CorrectedGraphTests {
    static let amd64 = SampleImage("linux/amd64", content: ["a"])
    static let liar = SampleImage("linux/amd64", content: ["b"], spaced: true)

    static func twoPlatforms() -> (graph: ImageGraph, index: Document) {
        let index = SampleImage.index([amd64.entry("linux/amd64"), liar.entry("linux/amd64")])
        var graph = ImageGraph.of(amd64)
        graph.add(liar)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index, name: "demo:1"))
        return (graph, index)
    }

    @Test func oneChildOfAnIndexIsCorrectedAndTheOtherKeepsItsBytes() throws {
        let (graph, index) = Self.twoPlatforms()
        let corrected = try graph.corrected([Self.liar.manifest.digest: Platform(parsing: "linux/s390x")])
        let root = corrected.graph.roots[0]
        let entries = try #require(corrected.graph.index(root.descriptor.digest)).manifests
        #expect(Array(entries[0].json) == Self.amd64.entry("linux/amd64").json.bytes)
        #expect(entries[1].descriptor.platform?.description == "linux/s390x")
        let image = try #require(corrected.images.first)
        #expect(corrected.images.count == 1)
        #expect(image.before.platform?.description == "linux/amd64")
        #expect(image.after.platform?.description == "linux/s390x")
        #expect(image.before.manifest == Self.liar.manifest.digest)
        #expect(image.after.manifest == entries[1].descriptor.digest)
        #expect(image.before.config == Self.liar.config.digest)
        let before = corrected.edits.map(\.before.digest)
        #expect(before == [Self.liar.config.digest, Self.liar.manifest.digest, index.digest])
        let after = corrected.edits.map(\.after.digest)
        #expect(after == [image.after.config, image.after.manifest, root.descriptor.digest])
        #expect(root.labels == graph.roots[0].labels)
    }

    @Test func bothChildrenAreCorrectedAtOnce() throws {
        let (graph, _) = Self.twoPlatforms()
        let corrected = try graph.corrected([
            Self.liar.manifest.digest: Platform(parsing: "linux/s390x"),
            Self.amd64.manifest.digest: Platform(parsing: "linux/arm64"),
        ])
        let platforms = try ImageFinder(corrected.graph).all().images.map { $0.platform?.description }
        #expect(platforms == ["linux/arm64", "linux/s390x"])
        #expect(corrected.images.map { $0.after.platform?.description } == ["linux/arm64", "linux/s390x"])
    }

    /// Two manifests name the same config.
    @Test func aSharedConfigIsChangedForOneManifestOnly() throws {
        let one = Self.liar
        let text = Planning.text(one.manifest.bytes).replacing(#""schemaVersion":2"#, with: #""schemaVersion": 2"#)
        let other = Document.sample(Array(text.utf8), mediaType: one.manifest.mediaType)
        var graph = ImageGraph.of(one, name: "a:1")
        graph.insert(other)
        graph.root(SampleImage.entry(other, name: "a:2"))
        let corrected = try graph.corrected([other.digest: Platform(parsing: "linux/s390x")])
        #expect(corrected.graph.roots[0].descriptor.digest == one.manifest.digest)
        let changed = try #require(corrected.graph.manifest(corrected.graph.roots[1].descriptor.digest))
        #expect(changed.config.digest != one.config.digest)
        #expect(corrected.graph.config(changed.config.digest)?.platform?.architecture == "s390x")
    }

    @Test func aCorrectPlatformIsReportedAndNotChanged() throws {
        let (graph, index) = Self.twoPlatforms()
        let corrected = try graph.corrected([Self.amd64.manifest.digest: Platform(parsing: "linux/amd64")])
        #expect(corrected.edits.isEmpty)
        #expect(corrected.images.count == 1)
        #expect(corrected.images.first?.before == corrected.images.first?.after)
        #expect(corrected.graph.roots[0].descriptor.digest == index.digest)
    }

    @Test(
        "an index must state platforms, index.json need not",
        arguments: [("a nested index gets one", false, true), ("index.json gets none", true, false)])
    func missingPlatforms(_ why: String, _ isTop: Bool, _ isSaid: Bool) throws {
        let index = SampleImage.index([Self.liar.entry()])
        var graph = ImageGraph.of(Self.liar)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index))
        let corrected = try graph.corrected(
            [Self.liar.manifest.digest: Platform(parsing: "linux/s390x")], top: isTop ? index.digest : nil)
        let entry = try #require(corrected.graph.index(corrected.graph.roots[0].descriptor.digest)).manifests[0]
        #expect((entry.descriptor.platform != nil) == isSaid)
        #expect(entry.descriptor.digest != Self.liar.manifest.digest)
    }

    /// The config is right and the index wrong: the manifest keeps its digest.
    @Test func onlyTheWrongDescriptorIsCorrected() throws {
        let index = SampleImage.index([Self.liar.entry("linux/arm64")])
        var graph = ImageGraph.of(Self.liar)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index))
        let corrected = try graph.corrected([Self.liar.manifest.digest: Platform(parsing: "linux/amd64")])
        #expect(corrected.edits.map(\.before.digest) == [index.digest])
        let entry = try #require(corrected.graph.index(corrected.graph.roots[0].descriptor.digest)).manifests[0]
        #expect(entry.descriptor.digest == Self.liar.manifest.digest)
        #expect(entry.descriptor.platform?.architecture == "amd64")
    }

    @Test func anAbsentConfigCannotBeCorrected() throws {
        var graph = ImageGraph.of(Self.liar)
        graph.remove(Self.liar.config.digest)
        #expect(throws: PlanError.graph(.absentConfig(Self.liar.manifest.digest))) {
            try graph.corrected([Self.liar.manifest.digest: Platform(parsing: "linux/s390x")])
        }
    }
}
