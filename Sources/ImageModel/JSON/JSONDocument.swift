/// A JSON text (RFC 8259) and where each of its values lies. The bytes are the truth; values are views of them.
///
/// Accepted text is valid UTF-8 without a byte order mark, of at most `limit` bytes and `depthLimit` levels. An object
/// may repeat a name only with the same bytes as value. So every reader sees the same document.
package struct JSONDocument: Sendable {
    package static let limit = 64 << 20
    package static let depthLimit = 100

    package let bytes: [UInt8]
    let nodes: [JSONNode]

    package init(parsing bytes: [UInt8]) throws(JSONError) {
        guard bytes.count <= Self.limit else { throw JSONError(offset: Self.limit, reason: .tooLarge) }
        var parser = JSONParser()
        try parser.parse(bytes)
        self.bytes = bytes
        self.nodes = parser.nodes
    }

    package var root: JSONValue { JSONValue(document: self, index: 0) }

    /// The text of the string at `index`.
    func text(of index: Int) -> String {
        let node = nodes[index]
        guard node.isEscaped else { return String(decoding: bytes[node.content], as: UTF8.self) }
        var text: [UInt8] = []
        JSONUnescape.append(bytes[node.content], to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    func text(of index: Int, equals other: String) -> Bool {
        let node = nodes[index]
        if node.isEscaped { return text(of: index).utf8.elementsEqual(other.utf8) }
        guard node.content.count == other.utf8.count else { return false }
        let (text, other) = (bytes.span.extracting(node.content), other.utf8.span)
        return text.indices.allSatisfy { text[$0] == other[$0] }
    }
}

/// One value or one member name of a parsed document. Children follow their parent directly; those of an object
/// alternate between name and value. A node has sixteen bytes: offsets fit because no document is larger than
/// `JSONDocument.limit`.
struct JSONNode: Sendable {
    var start: UInt32
    var end: UInt32
    /// The index after this value and everything inside it: that of the next sibling, or the end of the parent.
    var next: UInt32
    var kind: JSONValue.Kind
    /// Whether the string has escapes.
    var isEscaped: Bool

    var range: Range<Int> { Int(start)..<Int(end) }

    /// The bytes between the quotes of a string.
    var content: Range<Int> { (Int(start) + 1)..<(Int(end) - 1) }
}

/// Why bytes are not JSON that this program accepts. `offset` is that of the invalid byte.
package struct JSONError: Error, Equatable, Sendable {
    package let offset: Int
    package let reason: Reason

    package enum Reason: Equatable, Sendable {
        case unexpectedEnd
        case unexpectedByte(UInt8)
        case invalidEscape
        case invalidUTF8
        case invalidNumber
        case controlCharacter
        case tooDeep
        case duplicateKey(String)
        case trailingData
        case tooLarge
    }

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }
}
