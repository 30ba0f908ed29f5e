import Foundation
import TestSupport
import Testing

@Suite("inspect shows how an image runs and was built")
struct InspectSettingsTests {
    typealias Layout = HandmadeLayout

    private static let run = #"""
        {"Entrypoint":["/app","-x \"\u001b[31m"],"Cmd":[],"User":"1000:1000","WorkingDir":"/srv",
        "Env":["PATH=/bin","LANG=C"],
        "ExposedPorts":{"80/tcp":{},"53/udp":{}},"Volumes":{"/data":{}},"StopSignal":"SIGINT",
        "Labels":{"b":"line\nbreak","a":"1"},"Shell":["/bin/sh"],
        "Healthcheck":{"Test":["CMD","curl","localhost"],"Interval":30000000000,"Timeout":1500000000,"Retries":3}}
        """#
    private static let history = #"""
        [{"created":"2026-01-02T03:04:05Z","created_by":"COPY  a\t/ \n&& x"},
        {"created_by":"ENV A=b","empty_layer":true},{"comment":"only a comment"}]
        """#

    private static func layout(run: String = run, history: String = history) -> Layout {
        var layout = Layout()
        let more = #","created":"2026-01-02T03:04:05Z","config":\#(run),"history":\#(history)"#
        let diffIDs = [SavedImage.digest(Layout.tar), SavedImage.digest(Layout.tar)]
        let config = layout.blob(Layout.config(diffIDs: diffIDs, more: more), Layout.config)
        let layer = layout.blob(Layout.tar, Layout.layer)
        let manifest = Layout.manifest(
            config: config, layers: [layer, layer], more: #","annotations":{"manifest.z":"2","manifest.a":"1"}"#)
        let child = layout.blob(
            manifest, Layout.manifest, more: #","platform":{"os":"linux","architecture":"amd64"}"#)
        let index = Layout.index([child], more: #","annotations":{"index.a":"1"}"#)
        layout.entries = [layout.blob(index, Layout.index)]
        return layout
    }

    private static func inspect(_ layout: Layout, _ options: String...) throws -> String {
        let directory = try TemporaryDirectory()
        for (name, content) in layout.complete { try directory.write(content, to: "l/" + name) }
        let run = try Program.ocimerge(["inspect", "l"] + options, directory: directory.path)
        expectDone(run)
        return run.stdout
    }

    /// The lines from the one that starts with `first` to the size.
    private static func settings(_ text: String, from first: String) -> [String] {
        let lines = text.split(separator: "\n").map(String.init)
        return Array(lines.drop { !$0.hasPrefix(first) }.prefix { !$0.hasPrefix("    size ") })
    }

    @Test("the tree has the present settings, exec forms as JSON, and one variable or label a line")
    func tree() throws {
        let text = try Self.inspect(Self.layout())
        #expect(
            Self.settings(text, from: "    entrypoint") == [
                #"    entrypoint   ["/app","-x \"\u001b[31m"]"#,
                "    user         1000:1000",
                "    workdir      /srv",
                "    env          PATH=/bin",
                "                 LANG=C",
                "    ports        80/tcp, 53/udp",
                "    volumes      /data",
                #"    labels       b=line\nbreak"#,
                "                 a=1",
                "    stop signal  SIGINT",
                #"    healthcheck  ["CMD","curl","localhost"] --interval=30s --timeout=1500ms --retries=3"#,
                "    annotations  manifest.a=1",
                "                 manifest.z=2",
            ])
        #expect(text.contains("  index of 1 platform\n  annotations  index.a=1\n  linux/amd64\n"))
        #expect(!text.contains("history"))
    }

    @Test("settings that are not set, or of unexpected types, are not shown")
    func unset() throws {
        let odd = #"{"Entrypoint":null,"Env":["A=b"],"User":"","Labels":[],"Healthcheck":{},"Volumes":3}"#
        let text = try Self.inspect(Self.layout(run: odd, history: "[]"), "--history")
        #expect(
            Self.settings(text, from: "    env") == [
                "    env          A=b", "    annotations  manifest.a=1", "                 manifest.z=2",
            ])
        #expect(!text.contains("history"))
    }

    @Test("--history shows each step on one line, with its layer")
    func history() throws {
        let text = try Self.inspect(Self.layout(), "--history")
        let layer = SavedImage.digest(Layout.tar)
        let lines = text.split(separator: "\n").map(String.init).drop { $0 != "    history" }
        #expect(
            Array(lines) == [
                "    history",
                "      \(layer)  2026-01-02T03:04:05Z  COPY a / && x",
                "      (empty)" + String(repeating: " ", count: 64 + 22) + "  ENV A=b",
                "      \(layer)" + String(repeating: " ", count: 22) + "  only a comment",
            ])
    }

    @Test("long values are shortened in the tree, and whole in JSON")
    func long() throws {
        let value = String(repeating: "x", count: 5000)
        let layout = Self.layout(
            run: #"{"Env":["A=\#(value)"],"Labels":{"a":"\#(value)"},"Entrypoint":["\#(value)"]}"#,
            history: #"[{"created_by":"\#(value)"}]"#)
        let text = try Self.inspect(layout, "--history")
        #expect(text.split(separator: "\n").allSatisfy { $0.count < 300 })
        let json = try Self.inspect(layout, "--json")
        #expect(json.components(separatedBy: value).count == 5)
    }

    @Test("JSON copies the settings and the history, and has the annotations of manifest and index")
    func json() throws {
        let text = try Self.inspect(Self.layout(), "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let sources = try #require(report["sources"] as? [[String: Any]])
        let images = try #require(sources[0]["images"] as? [[String: Any]])
        #expect(images[0]["annotations"] as? [String: String] == ["index.a": "1"])
        let entry = try #require((images[0]["platforms"] as? [[String: Any]])?.first)
        #expect(entry["annotations"] as? [String: String] == ["manifest.a": "1", "manifest.z": "2"])
        for (key, expected) in [("run", Self.run), ("history", Self.history)] {
            let value = try JSONSerialization.jsonObject(with: Data(expected.utf8))
            let found = try #require(entry[key])
            #expect((found as? NSObject) == (value as? NSObject))
        }
        #expect(!text.utf8.contains(0x1b))
        #expect(text.contains("\n              \"run\": {\n                \"Entrypoint\": ["))
    }

    @Test("later listings of a manifest leave the details out once they add too much")
    func repeated() throws {
        let layout = Layout.listing(oneManifest: 40)
        let text = try Self.inspect(layout, "--json")
        #expect(text.components(separatedBy: #""label 7":"#).count - 1 == 2)
        #expect(text.components(separatedBy: #""run": null"#).count - 1 == 38)
    }
}
