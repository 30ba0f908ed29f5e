import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

@Suite("Layers of several merged trees")
struct SharedLayersTests {
    private static let base = TarBuilder.archive([("base", [1]), ("other", [2])])
    private static let upper = TarBuilder.archive([("upper", [3])])

    /// The paths of two trees, `base` alone and `upper` on `base`, and how often each layer was read.
    private static func trees(
        memory: FileBudget, budget: FileBudget = FileBudget(), damaged: Bool = false
    ) throws(LayerFailure) -> (paths: [[String]], reads: [Int]) {
        let sources = [CountedSource(damaged ? upper : base), CountedSource(upper)]
        let layers = [
            ImageContents.Layer(digest: Digest(of: base), source: sources[0]),
            ImageContents.Layer(digest: Digest(of: upper), source: sources[1]),
        ]
        let lists = [[layers[0]], [layers[0], layers[1], layers[0]]]
        let shared = SharedLayers(lists.map { $0.map(\.digest) }, memory: memory)
        var paths: [[String]] = []
        for list in lists {
            let known = try shared.layers(list, budget: budget) { _ in }
            let tree = try MergedTree(known, hashing: true, budget: budget)
            paths.append(tree.entries.map { String(decoding: $0.path.bytes, as: UTF8.self) })
        }
        return (paths, sources.map(\.count))
    }

    @Test("a layer of two trees is read once")
    func once() throws {
        let (paths, reads) = try Self.trees(memory: FileBudget())
        #expect(paths == [["base", "other"], ["base", "other", "upper"]])
        #expect(reads == [1, 1])
    }

    @Test("a layer that does not fit into the memory is read for each tree")
    func full() throws {
        let (paths, reads) = try Self.trees(memory: FileBudget(limit: 300))
        #expect(paths == [["base", "other"], ["base", "other", "upper"]])
        #expect(reads == [3, 1])
    }

    @Test("files of shared layers count for each tree")
    func budget() {
        let fault = LayerFailure(layer: Digest(of: Self.base), fault: .tooManyFiles(limit: 300))
        #expect(throws: fault) { try Self.trees(memory: FileBudget(), budget: FileBudget(limit: 300)) }
    }

    @Test("a damaged layer is an error")
    func damaged() {
        let fault = LayerFault.wrongContent(found: Digest(of: Self.upper))
        #expect(throws: LayerFailure(layer: Digest(of: Self.base), fault: fault)) {
            try Self.trees(memory: FileBudget(), damaged: true)
        }
    }
}
