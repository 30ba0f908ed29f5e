import Testing

@testable import ImageModel

struct ReferencesTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)
    static let entry = #"{"digest":"\#(digest)","size":3,"mediaType":"t"}"#

    @Test(
        "references are found in content of any media type",
        arguments: [
            (#"{"manifests":[\#(entry)]}"#, "1 0 0"), (#"{"layers":[\#(entry),\#(entry)]}"#, "0 2 0"),
            (#"{"blobs":[\#(entry)],"config":\#(entry)}"#, "0 2 0"), (#"{"subject":\#(entry)}"#, "0 0 1"),
            (#"{"SUBJECT":\#(entry),"Manifests":[{"Digest":"\#(digest)"}]}"#, "1 0 1"),
            (#"{"layers":[{"digest":"\#(digest)","size":-1}, {"digest":"sha256:1"}, 7, null]}"#, "0 1 0"),
            (#"{"config":{"Env":[]},"layers":{},"manifests":null,"subject":"\#(digest)"}"#, "0 0 0"),
            (#"[\#(entry)]"#, "0 0 0"), (#""x""#, "0 0 0"),
        ])
    func found(_ text: String, _ expected: String) throws {
        let content = DigestedBytes(Array(text.utf8))
        let document = try Document(leniently: content, mediaType: MediaType("a/b"))
        guard case .other(let references) = document.view else {
            Issue.record("not read leniently")
            return
        }
        let counts = [references.children.count, references.contents.count, references.subject == nil ? 0 : 1]
        #expect(counts.map(String.init).joined(separator: " ") == expected)
        for found in references.children + references.contents {
            #expect(found.digest.description == Self.digest && found.size >= 0)
        }
    }

    @Test("content that is not JSON is an error", arguments: ["{", #"{"layers":[],"layers":[1]}"#])
    func refuses(_ text: String) {
        #expect(throws: DocumentError.self) { try Document(Array(text.utf8), mediaType: MediaType("a/b")) }
    }
}
