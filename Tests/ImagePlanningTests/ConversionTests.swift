import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Converting an image to the other format changes media types and references, and no other byte.
struct ConversionTests {
    static func type(_ type: MediaType) -> String { #""mediaType":"\#(type)""# }

    static func document(_ graph: ImageGraph) -> Document? {
        graph.roots.first.flatMap { graph.documents[$0.descriptor.digest] }
    }

    static func manifests(_ graph: ImageGraph) throws -> [Descriptor] {
        graph.index(try #require(graph.roots.first).descriptor.digest)?.manifests.map(\.descriptor) ?? []
    }

    /// A graph with this index as its only root.
    static func graph(_ images: [SampleImage], _ index: Document) -> ImageGraph {
        var graph = ImageGraph()
        for image in images { graph.add(image) }
        graph.insert(index)
        graph.root(SampleImage.entry(index, name: "app:1"))
        return graph
    }

    @Test(
        arguments: [
            (.ociLayer, .dockerLayer), (.ociLayerGzip, .dockerLayerGzip), (.ociNondistributable, .dockerForeignLayer),
            (.ociNondistributableGzip, .dockerForeignLayerGzip),
        ] as [(MediaType, MediaType)], [false, true])
    func conversionChangesOnlyTypesAndIsReversible(
        _ layers: (oci: MediaType, docker: MediaType), _ spaced: Bool
    ) throws {
        let oci = SampleImage("linux/arm64/v8", content: ["a", "b"], layerType: layers.oci, spaced: spaced)
        let before = ImageGraph.of(oci, name: "app:1", platform: "linux/arm64/v8")
        let docker = try before.converted(to: .docker)
        let expected = Planning.text(oci.manifest.bytes)
            .replacing(Self.type(.ociManifest), with: Self.type(.dockerManifest))
            .replacing(Self.type(.ociConfig), with: Self.type(.dockerConfig))
            .replacing(Self.type(layers.oci), with: Self.type(layers.docker))
        let manifest = try #require(Self.document(docker))
        #expect(Planning.text(manifest.bytes) == expected)
        #expect(manifest.mediaType == .dockerManifest)
        let root = docker.roots[0]
        #expect(root.descriptor == SampleImage.entry(manifest, "linux/arm64/v8", name: "app:1"))
        #expect(root.entry == root.descriptor.json.bytes)
        #expect(docker.manifest(manifest.digest)?.config.digest == oci.config.digest)
        #expect(try docker.converted(to: .docker).documents.count == docker.documents.count)
        let back = try docker.converted(to: .oci)
        #expect(Self.document(back)?.bytes == oci.manifest.bytes)
        #expect(back.roots[0].descriptor == before.roots[0].descriptor)
        #expect(back.roots[0].entry == before.roots[0].entry)
    }

    @Test(arguments: [ImageFormat.oci, .docker])
    func anImageInTheTargetFormatKeepsItsBytes(_ format: ImageFormat) throws {
        let isDocker = format == .docker
        let image = SampleImage(
            "linux/amd64", layerType: isDocker ? .dockerLayerGzip : .ociLayerGzip, isDocker: isDocker)
        let index = SampleImage.index([image.entry("linux/amd64")], type: format.index)
        let graph = Self.graph([image], index)
        let converted = try graph.converted(to: format)
        #expect(converted.roots[0].descriptor == graph.roots[0].descriptor)
        #expect(Set(converted.documents.keys) == Set(graph.documents.keys))
    }

    /// BuildKit wrote such layers for a while.
    @Test func dockerZstandardLayersAreKeptOrConverted() throws {
        let image = SampleImage("linux/amd64", layerType: .dockerLayerZstd, isDocker: true)
        let graph = ImageGraph.of(image)
        #expect(try graph.converted(to: .docker).roots[0].descriptor == graph.roots[0].descriptor)
        let oci = try graph.converted(to: .oci)
        #expect(oci.manifest(oci.roots[0].descriptor.digest)?.layers.map(\.mediaType) == [.ociLayerZstd])
    }

    /// buildah refuses mixed images with `unsupported OCIv1 media type`.
    @Test func mixedTypesAreConverted() throws {
        let image = SampleImage("linux/amd64", layerType: .dockerLayer)
        let oci = try ImageGraph.of(image).converted(to: .oci)
        let manifest = try #require(oci.manifest(oci.roots[0].descriptor.digest))
        #expect(manifest.mediaType == .ociManifest)
        #expect(manifest.layers.map(\.mediaType) == [.ociLayer])
    }

    @Test func annotationsSubjectsAndUnknownLayersStay() throws {
        let image = SampleImage("linux/amd64", content: ["a", "b"])
        let odd =
            Planning.text(image.manifest.bytes).dropLast()
            + #","annotations":{"k":"v"},"artifactType":"t","subject":{"mediaType":"m","digest":"\#(image.config.digest)","size":1},"x":1.0}"#
        let bytes = try JSONEdit.applying(
            [JSONChange([.key("layers"), .index(1), .key("mediaType")], to: "x/y+encrypted")], to: Array(odd.utf8))
        let manifest = Document.sample(bytes, mediaType: .ociManifest)
        var graph = ImageGraph()
        graph.add(image)
        graph.insert(manifest)
        graph.root(manifest.descriptor)
        let converted = Planning.text(try #require(Self.document(try graph.converted(to: .docker))).bytes)
        let tail = try #require(odd.split(separator: #","annotations""#).last)
        #expect(converted.hasSuffix(#","annotations""# + tail))
        #expect(converted.contains(Self.type(.dockerLayer)))
        #expect(converted.contains(#""mediaType":"x/y+encrypted""#))
    }

    // MARK: - Missing media types

    static func withoutType(_ document: Document) throws -> Document {
        let bytes = try JSONEdit.applying([JSONChange([.key("mediaType")], to: nil)], to: document.bytes)
        return Document.sample(bytes, mediaType: document.mediaType)
    }

    @Test(
        arguments: [
            ("OCI to docker: written", .oci, .docker, true), ("docker to OCI: written", .docker, .oci, true),
            ("docker requires it", .docker, .docker, true), ("OCI does not require it", .oci, .oci, false),
        ] as [(String, ImageFormat, ImageFormat, Bool)])
    func ownTypes(_ why: String, _ from: ImageFormat, _ to: ImageFormat, _ isWritten: Bool) throws {
        let isDocker = from == .docker
        let image = SampleImage("linux/amd64", layerType: isDocker ? .dockerLayer : .ociLayer, isDocker: isDocker)
        let manifest = try Self.withoutType(image.manifest)
        let index = try Self.withoutType(
            SampleImage.index([SampleImage.entry(manifest, "linux/amd64")], type: from.index))
        var graph = Self.graph([image], index)
        graph.insert(manifest)
        let converted = try graph.converted(to: to)
        let entry = try #require(try Self.manifests(converted).first)
        let documents = try [#require(Self.document(converted)), #require(converted.documents[entry.digest])]
        let said = try documents.map { try JSONDocument(parsing: $0.bytes).root["mediaType"]?.string }
        #expect(said == (isWritten ? [to.index.rawValue, to.manifest.rawValue] : [nil, nil]))
        #expect(entry.mediaType == to.manifest)
        #expect(documents.map(\.mediaType) == [to.index, to.manifest])
    }

    @Test func aListStatesPlatforms() throws {
        let images = [SampleImage("linux/arm/v6", content: ["a"]), SampleImage(nil, content: ["b"])]
        let stated = SampleImage("linux/amd64", content: ["c"])
        let entries = images.map { $0.entry() } + [stated.entry("linux/x86_64")]
        let graph = Self.graph(images + [stated], SampleImage.index(entries))
        let found = try Self.manifests(try graph.converted(to: .docker)).map(\.platform)
        #expect(found == [try Platform(parsing: "linux/arm/v6"), nil, Platform(os: "linux", architecture: "x86_64")])
    }

    // MARK: - References

    @Test func nestedIndexesAreConvertedAndAttestationsUpdated() throws {
        let image = SampleImage("linux/amd64")
        let attestation = SampleImage.attestation(of: image)
        let inner = SampleImage.index([image.entry("linux/amd64"), attestation.entry])
        var graph = Self.graph([image, attestation.image], SampleImage.index([SampleImage.entry(inner)]))
        graph.insert(inner)
        let converted = try graph.converted(to: .docker)
        let outer = try #require(try Self.manifests(converted).first)
        #expect(outer.mediaType == .dockerList)
        let entries = try #require(converted.index(outer.digest)).manifests.map(\.descriptor)
        #expect(entries[0].mediaType == .dockerManifest)
        #expect(entries[1].attested == entries[0].digest.description)
        #expect(entries[1].digest == attestation.image.manifest.digest)
        #expect(entries[1].mediaType == .ociManifest)
    }

    /// Attestations and cosign's signatures have the config of an image.
    @Test(arguments: ["application/vnd.in-toto+json", "application/vnd.dev.cosign.simplesigning.v1+json"])
    func artifactsAreNotConverted(_ type: String) throws {
        let artifact = SampleImage("unknown/unknown", content: ["text"], layerType: MediaType(type))
        let index = SampleImage.index([artifact.entry()])
        let graph = Self.graph([artifact], index)
        let converted = try graph.converted(to: .docker)
        #expect(converted.roots[0].descriptor == graph.roots[0].descriptor)
        #expect(converted.documents.count == graph.documents.count)
    }

    @Test func anImageWithoutLayersIsConverted() throws {
        let graph = ImageGraph.of(SampleImage("linux/amd64", content: []))
        #expect(try graph.converted(to: .docker).roots[0].descriptor.mediaType == .dockerManifest)
    }

    // MARK: - Merges

    static func plan(_ graphs: ImageGraph..., format: ImageFormat, platforms: [String] = []) throws -> MergeOutcome {
        try Merge.plan(
            try graphs.enumerated().map { try Planning.input("s\($0.offset)", $0.element) },
            MergeOptions(platforms: try platforms.map { try Platform(parsing: $0) }, format: format))
    }

    @Test func aMergeWritesAnIndexOfTheFormat() throws {
        let one = ImageGraph.of(SampleImage("linux/amd64"), name: "app:1")
        let other = ImageGraph.of(
            SampleImage("linux/s390x", layerType: .dockerLayer, isDocker: true), name: "app:1")
        for format in ImageFormat.allCases {
            let outcome = try Self.plan(one, other, format: format)
            let index = try Planning.index(outcome)
            #expect(index.mediaType == format.index)
            #expect(index.manifests.map(\.descriptor.mediaType) == [format.manifest, format.manifest])
            #expect(outcome.images[0].root.mediaType == format.index)
            let platforms = try ["linux/amd64", "linux/s390x"].map(Platform.init(parsing:))
            #expect(outcome.notes == [.sameLayers(platforms)])
            // The `index.json` of a layout always has OCI's media type.
            #expect(try IndexView(bytes: RootIndex.bytes(outcome.plan.roots)).mediaType == .ociIndex)
        }
    }

    @Test func zstandardLayersForDockerAreRefusedIfTheyAreMerged() throws {
        let zstd = SampleImage("linux/amd64", layerType: .ociLayerZstd)
        let graph = ImageGraph.of(zstd, name: "app:1")
        let other = ImageGraph.of(SampleImage("linux/s390x"), name: "app:1")
        let conflict = PlanError.conflict(.zstandardForDocker(source: "s1", layer: zstd.layers[0].descriptor.digest))
        #expect(throws: conflict) { try Self.plan(other, graph, format: .docker) }
        #expect(try Self.plan(other, graph, format: .docker, platforms: ["linux/s390x"]).plan.documents.count == 3)
        #expect(try Self.plan(other, graph, format: .oci).images.count == 1)
    }

    @Test func unconvertedAndOutdatedAttestationsAreNoted() throws {
        let image = SampleImage("linux/amd64")
        let attestation = SampleImage.attestation(of: image)
        let graph = Self.graph(
            [image, attestation.image], SampleImage.index([image.entry("linux/amd64"), attestation.entry]))
        #expect(
            try Self.plan(graph, format: .docker).notes == [
                .notConverted(count: 1),
                .attestationOutdated(source: "s0", Platform(os: "linux", architecture: "amd64")),
            ])
        #expect(try Self.plan(graph, format: .oci).notes == [])
    }

    @Test func noNotesForOmittedImages() throws {
        let images = [SampleImage("linux/amd64"), SampleImage("linux/arm64")]
        let attestations = images.map { SampleImage.attestation(of: $0, text: $0.manifest.digest.hex) }
        let entries = zip(images, ["linux/amd64", "linux/arm64"]).map { $0.entry($1) } + attestations.map(\.entry)
        let graph = Self.graph(images + attestations.map(\.image), SampleImage.index(entries))
        let platform = Platform(os: "linux", architecture: "arm64")
        #expect(
            try Self.plan(graph, format: .docker, platforms: ["linux/arm64"]).notes == [
                .notConverted(count: 1), .attestationOutdated(source: "s0", platform),
            ])
    }

    @Test func outdatedSignaturesAreNoted() throws {
        let image = SampleImage("linux/amd64")
        let digest = image.manifest.digest
        let signature = SampleImage(nil, content: ["s"], layerType: MediaType("x/signature"))
        let text =
            Planning.text(signature.manifest.bytes).dropLast()
            + #","subject":\#(Planning.text(image.descriptor.json.bytes))}"#
        let referrer = Document.sample(Array(text.utf8), mediaType: .ociManifest)
        var graph = ImageGraph.of(image, name: "app:1")
        graph.add(signature)
        graph.insert(referrer)
        graph.root(signature.entry(name: "sha256-\(digest.hex).sig"))
        graph.root(SampleImage.entry(referrer))
        #expect(
            try Self.plan(graph, format: .docker).notes == [
                .referrerOutdated(source: "s0", referrer.digest, subject: digest),
                .signatureOutdated(source: "s0", name: "sha256-\(digest.hex).sig", subject: digest),
            ])
        #expect(try Self.plan(graph, format: .oci).notes == [])
    }

    @Test(
        "a tag that only resembles one of cosign's is no signature", arguments: [".backup", "", ".sig.old", "-x.sig"])
    func resemblingTags(_ ending: String) throws {
        let image = SampleImage("linux/amd64")
        let other = SampleImage("linux/amd64", content: ["other"])
        var graph = ImageGraph.of(image, name: "app:1")
        graph.add(other)
        graph.root(other.entry(name: "sha256-\(image.manifest.digest.hex)\(ending)"))
        #expect(try Self.plan(graph, format: .docker).notes == [])
    }
}
