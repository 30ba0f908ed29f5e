import TestSupport
import Testing

@testable import ByteIO

/// Scalars under one key are found in streams of any form, with their lines and the exact bytes that spell them.
struct YAMLKeySearchTests {
    private static func search(_ bytes: [UInt8]) throws -> YAMLKeySearch {
        try YAMLKeySearch(for: "image", orBelow: "reference", inDocumentsWith: ["kind", "services"], of: bytes)
    }

    /// Line and text of each value. The bytes must spell the same text.
    private static func found(_ yaml: String) throws -> [String] {
        let bytes = Array(yaml.utf8)
        return try search(bytes).values.map { value in
            #expect(String(decoding: bytes[value.bytes], as: UTF8.self) == value.text)
            return "\(value.line) \(value.text)"
        }
    }

    @Test(
        arguments: [
            ("a mapping", "kind: X\nimage: a\n", ["2 a"]), ("no mark", "image: a\n", []),
            ("the mark at the end", "image: a\nkind: X", ["1 a"]),
            ("the mark below the top", "a: {kind: X}\nimage: a\n", []),
            ("the mark as a value", "a: kind\nimage: a\n", []), ("a list at the top", "- kind: X\n  image: a\n", []),
            ("a scalar", "kind", []), ("nothing", "", []),
            ("another key", "kind: X\nimages: a\nIMAGE: b\nimage : c", ["4 c"]),
            (
                "several documents", "kind: X\nimage: a\n---\nimage: b\n---\n# c\nservices:\n  image: d\n...\n",
                ["2 a", "8 d"]
            ),
            ("lists of lists", "kind: X\na: [[{image: b}], {image: c}]\n", ["2 b", "2 c"]),
            ("a mapping under the key", "kind: X\nimage: {image: a, name: b}\n", ["2 a"]),
            ("a list under the key", "kind: X\nimage: [a, {image: b}]\n", ["2 b"]),
            ("a key twice", "kind: X\nimage: a\nimage: b\n", ["2 a", "3 b"]),
            ("a mapping as a key", "kind: X\n? {image: a}\n: {image: b}\n", ["2 a", "3 b"]),
            ("a quoted key", "\"kind\": X\n'image': a\n", ["2 a"]),
            ("an alias as a key", "kind: &k image\n*k : a\n", ["2 a"]),
            ("both quotes", "kind: X\na: {image: 'b'}\nimage: \"c\"\n", ["2 b", "3 c"]),
            ("a value in the next line", "kind: X\nimage:\n  # b\n  a\n", ["4 a"]),
            ("a folded block", "kind: X\nimage: >- # a\n  a\n\nb: c\n", ["3 a"]),
            ("a literal block at the end", "kind: X\nimage: |-\n  a", ["3 a"]),
            ("a tag and an anchor", "kind: X\nimage: !!str &a 'a'\n", ["2 a"]),
            ("an anchor before a line", "kind: X\nimage: &a\n  a\n", ["3 a"]),
            ("an alias", "kind: &a X\nb: &b c\nimage: *b\nd: {image: *b}\ne: {image: *a}", ["1 X", "2 c"]),
            ("an anchor under the key", "kind: X\na: {image: &b c}\nimage: *b", ["2 c"]),
            ("an anchor again", "kind: X\na: &b c\nimage: *b\nd: &b e\nf: {image: *b}", ["2 c", "4 e"]),
            ("an alias of a mapping", "kind: X\na: &b {image: c}\nd: *b\nimage: *b\ne: {<<: *b}", ["2 c"]),
            ("an anchor of another document", "kind: X\na: &b c\n---\nkind: X\nimage: *b\n", []),
            ("text of YAML in a block", "kind: X\ndata:\n  x: |\n    kind: X\n    image: a\n", []),
            (
                "characters of several bytes", "# é€😀\nkind: X # é\nnäme: 名前\nimage: a # 😀\nb: {'é': 1, image: 'c'}",
                ["4 a", "5 c"]
            ),
            ("a byte order mark", "\u{FEFF}kind: X\nimage: a", ["2 a"]),
            ("ends of line of Windows", "kind: X\r\n# é\r\nimage: a\r\nb:\r\n- image: c\r\n", ["3 a", "5 c"]),
            ("unknown tags", "kind: !x X\na: !y {image: b, c: !!binary d}\n", ["2 b"]),
        ])
    func finds(_ why: String, _ yaml: String, _ expected: [String]) throws {
        #expect(try Self.found(yaml) == expected, "\(why)")
    }

