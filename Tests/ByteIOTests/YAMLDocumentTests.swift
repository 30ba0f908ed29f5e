import Testing

@testable import ByteIO

/// YAML is parsed into a tree of text with line numbers. Text that tools read differently is refused.
struct YAMLDocumentTests {
    /// The tree as text: `{key@line: value}`, `[item, …]`, plain scalars as they are, quoted ones in quotes.
    static func text(_ node: YAMLNode) -> String {
        switch node.content {
        case .scalar(let text, let isPlain): isPlain ? text : "\"\(text)\""
        case .sequence(let items): "[" + items.map { "\($0.line):" + Self.text($0) }.joined(separator: ", ") + "]"
        case .mapping(let entries):
            "{" + entries.map { "\($0.key)@\($0.line): \(Self.text($0.value))" }.joined(separator: ", ") + "}"
        }
    }

    @Test(
        arguments: [
            ("a mapping", "a: b\nc: d\n", "{a@1: b, c@2: d}"),
            ("a number is its text", "a: 386\nb: 10.0\nc: 0x1F\nd: 1e3", "{a@1: 386, b@2: 10.0, c@3: 0x1F, d@4: 1e3}"),
            ("so are words that mean something", "a: yes\nb: null\nc: ~", "{a@1: yes, b@2: null, c@3: ~}"),
            ("quotes of both kinds", "a: 'it''s'\nb: \"\\u00e9\\n\"", "{a@1: \"it's\", b@2: \"é\n\"}"),
            ("a block of text", "a: |\n  x\n  y\nb: >\n  x\n  y\n", "{a@1: \"x\ny\n\", b@4: \"x y\n\"}"),
            ("nothing is empty text", "a:\nb: ''", "{a@1: , b@2: \"\"}"),
            ("a list in blocks", "a:\n- x\n-\n  y: z\n", "{a@1: [2:x, 4:{y@4: z}]}"),
            ("a list in flow", "a: [x, 'y',\n {z: 1}]", "{a@1: [1:x, 1:\"y\", 2:{z@2: 1}]}"),
            ("comments and empty lines count", "# one\n\na: b # c\n\n# d\ne: f", "{a@3: b, e@6: f}"),
            ("ends of line of all kinds", "a: b\r\nc: d\re: f\n", "{a@1: b, c@2: d, e@3: f}"),
            ("a document with its marks", "%YAML 1.1\n---\na: b\n...\n", "{a@3: b}"),
            ("a byte order mark", "\u{FEFF}a: b", "{a@1: b}"),
            ("a tag that says what is so", "a: !!str 386\nb: !!seq []\nc: ! x", "{a@1: 386, b@2: [], c@3: x}"),
            ("a scalar alone", "x", "x"), ("an empty list", "[]", "[]"), ("an empty mapping", "{}", "{}"),
            ("an empty document", "---\n", ""), ("a key of no text", "'': x", "{@1: x}"),
        ])
    func reads(_ why: String, _ yaml: String, _ expected: String) throws {
        #expect(try Self.text(YAMLDocument.parse(Array(yaml.utf8))) == expected, "\(why)")
    }

