import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Selecting layers to recompress, and updating the documents that name them.
struct RecodingTests {
    static let image = SampleImage("linux/amd64", content: ["base", "amd64"], spaced: true)
    static let other = SampleImage("linux/arm64", content: ["base", "arm64"])

    static func choice(
        _ graphs: [ImageGraph], _ target: LayerCompression, all: Bool = false
    ) throws -> LayersToRecode {
        let inputs = try graphs.enumerated().map { try Planning.input("s\($0.offset)", $0.element) }
        return LayersToRecode(try Planning.plan(inputs).plan, to: target, includesCompressed: all)
    }

    static func new(_ text: String, _ compression: LayerCompression = .gzip) -> RecodedLayer {
        let bytes = Array(text.utf8)
        return RecodedLayer(
            digest: Digest(of: bytes), size: Int64(bytes.count), compression: compression,
            source: MemoryBytes(bytes, path: "new"))
    }

    static func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    static func plan(_ graphs: [ImageGraph], _ recodings: [String: RecodedLayer]) throws -> MergeOutcome {
        var options = MergeOptions()
        for (text, layer) in recodings { options.recodings[digest(text)] = layer }
        let inputs = try graphs.enumerated().map { try Planning.input("s\($0.offset)", $0.element) }
        return try Merge.plan(inputs, options)
    }

    @Test("a layer of two platforms is selected once, with the diffIDs of both configs")
    func sharedOnce() throws {
        let choice = try Self.choice([.of(Self.image), .of(Self.other)], .gzip)
        #expect(Set(choice.layers.map(\.digest)) == Set(["base", "amd64", "arm64"].map(Self.digest)))
        #expect(choice.layers.count == 3)
        for layer in choice.layers { #expect(layer.diffIDs == [layer.digest]) }
        #expect(choice.notes == [])
    }

    static let cases: [(type: MediaType, target: LayerCompression, all: Bool, isChosen: Bool, note: Bool)] = [
        (.ociLayer, .gzip, false, true, false), (.ociLayer, .zstd, false, true, false),
        (.ociLayer, .none, false, false, false), (.ociLayer, .none, true, false, false),
        (.ociLayerGzip, .gzip, false, false, false), (.ociLayerGzip, .zstd, false, false, false),
        (.ociLayerGzip, .none, false, false, false), (.ociLayerGzip, .none, true, true, false),
        (.ociLayerGzip, .gzip, true, true, false), (.ociLayerZstd, .gzip, true, true, false),
        (.dockerLayer, .zstd, false, true, false), (.ociNondistributable, .zstd, false, true, false),
        (.dockerForeignLayer, .zstd, false, false, true), (.dockerForeignLayer, .gzip, false, true, false),
        (MediaType("application/vnd.oci.image.layer.v1.tar+gzip+encrypted"), .gzip, true, false, true),
        (MediaType("application/vnd.in-toto+json"), .gzip, true, false, false),
    ]

    @Test("layers are selected, kept or ignored by type and target", arguments: cases.indices)
    func choose(_ number: Int) throws {
        let example = Self.cases[number]
        let image = SampleImage("linux/amd64", content: ["layer"], layerType: example.type)
        let choice = try Self.choice([.of(image)], example.target, all: example.all)
        #expect(choice.layers.map(\.digest) == (example.isChosen ? [Self.digest("layer")] : []))
        #expect(choice.notes == (example.note ? [.layerKept(example.type, example.target)] : []))
    }

    @Test("only members that must change do, and configs stay")
    func documents() throws {
        let outcome = try Self.plan([.of(Self.image)], ["base": Self.new("B"), "amd64": Self.new("A!")])
        let bytes = try #require(outcome.plan.documents.last?.bytes)
        var expected = Planning.text(Self.image.manifest.bytes)
        for (old, new) in [("base", "B"), ("amd64", "A!")] {
            expected = expected.replacing("\(Self.digest(old))", with: "\(Self.digest(new))")
            expected = expected.replacing(#""size":\#(old.utf8.count)}"#, with: #""size":\#(new.utf8.count)}"#)
        }
        expected = expected.replacing("layer.v1.tar\"", with: "layer.v1.tar+gzip\"")
        #expect(Planning.text(bytes) == expected)
        #expect(outcome.plan.documents.contains { $0.digest == Self.image.config.digest })
        #expect(Set(outcome.plan.blobs.map(\.digest)) == [Self.digest("B"), Self.digest("A!")])
    }

    @Test("annotations about the old bytes are removed, others stay")
    func annotations() throws {
        let stale = [
            "containerd.io/snapshot/stargz/toc.digest": "sha256:0", "io.containers.estargz.uncompressed-size": "1",
            "io.github.containers.zstd-chunked.manifest-position": "2",
        ]
        let kept = ["b": "2", "a": "1"]
        var graph = ImageGraph.of(Self.other)
        var layer = Self.other.layers[0].descriptor
        layer.annotations = stale.merging(kept) { $1 }
        let plain = Planning.text(Self.other.layers[0].descriptor.json.bytes)
        let text = Planning.text(Self.other.manifest.bytes)
        let manifest = Document.sample(
            Array(text.replacing(plain, with: Planning.text(layer.json.bytes)).utf8), mediaType: .ociManifest)
        graph.insert(manifest)
        graph.roots = []
        graph.root(manifest.descriptor)
        for (new, isKept) in [(Self.new("B"), false), (Self.new("base", .none), true)] {
            let outcome = try Self.plan([graph], ["base": new])
            let view = try ManifestView(bytes: outcome.plan.documents.last?.bytes ?? [])
            #expect(view.layers[0].annotations == (isKept ? layer.annotations : kept))
        }
    }

    @Test("an attestation refers to the new image, and a note states that its content is outdated")
    func attestations() throws {
        let attested = SampleImage.attestation(of: Self.image)
        let index = SampleImage.index([Self.image.entry("linux/amd64"), attested.entry])
        var graph = ImageGraph.of(Self.image)
        graph.add(attested.image)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index, name: "app:1"))
        let outcome = try Self.plan([graph], ["base": Self.new("B")])
        let entries = try Planning.index(outcome).manifests
        #expect(entries[0].descriptor.digest != Self.image.manifest.digest)
        #expect(entries[1].descriptor.attested == entries[0].descriptor.digest.description)
        #expect(outcome.notes == [.attestationOutdated(source: "s0", try Platform(parsing: "linux/amd64"))])
    }

