import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// A push requires complete images: a registry must not get an index with absent parts.
struct WholeImageTests {
    private static let images = ["linux/amd64", "linux/s390x"].map { SampleImage($0, content: [$0]) }

    private static func input() throws -> MergeInput {
        let parts = images.map { MergeInput(source: "a", graph: .of($0, name: nil), declared: nil) }
        let outcome = try Merge.plan(parts, MergeOptions())
        return MergeInput(source: "multi", graph: outcome.plan.graph, declared: nil)
    }

    @Test func aCompleteImageIsAccepted() throws {
        let input = try Self.input()
        try Merge.plan([input], MergeOptions()).plan.requireWholeImages(from: [input])
    }

    @Test func theMissingPartIsNamed() throws {
        let whole = try Self.input()
        let manifest = Self.images[1].manifest
        let layer = try #require(whole.graph.manifest(manifest.digest)?.layers.first).digest
        for (digest, what) in [(layer, MergeConflict.Missing.layer), (manifest.digest, .manifest)] {
            var graph = whole.graph
            graph.blobs[digest] = nil
            graph.remove(digest)
            let input = MergeInput(source: "multi", graph: graph, declared: nil)
            #expect(throws: PlanError.conflict(.missing(source: "multi", digest: digest, what: what))) {
                try Merge.plan([input], MergeOptions()).plan.requireWholeImages(from: [input])
            }
        }
    }

    @Test func oneCompletePlatformIsAccepted() throws {
        let whole = try Self.input()
        var graph = whole.graph
        graph.remove(Self.images[1].manifest.digest)
        let input = MergeInput(source: "multi", graph: graph, declared: nil)
        let platform = try Platform(parsing: "linux/amd64")
        try Merge.plan([input], MergeOptions(platforms: [platform])).plan.requireWholeImages(from: [input])
    }
}