    @Test func theBytesOfAnEscapedTextAreBetweenItsQuotes() throws {
        let yaml = Array("kind: X\nimage: &a \"\\x61b\"\n".utf8)
        let value = try #require(try Self.search(yaml).values.first)
        #expect(value.text == "ab")
        #expect(String(decoding: yaml[value.bytes], as: UTF8.self) == "\\x61b")
    }

    @Test func aByteOrderMarkCountsInTheBytes() throws {
        let yaml = Array("\u{FEFF}kind: X\nimage: a".utf8)
        #expect(try Self.search(yaml).values.first?.bytes == 18..<19)
    }

    @Test func expressionsAndUnknownAliasesCountInTheirDocuments() throws {
        let yaml = "a: {{ b }}\n---\nkind: X\nimage: {{ c }}\nd: { {e: f}: g}\nh: [{{ .i }}]\nimage: *j\nk: *l\n"
        let search = try Self.search(Array(yaml.utf8))
        #expect(search.expressions == [4, 6])
        #expect(search.unknownAliases.map(\.name) == ["j"])
        #expect(search.unknownAliases.map(\.line) == [7])
        #expect(search.documents == 1)
    }

    @Test(
        arguments: [
            ("lists", Array(repeating: "[", count: 300).joined(), .tooDeep(limit: 256), 1),
            (
                "mappings", (0..<300).map { String(repeating: " ", count: $0) + "a:\n" }.joined(), .tooDeep(limit: 256),
                257
            ),
            (
                "values", "kind:\n" + String(repeating: "- image: a\n", count: 100_001), .tooManyValues(limit: 100_000),
                100_002
            ),
            (
                "anchors", "kind: [\n" + (0...10_000).map { "&a\($0) b,\n" }.joined(), .tooManyAnchors(limit: 10_000),
                10_002
            ),
            ("directives", Array(repeating: "%TAG !a! b\n", count: 65).joined() + "--- a", .tag("%TAG"), 65),
        ] as [(String, String, YAMLError.Reason, Int)])
    func limits(_ why: String, _ yaml: String, _ reason: YAMLError.Reason, _ line: Int) throws {
        let error = #expect(throws: YAMLError.self, "\(why)") { try Self.search(Array(yaml.utf8)) }
        #expect(error?.reason == reason)
        #expect(error?.line == line)
    }

    /// Each doubles what the one before it would be if aliases were expanded.
    @Test func aliasesAreNotExpanded() throws {
        var yaml = "kind: X\na0: &a0 {image: b}\n"
        for number in 1...200 { yaml += "a\(number): &a\(number) [*a\(number - 1), *a\(number - 1)]\n" }
        #expect(try Self.found(yaml + "image: *a200\n") == ["2 b"])
    }

    @Test(.mustEnd)
    func theTimeGrowsWithTheBytes() throws {
        let count = 100_000
        let parts = [
            String(repeating: "- &a {image: *a}\n", count: count),
            String(repeating: "--- {kind: &é 名, image: *é}\n", count: count),
            "x: \"" + String(repeating: "\\x61\\\n  ", count: count) + "\"\n",
            "image: \"" + String(repeating: "\\x20a\\\n      a", count: count) + "\"\n",
            (0..<count).map { "a\($0): &a\($0) *a\($0 / 2)\n".replacing("*a\($0 / 2)", with: "b") }.joined(),
            String(repeating: "[", count: 255) + String(repeating: "a,", count: count)
                + String(repeating: "]", count: 255),
        ]
        for part in parts { _ = try? Self.search(Array(("kind: X\n---\n" + part).utf8)) }
    }
}
