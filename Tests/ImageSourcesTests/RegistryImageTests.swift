import ByteIO
import ImageModel
import Registry
import TestSupport
import Testing

@testable import ImageSources

/// Opening an image in a registry requests each document once and no layer.
struct RegistryImageTests {
    static let platforms = ["linux/amd64", "linux/arm64", "linux/s390x"]
    static let images = platforms.map { SampleImage($0, content: ["base", $0]) }
    static let index = SampleImage.index(zip(images, platforms).map { $0.entry($1) })
    static let registry = SampleRegistry(images, tags: ["1": index, "amd64": images[0].manifest])

    static func open(_ suffix: String, _ transport: ScriptedTransport) throws -> Source {
        let reference = try SourceReference(parsing: "docker://\(SampleRegistry.repository)\(suffix)")
        return try Source.open(reference, transport.access, OpeningPolicy())
    }

    @Test func theDocumentsOfAnIndexAreRequestedOnce() throws {
        let transport = Self.registry.transport
        let source = try Self.open(":1", transport)
        #expect(source.dialect == "registry image")
        #expect(Opening.labels(source) == ["registry.example/app:1"])
        #expect(Opening.digests(source) == [Self.index.digest])
        #expect(source.graph.documents.count == 7)
        #expect(source.notes == [])
        let paths = SampleRegistry.paths(transport)
        #expect(paths.first == "manifests/1")
        let children = Self.images.flatMap { ["manifests/\($0.manifest.digest)", "blobs/\($0.config.digest)"] }
        #expect(paths.dropFirst().sorted() == children.sorted())
        // Layers are listed, and requested when they are read.
        let layer = try #require(Self.images[1].layers.last)
        let blob = try #require(source.graph.blobs[layer.descriptor.digest])
        #expect(blob.repository?.description == SampleRegistry.repository)
        #expect(blob.path == "docker://registry.example/app@\(layer.descriptor.digest)")
        #expect(try blob.bytes(limit: 100) == layer.bytes)
        #expect(SampleRegistry.paths(transport).last == "blobs/\(layer.descriptor.digest)")
    }

    /// Two manifests share a config.
    @Test func aSharedConfigIsRequestedOnce() throws {
        let images = [SampleImage("linux/amd64"), SampleImage("linux/amd64", layerType: .dockerLayer)]
        let index = SampleImage.index(images.map { $0.entry("linux/amd64") })
        #expect(images[0].config.digest == images[1].config.digest)
        let transport = SampleRegistry(images, tags: ["1": index]).transport
        _ = try Self.open(":1", transport)
        #expect(SampleRegistry.paths(transport).count { $0 == "blobs/\(images[0].config.digest)" } == 1)
        #expect(transport.requests.count == 4)
    }

    @Test(
        arguments: [
            ("a tag", ":amd64", ["registry.example/app:amd64"], "manifests/amd64"),
            ("a digest", "@\(images[0].manifest.digest)", [""], "manifests/\(images[0].manifest.digest)"),
            (
                "a tag and a digest", ":1@\(images[0].manifest.digest)", ["registry.example/app:1"],
                "manifests/\(images[0].manifest.digest)"
            ),
            ("a declared platform", ":amd64=arm64", ["registry.example/app:amd64"], "manifests/amd64"),
        ])
    func oneImageNeedsTwoRequests(_ why: String, _ suffix: String, _ labels: [String], _ first: String) throws {
        let transport = Self.registry.transport
        let source = try Self.open(suffix, transport)
        #expect(Opening.labels(source) == labels)
        #expect(Opening.digests(source) == [Self.images[0].manifest.digest])
        #expect(SampleRegistry.paths(transport) == [first, "blobs/\(Self.images[0].config.digest)"])
    }

    @Test func foreignLayersAndMediaTypesAreNotChecked() throws {
        var foreign = Self.images[0].layers[0].descriptor
        foreign.urls = ["https://elsewhere.example/layer"]
        let text: JSONText = .object([
            ("schemaVersion", 2), ("mediaType", .string(MediaType.ociManifest.rawValue)),
            ("config", Self.images[0].config.descriptor.json),
            ("layers", .array([foreign.json, Self.images[0].layers[1].descriptor.json])),
        ])
        let manifest = Document.sample(text.bytes, mediaType: .ociManifest)
        let transport = SampleRegistry(Self.images, tags: ["1": manifest]).transport
        let source = try Self.open(":1", transport)
        #expect(Set(source.graph.blobs.keys) == [Self.images[0].layers[1].descriptor.digest])
        #expect(source.notes == [] && source.graph.mislabelled == [:])
        #expect(transport.requests.count == 2)
    }

