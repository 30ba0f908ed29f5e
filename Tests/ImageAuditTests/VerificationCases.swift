import ByteIO
import ImageAudit
import ImageModel
import TestSupport
import Testing

extension VerificationTests {
    // MARK: - Samples

    static func tar(_ name: String) -> String {
        var tar = TarBuilder()
        tar.add(name, "content of \(name)")
        return String(decoding: tar.finished, as: UTF8.self)
    }

    static let amd64 = SampleImage("linux/amd64", content: [tar("base"), tar("amd64")])
    static let s390x = SampleImage("linux/s390x", content: [tar("base"), tar("s390x")])

    /// A graph whose roots are the entries of `index.json`.
    static func graph(_ entries: [Descriptor], _ images: [SampleImage], _ documents: [Document] = []) -> ImageGraph {
        var graph = ImageGraph()
        for image in images { graph.add(image) }
        for document in documents { graph.insert(document) }
        for (number, entry) in entries.enumerated() {
            graph.root(entry)
            graph.roots[number].place = DescriptorPath([.init("index.json"), .init("manifests", number)])
        }
        return graph
    }

    static func graph(_ image: SampleImage, name: String? = nil, platform: String? = nil) -> ImageGraph {
        graph([image.entry(platform, name: name)], [image])
    }

    static func index(_ entries: [Descriptor], _ images: [SampleImage]) -> ImageGraph {
        let index = SampleImage.index(entries)
        return graph([SampleImage.entry(index)], images, [index])
    }

    static func pair() -> ImageGraph {
        index([amd64.entry("linux/amd64"), s390x.entry("linux/s390x")], [amd64, s390x])
    }

    /// A graph of one image made from text, so that a test can break any part.
    static func image(
        config: String, type: MediaType = .ociConfig, layers: [(type: MediaType, bytes: [UInt8])],
        algorithm: Digest.Algorithm = .sha256
    ) -> ImageGraph {
        let config = Document.sample(Array(config.utf8), mediaType: type)
        let descriptors = layers.map {
            Descriptor(
                mediaType: $0.type, digest: Digest(of: $0.bytes, algorithm: algorithm), size: Int64($0.bytes.count))
        }
        let text: JSONText = .object([
            ("schemaVersion", .integer(2)), ("config", config.descriptor.json),
            ("layers", .array(descriptors.map(\.json))),
        ])
        let manifest = Document.sample(text.bytes, mediaType: .ociManifest)
        var graph = graph([manifest.descriptor], [], [config, manifest])
        for (descriptor, layer) in zip(descriptors, layers) {
            graph.blobs[descriptor.digest] = MemoryBytes(layer.bytes, path: "memory")
        }
        return graph
    }

    static func both(_ one: ImageGraph, _ other: ImageGraph) -> ImageGraph {
        var graph = one
        graph.insertDocuments(of: other)
        graph.blobs.merge(other.blobs) { first, _ in first }
        for root in other.roots {
            var root = root
            root.place = DescriptorPath([.init("index.json"), .init("manifests", graph.roots.count)])
            graph.roots.append(root)
        }
        return graph
    }

    static func config(_ diffIDs: [Digest], platform: String = #""architecture":"amd64","os":"linux","#) -> String {
        let list = diffIDs.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{\#(platform)"rootfs":{"type":"layers","diff_ids":[\#(list)]}}"#
    }

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    static let base = bytes(tar("base"))
    static let app = bytes(tar("app"))
    /// The output of `gzip -n` for empty input.
    static let emptyGzip: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]

    static func without(_ digest: Digest, _ graph: ImageGraph) -> ImageGraph {
        var graph = graph
        graph.remove(digest)
        graph.blobs[digest] = nil
        return graph
    }

    static func with(_ digest: Digest, _ bytes: [UInt8], _ graph: ImageGraph) -> ImageGraph {
        var graph = graph
        graph.blobs[digest] = MemoryBytes(bytes, path: "memory")
        return graph
    }

    static func claiming(_ size: Int64) -> ImageGraph {
        var entry = amd64.entry()
        entry.size = size
        return graph([entry], [amd64])
    }

    /// Replaces the first root document by one with another digest. It parses as before.
    static func damaged(_ graph: ImageGraph) -> ImageGraph {
        var graph = graph
        guard let digest = graph.roots.first?.descriptor.digest, let document = graph.documents[digest] else {
            return graph
        }
        graph.insert(
            .sample(document.bytes + bytes(" "), mediaType: document.mediaType), inPlaceOf: digest)
        return graph
    }

    /// A blob of an unknown media type, with a root for each size.
    static func twice(_ content: [UInt8], sizes: [Int64]) -> ImageGraph {
        let entries = sizes.map {
            Descriptor(mediaType: MediaType("application/x"), digest: Digest(of: content), size: $0)
        }
        return with(Digest(of: content), content, graph(entries, []))
    }

