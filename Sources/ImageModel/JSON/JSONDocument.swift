/// A JSON text (RFC 8259) and where each of its values lies. The bytes are the truth; values are views of them.
///
/// Accepted text is valid UTF-8 without a byte order mark, at most `limit` bytes and `depthLimit` levels, and no object
/// has two members of one name unless their values are the same bytes: every reader sees the same document.
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
        return node.content.count == other.utf8.count && bytes[node.content].elementsEqual(other.utf8)
    }
}
