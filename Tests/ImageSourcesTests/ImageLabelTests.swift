import ByteIO
import ImageModel
import TestSupport
import Testing

/// Parsing and matching the names of images.
struct ImageLabelTests {
    @Test(
        arguments: [
            (
                "the tag of ref.name comes first",
                [ImageLabel.containerdKey: "docker.io/a/b:1", ImageLabel.referenceKey: "2"], "docker.io/a/b:2"
            ),
            (
                "a broken one of containerd's is no name",
                [ImageLabel.containerdKey: "A B", ImageLabel.referenceKey: "2"], "2"
            ),
            ("a slash makes a full name", [ImageLabel.referenceKey: "a/b"], "docker.io/a/b:latest"),
            ("a colon makes a full name", [ImageLabel.referenceKey: "a:1"], "docker.io/library/a:1"),
            ("other text is a tag", [ImageLabel.referenceKey: "1.0"], "1.0"),
            ("an invalid full name is a plain label", [ImageLabel.referenceKey: "a:b:c:d"], "a:b:c:d"),
            ("an empty annotation gives no label", [ImageLabel.referenceKey: ""], nil),
            ("no annotations", [:], nil), ("another annotation", ["x": "y"], nil),
        ] as [(String, [String: String], String?)])
    func readsAnnotations(_ why: String, _ annotations: [String: String], _ expected: String?) {
        #expect(ImageLabel(annotations: annotations)?.description == expected)
    }

    @Test(arguments: ["docker.io/a/b:1", "localhost/x:2", "1.0", "host:5000/x:latest"])
    func annotationsAreParsedAsTheSameLabel(_ text: String) {
        let label = ImageLabel(reference: text)
        #expect(ImageLabel(annotations: label.annotations) == label)
    }

    @Test(
        arguments: [
            ("docker.io/library/app:1.0", "app:1.0", 0), ("docker.io/library/app:1.0", "docker.io/library/app:1.0", 0),
            ("docker.io/library/app:latest", "app", 0), ("docker.io/library/app:1.0", "index.docker.io/app:1.0", 0),
            ("localhost/app:1.0", "app:1.0", 1), ("localhost/app:1.0", "localhost/app:1.0", 0),
            ("localhost/app:latest", "app", 1),
            ("docker.io/library/app:1.0", "1.0", 2), ("quay.io/app:1.0", "app:1.0", nil),
            ("docker.io/library/app:1.0", "app:2.0", nil),
            ("docker.io/library/app:1.0", "App:1.0", nil), ("1.0", "1.0", 0), ("1.0", "app:1.0", nil),
            ("docker.io/library/app:app", "app", 2),
        ] as [(String, String, Int?)])
    func ranksMatches(_ name: String, _ typed: String, _ expected: Int?) {
        #expect(ImageLabel(reference: name).rank(matching: typed) == expected)
    }

    @Test func aDocumentKeepsItsBytes() {
        let bytes = Array(#"{ "a": 1 }"#.utf8)
        let document = Document.sample(bytes, mediaType: .ociConfig)
        #expect(document.bytes == bytes)
        #expect(document.descriptor == Descriptor(mediaType: .ociConfig, digest: Digest(of: bytes), size: 10))
        #expect(Digest(of: []).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Document.sample(bytes, mediaType: .ociConfig, algorithm: .sha512).digest.description.hasPrefix("sha512:"))
        #expect(Document.sample(bytes, mediaType: .ociConfig, algorithm: .sha512).digest.hex.count == 128)
    }

    @Test func aBrokenManifestIsAnError() throws {
        #expect(throws: DocumentError.absentMember("config")) {
            try Document(Array("{}".utf8), mediaType: .ociManifest)
        }
    }

    @Test func aGraphFindsDocumentsByKind() {
        var graph = ImageGraph()
        #expect(graph.manifest(Digest(of: [1])) == nil)
        #expect(graph.config(Digest(of: [1])) == nil)
        let index = SampleImage.index([])
        graph.insert(index)
        #expect(graph.manifest(index.digest) == nil)
        #expect(graph.index(index.digest)?.manifests.isEmpty == true)
        #expect(graph.indexes.map(\.digest) == [index.digest])
        #expect(graph.manifests.isEmpty)
    }
}
