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

    @Test(
        "a table that is wider than the terminal is continued on indented lines",
        arguments: [
            (
                [["name", "digest", "one two three four"], ["n", "d", "x"]], 80,
                "name  digest  one two three four\nn     d       x\n"
            ),
            // The last column is folded below itself.
            (
                [["  size", "twelve words of text that do not fit on one line of the terminal"], ["  id", "x"]], 48,
                "  size  twelve words of text that do not fit on\n        one line of the terminal\n  id    x\n"
            ),
            // The columns that do not fit stand below the others.
            (
                [["a-long-name", "0123456789", "linux/amd64, linux/s390x", "1 kB"], ["b", "1", "none", ""]], 30,
                "a-long-name  0123456789\n    linux/amd64, linux/s390x\n    1 kB\nb            1\n    none\n"
            ),
            (
                [[String(repeating: "x", count: 500), "a word"], ["n", "another"]], 40,
                String(repeating: "x", count: 500) + "\n   a word\nn  another\n"
            ),
            ([["longer-than-the-line", "x"]], 10, "longer-than-the-line\n    x\n"),
        ])
    func folded(_ rows: [[String]], _ width: Int, _ text: String) {
        #expect(Table.text(rows, width: width) == text)
    }

    @Test("color sequences do not count for the width of a column")
    func colored() throws {
        let options = OutputOptions(try ArgumentParser.parse(["ls", "layout", "--color", "always"]))
        let style = TextStyle(options, width: nil)
        #expect(DisplayWidth.of(style.heading("name")) == 4)
        #expect(
            Table.text([[style.heading("name"), "1"], ["longest", "2"]])
                == "\u{1b}[1mname\u{1b}[0m     1\nlongest  2\n")
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
