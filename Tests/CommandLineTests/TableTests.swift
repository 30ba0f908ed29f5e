import Testing

@testable import ocimerge

@Suite struct TableTests {
    @Test func alignsLeftAndRight() {
        let text = Table.text(
            [["linux/amd64", "1.2 GB", "x"], ["linux/s390x", "999 B", "longer"], ["日本", "5 B", ""]], rightAligned: [1])
        #expect(
            text == """
                linux/amd64  1.2 GB  x
                linux/s390x   999 B  longer
                日本            5 B

                """)
    }

    @Test(arguments: [
        ([], ""), ([[]], "\n"), ([["a"], ["bb", "c"], ["", "d"]], "a\nbb  c\n    d\n"),
        ([["a", "", ""], ["", "", "b"]], "a\n     b\n"),
    ])
    func raggedRows(_ rows: [[String]], _ text: String) {
        #expect(Table.text(rows) == text)
    }

    @Test func aVeryLongCellAddsNoSpacesToOtherRows() {
        let long = String(repeating: "x", count: 100_000)
        let text = Table.text([[long, "1"]] + Array(repeating: ["a", "1"], count: 1000), rightAligned: [1])
        #expect(text == long + "  1\n" + String(repeating: "a  1\n", count: 1000))
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("🐳", 2), ("\u{200d}", 0), ("ｱ", 1), ("Ａ", 2),
    ])
    func width(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test(arguments: [
        ("abcd", 4, "abcd"), ("abcd", 3, "ab…"), ("abcd", 1, "…"), ("abcd", 0, ""), ("abcd", -1, ""), ("日本", 3, "日…"),
        ("日本", 2, "…"),
    ])
    func cut(_ text: String, _ width: Int, _ expected: String) {
        #expect(DisplayWidth.cut(text, to: width) == expected)
    }

    @Test(arguments: [
        ("", 5, []), ("a b", 3, ["a b"]), ("a bc", 3, ["a", "bc"]), ("longword b", 3, ["longword", "b"]),
        ("  a   b ", 9, ["a b"]),
    ])
    func wraps(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(Paragraph.lines(text, width: width) == lines)
    }

    @Test(arguments: [
        ("-q", "be quiet now", ["-q    be quiet", "      now"]), ("--json", "as JSON", ["--json", "      as JSON"]),
        ("-q", "", ["-q"]),
    ])
    func defines(_ label: String, _ text: String, _ lines: [String]) {
        #expect(Paragraph.definition(label, text, column: 6, width: 14) == lines)
    }
}
