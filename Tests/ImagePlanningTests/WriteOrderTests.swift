import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// The order in which documents and blobs are written.
struct WriteOrderTests {
    static let images = [MergeTests.amd64, MergeTests.arm, MergeTests.arm64]

    @Test func childrenPrecedeParentsAndEachComesOnce() throws {
        let inner = SampleImage.index(Self.images.map { $0.entry() })
        let outer = SampleImage.index([SampleImage.entry(inner), Self.images[0].entry(), SampleImage.entry(inner)])
        var graph = ImageGraph()
        for image in Self.images { graph.add(image) }
        graph.insert(inner)
        graph.insert(outer)
        var order = WriteOrder(source: "s", graph: graph)
        try order.add(outer.descriptor)
        try order.add(inner.descriptor)
        let (documents, blobs) = order.result()
        let place = Dictionary(
            documents.enumerated().map { ($0.element.digest, $0.offset) }, uniquingKeysWith: { _, _ in -1 })
        #expect(documents.count == 8)
        #expect(place.count == 8)
        for image in Self.images {
            let config = try #require(place[image.config.digest])
            let manifest = try #require(place[image.manifest.digest])
            #expect(config < manifest)
            #expect(manifest < place[inner.digest] ?? -1)
        }
        #expect(place[inner.digest] ?? -1 < place[outer.digest] ?? -1)
        #expect(Set(blobs.map(\.digest)).count == 4)
        #expect(blobs.count == 4)
    }

    @Test func largeBlobsComeFirst() throws {
        let image = SampleImage("linux/amd64", content: ["1", "333", "22", "4444"])
        var order = WriteOrder(source: "s", graph: .of(image))
        try order.add(image.descriptor)
        #expect(order.result().blobs.map(\.size) == [4, 3, 2, 1])
    }

    @Test("a blob that is added often is given once")
    func repeatedBlobs() {
        let sizes = 1...1500
        var blobs = PlannedBlobs(expected: 0)
        for size in [sizes, sizes, sizes].joined() {
            let digest = Digest(of: Array("\(size)".utf8))
            blobs.append(
                .init(
                    Descriptor(mediaType: .ociLayer, digest: digest, size: Int64(size)),
                    source: AbsentBytes(path: "\(size)", size: Int64(size))))
        }
        #expect(blobs.take().map(\.size) == sizes.reversed().map(Int64.init))
        #expect(blobs.take().isEmpty)
    }

    @Test("content may lie in any of several sources", arguments: [1, 2, 4, 7])
    func sources(_ count: Int) throws {
        let image = SampleImage("linux/amd64", content: (1...7).map { "\($0)" })
        let parts = [image.manifest.digest, image.config.digest] + image.layers.map(\.descriptor.digest)
        let graphs = (0..<count).map { number in
            var graph = ImageGraph()
            let others = parts.indices.filter { $0 % count != number }.map { parts[$0] }
            graph.add(image, without: Set(others))
            return graph
        }
        var order = WriteOrder(source: "s", Completeness(GraphUnion(graphs)), isWhole: true)
        try order.add(image.descriptor)
        let (documents, blobs) = order.result()
        #expect(documents.map(\.digest) == [image.config.digest, image.manifest.digest])
        #expect(Set(blobs.map(\.digest)) == Set(image.layers.map(\.descriptor.digest)) && blobs.count == 7)
    }

    @Test func aNewDocumentIsWritten() throws {
        let index = SampleImage.index([Self.images[0].entry()])
        var order = WriteOrder(source: "s", graph: .of(Self.images[0]))
        #expect(throws: PlanError.conflict(.missing(source: "s", digest: index.digest, what: .manifest))) {
            try order.add(index.descriptor)
        }
        order.insert(index)
        try order.add(index.descriptor)
        #expect(order.result().documents.last?.digest == index.digest)
    }

    @Test func completenessNamesTheFirstMissingPart() throws {
        let image = Self.images[0]
        let layer = image.layers[1].descriptor.digest
        let cases: [(Set<Digest>, Digest?, MergeConflict.Missing?)] = [
            ([], nil, nil), ([image.manifest.digest], image.manifest.digest, .manifest),
            ([image.config.digest, layer], image.config.digest, .config), ([layer], layer, .layer),
        ]
        for (absent, digest, what) in cases {
            var graph = ImageGraph()
            graph.add(image, without: absent)
            let missing = Completeness(graph: graph).missing(image.descriptor)
            #expect(missing?.digest == digest)
            #expect(missing?.what == what)
        }
        // A blob instead of a manifest, and layers with URLs.
        var graph = ImageGraph()
        graph.blobs[layer] = ScriptedSource([])
        #expect(Completeness(graph: graph).missing(image.layers[1].descriptor) == nil)
    }
}
