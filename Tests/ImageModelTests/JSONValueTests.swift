import Testing

@testable import ImageModel

struct JSONValueTests {
    static func root(_ text: String) throws -> JSONValue {
        try JSONDocument(parsing: Array(text.utf8)).root
    }

    @Test(
        arguments: [
            ("plain", #""abc""#, "abc"),
            ("empty", #""""#, ""),
            ("every short escape", #""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            ("an escaped NUL", #""\u0000""#, "\0"),
            ("hex of both cases", #""\u00e9\u00E9""#, "\u{E9}\u{E9}"),
            ("a pair of surrogates", #""\ud83D\uDe00!""#, "\u{1F600}!"),
            ("a high surrogate alone", #""\ud83d""#, "\u{FFFD}"),
            ("a high surrogate before text", #""\ud83dx""#, "\u{FFFD}x"),
            ("a high surrogate before another escape", #""\ud83d\n""#, "\u{FFFD}\n"),
            ("two high surrogates, then a low one", #""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
            ("a low surrogate alone", #""\ude00""#, "\u{FFFD}"),
            ("UTF-8 of two, three and four bytes", "\"\u{E9}\u{20AC}\u{1F600}\"", "\u{E9}\u{20AC}\u{1F600}"),
            ("the last scalar", "\"\u{10FFFF}\"", "\u{10FFFF}"),
            ("delete is no control character to JSON", "\"\u{7F}\"", "\u{7F}"),
        ] as [(String, String, String)])
    func unescapes(_ why: String, _ text: String, _ expected: String) throws {
        let string = try Self.root(text).string
        #expect(string.map { Array($0.utf8) } == Array(expected.utf8), "\(why)")
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("42", 42), ("-7", -7),
            ("9223372036854775807", .max), ("-9223372036854775808", .min),
            ("9223372036854775808", nil), ("-9223372036854775809", nil),
            ("1.0", nil), ("1e5", nil), ("1E+2", nil), ("-0.5e-3", nil), ("\"1\"", nil), ("true", nil),
        ] as [(String, Int64?)])
    func integersAreExactOrAbsent(_ text: String, _ expected: Int64?) throws {
        #expect(try Self.root(text).integer == expected)
    }

    @Test func keepsTheOrderAndTheRanges() throws {
        let root = try Self.root(#" {"b" : [1, {"x":null}, "s"], "a":false, "c":{}} "#)
        #expect(root.kind == .object)
        #expect(root.range == 1..<48)
        #expect(root.members.map(\.key) == ["b", "a", "c"])
        let elements = root["b"]?.elements ?? []
        #expect(elements.map(\.kind) == [.number, .object, .string])
        #expect(elements.map { String(decoding: $0.rawBytes, as: UTF8.self) } == ["1", #"{"x":null}"#, #""s""#])
        #expect(elements[1]["x"]?.isNull == true)
        #expect(root["a"]?.boolean == false)
        #expect(root["c"]?.members.isEmpty == true)
    }

    @Test func otherKindsOfValuesAreNil() throws {
        let number = try Self.root("1")
        #expect(number.string == nil)
        #expect(number.boolean == nil)
        #expect(!number.isNull)
        #expect(number["a"] == nil)
        #expect(number.members.isEmpty)
        #expect(number.elements.isEmpty)
        #expect(try Self.root(#"{"a":1}"#).elements.isEmpty)
        #expect(try Self.root("[1]").members.isEmpty)
        #expect(try Self.root(#"["a"]"#)["a"] == nil)
        #expect(try Self.root("true").boolean == true)
    }

    @Test func findsAnEscapedName() throws {
        #expect(try Self.root(#"{"\u0061b":1}"#)["ab"]?.integer == 1)
        #expect(try Self.root(#"{"\u0061b":1}"#)["a"] == nil)
    }
}
