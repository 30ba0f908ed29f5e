import Testing

@testable import ImageModel

struct JSONArrayEditTests {
    @Test(
        "elements are removed and appended, and the space around the others stays",
        arguments: [
            (#"{"a":[1,2,3]}"#, [1], [], #"{"a":[1,3]}"#),
            (#"{"a":[1,2,3]}"#, [], ["4", "5"], #"{"a":[1,2,3,4,5]}"#),
            ("{ \"a\" : [\n  1,\n  2\n], \"b\":1.50 }\n", [0], ["3"], "{ \"a\" : [\n  2,\n  3\n], \"b\":1.50 }\n"),
            ("{\"a\":[\n  1,\n  2\n]}", [1], ["3"], "{\"a\":[\n  1,\n  3\n]}"),
            ("{\"a\":[\n  1,\n  2\n]}", [0, 1], ["3", "4"], "{\"a\":[\n  3,\n  4\n]}"),
            ("{\"a\":[\n  1\n]}", [], ["2"], "{\"a\":[\n  1,\n  2\n]}"),
            ("{\"a\":[\n  1\n]}", [0], [], "{\"a\":[]}"),
            ("{\"a\":[ ]}", [], ["1", "2"], "{\"a\":[1,2 ]}"), (#"{"a":[]}"#, [], [], #"{"a":[]}"#),
            (#"{"a":null}"#, [], ["1"], #"{"a":[1]}"#),
            (#"{"a":[1], "a":[1]}"#, [0], ["2"], #"{"a":[2], "a":[2]}"#),
        ] as [(String, [Int], [String], String)])
    func edits(_ before: String, _ removed: [Int], _ texts: [String], _ after: String) throws {
        let edited = try JSONEdit.edited(
            Array(before.utf8), array: "a", removing: removed, appending: texts.map { Array($0.utf8) })
        #expect(String(decoding: edited.bytes, as: UTF8.self) == after)
    }

    @Test func anAbsentArrayCannotBeEdited() {
        #expect(throws: JSONEditError.noSuchPlace([.key("a")])) {
            try JSONEdit.edited(Array("{}".utf8), array: "a", removing: [], appending: [])
        }
        #expect(throws: JSONEditError.self) {
            try JSONEdit.edited(Array("{".utf8), array: "a", removing: [], appending: [])
        }
    }
}
