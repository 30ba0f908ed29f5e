import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Several kinds of edits in one graph. Each document is edited once. The result equals that of the edits in sequence.
struct GraphEditTests {
    static let image = SampleImage("linux/amd64", content: ["a", "b"], spaced: true)
    static let other = SampleImage("linux/arm64", content: ["c"])

    static func graph() -> ImageGraph {
        let index = SampleImage.index([image.entry("linux/amd64"), other.entry("linux/arm64")])
        var graph = ImageGraph.of(image)
        graph.add(other)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index, name: "demo:1"))
        return graph
    }

    static func annotations() throws -> [Annotation] {
        try ["manifest[linux/s390x]:a=1", "index:b=2", "manifest:c=3"].map { try Annotation(parsing: $0) }
    }

    typealias Change = @Sendable (inout GraphEdit) throws -> Void
    static let stages: [Change] = [
        { $0.platforms = [image.manifest.digest: try Platform(parsing: "linux/s390x")] },
        {
            $0.annotations = try annotations()
            $0.annotatesRoots = true
        },
        { $0.format = .docker },
    ]

    @Test("one edit of several kinds equals the edits one after another")
    func equalsSequence() throws {
        var all = GraphEdit()
        var inSequence = Self.graph()
        for stage in Self.stages {
            try stage(&all)
            var one = GraphEdit()
            try stage(&one)
            inSequence = try one.applied(to: inSequence).graph
        }
        let edited = try all.applied(to: Self.graph())
        #expect(edited.graph.roots.map(\.descriptor) == inSequence.roots.map(\.descriptor))
        #expect(edited.graph.roots.map(\.entry) == inSequence.roots.map(\.entry))
        #expect(edited.graph.roots[0].descriptor.mediaType == .dockerList)
    }

    @Test("every document is edited once, children before parents")
    func editsOnce() throws {
        var edit = GraphEdit()
        for stage in Self.stages { try stage(&edit) }
        let edited = try edit.applied(to: Self.graph())
        let before = edited.changes.map(\.before.digest)
        let index = try #require(Self.graph().roots.first).descriptor.digest
        #expect(
            before == [Self.image.config.digest, Self.image.manifest.digest, Self.other.manifest.digest, index])
        #expect(edited.current(index) == edited.graph.roots[0].descriptor.digest)
        #expect(edited.current(Self.other.config.digest) == Self.other.config.digest)
        #expect(edited.graph.documents.count == Self.graph().documents.count + before.count)
    }

    @Test("an edit without changes returns the graph")
    func emptyEdit() throws {
        let edited = try GraphEdit().applied(to: Self.graph())
        #expect(edited.changes.isEmpty)
        #expect(edited.graph.documents.count == Self.graph().documents.count)
    }
}
