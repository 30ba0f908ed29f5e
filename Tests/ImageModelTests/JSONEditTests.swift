import Testing

@testable import ImageModel

struct JSONEditTests {
    struct Edit: Sendable, CustomTestStringConvertible {
        let why: String
        let before: String
        let changes: [JSONChange]
        let after: String
        var testDescription: String { why }

        init(_ why: String, _ before: String, _ changes: [JSONChange], _ after: String) {
            (self.why, self.before, self.changes, self.after) = (why, before, changes, after)
        }
    }

    static func set(_ path: JSONStep..., to value: JSONText) -> JSONChange { JSONChange(path, to: value) }
    static func remove(_ path: JSONStep...) -> JSONChange { JSONChange(path, to: nil) }

    static let replacing = [
        Edit(
            "nothing to do", " {\"a\" : 1.50}\r\n", [], " {\"a\" : 1.50}\r\n"),
        Edit(
            "only the value changes; odd spacing, numbers, escapes and unknown members stay",
            #"{ "x":1.50,"a"  :"\u0061" , "y":[ 1,2 ]}  "#, [set(.key("a"), to: "b")],
            #"{ "x":1.50,"a"  :"b" , "y":[ 1,2 ]}  "#),
        Edit(
            "an equal string keeps its escapes", #"{"a":"\u0061\/"}"#, [set(.key("a"), to: "a/")],
            #"{"a":"\u0061\/"}"#),
        Edit("an equal integer keeps its bytes", #"{"a":-0}"#, [set(.key("a"), to: 0)], #"{"a":-0}"#),
        Edit("1.0 is no integer", #"{"a":1.0}"#, [set(.key("a"), to: 1)], #"{"a":1}"#),
        Edit(
            "an equal structure keeps its bytes", #"{"a":[ 1, {"b" : true} ]}"#,
            [set(.key("a"), to: [1, ["b": true]])], #"{"a":[ 1, {"b" : true} ]}"#),
        Edit(
            "a structure with one member more is another", #"{"a":{"b" : 1, "c":2}}"#,
            [set(.key("a"), to: ["b": 1])], #"{"a":{"b":1}}"#),
        Edit(
            "strings that only Unicode calls equal differ", "{\"a\":\"\u{E9}\"}", [set(.key("a"), to: "e\u{301}")],
            "{\"a\":\"e\u{301}\"}"),
        Edit(
            "an escaped name is found", #"{"\u0061":1}"#, [set(.key("a"), to: 2)], #"{"\u0061":2}"#),
        Edit(
            "into an array", #"[{"a":1}, {"a":2}]"#, [set(.index(1), .key("a"), to: 3)], #"[{"a":1}, {"a":3}]"#),
        Edit("the root", " 1 ", [set(to: ["a": 1])], #" {"a":1} "#),
        Edit(
            "raw text is put in as it is", #"{"a":1}"#, [set(.key("a"), to: .raw(Array("[ ]".utf8)))], #"{"a":[ ]}"#),
        Edit(
            "a repeated member changes everywhere", #"{"a":1,"b":0,"a":1}"#, [set(.key("a"), to: 2)],
            #"{"a":2,"b":0,"a":2}"#),
        Edit(
            "a repeated parent changes everywhere", #"{"a":{"b":1},"a":{"b":1}}"#,
            [set(.key("a"), .key("b"), to: 2)], #"{"a":{"b":2},"a":{"b":2}}"#),
        Edit(
            "one after another", #"{"a":1}"#, [set(.key("b"), to: 2), set(.key("b"), to: 3), remove(.key("a"))],
            #"{"b":3}"#),
    ]

    static let inserting = [
        Edit("compact", #"{"a":1}"#, [set(.key("b"), to: "x")], #"{"a":1,"b":"x"}"#),
        Edit("compact, after two", #"{"a":1,"b":2}"#, [set(.key("c"), to: 3)], #"{"a":1,"b":2,"c":3}"#),
        Edit(
            "two spaces", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", [set(.key("c"), to: 3)],
            "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}\n"),
        Edit(
            "after the only member", "{\n   \"a\": 1\n}", [set(.key("c"), to: 3)], "{\n   \"a\": 1,\n   \"c\": 3\n}"),
        Edit(
            "tabs and CRLF", "{\r\n\t\"a\" :\t1,\r\n\t\"b\" :\t2\r\n}\r\n", [set(.key("c"), to: 3)],
            "{\r\n\t\"a\" :\t1,\r\n\t\"b\" :\t2,\r\n\t\"c\" :\t3\r\n}\r\n"),
        Edit(
            "a comma on the next line", "{\"a\":1\n ,\"b\":2}", [set(.key("c"), to: 3)],
            "{\"a\":1\n ,\"b\":2\n ,\"c\":3}"),
        Edit("on one line", #"{ "a": 1, "b": 2 }"#, [set(.key("c"), to: 3)], #"{ "a": 1, "b": 2, "c": 3 }"#),
        Edit("into an empty object", #"{"a":{}}"#, [set(.key("a"), .key("b"), to: 1)], #"{"a":{"b":1}}"#),
        Edit("into an empty root", "{}", [set(.key("a"), to: 1)], #"{"a":1}"#),
        Edit(
            "objects on the way are made", #"{"x":1}"#, [set(.key("a"), .key("b"), .key("c"), to: 1)],
            #"{"x":1,"a":{"b":{"c":1}}}"#),
        Edit(
            "null is an empty map to Go", #"{"annotations":null,"x":1}"#,
            [set(.key("annotations"), .key("b"), to: "c")], #"{"annotations":{"b":"c"},"x":1}"#),
        Edit("a name that needs escapes", "{}", [set(.key("a\"\n"), to: 1)], #"{"a\"\n":1}"#),
        Edit(
            "deep in a pretty document", "{\n  \"m\": [\n    {\n      \"a\": 1\n    }\n  ]\n}",
            [set(.key("m"), .index(0), .key("b"), to: 2)],
            "{\n  \"m\": [\n    {\n      \"a\": 1,\n      \"b\": 2\n    }\n  ]\n}"),
    ]

    static let removing = [
        Edit("the first", #"{"a":1,"b":2,"c":3}"#, [remove(.key("a"))], #"{"b":2,"c":3}"#),
        Edit("the middle one", #"{"a":1,"b":2,"c":3}"#, [remove(.key("b"))], #"{"a":1,"c":3}"#),
        Edit("the last", #"{"a":1,"b":2,"c":3}"#, [remove(.key("c"))], #"{"a":1,"b":2}"#),
        Edit("the only one", #"{"a":1}"#, [remove(.key("a"))], "{}"),
        Edit("the only one, with its space", "[{\n  \"a\": 1\n} ]", [remove(.index(0), .key("a"))], "[{} ]"),
        Edit(
            "the first, pretty", "{\n  \"a\": 1,\n  \"b\": 2\n}", [remove(.key("a"))], "{\n  \"b\": 2\n}"),
        Edit(
            "the middle one, tabs and CRLF", "{\r\n\t\"a\": 1,\r\n\t\"b\": 2,\r\n\t\"c\": 3\r\n}", [remove(.key("b"))],
            "{\r\n\t\"a\": 1,\r\n\t\"c\": 3\r\n}"),
        Edit(
            "the last, pretty", "{\n  \"a\": 1,\n  \"b\": 2\n}\n", [remove(.key("b"))], "{\n  \"a\": 1\n}\n"),
        Edit("all of a repeated member", #"{"a":1,"b":2,"a":1}"#, [remove(.key("a"))], #"{"b":2}"#),
        Edit("repeated members only", #"{ "a":1, "a":1 }"#, [remove(.key("a"))], "{}"),
        Edit(
            "repeated members side by side", #"{"a":1, "a":1, "b":2, "a":1, "a":1}"#, [remove(.key("a"))],
            #"{"b":2}"#),
        Edit("an element", "[1, 2, 3]", [remove(.index(1))], "[1, 3]"),
        Edit("what is absent", #"{"a": 1}"#, [remove(.key("b"))], #"{"a": 1}"#),
        Edit("what is absent below what is absent", "{ }", [remove(.key("a"), .key("b"))], "{ }"),
        Edit("what is absent below null", #"{"a":null}"#, [remove(.key("a"), .key("b"))], #"{"a":null}"#),
        Edit("an element past the end", "[1]", [remove(.index(1))], "[1]"),
    ]

    @Test(arguments: replacing + inserting + removing)
    func changesNothingElse(_ edit: Edit) throws {
        let result = try JSONEdit.applying(edit.changes, to: Array(edit.before.utf8))
        #expect(String(decoding: result, as: UTF8.self) == edit.after)
        #expect(result == Array(edit.after.utf8))
    }

    @Test(
        arguments: [
            ("through a string", #"{"a":"s"}"#, [.key("a"), .key("b")], 1),
            ("removing through a string", #"{"a":"s"}"#, [.key("a"), .key("b")], nil),
            ("an index of an object", #"{"a":{}}"#, [.key("a"), .index(0)], 1),
            ("a name of an array", "[1]", [.key("a")], 1),
            ("an element past the end", "[1]", [.index(1)], 1),
            ("an element before the start", "[1]", [.index(-1)], 1),
            ("through an element past the end", "[{}]", [.index(1), .key("a")], nil),
            ("an array that would have to be made", "{}", [.key("a"), .index(0)], 1),
            ("no document would be left", "{}", [], nil),
        ] as [(String, String, [JSONStep], JSONText?)])
    func refusesPathsThatDoNotExist(_ why: String, _ before: String, _ path: [JSONStep], _ value: JSONText?) {
        #expect(throws: JSONEditError.noSuchPlace(path), "\(why)") {
            try JSONEdit.applying([JSONChange(path, to: value)], to: Array(before.utf8))
        }
    }

    static let ordered = [
        Edit(
            "members of several entries", #"{"m":[{"a":1},{"a":1}]}"#,
            [0, 1].flatMap {
                [set(.key("m"), .index($0), .key("b"), to: 2), set(.key("m"), .index($0), .key("c"), to: 3)]
            },
            #"{"m":[{"a":1,"b":2,"c":3},{"a":1,"b":2,"c":3}]}"#),
        Edit(
            "members of one object", "{}", ["c", "a", "b"].map { set(.key($0), to: 1) }, #"{"c":1,"a":1,"b":1}"#),
        Edit(
            "members of one object, one of which waits", #"{"x":{}}"#,
            [set(.key("a"), .key("b"), to: 1), set(.key("a"), .key("c"), to: 2), set(.key("d"), to: 3)],
            #"{"x":{},"a":{"b":1,"c":2},"d":3}"#),
        Edit(
            "below null", #"{"a":null}"#, [set(.key("a"), .key("b"), to: 1), set(.key("a"), .key("c"), to: 2)],
            #"{"a":{"b":1,"c":2}}"#),
        Edit(
            "elements get other numbers", "[0,1,2,3]", [remove(.index(0)), remove(.index(0)), set(.index(0), to: 9)],
            "[9,3]"),
        Edit(
            "an element after a change of another", "[0,1,2]",
            [set(.index(2), to: 9), remove(.index(1)), remove(.index(0))],
            "[9]"),
        Edit(
            "a value, then a part of it", #"{"a":1}"#,
            [
                set(.key("a"), to: ["b": [0]]), set(.key("a"), .key("c"), to: 1),
                set(.key("a"), .key("b"), .index(0), to: 2),
            ],
            #"{"a":{"b":[2],"c":1}}"#),
        Edit(
            "a part, then the value", #"{"a":{"b":1}}"#, [set(.key("a"), .key("b"), to: 2), set(.key("a"), to: 3)],
            #"{"a":3}"#),
        Edit(
            "the document between two changes", #"{"a":1}"#,
            [set(.key("b"), to: 1), set(to: ["c": 1]), set(.key("b"), to: 2)], #"{"c":1,"b":2}"#),
    ]

    @Test(arguments: ordered)
    func changesAreMadeInTheirOrder(_ edit: Edit) throws {
        let whole = try JSONEdit.applying(edit.changes, to: Array(edit.before.utf8))
        #expect(String(decoding: whole, as: UTF8.self) == edit.after)
        let steps = try edit.changes.reduce(Array(edit.before.utf8)) { try JSONEdit.applying([$1], to: $0) }
        #expect(steps == whole)
    }

    @Test func theNumberOfBatchesDoesNotGrowWithTheNumberOfEntries() throws {
        let keys = ["architecture", "os", "variant"]
        let batches = try [1, 1000].map { count in
            let entries = Array(repeating: #"{"a":1,"b":2}"#, count: count).joined(separator: ",")
            let changes = (0..<count).flatMap { number in
                [Self.remove(.key("m"), .index(number), .key("a"))]
                    + keys.map { Self.set(.key("m"), .index(number), .key("platform"), .key($0), to: "x") }
            }
            return try JSONEdit.revised(Array(#"{"m":[\#(entries)]}"#.utf8), changes).batches
        }
        #expect(batches == [4, 4])
    }

    @Test func refusesMalformedInputAndOutput() {
        #expect(throws: JSONEditError.malformed(JSONError(offset: 1, reason: .unexpectedEnd))) {
            try JSONEdit.applying([], to: Array("{".utf8))
        }
        #expect(throws: JSONEditError.malformed(JSONError(offset: 5, reason: .unexpectedByte(0x78)))) {
            try JSONEdit.applying([Self.set(.key("a"), to: .raw(Array("x".utf8)))], to: Array(#"{"a":1}"#.utf8))
        }
    }
}