    static func attested(_ subject: String) -> ImageGraph {
        var (image, entry) = SampleImage.attestation(of: amd64)
        entry.annotations["vnd.docker.reference.digest"] = subject
        return index([amd64.entry("linux/amd64"), entry], [amd64, image])
    }

    // MARK: - Cases

    static let layer = amd64.layers[1].descriptor.digest
    static let nested = "index.json → manifests[0] → manifests"

    static let cases: [Case] = presence + contents + claims + unused

    static let presence: [Case] = [
        Case("a sound image", AuditSubject(graph: graph(amd64, name: "demo/app:1.0")), []),
        Case("a sound index", AuditSubject(graph: pair()), []),
        Case(
            "a layer is missing", AuditSubject(graph: without(layer, graph(amd64))),
            ["error missing index.json → manifests[0] → layers[1]"]),
        Case(
            "a config is missing", AuditSubject(graph: without(amd64.config.digest, graph(amd64))),
            ["error missing index.json → manifests[0] → config"]),
        Case(
            "a manifest that index.json lists is missing",
            AuditSubject(graph: without(amd64.manifest.digest, graph(amd64))),
            ["error missing index.json → manifests[0]"]),
        Case(
            "a platform was not pulled", AuditSubject(graph: without(s390x.manifest.digest, pair())),
            ["note absentChild \(nested)[1]"]),
        Case(
            "no platform was pulled",
            AuditSubject(graph: without(amd64.manifest.digest, without(s390x.manifest.digest, pair()))),
            [
                "error nothingPresent index.json → manifests[0]", "note absentChild \(nested)[0]",
                "note absentChild \(nested)[1]",
            ]),
        Case(
            "a platform that was not pulled and is an image of its own",
            AuditSubject(
                graph: without(
                    s390x.manifest.digest,
                    both(pair(), graph(s390x)))),
            ["error missing index.json → manifests[1]"]),
        Case(
            "a damaged index lists the missing manifest of a later root first",
            AuditSubject(
                graph: without(s390x.manifest.digest, both(damaged(pair()), graph(s390x))),
                told: Set(pair().roots.map(\.descriptor.digest))),
            ["error missing index.json → manifests[1]"]),
        Case(
            "one descriptor makes it an attestation, another an image, and a layer is missing",
            AuditSubject(
                graph: without(
                    SampleImage.attestation(of: amd64).image.layers[0].descriptor.digest,
                    both(
                        attested(amd64.manifest.digest.description), graph(SampleImage.attestation(of: amd64).image)))),
            ["error missing index.json → manifests[1] → layers[0]"]),
        Case(
            "a foreign layer is not stored",
            AuditSubject(
                graph: without(
                    Digest(of: base),
                    image(config: config([Digest(of: base)]), layers: [(.dockerForeignLayerGzip, base)])
                )), ["note foreign index.json → manifests[0] → layers[0]"]),
        Case(
            "the content of an attestation was not pulled",
            AuditSubject(
                graph: without(
                    SampleImage.attestation(of: amd64).image.layers[0].descriptor.digest,
                    attested(amd64.manifest.digest.description))),
            ["note absentAttestation \(nested)[1] → layers[0]"]),
        Case(
            "content behind the damage of an archive is not reported as missing",
            AuditSubject(graph: without(layer, without(amd64.config.digest, graph(amd64))), isCutOff: true),
            ["note unreached"]),
        Case(
            "a problem that the source reported is not reported again",
            AuditSubject(graph: without(layer, graph(amd64)), told: [layer]), []),
    ]

