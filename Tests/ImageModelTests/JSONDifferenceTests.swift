import ImageModel
import TestSupport
import Testing

/// The differences between two documents, with their paths.
struct JSONDifferenceTests {
    static let cases: [(old: String, new: String, expected: [String], sentence: String)] = [
        (#"{"a":1}"#, #"{"a":1}"#, [], "nothing"), (#"{"a":1}"#, #"{"a":2}"#, ["a: 1 -> 2"], "a value"),
        (#"{"a":1}"#, #"{"a":1,"b":"x"}"#, [#"b: absent -> "x""#], "a new member"),
        (#"{"a":1,"b":[]}"#, #"{"a":1}"#, ["b: [] -> absent"], "a member that is gone"),
        (
            #"{"m":[{"d":"1"},{"d":"2"}]}"#, #"{"m":[{"d":"1"},{"d":"3"}]}"#, [#"m[1].d: "2" -> "3""#],
            "deep inside"
        ),
        (#"[{"C":"1"}]"#, #"[{"C":"2"}]"#, [#"[0].C: "1" -> "2""#], "an array at the top"),
        (#"[1,2]"#, #"[1]"#, ["[1]: 2 -> absent"], "an element that is gone"),
        (
            #"{"a":{"os.version":"1"}}"#, #"{"a":{"os.version":"2"}}"#, [#"a["os.version"]: "1" -> "2""#],
            "a name with a dot"
        ),
        (#"{"a":1}"#, #"{ "a" : 1 }"#, [], "spaces are no difference"),
        (#"{"a":{"b":1}}"#, #"{"a":null}"#, [#"a: {"b":1} -> null"#], "another kind of value"),
        (
            "{\"\u{e9}\":1}", "{\"e\u{301}\":1}",
            ["[\"\u{e9}\"]: 1 -> absent", "[\"e\u{301}\"]: absent -> 1"], "names that only look the same"
        ),
    ]

    @Test(arguments: cases.indices)
    func differences(_ number: Int) throws {
        let (old, new, expected, sentence) = Self.cases[number]
        func text(_ bytes: [UInt8]?) -> String { bytes.map { String(decoding: $0, as: UTF8.self) } ?? "absent" }
        let found = try JSONDifference.between(Array(old.utf8), Array(new.utf8)).map {
            "\($0.path): \(text($0.old)) -> \(text($0.new))"
        }
        #expect(found == expected, "\(sentence)")
    }

    @Test("a value with too many differences is one difference")
    func limit() throws {
        func array(_ element: String, _ count: Int) -> [UInt8] {
            Array(#"{"a":[\#([String](repeating: element, count: count).joined(separator: ","))],"b":1}"#.utf8)
        }
        let count = 10_001
        #expect(try JSONDifference.between(array("1", count - 1), array("2", count - 1)).count == count - 1)
        let whole = try JSONDifference.between(array("1", count), array("2", count))
        #expect(whole.map(\.path) == ["a"])
    }

    @Test("values with a very long path are not compared by their members")
    func longPaths() throws {
        let key = String(repeating: "k", count: 1001)
        func object(_ value: String) -> [UInt8] { Array(#"{"\#(key)":{"a":\#(value)}}"#.utf8) }
        #expect(try JSONDifference.between(object("1"), object("2")).map(\.path) == [key])
    }

    @Test("comparing objects with many members takes linear time", .mustEnd)
    func manyMembers() throws {
        func object(_ last: String) -> [UInt8] {
            Array("{\((0..<60_000).map { "\"\($0)\":1" }.joined(separator: ",")),\"x\":\(last)}".utf8)
        }
        #expect(try JSONDifference.between(object("1"), object("2")).map(\.path) == ["x"])
    }
}
