/// Changes of different places, made in one parse. Relabelling ten thousand layers of one manifest takes the time of a
/// few.
struct JSONEditBatch {
    private(set) var document: JSONDocument
    private var replacements: [JSONReplacement] = []
    private var paths: Set<[JSONStep]> = []
    private var prefixes: Set<[JSONStep]> = []
    private var arrays: [Int: [JSONValue]] = [:]

    init(_ document: JSONDocument) { self.document = document }

    var isEmpty: Bool { replacements.isEmpty }

    /// Whether the batch already changes this place, a part of it or a place around it.
    func overlaps(_ change: JSONChange) -> Bool {
        if paths.contains(change.path) || prefixes.contains(change.path) { return true }
        return change.path.indices.contains { paths.contains(Array(change.path[..<$0])) }
    }

    mutating func add(_ change: JSONChange, _ new: [JSONReplacement]) {
        replacements += new
        paths.insert(change.path)
        for end in change.path.indices { prefixes.insert(Array(change.path[..<end])) }
    }

    mutating func apply() throws(JSONEditError) {
        if !replacements.isEmpty {
            replacements.sort { $0.range.lowerBound < $1.range.lowerBound }
            document = try JSONEdit.parse(JSONReplacement.applying(replacements, to: document.bytes))
        }
        (replacements, paths, prefixes, arrays) = ([], [], [], [:])
    }

    mutating func elements(of array: JSONValue) -> [JSONValue] {
        if let known = arrays[array.range.lowerBound] { return known }
        let elements = array.elements
        arrays[array.range.lowerBound] = elements
        return elements
    }
}

/// A replacement of a range of bytes.
struct JSONReplacement {
    var range: Range<Int>
    var bytes: [UInt8]
    /// Whether exactly one value is replaced by another, so that the bytes around it stay.
    var isWholeValue = false

    /// The replacements must be in order and must not overlap.
    static func applying(_ replacements: [JSONReplacement], to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + replacements.reduce(0) { $0 + $1.bytes.count })
        var at = 0
        for replacement in replacements {
            result += bytes[at..<replacement.range.lowerBound]
            result += replacement.bytes
            at = replacement.range.upperBound
        }
        return result + bytes[at...]
    }

    /// Adds a member at the end, spaced as the members before it.
    static func inserting(
        _ key: String, _ text: JSONText, after members: [(name: JSONValue, value: JSONValue)], in object: JSONValue
    ) -> JSONReplacement {
        let name = JSONText.string(key).bytes
        guard let last = members.last else {
            let place = object.range.lowerBound + 1
            return JSONReplacement(range: place..<place, bytes: name + [UInt8(ascii: ":")] + text.bytes)
        }
        let source = object.document.bytes
        var bytes: [UInt8]
        if let previous = members.dropLast().last {
            bytes = Array(source[previous.value.range.upperBound..<last.name.range.lowerBound])
        } else {
            bytes = [UInt8(ascii: ",")] + source[(object.range.lowerBound + 1)..<last.name.range.lowerBound]
        }
        bytes += name
        bytes += source[last.name.range.upperBound..<last.value.range.lowerBound]
        bytes += text.bytes
        let place = last.value.range.upperBound
        return JSONReplacement(range: place..<place, bytes: bytes)
    }

    /// Removes elements and adds others at the end, spaced as the elements before them.
    static func exchanging(
        _ removed: [Int], for texts: [[UInt8]], of items: [Range<Int>], in array: JSONValue
    ) -> [JSONReplacement] {
        guard !texts.isEmpty else { return removing(removed, of: items, in: array) }
        let source = array.document.bytes
        var between = [UInt8(ascii: ",")]
        guard let first = items.first, let last = items.last else {
            let place = array.range.lowerBound + 1
            return [JSONReplacement(range: place..<place, bytes: Array(texts.joined(separator: between)))]
        }
        if let previous = items.dropLast().last {
            between = Array(source[previous.upperBound..<last.lowerBound])
        } else {
            between += source[(array.range.lowerBound + 1)..<first.lowerBound]
        }
        let bytes = Array(texts.joined(separator: between))
        if Set(removed).count == items.count {
            return [JSONReplacement(range: first.lowerBound..<last.upperBound, bytes: bytes)]
        }
        let end = JSONReplacement(range: last.upperBound..<last.upperBound, bytes: between + bytes)
        return removing(removed, of: items, in: array) + [end]
    }

    /// Items are members, from name to value, or elements. The space before the first and after the last remaining item
    /// stays. A container that loses all items loses its inner space too.
    static func removing(_ removed: [Int], of items: [Range<Int>], in container: JSONValue) -> [JSONReplacement] {
        guard !removed.isEmpty else { return [] }
        let isRemoved = Set(removed)
        guard let kept = items.indices.first(where: { !isRemoved.contains($0) }) else {
            let inside = (container.range.lowerBound + 1)..<(container.range.upperBound - 1)
            return [JSONReplacement(range: inside, bytes: [])]
        }
        var result: [JSONReplacement] = []
        if kept > 0 {
            result.append(JSONReplacement(range: items[0].lowerBound..<items[kept].lowerBound, bytes: []))
        }
        for index in removed where index > kept {
            let range = items[index - 1].upperBound..<items[index].upperBound
            result.append(JSONReplacement(range: range, bytes: []))
        }
        return result
    }
}
