import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Layers are replaced by a receiver's only if all sources agree on their content.
struct LayerReuseTests {
    static let honest = SampleImage("linux/amd64", content: ["base", "app"], layerType: .ociLayerGzip)
    static let theirs = Digest(of: Array("theirs".utf8))

    /// A list with one layer, which states that its content is `diffID`.
    static func base(_ diffID: Digest, size: Int64 = 6) throws -> BlobList {
        try BlobList(parsing: Array("\(theirs)\t\(size)\t\(MediaType.ociLayerGzip)\t\(diffID)\n".utf8))
    }

    /// An image of these layers with a config that states `diffIDs`.
    static func image(_ layers: [Descriptor], _ diffIDs: [Digest]) -> ImageGraph {
        let list = diffIDs.map { #""\#($0)""# }.joined(separator: ",")
        let config = Document.sample(
            Array(#"{"architecture":"arm64","os":"linux","rootfs":{"type":"layers","diff_ids":[\#(list)]}}"#.utf8),
            mediaType: .ociConfig)
        let text: JSONText = .object([
            ("schemaVersion", .integer(2)), ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", config.descriptor.json), ("layers", .array(layers.map(\.json))),
        ])
        let manifest = Document.sample(text.bytes, mediaType: .ociManifest)
        var graph = ImageGraph()
        graph.insert(config)
        graph.insert(manifest)
        for layer in layers {
            graph.blobs[layer.digest] = MemoryBytes([UInt8](repeating: 0, count: Int(layer.size)), path: "memory")
        }
        graph.root(manifest.descriptor)
        return graph
    }

    static var shared: Descriptor { honest.layers[0].descriptor }

    /// The evil config claims that the shared layer has the content of the receiver's layer. The honest config states
    /// the true content, which the receiver does not have.
    @Test(arguments: [false, true])
    func anImageCannotReplaceTheLayersOfAnother(_ evilIsFirst: Bool) throws {
        let claimed = Digest(of: Array("content of the base".utf8))
        let evil = Self.image([Self.shared], [claimed])
        let base = try Self.base(claimed)
        #expect(LayerReuse(of: [evil], from: base).layers[Self.shared.digest] != nil, "alone it may")
        let graphs = evilIsFirst ? [evil, .of(Self.honest)] : [.of(Self.honest), evil]
        #expect(LayerReuse(of: graphs, from: base).layers.isEmpty)
        let inputs = try graphs.enumerated().map { try Planning.input("s\($0.offset)", $0.element) }
        let outcome = try Increment.plan(inputs, MergeOptions(), over: base, reuses: true)
        #expect(outcome.plan.documents.contains { $0.digest == Self.honest.manifest.digest })
        #expect(outcome.plan.blobs.contains { $0.digest == Self.shared.digest })
    }

    @Test func anImageCannotReplaceTheLayersOfAnotherInOneGraph() throws {
        let claimed = Digest(of: Array("content of the base".utf8))
        var both = Self.image([Self.shared], [claimed])
        both.add(Self.honest)
        #expect(try LayerReuse(of: [both], from: Self.base(claimed)).layers.isEmpty)
    }

    @Test func aLayerThatSourcesDescribeDifferentlyIsNotReused() throws {
        let content = Digest(of: Array("content".utf8))
        let mine = Descriptor(mediaType: .ociLayerGzip, digest: Digest(of: Array("mine".utf8)), size: 4)
        let own = Self.image([mine], [content])
        func others(size: Int64 = 6, type: MediaType = .ociLayerGzip, _ diffID: Digest = content) -> ImageGraph {
            Self.image([Descriptor(mediaType: type, digest: Self.theirs, size: size)], [diffID])
        }
        let base = try Self.base(content)
        #expect(LayerReuse(of: [own, others()], from: base).layers.keys.map { $0 } == [mine.digest])
        #expect(LayerReuse(of: [own, others(size: 7)], from: base).layers.isEmpty, "a size")
        #expect(LayerReuse(of: [own, others(type: .ociLayer)], from: base).layers.isEmpty, "a compression")
        #expect(LayerReuse(of: [own, others(mine.digest)], from: base).layers.isEmpty, "a content")
    }
}
