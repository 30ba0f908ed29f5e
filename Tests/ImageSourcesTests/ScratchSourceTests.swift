import ImageModel
import Testing

@testable import ImageSources

/// The image that `edit scratch` begins with.
struct ScratchSourceTests {
    @Test(arguments: ["linux/amd64", "linux/arm/v7", "linux/arm64", "windows/amd64"])
    func itHasThePlatformAndNothingElse(_ text: String) throws {
        let platform = try Platform(parsing: text)
        let source = try Source.scratch(platform)
        let root = try #require(source.graph.roots.first)
        #expect(source.graph.roots.count == 1 && root.labels.isEmpty)
        let manifest = try #require(source.graph.manifest(root.descriptor.digest))
        #expect(manifest.layers.isEmpty)
        let config = try #require(source.graph.config(of: manifest))
        #expect(config.platform?.normalized == platform.normalized)
        #expect(config.diffIDs.isEmpty)
        // Equal platforms give equal images.
        #expect(try Source.scratch(platform).graph.roots.first?.descriptor.digest == root.descriptor.digest)
    }
}
