import Testing

@testable import ImageModel

struct JSONDocumentTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        let why: String
        let bytes: [UInt8]
        let offset: Int
        let reason: JSONError.Reason
        var testDescription: String { why }

        init(_ why: String, _ text: String, _ offset: Int, _ reason: JSONError.Reason) {
            self.init(why, Array(text.utf8), offset, reason)
        }

        init(_ why: String, _ bytes: [UInt8], _ offset: Int, _ reason: JSONError.Reason) {
            (self.why, self.bytes, self.offset, self.reason) = (why, bytes, offset, reason)
        }
    }

    @Test(arguments: [
        Refused("an empty text has no value", "", 0, .unexpectedEnd),
        Refused("space alone has no value", " \n", 2, .unexpectedEnd),
        Refused("a byte order mark is not JSON", "\u{FEFF}{}", 0, .unexpectedByte(0xEF)),
        Refused("a second value", "{} {}", 3, .trailingData),
        Refused("a stray closing bracket", "[]]", 2, .trailingData),
        Refused("an array left open", "[1", 2, .unexpectedEnd),
        Refused("a comma before the end of an array", "[1,]", 3, .unexpectedByte(0x5D)),
        Refused("a comma before the end of an object", #"{"a":1,}"#, 7, .unexpectedByte(0x7D)),
        Refused("an array closed as an object", "[1}", 2, .unexpectedByte(0x7D)),
        Refused("an object closed as an array", #"{"a":1]"#, 6, .unexpectedByte(0x5D)),
        Refused("a name that is no string", "{a:1}", 1, .unexpectedByte(0x61)),
        Refused("a name without a value", #"{"a"}"#, 4, .unexpectedByte(0x7D)),
        Refused("elements without a comma", "[1 2]", 3, .unexpectedByte(0x32)),
        Refused("a comment", "/**/1", 0, .unexpectedByte(0x2F)),
        Refused("space that JSON does not know", "\u{0C}1", 0, .unexpectedByte(0x0C)),
        Refused("a word in upper case", "True", 0, .unexpectedByte(0x54)),
        Refused("a word cut short", "tru", 3, .unexpectedEnd),
        Refused("a word that goes on", "nulll", 4, .trailingData),
        Refused("a leading zero", "01", 1, .invalidNumber),
        Refused("a minus alone", "-", 1, .invalidNumber),
        Refused("a minus before a word", "-a", 1, .invalidNumber),
        Refused("a plus", "+1", 0, .unexpectedByte(0x2B)),
        Refused("a fraction without digits", "1.", 2, .invalidNumber),
        Refused("a fraction without an integer", ".5", 0, .unexpectedByte(0x2E)),
        Refused("an exponent without digits", "1e+", 3, .invalidNumber),
        Refused("a string left open", #""ab"#, 3, .unexpectedEnd),
        Refused("a string that ends in a backslash", #""\"#, 2, .unexpectedEnd),
        Refused("an unknown escape", #""\x""#, 2, .invalidEscape),
        Refused("an escape with a letter that is no hex", #""\u00g0""#, 5, .invalidEscape),
        Refused("an escape cut by the end", #""\u00"#, 5, .unexpectedEnd),
        Refused("a line end inside a string", "\"a\nb\"", 2, .controlCharacter),
        Refused("an overlong slash in two bytes", [0x22, 0xC0, 0xAF, 0x22], 1, .invalidUTF8),
        Refused("an overlong slash in three bytes", [0x22, 0xE0, 0x80, 0xAF, 0x22], 1, .invalidUTF8),
        Refused("an overlong slash in four bytes", [0x22, 0xF0, 0x80, 0x80, 0xAF, 0x22], 1, .invalidUTF8),
        Refused("a surrogate in UTF-8", [0x22, 0xED, 0xA0, 0x80, 0x22], 1, .invalidUTF8),
        Refused("a scalar above U+10FFFF", [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1, .invalidUTF8),
        Refused("a continuation byte alone", [0x22, 0x80, 0x22], 1, .invalidUTF8),
        Refused("a sequence cut by the quote", [0x22, 0xE2, 0x82, 0x22], 1, .invalidUTF8),
        Refused("a sequence cut by the end", [0x22, 0xC3], 1, .invalidUTF8),
        Refused("a repeated name", #"{"a":1,"a":2}"#, 7, .duplicateKey("a")),
        Refused("a repeated name, once escaped", #"{"a":1,"\u0061":2}"#, 7, .duplicateKey("a")),
        Refused("a repeated name further in", #"[{"b":[{"c":0,"a":1,"c":1}]}]"#, 20, .duplicateKey("c")),
        Refused("the same value in other bytes", #"{"a":1,"b":2,"a":1.0}"#, 13, .duplicateKey("a")),
    ])
    func refuses(_ refused: Refused) {
        #expect(throws: JSONError(offset: refused.offset, reason: refused.reason)) {
            try JSONDocument(parsing: refused.bytes)
        }
    }

    @Test func refusesDepthThatWouldOverflowAStack() throws {
        #expect(throws: JSONError(offset: 100, reason: .tooDeep)) {
            try JSONDocument(parsing: Array(repeating: UInt8(ascii: "["), count: 30_000))
        }
        let hundred = Array(String(repeating: "[", count: 100).utf8) + Array(String(repeating: "]", count: 100).utf8)
        #expect(try JSONDocument(parsing: hundred).root.range == 0..<200)
    }

    @Test func refusesMoreThanItsLimit() {
        #expect(throws: JSONError(offset: 64 << 20, reason: .tooLarge)) {
            try JSONDocument(parsing: Array(repeating: UInt8(ascii: " "), count: 64 << 20 + 1))
        }
    }

    @Test func findsARepeatedNameAmongMany() throws {
        var text = "{" + (0..<100_000).map { "\"member \($0)\":\($0)" }.joined(separator: ",")
        #expect(try JSONDocument(parsing: Array((text + "}").utf8)).root["member 99999"]?.integer == 99_999)
        let offset = text.utf8.count + 1
        text += #","member 5":6}"#
        #expect(throws: JSONError(offset: offset, reason: .duplicateKey("member 5"))) {
            try JSONDocument(parsing: Array(text.utf8))
        }
    }

    @Test func acceptsARepeatedMemberOfTheSameBytes() throws {
        let root = try JSONDocument(parsing: Array(#"{"a":[1],"b":2,"\u0061":[1]}"#.utf8)).root
        #expect(root.members.map(\.key) == ["a", "b", "a"])
        #expect(root["a"]?.range == 5..<8)
    }

    @Test func canonicallyEquivalentNamesAreDifferentMembers() throws {
        let root = try JSONDocument(parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)).root
        #expect(root["\u{E9}"]?.integer == 1)
        #expect(root["e\u{301}"]?.integer == 2)
    }
}
