/// JSON to be written. The same value always gives the same bytes, members in the order given.
package indirect enum JSONText: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case null
    case array([JSONText])
    case object([Member])
    /// Already JSON: copied as it is, also when the rest is written for people.
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

    /// Without a single space.
    package var bytes: [UInt8] {
        var writer = JSONWriter(isPretty: false)
        writer.write(self)
        return writer.bytes
    }

    /// One member or element a line, two spaces a level, no line end after the last line.
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
