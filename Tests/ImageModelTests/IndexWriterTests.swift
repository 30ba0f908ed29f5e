import Testing

@testable import ImageModel

@Suite("bytes of indexes")
struct IndexWriterTests {
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("a new index has its entries in their order")
    func new() {
        #expect(
            Self.text(IndexWriter.bytes(of: [Array("{}".utf8), Array("[]".utf8)], mediaType: .dockerList))
                == #"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{},[]]}"#
        )
    }

    @Test("a changed index keeps all other bytes")
    func changed() throws {
        let index = Array(#"{ "x" : 1.0, "manifests" : [ {"a":1}, {"b": 2} ] }"#.utf8)
        let changed = try IndexWriter.edited(index, removing: [0], appending: [Array(#"{"c":3}"#.utf8)]).bytes
        let text = Self.text(changed)
        #expect(text.hasPrefix(#"{ "x" : 1.0, "manifests" : ["#))
        #expect(text.contains(#"{"b": 2}"#) && text.contains(#"{"c":3}"#) && !text.contains(#""a""#))
        #expect(Self.text(try IndexWriter.edited(index).bytes) == Self.text(index))
    }

    @Test("roots are distinguished by digest and name")
    func distinct() {
        let descriptors = ["1", "2"].map {
            Descriptor(mediaType: .ociIndex, digest: Digest(of: Array($0.utf8)), size: 1)
        }
        let entries = [(0, "a"), (0, "b"), (1, "a"), (0, "a"), (1, nil), (1, nil)].map { number, name in
            RootEntry(
                descriptor: descriptors[number], json: [], label: name.map(ImageLabel.plain), isNamedHere: true)
        }
        #expect(RootEntry.distinct(entries).count == 4)
    }
}
