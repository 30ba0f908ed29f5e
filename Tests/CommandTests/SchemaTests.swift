import Foundation
import TestSupport
import Testing

@testable import ocimerge

@Suite("JSON schemas")
struct SchemaTests {
    private static func schema(_ command: String) throws -> [String: Any] {
        let run = try Program.ocimerge(["schema", command])
        #expect(run.status == 0 && run.stderr == "")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
    }

    @Test("every command with --json has a schema, and schema lists them and the receipt")
    func everyCommand() throws {
        let commands = CommandTable.all.filter { $0.flag(long: "json") != nil }.map(\.name)
        #expect(Schemas.commands == commands)
        #expect(Schemas.words == commands + ["receipt"])
        #expect(try Program.ocimerge(["schema"]).stdout == Schemas.words.map { $0 + "\n" }.joined())
        let unknown = try Program.ocimerge(["schema", "man"])
        #expect(unknown.status == 2 && unknown.stderr.hasPrefix("ocimerge: COMMAND must be merge, "))
    }

    @Test("a schema names its draft, its command and the meaning of each value", arguments: Schemas.words)
    func document(_ command: String) throws {
        let schema = try Self.schema(command)
        #expect(schema["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        #expect(schema["$id"] as? String == "urn:ocimerge:\(Ocimerge.version):\(command)")
        #expect(schema["title"] as? String == "ocimerge \(command)" + (command == "receipt" ? "" : " --json"))
        try Self.visit(schema) { part in
            if part["type"] as? String == "null" { return }
            let description = try #require(part["description"] as? String)
            #expect(description.hasSuffix("."))
            guard part["properties"] != nil else { return }
            #expect(part["additionalProperties"] as? Bool == false)
            let names = try #require(part["properties"] as? [String: Any]).keys
            #expect(Set(try #require(part["required"] as? [String])).isSubset(of: names))
        }
    }

    private static func visit(_ schema: [String: Any], _ body: ([String: Any]) throws -> Void) throws {
        try body(schema)
        let members = (schema["properties"] as? [String: [String: Any]] ?? [:]).values
        let others =
            (schema["anyOf"] as? [[String: Any]] ?? [])
            + ["items", "additionalProperties"].compactMap { schema[$0] as? [String: Any] }
        for part in members + others { try visit(part, body) }
    }

    /// Smallest results of the commands that need no registry, from one directory.
    private static let runs: [[String]] = [
        ["merge", "a.tar", "b.tar", "--json", "-o", "layout", "--compress", "gzip"],
        ["copy", "a.tar", "copy", "--json"], ["pack", "a.tar", "b.tar", "--since", "a.tar", "-o", "c.tar", "--json"],
        ["push", "a.tar", "localhost:1/x:1", "--dry-run", "--json"],
        ["push", "a.tar", "--all", "localhost:1", "--dry-run", "--json"], ["inspect", "a.tar", "--json"],
        ["inspect", "a.tar", "--files", "--json"], ["diff", "a.tar", "b.tar", "--files", "--json"],
        ["fix", "w.tar", "--platform", "linux/s390x", "--dry-run", "-o", "x.tar", "--json"],
        ["verify", "a.tar", "w.tar", "absent", "--json"], ["verify", "a.tar", "--receipt", "a.json", "--json"],
        ["verify", "b.tar", "--expect", "a.json", "--json"], ["verify", "a.tar", "--against", "b.tar", "--json"],
        ["ls", "layout", "--json"], ["ls", "a.tar", "--json"],
        ["tag", "layout:demo/hello:1.0", "new", "--json"], ["rm", "layout:new", "--gc", "--dry-run", "--json"],
        ["gc", "layout", "--json"], ["version", "--json"],
        ["logout", "localhost:1", "--authfile", "auth.json", "--json"],
    ]

