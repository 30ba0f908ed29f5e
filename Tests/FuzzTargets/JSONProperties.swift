import ImageModel

/// The properties of the reader, the writer and the editor of JSON. Each check returns whether the input is accepted.
enum JSONProperties {
    static func check(_ bytes: [UInt8]) throws -> Bool {
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes) } catch {
            try expect(bytes.indices.contains(error.offset) || error.offset == bytes.count, "the offset is in the text")
            return false
        }
        try checkRanges(document.root)
        let compact = JSONText(compacting: document)
        let again = try JSONDocument(parsing: compact.bytes)
        try expect(JSONText(compacting: again) == compact, "compact text is read as the same value")
        let pretty = try JSONDocument(parsing: compact.prettyBytes())
        try expect(JSONText(compacting: pretty) == compact, "indented text is read as the same value")
        try expect(try JSONDifference.between(bytes, bytes).isEmpty, "a document equals itself")
        try expect(try JSONDifference.between(bytes, compact.bytes).isEmpty, "white space is no difference")
        return true
    }

    /// The bytes of a value are inside those of the value around it.
    private static func checkRanges(_ value: JSONValue) throws {
        for child in value.elements + value.members.map(\.value) {
            let isInside =
                value.range.lowerBound < child.range.lowerBound && child.range.upperBound < value.range.upperBound
            try expect(isInside, "values are inside each other")
            try checkRanges(child)
        }
    }

    /// The first byte selects the member that is set.
    static func checkEdits(_ input: [UInt8]) throws -> Bool {
        guard let first = input.first else { return false }
        let bytes = Array(input.dropFirst())
        guard let document = try? JSONDocument(parsing: bytes), document.root.kind == .object else { return false }
        let keys = document.root.members.map(\.key)
        let key = keys.isEmpty || first % 4 == 0 ? "fuzz" : keys[Int(first) % keys.count]
        let value = JSONText.string(String(decoding: bytes.prefix(8), as: UTF8.self))
        let edited = try JSONEdit.edited(bytes, [JSONChange([.key(key)], to: value)])
        try expect(edited.root[key]?.string == String(decoding: bytes.prefix(8), as: UTF8.self), "the member is set")
        try checkOthers(document, edited, without: key)
        let removed = try JSONEdit.edited(edited.bytes, [JSONChange([.key(key)], to: nil)])
        try expect(removed.root[key] == nil, "the member is removed")
        try checkOthers(document, removed, without: key)
        guard document.root[key] == nil else { return true }
        let none = try JSONEdit.edited(bytes, [JSONChange([.key(key)], to: nil)])
        try expect(none.bytes == bytes, "removing an absent member changes nothing")
        if !keys.isEmpty { try expect(removed.bytes == bytes, "removing a new member restores the bytes") }
        return true
    }

    /// The members that an edit does not name keep their bytes and their order.
    private static func checkOthers(_ old: JSONDocument, _ new: JSONDocument, without key: String) throws {
        let before = old.root.members.filter { !$0.key.utf8.elementsEqual(key.utf8) }
        let after = new.root.members.filter { !$0.key.utf8.elementsEqual(key.utf8) }
        try expect(
            before.map(\.key) == after.map(\.key) && before.map(\.value.rawBytes) == after.map(\.value.rawBytes),
            "other members keep their bytes")
    }
}
