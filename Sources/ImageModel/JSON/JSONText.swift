/// JSON to be written. The same value always gives the same bytes, members in the order given.
package indirect enum JSONText: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case null
    case array([JSONText])
    case object([Member])
    /// JSON text, copied unchanged, also into indented output.
    case raw([UInt8])

    package struct Member: Sendable, Equatable {
        package var key: String
        package var value: JSONText

        package init(_ key: String, _ value: JSONText) {
            self.key = key
            self.value = value
        }
    }

    // Disfavored, or `.object([])` would be ambiguous; a generic parameter instead spoils nested literals.
    @_disfavoredOverload
    package static func object(_ members: [(String, JSONText)]) -> JSONText {
        .object(members.map { Member($0, $1) })
    }

    /// The bytes without white space.
    package var bytes: [UInt8] {
        var writer = JSONWriter(isPretty: false)
        writer.write(self)
        return writer.bytes
    }

    /// The indented form: one member or element a line, two spaces a level, no line end after the last line.
    package func prettyBytes() -> [UInt8] {
        var writer = JSONWriter(isPretty: true)
        writer.write(self)
        return writer.bytes
    }
}

extension JSONText: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
}

extension JSONText: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSONText: ExpressibleByBooleanLiteral {
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}

extension JSONText: ExpressibleByArrayLiteral {
    package init(arrayLiteral elements: JSONText...) { self = .array(elements) }
}

extension JSONText: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, JSONText)...) { self = .object(elements.map(Member.init)) }
}

/// Turns `JSONText` into bytes.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var depth = 0

    init(isPretty: Bool) {
        self.isPretty = isPretty
    }

    mutating func write(_ text: JSONText) {
        switch text {
        case .string(let string): write(string)
        case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
        case .boolean(let boolean): bytes.append(contentsOf: (boolean ? "true" : "false").utf8)
        case .null: bytes.append(contentsOf: "null".utf8)
        case .raw(let raw): bytes.append(contentsOf: raw)
        case .array(let elements):
            write("[", elements, "]") { writer, element in writer.write(element) }
        case .object(let members):
            write("{", members, "}") { writer, member in
                writer.write(member.key)
                writer.bytes.append(UInt8(ascii: ":"))
                if writer.isPretty { writer.bytes.append(UInt8(ascii: " ")) }
                writer.write(member.value)
            }
        }
    }

    private mutating func write<Item>(
        _ opening: Unicode.Scalar, _ items: [Item], _ closing: Unicode.Scalar, _ item: (inout JSONWriter, Item) -> Void
    ) {
        bytes.append(UInt8(ascii: opening))
        depth += 1
        for (index, next) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine()
            item(&self, next)
        }
        depth -= 1
        if !items.isEmpty { breakLine() }
        bytes.append(UInt8(ascii: closing))
    }

    private mutating func breakLine() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * depth))
    }

    private mutating func write(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        if Self.isPlain(string.utf8.span) { return bytes.append(contentsOf: string.utf8) }
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x08: bytes.append(contentsOf: "\\b".utf8)
            case 0x09: bytes.append(contentsOf: "\\t".utf8)
            case 0x0A: bytes.append(contentsOf: "\\n".utf8)
            case 0x0C: bytes.append(contentsOf: "\\f".utf8)
            case 0x0D: bytes.append(contentsOf: "\\r".utf8)
            case 0..<0x20:
                let hex = String(byte, radix: 16)
                bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
                bytes.append(contentsOf: hex.utf8)
            default: bytes.append(byte)
            }
        }
    }

    /// Whether every byte stands for itself in a string.
    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for place in text.indices {
            let byte = text[place]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        }
        return true
    }
}

extension JSONText {
    /// The same value without white space; members, their order and the text of numbers stay.
    package init(compacting bytes: [UInt8]) throws(JSONError) {
        self.init(compacting: try JSONDocument(parsing: bytes))
    }

    package init(compacting document: JSONDocument) { self.init(value: document.root) }

    package init(value: JSONValue) {
        switch value.kind {
        case .object: self = .object(value.members.map { Member($0.key, JSONText(value: $0.value)) })
        case .array: self = .array(value.elements.map { JSONText(value: $0) })
        case .string, .number, .true, .false, .null: self = .raw(Array(value.rawBytes))
        }
    }
}