    @Test("an artifact keeps a layer that an image shares")
    func artifacts() throws {
        let text = Planning.text(Self.other.manifest.bytes).replacing(
            MediaType.ociConfig.rawValue, with: "application/vnd.cncf.helm.config.v1+json")
        let artifact = Document.sample(Array(text.utf8), mediaType: .ociManifest)
        var graph = ImageGraph.of(Self.other, name: "app:1")
        graph.blobs[Self.other.config.digest] = MemoryBytes(Self.other.config.bytes, path: "memory")
        graph.insert(artifact)
        graph.root(SampleImage.entry(artifact, name: "chart:1"))
        #expect(try Self.choice([graph], .gzip).layers.count == 2)
        let outcome = try Self.plan([graph], ["base": Self.new("B")])
        #expect(outcome.plan.documents.contains { $0.digest == artifact.digest })
        let blobs = Set(outcome.plan.blobs.map(\.digest))
        #expect(blobs.isSuperset(of: [Self.digest("base"), Self.digest("B")]))
    }

    @Test("layers with URLs keep their bytes")
    func elsewhere() throws {
        var layer = Self.other.layers[0].descriptor
        layer.urls = ["https://example.com/layer"]
        let plain = Planning.text(Self.other.layers[0].descriptor.json.bytes)
        let text = Planning.text(Self.other.manifest.bytes).replacing(plain, with: Planning.text(layer.json.bytes))
        let manifest = Document.sample(Array(text.utf8), mediaType: .ociManifest)
        var graph = ImageGraph.of(Self.other)
        graph.insert(manifest)
        graph.roots = []
        graph.root(manifest.descriptor)
        let choice = try Self.choice([graph], .gzip)
        #expect(choice.layers.map(\.digest) == [Self.digest("arm64")])
        #expect(choice.notes == [.layerElsewhere(.ociLayer, .gzip)])
        let outcome = try Self.plan([graph], ["base": Self.new("B")])
        #expect(outcome.plan.documents.contains { $0.digest == manifest.digest })
    }
}
