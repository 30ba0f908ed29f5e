import ByteIO
import Testing

@testable import ocimerge

@Suite("The markup of pages")
struct HTMLTests {
    @Test(
        "foreign text never becomes markup, and what acts on text is visible",
        arguments: [
            ("<script>alert('1')</script>", "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"),
            (#"" onclick="x" & &amp;"#, "&quot; onclick=&quot;x&quot; &amp; &amp;amp;"), ("a\nb\tc\r", #"a\nb\tc\r"#),
            ("nul\0 esc\u{1b}[31m", #"nul\u{0} esc\u{1b}[31m"#), (#"\u{1b}"#, #"\\u{1b}"#),
            ("\u{202e}gnp.exe\u{2066}", #"<bdi>\u{202e}gnp.exe\u{2066}</bdi>"#), ("caf\u{e9}", "<bdi>caf\u{e9}</bdi>"),
            ("\u{e0041}\u{fe0f}\u{115f}", #"<bdi>\u{e0041}\u{fe0f}\u{115f}</bdi>"#), ("", ""),
        ])
    func text(_ text: String, _ source: String) { #expect(HTML.text(text).source == source) }

    @Test("sentences keep their escapes, and control characters in them are visible too")
    func words() {
        #expect(HTML.words(#"it's \u{1b} & <b>"#).source == #"it&#39;s \u{1b} &amp; &lt;b&gt;"#)
        #expect(HTML.words("a\u{1b}[31m\u{202e}\u{85}b").source == #"a\u{1b}[31m\u{202e}\u{85}b"#)
    }

    @Test("elements are closed, also around nothing")
    func elements() {
        let html: HTML = [HTML(.p, ["a", .text("<"), HTML(.strong, "b")]), HTML(.ul, [])]
        #expect(html.source == "<p>a&lt;<strong>b</strong></p><ul></ul>")
        #expect(HTML([]).isEmpty && HTML("").isEmpty)
    }

    @Test("no attribute ends early")
    func attributes() {
        let html = HTML(.table, [.style("pairs"), .label("\"><script>\u{202e}\n'"), .span(3)], [])
        #expect(
            html.source
                == #"<table class="pairs" aria-label="&quot;&gt;&lt;script&gt;\u{202e}\n&#39;" colspan="3"></table>"#)
    }

    @Test(
        "widths are shares of the whole",
        arguments: [
            (1, 3, "33.33"), (2, 3, "66.67"), (3, 3, "100.00"), (0, 3, "0.00"), (5, 0, "0.00"), (-5, 3, "0.00"),
            (1, 1000, "0.10"), (Int64.max, Int64.max, "100.00"), (1, Int64.max, "0.00"),
        ] as [(Int64, Int64, String)])
    func widths(_ part: Int64, _ whole: Int64, _ share: String) {
        #expect(HTML(.span, [.width(of: part, in: whole)], []).source == #"<span style="width:\#(share)%"></span>"#)
    }

    @Test("elements that run, load or lead anywhere do not exist")
    func harmless() {
        let names = HTML.Element.allCases.map(\.rawValue)
        let active = [
            "a", "script", "img", "iframe", "form", "input", "link", "object", "embed", "svg", "base", "style",
        ]
        #expect(Set(names).isDisjoint(with: active))
    }

    @Test("a page is written in pieces and is the same as in one")
    func pieces() throws(IOFailure) {
        var pieces: [[UInt8]] = []
        try PageWriter.page(title: "<t>") { (piece) throws(IOFailure) in
            pieces.append(piece)
        } _: { (page) throws(IOFailure) in
            for _ in 0..<1_000 { try page.element(.p) { (page) throws(IOFailure) in try page.add(paragraph) } }
        }
        let text = String(decoding: pieces.joined(), as: UTF8.self)
        #expect(pieces.count > 2 && pieces.allSatisfy { $0.count < 600_000 })
        #expect(text.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"))
        #expect(text.hasSuffix("</p>\n</body>\n</html>\n"))
        #expect(text.split(separator: "<p>").count == 1_001)
    }

    private let paragraph: HTML = .words(String(repeating: "x", count: 1_000))

    @Test("a long value shows its beginning, and the whole when it is opened")
    func long() {
        let value = PageText.value(String(repeating: "<", count: 500)).source
        #expect(value.hasPrefix(#"<details class="long"><summary><code>&lt;"#))
        #expect(value.components("&lt;").count - 1 == 620)
        #expect(PageText.value(String(repeating: "<", count: 480)).source.hasPrefix("<code>&lt;"))
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [Substring] {
        split(separator: separator, omittingEmptySubsequences: false)
    }
}
