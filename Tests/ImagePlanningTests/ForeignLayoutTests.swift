import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Layouts as other tools write them: manifests listed beside their index, signatures, variants only in the index.
struct ForeignLayoutTests {
    static let amd64 = SampleImage("linux/amd64", content: ["a"])
    static let s390x = SampleImage("linux/s390x", content: ["s"])

    /// oras lists every manifest in index.json, tagged or not.
    static func oras() -> ImageGraph {
        let index = SampleImage.index([amd64.entry("linux/amd64")])
        var graph = ImageGraph.of(amd64)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index, name: "demo/app:1.0"))
        graph.root(amd64.entry("linux/amd64"))
        return graph
    }

    @Test func untaggedChildrenOfATaggedIndexAreNotSeparateImages() throws {
        let outcome = try Planning.plan(Self.oras(), .of(Self.s390x, name: "demo/app:1.0"))
        #expect(outcome.images.count == 1)
        #expect(outcome.images[0].children.map(\.platform?.description) == ["linux/amd64", "linux/s390x"])
        #expect(outcome.images[0].labels.map(\.description) == ["docker.io/demo/app:1.0"])
        #expect(outcome.notes == [])
    }

    @Test(arguments: ["demo/app:sha256-1234.sig", nil])
    func anArtifactBesideTheImageIsOmittedWithANote(_ name: String?) throws {
        let config = Document.sample(Array("{}".utf8), mediaType: MediaType("application/vnd.oci.empty.v1+json"))
        let text =
            #"{"schemaVersion":2,"mediaType":"\#(MediaType.ociManifest)","config":\#(Planning.text(config.descriptor.json.bytes)),"layers":[]}"#
        let artifact = Document.sample(Array(text.utf8), mediaType: .ociManifest)
        var graph = ImageGraph.of(Self.amd64, name: "demo/app:1.0")
        graph.insert(artifact)
        graph.root(SampleImage.entry(artifact, name: name))
        let outcome = try Planning.plan(graph, .of(Self.s390x, name: "demo/app:1.0"))
        #expect(outcome.images.map { $0.children.count } == [2])
        #expect(outcome.notes == [.notAnImage(source: "s0", artifact.digest)])
    }

    @Test func aVariantThatOnlyTheIndexStatesIsKept() throws {
        let six = SampleImage("linux/arm", content: ["6"])
        let seven = SampleImage("linux/arm", content: ["7"])
        let index = SampleImage.index([six.entry("linux/arm/v6"), seven.entry("linux/arm/v7")])
        var graph = ImageGraph.of(six)
        graph.add(seven)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index))
        let outcome = try Planning.plan(graph, .of(Self.amd64))
        #expect(
            outcome.images[0].children.map(\.platform?.description) == ["linux/amd64", "linux/arm/v6", "linux/arm/v7"])
    }

    @Test func aNameWithoutASelectedPlatformIsNoted() throws {
        var graph = ImageGraph.of(Self.amd64, name: "a:1")
        graph.add(Self.s390x)
        graph.root(Self.s390x.entry(name: "b:1"))
        let outcome = try Planning.plan(graph, platforms: ["linux/amd64"])
        #expect(outcome.images.map { $0.labels.map(\.description) } == [["docker.io/library/a:1"]])
        #expect(outcome.notes == [.nameLeftOut("docker.io/library/b:1")])
    }

    @Test func anAbsentRootIsOmittedWithANote() throws {
        var graph = ImageGraph.of(Self.amd64, name: "a:1")
        graph.root(Self.s390x.entry(name: "b:1"))
        let outcome = try Planning.plan(graph)
        #expect(outcome.plan.roots.map(\.label?.description) == ["docker.io/library/a:1"])
        #expect(outcome.notes == [.rootAbsent(source: "s0", Self.s390x.manifest.digest)])
    }

    @Test func aSecondDescriptorWithAnotherSizeIsRefused() throws {
        var wrong = Self.amd64.entry(name: "b:1")
        wrong.size += 1
        var graph = ImageGraph.of(Self.amd64, name: "a:1")
        graph.root(wrong)
        let expected = PlanError.conflict(
            .size(source: "s0", blob: wrong.digest, stated: wrong.size, found: wrong.size - 1))
        #expect(throws: expected) { try Planning.plan(graph) }
    }
}
