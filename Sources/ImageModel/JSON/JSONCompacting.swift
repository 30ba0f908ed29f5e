extension JSONText {
    /// The same value without white space; members, their order and the text of numbers stay.
    package init(compacting bytes: [UInt8]) throws(JSONError) {
        self = JSONText(value: try JSONDocument(parsing: bytes).root)
    }

    private init(value: JSONValue) {
        switch value.kind {
        case .object: self = .object(value.members.map { Member($0.key, JSONText(value: $0.value)) })
        case .array: self = .array(value.elements.map { JSONText(value: $0) })
        case .string, .number, .true, .false, .null: self = .raw(Array(value.rawBytes))
        }
    }
}