    /// Content-Type may be anything that does not contradict the content.
    @Test(
        arguments: [
            ("", nil), ("application/json", nil), ("text/plain; charset=utf-8", nil),
            ("application/vnd.oci.image.index.v1+json; charset=utf-8", nil),
            (MediaType.ociManifest.rawValue, "document \(index.digest) mediaTypeMismatch"),
            (MediaType.dockerList.rawValue, "document \(index.digest) mediaTypeMismatch"),
            (MediaType.dockerSchema1Signed.rawValue, "schema 1"),
        ] as [(String, String?)])
    func theContentDeterminesTheMediaType(_ type: String, _ expected: String?) throws {
        var registry = Self.registry
        registry.wrong["manifests/1"] = .init(200, type.isEmpty ? [] : [("Content-Type", type)], Self.index.bytes)
        #expect(Opening.failure { _ = try Self.open(":1", registry.transport) } == expected)
    }

    static let damaged = Array(String(decoding: images[0].manifest.bytes, as: UTF8.self).replacing("2", with: "3").utf8)

    @Test(
        arguments: [
            ("no such tag", ":2", [:], "no registry.example/app:2"),
            (
                "another manifest", ":1", ["manifests/\(images[0].manifest.digest)": .init(200, [], damaged)],
                "registry wrongDigest"
            ),
            (
                "another config", ":1",
                ["blobs/\(images[0].config.digest)": .init(200, [], Array(repeating: 32, count: 900))],
                "digest of \(images[0].config.digest)"
            ),
            (
                "a config cut off", ":1",
                ["blobs/\(images[0].config.digest)": .init(200, [("Content-Length", "1")], "{")], "io truncated"
            ),
            ("schema 1", ":1", ["manifests/1": .init(200, [], #"{"schemaVersion":1,"fsLayers":[]}"#)], "schema 1"),
            (
                "no image document", ":1", ["manifests/1": .init(200, [], "{}")],
                "document sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a absentMember"
            ),
            (
                "no JSON", ":1",
                ["manifests/1": .init(200, [("Content-Type", "application/vnd.oci.image.manifest.v1+json")], "<html>")],
                "document \(Digest(of: Array("<html>".utf8))) notJSON"
            ),
            (
                "two kinds at once", ":1", ["manifests/1": .init(200, [], #"{"manifests":[],"layers":[]}"#)],
                "document \(Digest(of: Array(#"{"manifests":[],"layers":[]}"#.utf8))) ambiguous"
            ),
            (
                "too large", ":1", ["manifests/1": .init(200, [], String(repeating: " ", count: 5 << 20))],
                "too large registry.example/app:1"
            ),
            (
                "another digest than it says", ":1",
                [
                    "manifests/1": .init(
                        200, [("Docker-Content-Digest", "sha256:\(String(repeating: "0", count: 64))")], "{}")
                ], "registry wrongDigest"
            ),
            ("an internal error", ":1", ["manifests/1": .init(501)], "registry refused"),
        ] as [(String, String, [String: ScriptedTransport.Answer], String)])
    func refusesUnusableImages(
        _ why: String, _ suffix: String, _ wrong: [String: ScriptedTransport.Answer], _ expected: String
    ) {
        var registry = Self.registry
        registry.wrong = wrong
        #expect(Opening.failure { _ = try Self.open(suffix, registry.transport) } == expected, "\(why)")
    }

    @Test func absentContentIsNoted() throws {
        var registry = Self.registry
        registry.manifests[Self.images[1].manifest.digest] = nil
        registry.blobs[Self.images[2].config.digest] = nil
        let source = try Self.open(":1", registry.transport)
        let platform = Platform(os: "linux", architecture: "arm64")
        #expect(
            source.notes == [
                .absent(Self.images[1].manifest.digest, .ociManifest, platform),
                .absent(Self.images[2].config.digest, .ociConfig, nil),
            ])
    }

    /// A stated size is checked before the request.
    @Test func aDocumentThatClaimsToBeTooLargeIsNotRequested() throws {
        var entry = Self.images[0].entry("linux/amd64")
        entry.size = 5 << 20
        let transport = SampleRegistry(Self.images, tags: ["1": SampleImage.index([entry])]).transport
        let expected = "too large \(Self.images[0].manifest.digest)"
        #expect(Opening.failure { _ = try Self.open(":1", transport) } == expected)
        #expect(SampleRegistry.paths(transport) == ["manifests/1"])
    }

    @Test func manyChildrenAreReadConcurrently() throws {
        let images = (0..<40).map { SampleImage("linux/amd64", content: ["\($0)"]) }
        let index = SampleImage.index(images.map { $0.entry("linux/amd64") })
        let transport = SampleRegistry(images, tags: ["1": index]).transport
        let source = try Self.open(":1", transport)
        #expect(source.graph.documents.count == 41 + Set(images.map(\.config.digest)).count)
        #expect(transport.requests.count == 1 + 80)
    }

    /// Requests the images that the index lists for the platform. If the index states no platforms, or wrong ones, all
    /// are requested.
    @Test func onePlatformNeedsOneImage() throws {
        let reference = try SourceReference(parsing: "docker://\(SampleRegistry.repository):1")
        let platform = Platform(os: "linux", architecture: "arm64")
        func asked(_ index: Document) throws -> [String] {
            let transport = SampleRegistry(Self.images, tags: ["1": index]).transport
            _ = try Source.open(reference, transport.access, OpeningPolicy(extent: .init(platform)))
            return SampleRegistry.paths(transport)
        }
        let image = Self.images[1]
        #expect(
            try asked(Self.index)
                == ["manifests/1", "manifests/\(image.manifest.digest)", "blobs/\(image.config.digest)"])
        let all =
            ["manifests/1"]
            + Self.images.flatMap {
                ["manifests/\($0.manifest.digest)", "blobs/\($0.config.digest)"]
            }
        let silent = SampleImage.index(Self.images.map { $0.entry() })
        #expect(try asked(silent).sorted() == all.sorted())
        let wrong = SampleImage.index(
            zip(Self.images, ["linux/arm64", "linux/amd64", "linux/s390x"]).map { $0.entry($1) })
        #expect(try asked(wrong).sorted() == all.sorted())
    }

    @Test func theTopDocumentAloneNeedsOneRequest() throws {
        let reference = try SourceReference(parsing: "docker://\(SampleRegistry.repository):1")
        let transport = Self.registry.transport
        let source = try Source.open(reference, transport.access, OpeningPolicy(extent: .top))
        #expect(SampleRegistry.paths(transport) == ["manifests/1"])
        #expect(Opening.digests(source) == [Self.index.digest])
        #expect(Opening.labels(source) == ["registry.example/app:1"])
        #expect(source.graph.documents.keys.sorted() == [Self.index.digest])
    }

    /// Referrers are found by the referrers tag and by cosign's tag in a registry without the referrers API. Each
    /// document is requested once.
    @Test func referrersAreRequestedOnce() throws {
        let image = Self.images[0]
        let list = SampleImage.index([image.entry("linux/amd64")])
        let (signature, sbom) = (SampleImage(nil, content: ["signature"]), SampleImage(nil, content: ["sbom"]))
        let tag = CosignTag(image.manifest.digest, "sig")
        let transport = SampleRegistry(
            [image, signature, sbom],
            tags: [
                "1": list, tag.description: signature.manifest,
                ReferrersTag(image.manifest.digest).description: SampleImage.index([sbom.descriptor]),
            ]
        ).transport
        let reference = try SourceReference(parsing: "docker://\(SampleRegistry.repository):1")
        let source = try Source.open(reference, transport.access, OpeningPolicy(includesReferrers: true))
        #expect(source.graph.cosigned[tag]?.digest == signature.manifest.digest)
        #expect(source.graph.documents[sbom.manifest.digest] != nil)
        let subjects = [list, image.manifest, signature.manifest, sbom.manifest].map(\.digest)
        var expected = [
            "manifests/1", "manifests/\(image.manifest.digest)", "manifests/\(sbom.manifest.digest)",
        ]
        expected += [image, signature, sbom].map { "blobs/\($0.config.digest)" }
        expected += subjects.flatMap { CosignTag.all(of: $0) }.map { "manifests/\($0)" }
        expected += subjects.map { "manifests/\(ReferrersTag($0))" }
        // Once: whether absent tags are hidden from requests without credentials.
        expected.append("/v2/")
        let paths = SampleRegistry.paths(transport)
        #expect(paths.filter { !$0.hasPrefix("referrers/") }.sorted() == expected.sorted())
        #expect(paths.count { $0.hasPrefix("referrers/") } == 1)
    }

    /// A survey collects all defects for verify.
    @Test func aSurveyContinuesAfterDamage() throws {
        var registry = Self.registry
        registry.wrong["manifests/\(Self.images[0].manifest.digest)"] = .init(200, [], Self.damaged)
        registry.wrong["blobs/\(Self.images[1].config.digest)"] = .init(200, [], Array(repeating: 32, count: 900))
        struct NoLook: StreamObserver {
            func pass(
                _ reader: any ByteReader, path: String, name: String, size: Int64
            ) throws(IOFailure) -> any ByteSource { MemoryBytes([], path: path) }
        }
        let survey = try Source.open(
            SourceReference(parsing: "docker://\(SampleRegistry.repository):1"), registry.transport.access,
            OpeningPolicy(streams: .observe(NoLook()), isSurvey: true))
        #expect(survey.defects.map(\.subject) == [Self.images[0].manifest.digest, Self.images[1].config.digest])
        #expect(survey.unused.isEmpty)
        #expect(survey.graph.documents[Self.images[2].manifest.digest] != nil)
    }
}
