import Foundation
import TestSupport
import Testing

@Suite("Hostile text in a page")
struct HTMLHostileTests {
    typealias Layout = HandmadeLayout

    private static let texts = [
        "<script>alert(1)</script>", #""><img src=x onerror=alert(1)>"#, "' onmouseover='alert(1)' x='",
        "javascript:alert(1)", "https://evil.example/?a=1&b=<2>", "</style></td></table></main></body></html>", "<!-- ",
        "&lt;b&gt;", "\u{202e}gnp.exe\u{2066}", "nul\0 esc\u{1b}[31m\u{7f}", "zero\u{200b}width\u{feff}",
        "line\nbreak\ttab\r", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}", #"\u{202e}"#,
    ]

    /// An image that has the texts in every place that a page shows.
    private static func layout() -> Layout {
        var layout = Layout()
        let list = "[" + texts.map(Layout.quoted).joined(separator: ",") + "]"
        func object(_ value: (String) -> String) -> String {
            "{" + texts.map { "\(Layout.quoted($0)):\(value($0))" }.joined(separator: ",") + "}"
        }
        let long = Layout.quoted(String(repeating: "<b>&\u{202e}", count: 20_000))
        let labels = object(Layout.quoted).dropLast() + #","long":\#(long)}"#
        let first = Layout.quoted(texts[0])
        let run = #"""
            {"Entrypoint":["/bin/<img src=x>",\#(first)],"Cmd":\#(list),"Env":\#(list),"User":\#(first),
            "WorkingDir":\#(first),"StopSignal":\#(first),"ExposedPorts":\#(object { _ in "{}" }),
            "Volumes":\#(object { _ in "{}" }),"Labels":\#(labels),"Healthcheck":{"Test":\#(list)}}
            """#
        let steps = texts.map { #"{"created":\#(Layout.quoted($0)),"created_by":\#(Layout.quoted($0))}"# }
        let annotations = #","annotations":\#(object(Layout.quoted))"#
        let layer = TarBuilder.archive([("bin/<img src=x>", Array("#!\u{202e}<i>\n".utf8))])
        let more = #","created":\#(first),"config":\#(run),"history":[\#(steps.joined(separator: ","))]"#
        let config = layout.blob(Layout.config(diffIDs: [SavedImage.digest(layer)], more: more), Layout.config)
        let manifest = Layout.manifest(config: config, layers: [layout.blob(layer, Layout.layer)], more: annotations)
        layout.entries = texts.enumerated().map { number, text in
            let platform = #","platform":{"os":\#(Layout.quoted(text)),"architecture":\#(Layout.quoted(text))}"#
            let child = layout.blob(manifest, Layout.manifest, more: platform)
            let name = #","annotations":{"org.opencontainers.image.ref.name":\#(Layout.quoted("\(text) \(number)"))}"#
            return layout.blob(Layout.index([child], more: annotations), Layout.index, more: name)
        }
        return layout
    }

    @Test(
        "text of documents, files and command lines is text, and its control characters are visible",
        arguments: HTMLPageTests.commands)
    func hostile(_ command: String) throws {
        let directory = try TemporaryDirectory()
        let name = "\u{202e}<b onclick='x'>\"&"
        for (path, content) in Self.layout().complete { try directory.write(content, to: "\(name)/\(path)") }
        try directory.write([0], to: "\(name)/<img src=x>")
        let page = directory.path("p.html")
        let run = try Program.ocimerge([command, name, "--html", page], directory: directory.path)
        #expect(run.status == (command == "verify" ? 1 : 0), "\(run.stderr)")
        let facts = try HTMLFacts(page)
        expectHarmless(facts, command)
        #expect(facts.texts.first == #"\#(command) \u{202e}<b onclick='x'>"&"#)
        for text in [
            "<script>alert(1)</script>", #""><img src=x onerror=alert(1)>"#, "javascript:alert(1)", "&lt;b&gt;",
            "https://evil.example/?a=1&b=<2>", #"\u{202e}gnp.exe\u{2066}"#, #"nul\u{0} esc\u{1b}[31m\u{7f}"#,
            #"line\nbreak\ttab\r"#, "\u{5e9}\u{5dc}\u{5d5}\u{5dd}", #"\\u{202e}"#,
        ] { #expect(facts.texts.contains(text), "\(text)") }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: page))
        #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a })
        let text = String(decoding: bytes, as: UTF8.self)
        for scalar in ["\u{202e}", "\u{2066}", "\u{200b}", "\u{feff}"] as [Unicode.Scalar] {
            #expect(!text.unicodeScalars.contains(scalar))
        }
    }

    @Test("the page grows in proportion to the images, and its repeats are bounded")
    func proportional() throws {
        let directory = try TemporaryDirectory()
        func size(_ images: Int) throws -> Int {
            var layout = Layout()
            layout.entries = (0..<images).map { number in
                let layer = TarBuilder.archive([("etc/motd", Array("\(number)".utf8))])
                return layout.image(more: Layout.named("demo/app:\(number)"), layers: [Layout.tar, layer])
            }
            let source = try directory.write(layout.archive, to: "\(images).tar")
            let page = directory.path("\(images).html")
            expectDone(try Program.ocimerge(["inspect", source, "--html", page]))
            return try Data(contentsOf: URL(fileURLWithPath: page)).count
        }
        let (one, two) = (try size(400), try size(800))
        #expect(two < 2 * one + 10_000)
    }

    @Test("a manifest under many names has its details once more than a bound at most")
    func repeats() throws {
        let layout = Layout.listing(oneManifest: 200)
        let directory = try TemporaryDirectory()
        let source = try directory.write(layout.archive, to: "l.tar")
        let page = directory.path("p.html")
        expectDone(try Program.ocimerge(["inspect", source, "--html", page]))
        let text = try String(contentsOfFile: page, encoding: .utf8)
        #expect(text.components(separatedBy: "<code>label 7</code>").count - 1 <= 3)
    }
}
