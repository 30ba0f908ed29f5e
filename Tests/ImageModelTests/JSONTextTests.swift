import Testing

@testable import ImageModel

struct JSONTextTests {
    @Test(
        arguments: [
            ("the empty object", .object([]), "{}"),
            ("the empty array", .array([]), "[]"),
            ("members keep their order", ["b": 1, "a": [true, .null, "s"]], #"{"b":1,"a":[true,null,"s"]}"#),
            ("pairs read as members", .object([("a", .string("b")), ("c", .integer(-5))]), #"{"a":"b","c":-5}"#),
            ("only what must be escaped is", "\"\\/<\u{E9}\u{7F}", "\"\\\"\\\\/<\u{E9}\u{7F}\""),
            ("control characters", "\u{8}\t\n\u{C}\r\u{1}\u{1F}", #""\b\t\n\f\r\u0001\u001f""#),
            ("raw text is copied", ["r": .raw(Array("{ \"x\" : 1 }".utf8))], #"{"r":{ "x" : 1 }}"#),
        ] as [(String, JSONText, String)])
    func writesCompactly(_ why: String, _ text: JSONText, _ expected: String) throws {
        #expect(String(decoding: text.bytes, as: UTF8.self) == expected, "\(why)")
        _ = try JSONDocument(parsing: text.bytes)
    }

    @Test func writesIndented() {
        let text: JSONText = ["a": [1, 2], "b": [:], "c": [], "d": ["e": "f"]]
        let expected = """
            {
              "a": [
                1,
                2
              ],
              "b": {},
              "c": [],
              "d": {
                "e": "f"
              }
            }
            """
        #expect(String(decoding: text.prettyBytes(), as: UTF8.self) == expected)
    }
}
