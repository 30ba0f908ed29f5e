import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Declaring the platform of an image changes the documents that state or name it, and no other byte.
struct RetargetTests {
    static let wrong = SampleImage("linux/amd64", content: ["a", "b"], spaced: true)

    static func retargeted(_ graph: ImageGraph, to platform: String) throws -> ImageGraph {
        let image = try MergeInput(source: "s", graph: graph, declared: nil).onlyImage()
        let platform = try Platform(parsing: platform)
        return try graph.edited { $0.platforms = [image: platform] }.graph
    }

    static func text(_ document: Document?) -> String { Planning.text(document?.bytes ?? []) }

    @Test func changesOnlyPlatformsAndDigests() throws {
        let graph = try Self.retargeted(.of(Self.wrong, platform: "linux/amd64"), to: "linux/arm64/v8")
        let root = graph.roots[0].descriptor
        let manifest = try #require(graph.manifest(root.digest))
        let config = try #require(graph.documents[manifest.config.digest])
        let wanted = Self.text(Self.wrong.config)
            .replacing(#""architecture":"amd64""#, with: #""architecture":"arm64""#)
        #expect(Self.text(config) == wanted)
        let old = Self.wrong.config.descriptor
        let expected = Self.text(Self.wrong.manifest)
            .replacing("\(old.digest)", with: "\(config.digest)")
            .replacing(#""size":\#(old.size)"#, with: #""size":\#(config.bytes.count)"#)
        #expect(Self.text(graph.documents[root.digest]) == expected)
        #expect(root.size == Int64(expected.utf8.count))
        #expect(root.platform == (try Platform(parsing: "linux/arm64")), "normalised in config and descriptor alike")
        let entry = Planning.text(graph.roots[0].entry ?? [])
        #expect(entry.contains("\(root.digest)") && entry.contains(#""architecture":"arm64""#))
    }

    @Test(arguments: ["linux/amd64", "amd64", "linux/x86_64"])
    func anEqualPlatformChangesNothing(_ platform: String) throws {
        let graph = try Self.retargeted(.of(Self.wrong, platform: "linux/amd64"), to: platform)
        #expect(graph.roots[0].descriptor == Self.wrong.entry("linux/amd64"))
        #expect(graph.documents.count == 2)
    }

    @Test func indexesAttestationsAndEmbeddedDataAreUpdated() throws {
        let attested = SampleImage.attestation(of: Self.wrong)
        let entry =
            #"{"mediaType":"\#(MediaType.ociManifest)","digest":"\#(Self.wrong.manifest.digest)","size":\#(Self.wrong.manifest.bytes.count),"data":"\#(Base64.text(Self.wrong.manifest.bytes))"}"#
        let inner = SampleImage.index(texts: [Array(entry.utf8), attested.entry.json.bytes])
        let outer = SampleImage.index([SampleImage.entry(inner, name: "a:1")])
        var graph = ImageGraph.of(Self.wrong)
        graph.add(attested.image)
        graph.insert(inner)
        graph.insert(outer)
        graph.roots = []
        graph.root(SampleImage.entry(outer))
        let changed = try Self.retargeted(graph, to: "linux/arm64")
        let top = try #require(changed.index(changed.roots[0].descriptor.digest))
        #expect(top.manifests[0].descriptor.annotations == SampleImage.entry(inner, name: "a:1").annotations)
        let index = try #require(changed.index(top.manifests[0].descriptor.digest))
        let image = index.manifests[0].descriptor
        #expect(image.digest != Self.wrong.manifest.digest)
        #expect(!image.hasEmbeddedData)
        #expect(image.platform == (try Platform(parsing: "linux/arm64")))
        #expect(index.manifests[1].descriptor.annotations["vnd.docker.reference.digest"] == image.digest.description)
        #expect(index.manifests[1].descriptor.digest == attested.image.manifest.digest)
        for digest in [changed.roots[0].descriptor.digest, top.manifests[0].descriptor.digest, image.digest] {
            let document = try #require(changed.documents[digest])
            #expect(Digest(of: document.bytes) == digest)
        }
    }

    /// The attestation stands directly in `index.json`, before or behind its subject.
    @Test func anAttestationAmongRootsIsUpdated() throws {
        let attested = SampleImage.attestation(of: Self.wrong)
        for isFirst in [true, false] {
            var graph = ImageGraph.of(Self.wrong)
            graph.add(attested.image)
            graph.root(attested.entry)
            if isFirst { graph.roots.swapAt(0, 1) }
            let changed = try Self.retargeted(graph, to: "linux/arm64")
            let image = changed.roots[isFirst ? 1 : 0].descriptor.digest
            #expect(Planning.text(changed.roots[isFirst ? 0 : 1].entry ?? []).contains("\(image)"))
        }
    }

    @Test func aMergeNotesOutdatedAttestations() throws {
        let attested = SampleImage.attestation(of: Self.wrong)
        let index = SampleImage.index([Self.wrong.entry("linux/amd64"), attested.entry])
        var graph = ImageGraph.of(Self.wrong)
        graph.add(attested.image)
        graph.insert(index)
        graph.roots = []
        graph.root(SampleImage.entry(index))
        let outcome = try Planning.plan([try Planning.input("s", graph, declared: "linux/arm64")])
        #expect(outcome.notes == [.attestationOutdated(source: "s", try Platform(parsing: "linux/arm64"))])
    }

    @Test(
        arguments: [
            ("a version stays while the system stays", "windows/arm64", "windows/amd64", "10.0.1", [], "10.0.1", []),
            ("another version replaces it", "windows/amd64:10.0.2", "windows/amd64", "10.0.1", [], "10.0.2", []),
            (
                "another system drops version and features", "linux/amd64", "windows/amd64", "10.0.1", ["win32k"], nil,
                []
            ),
            (
                "features stay while the system stays", "windows/arm64", "windows/amd64", nil, ["win32k"], nil,
                ["win32k"]
            ),
        ] as [(String, String, String, String?, [String], String?, [String])])
    func theVersionAndFeaturesOfASystem(
        _ why: String, _ wanted: String, _ current: String, _ version: String?, _ features: [String], _ left: String?,
        _ kept: [String]
    ) throws {
        var before = try Platform(parsing: current)
        before.osVersion = version
        before.osFeatures = features
        let bytes = try JSONEdit.applying(
            PlatformEdit.changes(to: try Platform(parsing: wanted), from: before, at: []), to: before.json.bytes)
        let after = try #require(Platform(json: try JSONDocument(parsing: bytes).root))
        #expect(after.osVersion == left)
        #expect(after.osFeatures == kept)
        #expect(after.architecture == (try Platform(parsing: wanted)).architecture)
    }

    @Test(
        arguments: [
            ("linux/amd64", "linux/amd64", false), ("linux/amd64", nil, true), ("linux/amd64", "linux/arm64", true),
            ("linux/arm", "linux/arm/v7", false), ("linux/arm", "linux/arm/v6", true),
            ("linux/arm/v7", "linux/arm", true),
            ("linux/arm64", "linux/arm64/v8", false), ("linux/arm64/v8", "linux/arm64", false),
            ("linux/arm64/v8", "linux/amd64", true),
            ("windows/amd64:1", "windows/amd64", true),
            ("windows/amd64", "windows/amd64:1", false), ("windows/amd64:1", "windows/amd64:2", true),
        ] as [(String, String?, Bool)])
    func anEditIsNeededForADifferentPlatform(_ wanted: String, _ current: String?, _ expected: Bool) throws {
        let current = try current.map { try Platform(parsing: $0) }
        #expect(PlatformEdit.isNeeded(to: try Platform(parsing: wanted), from: current) == expected)
    }

    @Test(
        arguments: [
            ("no requested features", [], ["a"], false), ("the same", ["a"], ["a"], false),
            ("others", ["b"], ["a"], true),
            ("features requested, none present", ["a"], [], true),
        ] as [(String, [String], [String], Bool)])
    func differentFeaturesNeedAnEdit(_ why: String, _ wanted: [String], _ current: [String], _ expected: Bool) throws {
        var platform = try Platform(parsing: "windows/amd64")
        platform.osFeatures = wanted
        var before = try Platform(parsing: "windows/amd64")
        before.osFeatures = current
        #expect(PlatformEdit.isNeeded(to: platform, from: before) == expected, "\(why)")
        let bytes = try JSONEdit.applying(
            PlatformEdit.changes(to: platform, from: before, at: []), to: before.json.bytes)
        let after = try #require(Platform(json: try JSONDocument(parsing: bytes).root))
        #expect(after.osFeatures == (wanted.isEmpty ? current : wanted), "\(why)")
    }

    @Test func anImageWithoutItsConfigCannotBeRetargeted() throws {
        var graph = ImageGraph.of(Self.wrong)
        graph.remove(Self.wrong.config.digest)
        #expect(throws: PlanError.conflict(.missing(source: "s", digest: Self.wrong.manifest.digest, what: .config))) {
            try Self.retargeted(graph, to: "linux/arm64")
        }
    }

    // MARK: - Layers with a wrong media type

    @Test(
        arguments: [
            (MediaType.ociLayerGzip, LayerCompression.none, MediaType.ociLayer),
            (.dockerLayerGzip, .none, .dockerLayer),
            (.ociLayer, .zstd, .ociLayerZstd), (.dockerLayer, .gzip, .dockerLayerGzip),
        ])
    func mediaTypesAreCorrectedToTheBytes(_ stated: MediaType, _ actual: LayerCompression, _ right: MediaType) throws {
        let image = SampleImage("linux/amd64", content: ["right", "wrong"], layerType: stated, spaced: true)
        var graph = ImageGraph.of(image)
        #expect(try graph.relabelled().roots[0].descriptor.digest == image.manifest.digest)
        graph.mislabelled[image.layers[1].descriptor.digest] = actual
        let fixed = try graph.relabelled()
        let manifest = try #require(fixed.manifest(fixed.roots[0].descriptor.digest))
        #expect(manifest.layers.map(\.mediaType) == [stated, right])
        #expect(manifest.config == image.config.descriptor)
        let digests = image.layers.map(\.descriptor.digest)
        #expect(manifest.layers.map(\.digest) == digests)
    }

    @Test func anUnknownMediaTypeIsKept() throws {
        let image = SampleImage("linux/amd64", layerType: MediaType("application/x"))
        var graph = ImageGraph.of(image)
        graph.mislabelled[image.layers[0].descriptor.digest] = .gzip
        #expect(try graph.relabelled().roots[0].descriptor.digest == image.manifest.digest)
    }
}
