import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// The images that an edit is about, and the documents that leave with a dropped platform.
struct ImageSelectionTests {
    private static let amd64 = SampleImage("linux/amd64", content: ["amd64"])
    private static let arm = SampleImage("linux/arm/v7", content: ["arm"])
    private static let attestation = SampleImage.attestation(of: arm)

    /// An index of both images, with an attestation of one.
    private static func graph() -> ImageGraph {
        var graph = ImageGraph()
        graph.add(amd64)
        graph.add(arm)
        graph.add(attestation.image)
        let index = SampleImage.index([
            amd64.entry("linux/amd64"), arm.entry("linux/arm/v7"), attestation.entry,
        ])
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: "demo/app:1"))
        return graph
    }

    private static func selection(
        _ platforms: [String] = [], dropping: [String] = [], of graph: ImageGraph = graph()
    ) throws -> ImageSelection {
        try ImageSelection(
            of: graph, platforms: platforms.map { try Platform(parsing: $0) },
            dropping: dropping.map { try Platform(parsing: $0) }, source: "a.tar")
    }

    @Test func allImagesAreEditedUnlessPlatformsSelectSome() throws {
        #expect(try Self.selection().images.map(\.manifest) == [Self.amd64.manifest.digest, Self.arm.manifest.digest])
        #expect(try Self.selection(["linux/arm/v7"]).images.map(\.manifest) == [Self.arm.manifest.digest])
        // A platform without a variant selects every variant, as elsewhere.
        #expect(try Self.selection(["linux/arm"]).images.map(\.manifest) == [Self.arm.manifest.digest])
    }

    @Test func aDroppedPlatformTakesItsAttestationAlong() throws {
        let selection = try Self.selection(dropping: ["linux/arm/v7"])
        #expect(selection.images.map(\.manifest) == [Self.amd64.manifest.digest])
        #expect(
            selection.dropped.contents == [Self.arm.manifest.digest, Self.attestation.image.manifest.digest])
        #expect(try Self.selection(dropping: ["linux/amd64"]).dropped.contents == [Self.amd64.manifest.digest])
    }

    @Test func anIndexWithoutImagesIsDroppedToo() throws {
        var graph = ImageGraph()
        graph.add(Self.amd64)
        graph.add(Self.arm)
        let inner = SampleImage.index([Self.arm.entry("linux/arm/v7")])
        let outer = SampleImage.index([SampleImage.entry(inner), Self.amd64.entry("linux/amd64")])
        graph.insert(inner)
        graph.insert(outer)
        graph.root(SampleImage.entry(outer, name: "demo/app:1"))
        let dropped = try Self.selection(dropping: ["linux/arm/v7"], of: graph).dropped.contents
        #expect(dropped == [Self.arm.manifest.digest, inner.digest])
    }

    @Test func aPlatformThatNoImageHasIsAnError() throws {
        let (s390x, arm) = (try Platform(parsing: "linux/s390x"), try Platform(parsing: "linux/arm/v7"))
        let amd64 = try Platform(parsing: "linux/amd64")
        for (platforms, dropping) in [(["linux/s390x"], []), ([], ["linux/s390x"])] {
            #expect(
                throws: PlanError.fix(.platformAbsent(source: "a.tar", wanted: s390x, present: [amd64, arm].sorted()))
            ) { try Self.selection(platforms, dropping: dropping) }
        }
        // It is dropped, so it cannot be edited.
        #expect(throws: PlanError.fix(.platformAbsent(source: "a.tar", wanted: arm, present: [amd64]))) {
            try Self.selection(["linux/arm/v7"], dropping: ["linux/arm/v7"])
        }
        #expect(throws: PlanError.fix(.nothingLeft(source: "a.tar"))) {
            try Self.selection(dropping: ["linux/amd64", "linux/arm"])
        }
        #expect(throws: PlanError.fix(.noImage(source: "a.tar"))) { try Self.selection(of: ImageGraph()) }
    }
}
