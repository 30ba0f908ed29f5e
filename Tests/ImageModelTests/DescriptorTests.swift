import Testing

@testable import ImageModel

struct DescriptorTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)

    static func read(_ members: String) throws -> Descriptor {
        try Descriptor(json: JSONDocument(parsing: Array("{\(members)}".utf8)).root, at: "config")
    }

    @Test func readsAndWritesEveryMember() throws {
        let text = """
            {"mediaType":"application/x","digest":"\(Self.digest)","size":7,"urls":["https://a"],\
            "annotations":{"a":"1","b":"2"},"platform":{"architecture":"arm","os":"linux","variant":"v7"},\
            "artifactType":"application/y"}
            """
        let descriptor = try Descriptor(json: JSONDocument(parsing: Array(text.utf8)).root)
        #expect(descriptor.mediaType.rawValue == "application/x")
        #expect(descriptor.digest.description == Self.digest)
        #expect(descriptor.size == 7)
        #expect(descriptor.urls == ["https://a"])
        #expect(descriptor.annotations == ["a": "1", "b": "2"])
        #expect(descriptor.platform == Platform(os: "linux", architecture: "arm", variant: "v7"))
        #expect(descriptor.artifactType == "application/y")
        #expect(!descriptor.hasEmbeddedData)
        #expect(String(decoding: descriptor.json.bytes, as: UTF8.self) == text)
    }

    @Test func acceptsAbsentMembers() throws {
        let descriptor = try Self.read(
            #""digest":"\#(Self.digest)","size":0,"annotations":null,"urls":null,"platform":{"os":"","architecture":""}"#
        )
        #expect(
            descriptor == Descriptor(mediaType: MediaType(""), digest: try Digest(parsing: Self.digest), size: 0))
        #expect(
            String(decoding: descriptor.json.bytes, as: UTF8.self)
                == #"{"mediaType":"","digest":"\#(Self.digest)","size":0}"#)
        #expect(try Self.read(#""digest":"\#(Self.digest)","size":9007199254740992"#).size == 9_007_199_254_740_992)
    }

    @Test func embeddedDataIsTheContent() throws {
        let digest = Digest(of: Array("{}".utf8))
        #expect(try Self.read(#""digest":"\#(digest)","size":2,"data":"e30=""#).hasEmbeddedData)
        let expected = DocumentError.member("config.data", expected: "the content of \(digest) in base64")
        for (size, data) in [(2, "e31="), (2, "e30"), (3, "e30="), (2, "")] {
            #expect(throws: expected) { try Self.read(#""digest":"\#(digest)","size":\#(size),"data":"\#(data)""#) }
        }
    }

    @Test(
        arguments: [
            ("no digest", #""size":1"#, .absentMember("config.digest")),
            ("a digest that is no string", #""digest":1,"size":1"#, .member("config.digest", expected: "a digest")),
            ("a malformed digest", #""digest":"sha256:../x","size":1"#, .malformedDigest("sha256:../x")),
            ("no size", #""digest":"\#(digest)""#, .absentMember("config.size")),
            ("a negative size", #""digest":"\#(digest)","size":-1"#, size),
            ("a fraction", #""digest":"\#(digest)","size":1.0"#, size),
            ("a size that no double keeps", #""digest":"\#(digest)","size":9007199254740993"#, size),
            ("a media type that is no string", #"\#(good),"mediaType":[]"#, member("mediaType", "a string")),
            ("a URL that is no string", #"\#(good),"urls":["a",1]"#, member("urls[1]", "a string")),
            ("URLs that are no array", #"\#(good),"urls":"a""#, member("urls", "an array")),
            ("annotations that are no object", #"\#(good),"annotations":[]"#, member("annotations", "an object")),
            (
                "an annotation that is no string", #"\#(good),"annotations":{"k":1}"#,
                member("annotations.k", "a string")
            ),
            ("a platform that is no object", #"\#(good),"platform":"x""#, member("platform", "an object")),
            ("a system that is no string", #"\#(good),"platform":{"os":1}"#, member("platform.os", "a string")),
            ("a digest that Go would also read", #"\#(good),"Digest":"x""#, .ambiguous),
            ("a size that Go would also read", "\(good),\"\u{17F}ize\":2", .ambiguous),
        ] as [(String, String, DocumentError)])
    func refuses(_ why: String, _ members: String, _ error: DocumentError) {
        #expect(throws: error, "\(why)") { try Self.read(members) }
    }

    @Test func refusesOtherValuesThanObjects() throws {
        let root = try JSONDocument(parsing: Array("[]".utf8)).root
        #expect(throws: DocumentError.notAnObject) { try Descriptor(json: root) }
        #expect(throws: DocumentError.member("layers[2]", expected: "an object")) {
            try Descriptor(json: root, at: "layers[2]")
        }
    }

    static let good = #""digest":"\#(digest)","size":1"#
    static let size = DocumentError.member("config.size", expected: "an integer from 0 to 2^53")

    static func member(_ path: String, _ expected: String) -> DocumentError {
        .member("config." + path, expected: expected)
    }
}