    @Test(
        arguments: [
            ("nothing", "", .noDocument, 1, 1),
            ("comments alone", "# a\n# b\n", .noDocument, 3, 1),
            ("two documents", "a: b\n---\nc: d\n", .severalDocuments, 2, 1),
            ("an anchor", "a: b\nc: &x d\n", .reference, 2, 4),
            ("an anchor of a list", "a: &x [b]\n", .reference, 1, 4),
            ("an anchor of a key", "&x a: b\n", .reference, 1, 1),
            ("an alias", "a:\n  - *x\n", .reference, 2, 5),
            ("an alias as a key", "*x : b\n", .reference, 1, 1),
            ("another type", "a: !!int 1\n", .tag("tag:yaml.org,2002:int"), 1, 4),
            ("a private type", "a: !x {}\n", .tag("!x"), 1, 4),
            ("a list called a mapping", "a: !!map []\n", .tag("tag:yaml.org,2002:map"), 1, 4),
            ("a key that is a list", "? [a]\n: b\n", .keyNotText, 1, 3),
            ("a key twice", "a: 1\nb: 2\na: 3\n", .duplicateKey("a", first: 1), 3, 1),
            ("a key twice in flow", "x: {a: 1, \"a\": 2}", .duplicateKey("a", first: 1), 1, 11),
            ("a key twice, composed and not", "é: 1\ne\u{301}: 2", .duplicateKey("e\u{301}", first: 1), 2, 1),
            ("a NUL in text", "a: \"x\\0y\"\n", .zeroCharacter, 1, 4),
            ("a NUL in a key", "\"\\x00\": y\n", .zeroCharacter, 1, 1),
            ("a mapping in a scalar", "a: b: c\n", .malformed("mapping values are not allowed in this context"), 1, 5),
            ("a tab", "a:\n\t- b\n", .malformed("found character that cannot start any token"), 2, 1),
            ("a quote left open", "a: 'b\n", .malformed("found unexpected end of stream"), 2, 1),
            ("a list left open", "a: [b\n", .malformed("did not find expected ',' or ']'"), 2, 1),
            ("half a surrogate", "a: \"\\ud800\"", .malformed("found invalid Unicode character escape code"), 1, 7),
        ] as [(String, String, YAMLError.Reason, Int, Int)])
    func refuses(_ why: String, _ yaml: String, _ reason: YAMLError.Reason, _ line: Int, _ column: Int) {
        #expect(throws: YAMLError(reason, line: line, column: column), "\(why)") {
            try YAMLDocument.parse(Array(yaml.utf8))
        }
    }

    @Test(
        arguments: [
            ("a byte that is no UTF-8", [0x61, 0x3A, 0x20, 0xC3, 0xA9, 0x0A, 0x62, 0xFF], "leading", 2, 2),
            ("a sequence that breaks off", [0x61, 0x0A, 0x0A, 0xC3], "incomplete", 3, 1),
            ("a long form", [0xC0, 0x80], "invalid length", 1, 1),
            ("UTF-16", [0xFF, 0xFE, 0x61, 0x00], "leading", 1, 1),
            ("a NUL", [0x61, 0x00], "control characters", 1, 2),
            ("a control character", [0x61, 0x0A, 0x1B], "control characters", 2, 1),
        ] as [(String, [UInt8], String, Int, Int)])
    func refusesBytesThatAreNotText(_ why: String, _ bytes: [UInt8], _ word: String, _ line: Int, _ column: Int) throws
    {
        let error = try #require(throws: YAMLError.self) { try YAMLDocument.parse(bytes) }
        guard case .malformed(let problem) = error.reason else { throw error }
        #expect(problem.contains(word), "\(why): \(problem)")
        #expect((error.line, error.column) == (line, column), "\(why)")
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try YAMLDocument.parse(nested(YAMLDocument.depthLimit))
        let limit = YAMLDocument.depthLimit
        #expect(throws: YAMLError(.tooDeep(limit: limit), line: 1, column: limit + 1)) {
            try YAMLDocument.parse(nested(limit + 1))
        }
        #expect(throws: YAMLError.self) { try YAMLDocument.parse(nested(400_000)) }
        let blocks = String(repeating: "- ", count: 400_000)
        #expect(throws: YAMLError.self) { try YAMLDocument.parse(Array(blocks.utf8)) }
    }

    @Test func directivesAreCounted() throws {
        func directives(_ count: Int) -> [UInt8] {
            Array(((1...count).map { "%TAG !a\($0)! b\n" }.joined() + "--- x").utf8)
        }
        #expect(try Self.text(YAMLDocument.parse(directives(64))) == "x")
        #expect(throws: YAMLError(.tag("%TAG"), line: 65, column: 1)) { try YAMLDocument.parse(directives(65)) }
        #expect(throws: YAMLError(.tag("%TAG"), line: 65, column: 1)) { try YAMLDocument.parse(directives(50_000)) }
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}", "\n# c\n", "\n \u{feff}\n"])
    func directivesAreCountedWhateverEndsTheirLines(_ end: String) {
        let text = (1...65).map { "%TAG !a\($0)! b\(end)" }.joined() + "--- x"
        let error = #expect(throws: YAMLError.self) { try YAMLDocument.parse(Array(text.utf8)) }
        #expect(error?.reason == .tag("%TAG"))
    }

    @Test func onlyDirectivesAreCounted() throws {
        let comments = String(repeating: "# %TAG\n", count: 99)
        #expect(try Self.text(YAMLDocument.parse(Array((comments + "--- x").utf8))) == "x")
        let words = String(repeating: " %TAG", count: 99)
        let one = try YAMLDocument.parse(Array("--- '\(words)'".utf8))
        #expect(one.content == .scalar(words, isPlain: false))
        let lines = String(repeating: "\n%TAG", count: 99)
        #expect(try YAMLDocument.parse(Array("--- \"\(lines)\"".utf8)).content == one.content)
    }

    /// Each directive is compared with all earlier ones, so their number must be bounded.
    @Test(arguments: ["a: b\n", "a\n...\n", "--- a\n...\n# c\n"])
    func directivesOfAnotherDocumentAreNotRead(_ first: String) {
        let text = first + (1...65).map { "%TAG !a\($0)! b\n" }.joined() + "--- x"
        let line = first.split(separator: "\n").count + 1
        #expect(throws: YAMLError(.severalDocuments, line: line, column: 1)) {
            try YAMLDocument.parse(Array(text.utf8))
        }
    }

    @Test func aByteOrderMarkIsSkipped() throws {
        #expect(try YAMLDocument.parse(Array("\u{feff}a: b".utf8)) == YAMLDocument.parse(Array("a: b".utf8)))
    }

    @Test func valuesAreCounted() throws {
        func list(_ count: Int) -> [UInt8] { Array(String(repeating: "- x\n", count: count).utf8) }
        let limit = YAMLDocument.valueLimit
        _ = try YAMLDocument.parse(list(limit - 1))
        #expect(throws: YAMLError(.tooManyValues(limit: limit), line: limit, column: 3)) {
            try YAMLDocument.parse(list(limit))
        }
    }
}
