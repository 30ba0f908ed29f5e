import Foundation
import TestSupport
import Testing

@Suite("--html writes one page beside the report")
struct HTMLPageTests {
    static let commands = ["inspect", "verify"]

    @Test("standard output is the same with and without a page, in text and JSON", arguments: commands)
    func beside(_ command: String) throws {
        let directory = try TemporaryDirectory()
        let page = directory.path("p.html")
        for options in [[], ["--json"]] {
            let plain = try Program.ocimerge([command, "docker20/multi.tar"] + options, directory: fixtures)
            let run = try Program.ocimerge(
                [command, "docker20/multi.tar", "--html", page, "--force"] + options, directory: fixtures)
            #expect(run.status == plain.status && run.output == plain.output && run.errors == plain.errors)
            expectHarmless(try HTMLFacts(page))
        }
        #expect(try Tree.names(in: directory.path) == ["p.html"])
    }

    @Test("the same source gives the same bytes, in any locale and with any number of threads", arguments: commands)
    func deterministic(_ command: String) throws {
        let directory = try TemporaryDirectory()
        func bytes(_ name: String, _ environment: [String: String], _ options: [String] = []) throws -> Data {
            let arguments = [command, "buildx/two-tags-attestations.oci.tar", "--html", directory.path(name)] + options
            _ = try Program.ocimerge(arguments, environment: environment, directory: fixtures)
            return try Data(contentsOf: URL(fileURLWithPath: directory.path(name)))
        }
        let first = try bytes("1", [:])
        #expect(try bytes("2", ["LC_ALL": "C", "TZ": "Asia/Tokyo"]) == first)
        #expect(try bytes("3", ["CLICOLOR_FORCE": "1", "COLUMNS": "40"], ["--color", "always"]) == first)
        if command == "verify" { #expect(try bytes("4", [:], ["--jobs", "1"]) == first) }
    }

    @Test("the page of damaged images with long texts is the same in a locale without UTF-8", arguments: commands)
    func locales(_ command: String) throws {
        let directory = try TemporaryDirectory()
        let long = String(repeating: "x", count: 500)
        var layout = HandmadeLayout()
        let layer = layout.blob(HandmadeLayout.tar, HandmadeLayout.layer)
        let config = layout.blob(
            HandmadeLayout.config(
                diffIDs: [SavedImage.digest(HandmadeLayout.tar)], more: #","config":{"Entrypoint":["/\#(long)"]}"#),
            HandmadeLayout.config)
        // An entry with the annotation of another tag is a note.
        let names =
            #"{"io.containerd.image.name":"demo/\#(long.prefix(238)):1","#
            + #""org.opencontainers.image.ref.name":"demo/other:2"}"#
        layout.entries = [
            layout.blob(
                HandmadeLayout.manifest(config: config, layers: [layer]), HandmadeLayout.manifest,
                more: HandmadeLayout.platform + #","annotations":\#(names)"#)
        ]
        let source = try directory.write(layout.archive, to: "l.tar")
        let damaged = command == "verify" ? [Program.fixture("refused/corrupt-layer.oci.tar"), "absent/\(long)"] : []
        let options = command == "inspect" ? ["--evidence=full"] : []
        func page(_ locale: String) throws -> Data {
            let path = directory.path(locale)
            let run = try Program.ocimerge(
                [command, source] + damaged + options + ["--html", path], environment: ["LC_ALL": locale])
            #expect(run.status == (command == "verify" ? 1 : 0), "\(run.stderr)")
            return try Data(contentsOf: URL(fileURLWithPath: path))
        }
        let unicode = try page("C.UTF-8")
        #expect(try page("C") == unicode)
        let text = String(decoding: unicode, as: UTF8.self)
        #expect(text.contains("xxx\u{2026}xxx"))
        #expect(text.contains(command == "verify" ? "\u{2192} layers[1]" : " of another tag"))
    }

    @Test("verify says why the images of a source cannot be listed")
    func unlisted() throws {
        var layout = HandmadeLayout()
        let image = layout.image(more: HandmadeLayout.platform)
        let list = layout.blob(
            HandmadeLayout.index(Array(repeating: image, count: 400)), HandmadeLayout.index)
        layout.entries = (0..<400).map { number in
            layout.blob(
                HandmadeLayout.index([list], more: #","annotations":{"number":"\#(number)"}"#), HandmadeLayout.index)
        }
        let directory = try TemporaryDirectory()
        let source = try directory.write(layout.archive, to: "l.tar")
        let page = directory.path("p.html")
        let run = try Program.ocimerge(["verify", "-q", source, "--html", page])
        #expect(run.status == 0 && run.stderr == "")
        let refused = try Program.ocimerge(["inspect", source])
        #expect(refused.status == 1)
        let sentence = refused.stderr.dropFirst("ocimerge: ".count).dropLast()
        let facts = try HTMLFacts(page)
        #expect(sentence.contains("the indexes list 160400 images"))
        #expect(facts.texts.contains(String(sentence)))
        #expect(facts.texts.contains("! No errors"))
    }

    @Test("inspect shows metadata beside evidence, layers, settings and history")
    func inspect() throws {
        let directory = try TemporaryDirectory()
        let page = directory.path("p.html")
        expectDone(try ocimerge("inspect", "docker20/hello-s390x-wrong.tar", "--html", page))
        let facts = try HTMLFacts(page)
        #expect(facts.texts.contains("\u{2717} 1 of 1 platform contradicts its executables"))
        let matrix = try #require(facts.tables.first { $0.name == "matrix" })
        #expect(matrix.rows[0] == ["Platform", "Executables", "Start", "Layers", "Size"])
        #expect(
            matrix.rows[2] == [
                "linux/amd64", "\u{2717} s390x/bin/hello, which it runs, is s390x", "not checked", "\u{2713} 2 present",
                "11.8 kB",
            ])
        let comparison = try #require(facts.tables.first { $0.name == "facts" })
        #expect(comparison.rows[1].last == "\u{2717} contradicts")
        let layers = try #require(facts.tables.first { $0.name == "layers" })
        #expect(layers.rows.count == 3 && layers.rows[1][1] == "9.22 kB")
        let history = try #require(facts.tables.first { $0.name == "history" })
        #expect(history.rows.count > 2)
        for text in ["Command", "[\"/bin/hello\"]", "PATH", "/bin"] { #expect(facts.texts.contains(text), "\(text)") }
    }

    @Test("a page shows a long health check whole, and the tree shortens it")
    func healthcheck() throws {
        var layout = HandmadeLayout()
        let test = #"["CMD","\#(String(repeating: "x", count: 300))"]"#
        let layer = layout.blob(HandmadeLayout.tar, HandmadeLayout.layer)
        let config = layout.blob(
            HandmadeLayout.config(
                diffIDs: [SavedImage.digest(HandmadeLayout.tar)],
                more: #","config":{"Healthcheck":{"Test":\#(test),"Retries":3}}"#), HandmadeLayout.config)
        layout.entries = [
            layout.blob(
                HandmadeLayout.manifest(config: config, layers: [layer]), HandmadeLayout.manifest,
                more: HandmadeLayout.platform)
        ]
        let directory = try TemporaryDirectory()
        let source = try directory.write(layout.archive, to: "l.tar")
        let page = directory.path("p.html")
        let run = try Program.ocimerge(["inspect", source, "--html", page])
        expectDone(run)
        #expect(try HTMLFacts(page).texts.contains(test + " --retries=3"))
        #expect(run.stdout.contains("xxx\u{2026}xxx") && !run.stdout.contains(test))
    }

    @Test("verify says that a config which is no JSON cannot be read")
    func malformed() throws {
        var layout = HandmadeLayout()
        let config = layout.blob(#"{"architecture":"#, HandmadeLayout.config)
        let layer = layout.blob(HandmadeLayout.tar, HandmadeLayout.layer)
        layout.entries = [
            layout.blob(
                HandmadeLayout.manifest(config: config, layers: [layer]), HandmadeLayout.manifest,
                more: HandmadeLayout.platform)
        ]
        let directory = try TemporaryDirectory()
        let source = try directory.write(layout.archive, to: "l.tar")
        let page = directory.path("p.html")
        #expect(try Program.ocimerge(["verify", "-q", source, "--html", page]).status == 1)
        let matrix = try #require(HTMLFacts(page).tables.first { $0.name == "matrix" })
        #expect(matrix.rows[2][1] == "no evidenceits config is absent or unreadable")
        #expect(matrix.rows[2].last == "\u{2717} 1 error")
    }

    @Test("layers that platforms share are marked, and widths are to scale")
    func shared() throws {
        let directory = try TemporaryDirectory()
        let layout = directory.path("l")
        try expectDone(ocimerge("docker20/hello-amd64.tar", "docker20/hello-s390x.tar", "-q", "-o", layout))
        expectDone(try ocimerge("inspect", layout, "--html", directory.path("p.html")))
        let facts = try HTMLFacts(directory.path("p.html"))
        let layers = facts.tables.filter { $0.name == "layers" }
        #expect(layers.map { $0.rows[1].last } == ["linux/s390x", "linux/amd64"])
        #expect(layers.map { $0.rows[2].last } == ["none", "none"])
        let bars = facts.names("span").filter { $0.attributes["style"] != nil }
        #expect(bars.prefix(2).map { $0.attributes["style"] } == ["width:78.26%", "width:21.74%"])
        #expect(bars.prefix(2).map { $0.attributes["class"] } == ["shared", nil])
    }

    @Test("verify shows each finding with its path, the start check and the command that corrects")
    func verify() throws {
        let directory = try TemporaryDirectory()
        let page = directory.path("p.html")
        let run = try ocimerge(
            "verify", "docker20/hello-s390x-wrong.tar", "refused/corrupt-layer.oci.tar", "absent.tar", "--html", page)
        #expect(run.status == 1)
        let facts = try HTMLFacts(page)
        expectHarmless(facts)
        for text in [
            "\u{2717} 3 of 3 sources with errors", "ocimerge fix docker20/hello-s390x-wrong.tar --auto -o DEST",
            "no such file or directory: absent.tar",
        ] { #expect(facts.texts.contains(text), "\(text)") }
        let findings = facts.tables.filter { $0.name == "findings" }.flatMap(\.rows)
        #expect(findings.contains { $0.last == "manifest.json[0] linux/amd64" && $0[0] == "\u{2717} error" })
        #expect(findings.contains { $0.last == "index.json \u{2192} manifests[0] linux/s390x \u{2192} layers[1]" })
        #expect(facts.tables.contains { $0.name == "matrix" && $0.rows[2].last == "\u{2717} 1 error" })
    }

    @Test("verify without errors says so, and shows which program starts")
    func sound() throws {
        let directory = try TemporaryDirectory()
        expectDone(try ocimerge("verify", "docker20/multi.tar", "-q", "--html", directory.path("p.html")))
        let facts = try HTMLFacts(directory.path("p.html"))
        #expect(facts.texts.contains("\u{2713} No errors"))
        let matrix = try #require(facts.tables.first { $0.name == "matrix" })
        #expect(matrix.rows[2][2].hasPrefix("\u{2713} starts/bin/hello") && matrix.rows[2][5] == "\u{2713} none")
    }

    @Test("differences from a receipt are part of the page")
    func receipt() throws {
        let directory = try TemporaryDirectory()
        let receipt = directory.path("r.json")
        try expectDone(ocimerge("verify", "-q", "docker20/hello-amd64.tar", "--receipt", receipt))
        let page = directory.path("p.html")
        let run = try ocimerge("verify", "docker20/hello-s390x.tar", "--expect", receipt, "--html", page)
        #expect(run.status == 1)
        let facts = try HTMLFacts(page)
        expectHarmless(facts)
        #expect(facts.texts.contains("\u{2717} The content differs from the receipt"))
        #expect(facts.tables[0].rows.contains { $0[0] == "\u{2717} error" })
    }

    @Test("headings follow each other, every header of a table has a scope, and every table a name")
    func structure() throws {
        let directory = try TemporaryDirectory()
        for (number, sources) in [["docker20/multi.tar"], ["docker20/multi.tar", "docker20/two-apps-amd64.tar"]]
            .enumerated()
        {
            let page = directory.path("\(number).html")
            expectDone(try Program.ocimerge(["verify"] + sources + ["--html", page], directory: fixtures))
            let facts = try HTMLFacts(page)
            let levels = facts.elements.compactMap { $0.name.wholeMatch(of: /h([1-6])/).flatMap { Int($0.output.1) } }
            #expect(levels.first == 1 && levels.count { $0 == 1 } == 1)
            for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
            #expect(facts.names("th").allSatisfy { $0.attributes["scope"] != nil })
            let named = facts.names("caption").count + facts.names("table").count { $0.attributes["aria-label"] != nil }
            #expect(named == facts.tables.count)
            for landmark in ["header", "main", "footer"] { #expect(facts.names(landmark).count == 1) }
        }
    }
}
