import ImageModel
import Testing

@testable import ImageSources

/// Only the bytes of references change in a list.
struct ReferenceEditsTests {
    private func edited(_ text: String, to reference: String = "r.example/new:1") throws -> String {
        let list = try ImageList(path: "l", Array(text.utf8))
        let replacement = try #require(RegistryReference(parsing: reference))
        let bytes = list.replacingReferences { $0.source.contains("keep") ? nil : replacement }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(
        arguments: [
            ("a plain scalar", "kind: X\nimage: a # b\n", "kind: X\nimage: r.example/new:1 # b\n"),
            (
                "quotes", "kind: X\na: {image: 'b'}\nimage: \"c\"",
                "kind: X\na: {image: 'r.example/new:1'}\nimage: \"r.example/new:1\""
            ),
            (
                "a kept reference", "kind: X\na: {image: keep}\nimage: b",
                "kind: X\na: {image: keep}\nimage: r.example/new:1"
            ),
            (
                "characters of several bytes", "# é名😀\nkind: X # é\nimage: a # 😀\n",
                "# é名😀\nkind: X # é\nimage: r.example/new:1 # 😀\n"
            ),
            (
                "a byte order mark and CRLF", "\u{FEFF}kind: X\r\nimage: a\r\n",
                "\u{FEFF}kind: X\r\nimage: r.example/new:1\r\n"
            ),
            ("a block", "kind: X\nimage: >-\n    a\nb: c", "kind: X\nimage: >-\n    r.example/new:1\nb: c"),
            ("escapes", "kind: X\nimage: \"\\x61\"", "kind: X\nimage: \"r.example/new:1\""),
            (
                "an alias", "kind: X\na: &b c\nimage: *b\nd: {image: *b}",
                "kind: X\na: &b r.example/new:1\nimage: *b\nd: {image: *b}"
            ),
            ("JSON", "{\"kind\":1,\"image\":\"a\"}", "{\"kind\":1,\"image\":\"r.example/new:1\"}"),
            (
                "documents that do not count", "image: a\n---\nkind: X\nimage: b\n",
                "image: a\n---\nkind: X\nimage: r.example/new:1\n"
            ),
            (
                "a plain list", "# é\na:1 b:2 # c\n\ndocker://d\t\r\n./e.tar\nf=arm64",
                "# é\nr.example/new:1 b:2 # c\n\ndocker://r.example/new:1\t\r\n./e.tar\nr.example/new:1=arm64"
            ),
        ])
    func edits(_ why: String, _ text: String, _ expected: String) throws {
        #expect(try edited(text) == expected, "\(why)")
    }

    @Test func anAddressInBracketsGetsQuotes() throws {
        let yaml = "kind: X\na: {image: b, c: 'd'}\nimage: 'e'"
        #expect(
            try edited(yaml, to: "[::1]:5000/f:1")
                == "kind: X\na: {image: \"[::1]:5000/f:1\", c: 'd'}\nimage: '[::1]:5000/f:1'")
    }
}
