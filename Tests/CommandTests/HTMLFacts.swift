import Foundation
import TestSupport
import Testing

/// A page as a parser of HTML reads it.
struct HTMLFacts: Decodable {
    struct Element: Decodable {
        let name: String
        let attributes: [String: String]
    }
    struct Table: Decodable {
        let name: String
        let rows: [[String]]
    }

    /// Tags that are not closed in their order.
    let wrong: [String]
    let elements: [Element]
    let tables: [Table]
    /// The texts between tags, without those of the style.
    let texts: [String]

    init(_ path: String) throws {
        let run = try Program.run("python3", ["-c", Self.parser, path])
        #expect(run.status == 0, "\(run.stderr)")
        self = try JSONDecoder().decode(HTMLFacts.self, from: Data(run.output))
    }

    func names(_ name: String) -> [Element] { elements.filter { $0.name == name } }

    private static let parser = """
        import html.parser, json, sys

        class Page(html.parser.HTMLParser):
            def __init__(self):
                super().__init__()
                self.open, self.wrong, self.elements, self.tables, self.texts = [], [], [], [], []

            def handle_starttag(self, tag, attrs):
                if len(dict(attrs)) != len(attrs): self.wrong.append("repeated attribute of " + tag)
                self.elements.append({"name": tag, "attributes": {name: value or "" for name, value in attrs}})
                if tag == "meta": return
                self.open.append(tag)
                if tag == "table": self.tables.append({"name": dict(attrs).get("class"), "rows": []})
                if tag == "tr": self.tables[-1]["rows"].append([])
                if tag in ("th", "td"): self.tables[-1]["rows"][-1].append("")

            def handle_endtag(self, tag):
                if not self.open or self.open.pop() != tag: self.wrong.append("end of " + tag)

            def handle_data(self, text):
                if "style" in self.open: return
                if text.strip(): self.texts.append(text)
                if "tr" in self.open and self.tables[-1]["rows"][-1]: self.tables[-1]["rows"][-1][-1] += text

        page = Page()
        page.feed(open(sys.argv[1], encoding="utf-8", newline="").read())
        page.close()
        facts = {name: getattr(page, name) for name in ("elements", "tables", "texts")}
        print(json.dumps(facts | {"wrong": page.wrong + page.open}))
        """
}

/// Elements and attributes that run, load or lead anywhere.
func expectHarmless(_ page: HTMLFacts, _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(page.wrong == [], "\(comment)", sourceLocation: sourceLocation)
    let known: Set = [
        "html", "head", "meta", "title", "style", "body", "header", "main", "article", "section", "footer", "h1", "h2",
        "h3", "h4", "h5", "h6", "p", "ul", "li", "div", "span", "strong", "small", "code", "bdi", "table", "caption",
        "thead", "tbody", "tr", "th", "td", "details", "summary",
    ]
    let names = Set(page.elements.map(\.name))
    #expect(names.subtracting(known) == [], "\(comment)", sourceLocation: sourceLocation)
    let attributes = Set(page.elements.flatMap(\.attributes.keys))
    let harmless: Set = [
        "lang", "charset", "name", "content", "http-equiv", "class", "role", "scope", "colspan", "style", "open",
        "data-column", "aria-label", "aria-hidden",
    ]
    #expect(attributes.subtracting(harmless) == [], "\(comment)", sourceLocation: sourceLocation)
    for element in page.elements {
        guard let style = element.attributes["style"] else { continue }
        #expect(style.wholeMatch(of: /width:[0-9]+\.[0-9][0-9]%/) != nil, "\(style)", sourceLocation: sourceLocation)
    }
    #expect(
        page.names("meta").contains {
            $0.attributes["content"] == "default-src 'none'; style-src 'unsafe-inline'"
                && $0.attributes["http-equiv"] == "Content-Security-Policy"
        }, "\(comment)", sourceLocation: sourceLocation)
}