    static let claims: [Case] = [
        Case(
            "a config without architecture",
            AuditSubject(
                graph: image(
                    config: config([Digest(of: base)], platform: #""os":"linux","#), layers: [(.ociLayer, base)])),
            ["error platformMissing index.json → manifests[0]"]),
        Case(
            "index and config disagree", AuditSubject(graph: graph(amd64, platform: "linux/s390x")),
            ["error platformDisagrees index.json → manifests[0]"]),
        Case(
            "one index states the right platform and the next does not",
            AuditSubject(
                graph: both(index([amd64.entry("linux/amd64")], [amd64]), index([amd64.entry("linux/s390x")], [amd64]))),
            ["error platformDisagrees index.json → manifests[1] → manifests[0]"]),
        Case(
            "index and config state another build of Windows", windows("10.0.17763.2", index: "10.0.20348.1"),
            ["error platformDisagrees index.json → manifests[0]"]),
        Case(
            "index and config state another major version of Windows", windows("10.0.17763.2", index: "11.0.17763.2"),
            ["error platformDisagrees index.json → manifests[0]"]),
        Case("Windows hosts accept another revision", windows("10.0.17763.2", index: "10.0.17763.1577"), []),
        Case("a version of Windows without a revision", windows("10.0.17763.2", index: "10.0.17763"), []),
        Case("only the index states a version of Windows", windows(nil, index: "10.0.17763.1"), []),
        Case("only the config states a version of Windows", windows("10.0.17763.1", index: nil), []),
        Case(
            "versions of another system are not compared", windows("14.1", index: "13.2", os: "freebsd"), []),
        Case("v8 and none are one platform", AuditSubject(graph: graph(arm64, platform: "linux/arm64/v8")), []),
        Case(
            "one platform twice",
            AuditSubject(
                graph: index(
                    [amd64.entry("linux/amd64"), other.entry("linux/amd64")], [amd64, other])),
            ["error duplicatePlatform \(nested)[1]"]),
        Case(
            "listing one image twice is no error",
            AuditSubject(graph: index([amd64.entry("linux/amd64"), amd64.entry("linux/amd64")], [amd64])), []),
        Case(
            "an attestation of another image in the index",
            AuditSubject(graph: attested(amd64.manifest.digest.description)), []),
        Case(
            "an attestation of an absent subject", AuditSubject(graph: attested("\(Digest(of: []))")),
            ["error danglingAttestation \(nested)[1]"]),
        Case(
            "an invalid name",
            AuditSubject(
                graph: graph([amd64.entry(more: ["org.opencontainers.image.ref.name": "Not A Name"])], [amd64])),
            ["error invalidName index.json → manifests[0]"]),
        Case(
            "one name of two images",
            AuditSubject(graph: graph([amd64.entry(name: "1.0"), s390x.entry(name: "1.0")], [amd64, s390x])),
            ["error ambiguousName index.json → manifests[1]"]),
        Case(
            "two tags of one image",
            AuditSubject(graph: graph([amd64.entry(name: "1.0"), amd64.entry(name: "latest")], [amd64])), []),
        Case(
            "several errors, each with its path",
            AuditSubject(
                graph: with(
                    layer, [1],
                    without(
                        s390x.layers[1].descriptor.digest,
                        graph(
                            [amd64.entry("linux/arm64", name: "x"), s390x.entry(name: "x")], [amd64, s390x])))),
            [
                "error platformDisagrees index.json → manifests[0]",
                "error size index.json → manifests[0] → layers[1]", "error ambiguousName index.json → manifests[1]",
                "error missing index.json → manifests[1] → layers[1]",
            ]),
    ]

    /// An image with this os.version in its config, and another one in its descriptor.
    static func windows(_ config: String?, index: String?, os: String = "windows") -> AuditSubject {
        let image = SampleImage("\(os)/amd64", content: [tar(os)], version: config)
        return AuditSubject(graph: graph([image.entry("\(os)/amd64", version: index)], [image]))
    }

    static let arm64 = SampleImage("linux/arm64", content: [tar("arm64")])
    static let other = SampleImage("linux/amd64", content: [tar("other")])

    static func orphan(_ content: String, stated: Digest?, name: String = "blobs/x") -> AuditSubject.UnusedFile {
        .init(name: name, source: MemoryBytes(bytes(content), path: "memory"), stated: stated)
    }

    static let unused: [Case] = [
        Case(
            "an unreferenced blob",
            AuditSubject(graph: graph(amd64), unused: [orphan("a", stated: Digest(of: bytes("a")))]), ["note orphans"]),
        Case(
            "a file whose content does not match the digest in its name",
            AuditSubject(graph: graph(amd64), unused: [orphan("a", stated: Digest(of: bytes("b")))]),
            ["note orphans", "error digest blobs/x"]),
        Case(
            "two files named after one digest, of which one is right",
            AuditSubject(
                graph: graph(amd64),
                unused: [
                    orphan("a", stated: Digest(of: bytes("a")), name: "x"),
                    orphan("b", stated: Digest(of: bytes("a")), name: "y"),
                    orphan("a", stated: Digest(of: bytes("a")), name: "z"),
                ]), ["note orphans", "error digest y"]),
        Case(
            "a damaged second file for content that is in use",
            AuditSubject(graph: graph(amd64), unused: [orphan("a", stated: layer)]),
            ["note orphans", "error digest blobs/x"]),
        Case(
            "a file that is no blob", AuditSubject(graph: graph(amd64), unused: [orphan("a", stated: nil)]),
            ["note extras"]),
        Case(
            "unreadable documents hide which files are needed",
            AuditSubject(
                graph: graph(amd64),
                unused: [orphan("a", stated: nil), orphan("b", stated: Digest(of: bytes("a")))], hidesContent: true),
            ["error digest blobs/x"]),
    ]
}

extension ImageContents {
    /// An image of these layers, the lowest first. `sources` are read instead of them if given.
    static func sample(
        config: [UInt8], layers: [[UInt8]], sources: [any ByteSource]? = nil
    ) throws -> ImageContents {
        var graph = VerificationTests.image(
            config: String(decoding: config, as: UTF8.self), layers: layers.map { (.ociLayer, $0) })
        for (layer, source) in zip(layers, sources ?? []) { graph.blobs[Digest(of: layer)] = source }
        return try #require(ImageContents(graph.roots[0].descriptor.digest, in: graph))
    }
}
