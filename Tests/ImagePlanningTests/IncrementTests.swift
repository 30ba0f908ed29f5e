import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// An increment contains new blobs and all documents, and omits blobs that the receiver has.
struct IncrementTests {
    static let old = SampleImage("linux/amd64", content: ["base", "app 1"])
    static let new = SampleImage("linux/amd64", content: ["base", "app 2"])

    static func plan(
        _ graph: ImageGraph, since: BlobList?, reuses: Bool = false, platforms: [String] = []
    ) throws -> MergeOutcome {
        var graph = graph
        graph.elsewhere = since?.digests ?? []
        let options = MergeOptions(platforms: try platforms.map { try Platform(parsing: $0) })
        return try Increment.plan([try Planning.input("new", graph)], options, over: since, reuses: reuses)
    }

    @Test func containsNewBlobsAndAllDocuments() throws {
        let whole = try Self.plan(.of(Self.new), since: nil)
        let part = try Self.plan(.of(Self.new), since: BlobList.held(by: .of(Self.old)).list)
        #expect(part.plan.blobs.map(\.digest) == [Self.new.layers[1].descriptor.digest])
        #expect(part.plan.documents.map(\.digest) == whole.plan.documents.map(\.digest))
        #expect(part.leftOut == OmittedBlobs(blobs: 1, bytes: 4))
        #expect(whole.leftOut == nil)
        #expect(part.images.map(\.root.digest) == whole.images.map(\.root.digest))
    }

    @Test func documentsAreIncludedEvenIfTheReceiverHasThem() throws {
        let part = try Self.plan(.of(Self.old), since: BlobList.held(by: .of(Self.old)).list)
        #expect(part.plan.blobs.isEmpty)
        #expect(part.plan.documents.count == 2)
        #expect(part.leftOut == OmittedBlobs(blobs: 2, bytes: 9))
    }

    @Test func blobsOfTheReceiverMayBeAbsentFromTheSource() throws {
        var graph = ImageGraph()
        graph.add(Self.new, without: [Self.new.layers[0].descriptor.digest])
        graph.root(Self.new.entry())
        let part = try Self.plan(graph, since: BlobList.held(by: .of(Self.old)).list)
        #expect(part.plan.blobs.map(\.digest) == [Self.new.layers[1].descriptor.digest])
        #expect(part.leftOut?.blobs == 1)
        let missing = PlanError.conflict(
            .missing(source: "new", digest: Self.new.layers[0].descriptor.digest, what: .layer))
        #expect(throws: missing) { try Self.plan(graph, since: BlobList()) }
    }

    /// The blobs for whose lack `body` fails.
    static func missing(_ body: () throws -> MergeOutcome) -> MissingBlobs? {
        let error = #expect(throws: PlanError.self) { try body() }
        if case .missing(let blobs)? = error { return blobs }
        Issue.record("not the expected error: \(String(describing: error))")
        return nil
    }

    @Test func anIncrementReportsAllMissingBlobs() throws {
        let images = [Self.new, SampleImage("linux/s390x", content: ["base", "app s"])]
        let index = SampleImage.index([images[0].entry("linux/amd64"), images[1].entry("linux/s390x")])
        var graph = ImageGraph()
        let absent = Set(images.flatMap(\.layers).map(\.descriptor.digest))
        for image in images { graph.add(image, without: absent) }
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: "docker.io/demo/app:1"))
        graph.isIncrement = true
        let error = Self.missing { try Self.plan(graph, since: nil) }
        #expect(error?.sources == ["new"])
        #expect(Set((error?.blobs ?? []).map(\.digest)) == absent)
        #expect(error?.blobs.count == 3, "each once")
        #expect(error?.blobs.allSatisfy { $0.image == "docker.io/demo/app:1" } == true)
        let one = Self.missing { try Self.plan(graph, since: nil, platforms: ["s390x"]) }
        #expect(Set((one?.blobs ?? []).map(\.digest)) == Set(images[1].layers.map(\.descriptor.digest)))
        // The same archive without the mark of an increment is an incomplete image.
        graph.isIncrement = false
        #expect {
            try Self.plan(graph, since: nil)
        } throws: { error in
            guard case .conflict(.missing(_, let digest, .layer))? = error as? PlanError else { return false }
            return absent.contains(digest)
        }
        #expect(Set(graph.absentBlobs().map(\.digest)) == absent)
        for image in images { for layer in image.layers { graph.blobs[layer.descriptor.digest] = ScriptedSource([]) } }
        #expect(graph.absentBlobs().isEmpty)
    }

    @Test func recompressedLayersAreReusedOnlyOnRequest() throws {
        let plain = Self.new.layers[0].descriptor
        let other = Digest(of: Array("base, compressed".utf8))
        let line = "\(other)\t99\t\(MediaType.dockerLayerGzip)\t\(plain.digest)\n"
        let base = try BlobList(parsing: Array(line.utf8))
        let kept = try Self.plan(.of(Self.new), since: base)
        #expect(kept.notes == [.reusable(layers: 1, bytes: 4)])
        #expect(kept.plan.blobs.count == 2)
        let reused = try Self.plan(.of(Self.new), since: base, reuses: true)
        #expect(reused.notes == [])
        #expect(reused.plan.blobs.map(\.digest) == [Self.new.layers[1].descriptor.digest])
        #expect(reused.leftOut == OmittedBlobs(blobs: 1, bytes: 99))
        let root = try #require(reused.images.first?.root.digest)
        let document = try #require(reused.plan.documents.first { $0.digest == root })
        let manifest = try ManifestView(bytes: document.bytes)
        #expect(manifest.config.digest == Self.new.config.digest, "the image ID")
        #expect(manifest.layers[0] == Descriptor(mediaType: .ociLayerGzip, digest: other, size: 99))
        #expect(manifest.layers[1] == Self.new.layers[1].descriptor)
        #expect(root != Self.new.manifest.digest)
    }

    static let useless: [(what: String, rest: String)] = [
        ("no diffID", MediaType.ociLayerGzip.rawValue),
        ("a foreign layer", MediaType.dockerForeignLayerGzip.rawValue + "\t$"),
        ("no layer type", "application/x\t$"), ("no type", "-\t$"),
    ]

    @Test(arguments: useless.indices)
    func layersWithoutKnownContentAreNotReused(_ number: Int) throws {
        let (what, rest) = Self.useless[number]
        let plain = Self.new.layers[0].descriptor
        let digest = Digest(of: Array("other".utf8))
        let line = "\(digest)\t9\t\(rest.replacing("$", with: plain.digest.description))"
        let base = try BlobList(parsing: Array(line.utf8))
        #expect(LayerReuse(of: [.of(Self.new)], from: base).layers.isEmpty, "\(what)")
    }
}