    @Test("each schema fits a result, and refuses it without any one of its members and with another one")
    func refusals() throws {
        let directory = try TemporaryDirectory()
        for (name, fixture) in [("a", "hello-amd64"), ("b", "hello-s390x"), ("w", "hello-s390x-wrong")] {
            try FileManager.default.copyItem(
                atPath: Program.fixture("docker20/\(fixture).tar"), toPath: directory.path(name + ".tar"))
        }
        try directory.write(Array("{}".utf8), to: "auth.json")
        for arguments in Self.runs {
            let run = try Program.run(Program.ocimerge, arguments, directory: directory.path)
            #expect(!run.output.isEmpty, "\(arguments): \(run.stderr)")
            let schema = try Program.ocimerge(["schema", arguments[0]]).output
            let result = try #require(JSONSerialization.jsonObject(with: Data(run.output)) as? [String: Any])
            try JSONSchema.check(run.output, against: schema)
            for name in try Self.required(arguments[0]) where result[name] != nil {
                let less = result.filter { $0.key != name }
                #expect(throws: JSONSchema.Violation.self, "\(arguments[0]) without \(name)") {
                    try JSONSchema.check(Self.bytes(of: less), against: schema)
                }
            }
            let more = result.merging(["unknown": 1]) { $1 }
            #expect(throws: JSONSchema.Violation.self) { try JSONSchema.check(Self.bytes(of: more), against: schema) }
        }
    }

    /// The names of the members that every result has, or every result of one form.
    private static func required(_ command: String) throws -> Set<String> {
        let schema = try schema(command)
        let forms = schema["anyOf"] as? [[String: Any]] ?? [schema]
        return Set(try forms.flatMap { try #require($0["required"] as? [String]) })
    }

    private static func bytes(of value: Any) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: value))
    }

    @Test("python3-jsonschema accepts every schema, and the results that they describe")
    func independent() throws {
        let directory = try TemporaryDirectory()
        for command in Schemas.words {
            try directory.write(Program.ocimerge(["schema", command]).output, to: command + ".schema")
        }
        let sources = ["hello-amd64.tar", "two-apps-s390x.tar"].map { Program.fixture("docker20/" + $0) }
        for command in ["inspect", "verify", "diff"] {
            try directory.write(Program.ocimerge([command, "--json"] + sources).output, to: command + ".json")
        }
        try Program.ocimerge(["verify", "-q", "--receipt", directory.path("receipt.json")] + sources)
        let script = """
            import json, jsonschema, pathlib
            for path in sorted(pathlib.Path('.').glob('*.schema')):
                schema = json.loads(path.read_text())
                jsonschema.Draft202012Validator.check_schema(schema)
                result = path.with_suffix('.json')
                if result.exists():
                    jsonschema.Draft202012Validator(schema).validate(json.loads(result.read_text()))
                print(path.stem)
            """
        let run = try Program.run("/usr/bin/python3", ["-c", script], directory: directory.path)
        #expect(run.stderr == "")
        #expect(run.stdout == Schemas.words.sorted().map { $0 + "\n" }.joined())
    }
}

@Suite("The check of JSON in tests")
struct JSONSchemaTests {
    static let cases: [(schema: String, json: String, fits: Bool)] = [
        (#"{"type":"string"}"#, #""a""#, true), (#"{"type":"string"}"#, "1", false),
        (#"{"type":["string","null"]}"#, "null", true), (#"{"type":"integer","minimum":0}"#, "-1", false),
        (#"{"type":"integer"}"#, "1.5", false), (#"{"enum":["a",null]}"#, "null", true),
        (#"{"enum":["a"]}"#, #""b""#, false), (#"{"const":true}"#, "false", false),
        (#"{"items":{"type":"boolean"}}"#, "[true,1]", false), (#"{"required":["a"]}"#, "{}", false),
        (#"{"properties":{"a":{"type":"null"}},"additionalProperties":false}"#, #"{"a":null}"#, true),
        (#"{"properties":{"a":{"type":"null"}},"additionalProperties":false}"#, #"{"a":1}"#, false),
        (#"{"properties":{},"additionalProperties":false}"#, #"{"a":1}"#, false),
        (#"{"additionalProperties":{"type":"string"}}"#, #"{"a":"b"}"#, true),
        (#"{"additionalProperties":{"type":"string"}}"#, #"{"a":"b","c":1}"#, false),
        (#"{"anyOf":[{"type":"null"},{"type":"boolean"}]}"#, "true", true),
        (#"{"anyOf":[{"type":"null"},{"type":"boolean"}]}"#, "1", false), (#"{"pattern":"a"}"#, "1", false),
    ]

    @Test("the checker accepts only valid JSON", arguments: cases.indices)
    func checks(_ number: Int) throws {
        let (schema, json, fits) = Self.cases[number]
        let isAccepted = (try? JSONSchema.check(Array(json.utf8), against: Array(schema.utf8))) != nil
        #expect(isAccepted == fits)
    }
}
