/// A value of a parsed document. It is a view that copies as cheaply as two references.
package struct JSONValue: Sendable {
    package enum Kind: UInt8, Sendable {
        case object, array, string, number, `true`, `false`, null
    }

    let document: JSONDocument
    let index: Int

    init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    private var node: JSONNode { document.nodes[index] }

    package var kind: Kind { node.kind }

    /// The range of the value in the document's bytes.
    package var range: Range<Int> { node.range }

    package var rawBytes: ArraySlice<UInt8> { document.bytes[node.range] }

    /// The member of that name. `nil` if there is none, or if this is no object. Names are compared byte by byte, not
    /// by Unicode equivalence.
    package subscript(key: String) -> JSONValue? {
        var found: JSONValue?
        forEachMember { name, value in
            if document.text(of: name, equals: key) {
                found = JSONValue(document: document, index: value)
            }
            return found == nil
        }
        return found
    }

    /// In document order; empty unless this is an object.
    package var members: [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = []
        forEachMember { name, value in
            members.append((document.text(of: name), JSONValue(document: document, index: value)))
            return true
        }
        return members
    }

    /// The names of the members in document order; empty unless this is an object.
    var memberNames: [String] {
        var names: [String] = []
        forEachMember { name, _ in
            names.append(document.text(of: name))
            return true
        }
        return names
    }

    /// In document order; empty unless this is an array.
    package var elements: [JSONValue] {
        guard node.kind == .array else { return [] }
        var elements: [JSONValue] = []
        let end = Int(node.next)
        var child = index + 1
        while child < end {
            elements.append(JSONValue(document: document, index: child))
            child = Int(document.nodes[child].next)
        }
        return elements
    }

    /// The text without its escapes. A surrogate without its other half reads as U+FFFD. `nil` unless this is a string.
    package var string: String? {
        node.kind == .string ? document.text(of: index) : nil
    }

    /// The bytes of the text if they stand there as they are; `nil` if the string has escapes, or if this is no string.
    var plainText: ArraySlice<UInt8>? {
        node.kind == .string && !node.isEscaped ? document.bytes[node.content] : nil
    }

    /// `nil` unless this is a number without fraction and exponent that fits. Nothing is rounded.
    package var integer: Int64? {
        guard node.kind == .number else { return nil }
        return Int64(String(decoding: rawBytes, as: UTF8.self))
    }

    package var boolean: Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    package var isNull: Bool { node.kind == .null }

    /// The members with their names as values, in document order; empty unless this is an object.
    var namedMembers: [(name: JSONValue, value: JSONValue)] {
        var members: [(name: JSONValue, value: JSONValue)] = []
        forEachMember { name, value in
            members.append((JSONValue(document: document, index: name), JSONValue(document: document, index: value)))
            return true
        }
        return members
    }

    private func forEachMember(_ body: (_ name: Int, _ value: Int) -> Bool) {
        guard node.kind == .object else { return }
        let end = Int(node.next)
        var name = index + 1
        while name < end, body(name, name + 1) {
            name = Int(document.nodes[name + 1].next)
        }
    }
}

/// Decodes the bytes between the quotes of a string.
enum JSONUnescape {
    /// Appends the text as UTF-8. A surrogate without its other half becomes U+FFFD, as in Go's reader.
    static func append(_ content: ArraySlice<UInt8>, to output: inout [UInt8]) {
        var at = content.startIndex
        while at < content.endIndex {
            let byte = content[at]
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                at += 1
                continue
            }
            let code = content[at + 1]
            at += 2
            switch code {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"): output.append(contentsOf: String(scalar(content, at: &at)).utf8)
            default: output.append(code)
            }
        }
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func scalar(_ content: ArraySlice<UInt8>, at: inout Int) -> Unicode.Scalar {
        let high = unit(content, at)
        at += 4
        if (0xD800..<0xDC00).contains(high), at + 6 <= content.endIndex, content[at] == UInt8(ascii: "\\"),
            content[at + 1] == UInt8(ascii: "u")
        {
            let low = unit(content, at + 2)
            if (0xDC00..<0xE000).contains(low) {
                at += 6
                return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        return Unicode.Scalar(high) ?? "\u{FFFD}"
    }

    private static func unit(_ content: ArraySlice<UInt8>, _ start: Int) -> UInt32 {
        var value: UInt32 = 0
        for at in start..<(start + 4) { value = value << 4 | (hexDigit(content[at]) ?? 0) }
        return value
    }
}
