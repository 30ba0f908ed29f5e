import TestSupport
import Testing

@testable import ImageModel

struct DocumentLinksTests {
    static func entry(_ letter: Character, _ type: MediaType = MediaType("t")) -> String {
        #"{"mediaType":"\#(type)","digest":"sha256:\#(String(repeating: letter, count: 64))","size":1}"#
    }

    static let index =
        #"{"manifests":[\#(entry("a")), \#(entry("b"))],"subject":\#(entry("c")),"blobs":[\#(entry("d"))]}"#
    static let manifest = """
        {"layers":[\(entry("b")),\(entry("c"))],"config":\(entry("a", .ociConfig)),"Blobs":[\(entry("d"))],\
        "subject":\(entry("e"))}
        """
    static let config = #"{"os":"linux","architecture":"amd64","layers":[\#(entry("a"))]}"#
    static let other = #"{"Manifests":[\#(entry("a"))],"config":\#(entry("b")),"SUBJECT":\#(entry("c"))}"#

    static func links(_ text: String, _ type: MediaType, _ kinds: LinkKinds) throws -> [String] {
        try Document(Array(text.utf8), mediaType: type).links(kinds).map { link in
            "\(link.role)\(link.number.map(String.init) ?? "") \(link.descriptor.digest.hex.prefix(1))"
        }
    }

    @Test(
        "a document gives the descriptors of the wanted kinds",
        arguments: [
            (index, .ociIndex, .children, ["child0 a", "child1 b"]),
            (index, .ociIndex, .image, ["child0 a", "child1 b"]),
            (index, .ociIndex, [.subject, .lenient], ["content0 d", "subject c"]),
            (manifest, .ociManifest, .image, ["config a", "layer0 b", "layer1 c"]),
            (manifest, .ociManifest, .children, []),
            (manifest, .ociManifest, [.config, .subject], ["config a", "subject e"]),
            (manifest, .ociManifest, .lenient, ["content0 d"]),
            (config, .ociConfig, .image, []),
            (config, .ociConfig, .lenient, ["content0 a"]),
            (other, MediaType("x/y"), .image, []),
            (other, MediaType("x/y"), .everything, ["child0 a", "content0 b", "subject c"]),
        ] as [(String, MediaType, LinkKinds, [String])])
    func links(_ text: String, _ type: MediaType, _ kinds: LinkKinds, _ expected: [String]) throws {
        #expect(try Self.links(text, type, kinds) == expected)
    }

    @Test("the children of an index share its bytes")
    func json() throws {
        let document = try Document(Array(Self.index.utf8), mediaType: .ociIndex)
        let texts = document.links(.children).map { $0.json.map { String(decoding: $0, as: UTF8.self) } }
        #expect(texts == [Self.entry("a"), Self.entry("b")])
        #expect(document.links(.children).first?.json?.startIndex == #"{"manifests":["#.utf8.count)
    }

    @Test("a malformed subject of an index is ignored, as readers of earlier versions do")
    func malformedSubject() throws {
        let index = try Document(index: DigestedBytes(Array(#"{"manifests":[],"subject":1}"#.utf8)))
        #expect(index.subject == nil)
    }

    @Test("content without a media type is recognised by its members")
    func recognised() throws {
        func document(_ text: String, _ type: MediaType? = nil) throws -> Document? {
            try RecognisedContent(DigestedBytes(Array(text.utf8))).document(expecting: type)
        }
        #expect(try document(Self.index)?.mediaType == .ociIndex)
        #expect(try document(Self.manifest, .dockerManifest)?.mediaType == .dockerManifest)
        let config = #"{"os":"linux","architecture":"amd64"}"#
        #expect(try document(config) == nil)
        #expect(throws: DocumentError.self) { try document(Self.index, .ociManifest) }
        #expect(throws: DocumentError.schema1) {
            try RecognisedContent(DigestedBytes(Array(#"{"schemaVersion":1}"#.utf8))).image()
        }
        #expect(throws: DocumentError.absentMember("layers")) {
            try RecognisedContent(DigestedBytes(Array(config.utf8))).image()
        }
    }

    @Test("a damaged document replaces the original in the graph")
    func damaged() throws {
        var graph = ImageGraph()
        let image = SampleImage("linux/amd64")
        graph.add(image)
        graph.insert(.sample(image.manifest.bytes + [0x20], mediaType: .ociManifest), inPlaceOf: image.manifest.digest)
        #expect(graph.documents[image.manifest.digest]?.digest != image.manifest.digest)
        #expect(graph.manifest(image.manifest.digest)?.layers.count == 1)
        #expect(graph.manifests.map(\.digest) == [image.manifest.digest])
        #expect(graph.configs.map(\.digest) == [image.config.digest])
        graph.remove(image.manifest.digest)
        #expect(graph.manifests.isEmpty)
    }
}
