/// Changes that are made in one parse. The others wait for the next batch: those whose place or whose order an earlier
/// change decides. Correcting ten thousand entries of one index takes as many batches as correcting one.
struct JSONEditBatch {
    /// What one change does to the document.
    struct Found {
        var replacements: [JSONReplacement] = []
        /// The depths, in the path of the change, of objects and arrays that get or lose members.
        private(set) var depths: Set<Int> = []

        mutating func add(_ new: [JSONReplacement], membersAt depth: Int) {
            guard !new.isEmpty else { return }
            replacements += new
            depths.insert(depth)
        }
    }

    private let document: JSONDocument
    private var replacements: [JSONReplacement] = []
    /// The places that the batch changes, and those around them.
    private var paths: Set<[JSONStep]> = []
    private var prefixes: Set<[JSONStep]> = []
    /// The objects and arrays that get or lose members.
    private var containers: Set<[JSONStep]> = []
    /// The parts of the document that waiting changes concern, and those around them.
    private var waiting: Set<[JSONStep]> = []
    private var aroundWaiting: Set<[JSONStep]> = []
    /// Whether all further changes wait, because elements have other numbers after this batch.
    private var isClosed = false
    private var arrays: [Int: [JSONValue]] = [:]

    init(_ document: JSONDocument) { self.document = document }

    /// Returns whether the change is part of the batch. The first one always is. Changes of one part of the document keep
    /// their order.
    mutating func take(_ change: JSONChange) throws(JSONEditError) -> Bool {
        let removesElement = if case .index? = change.path.last { change.value == nil } else { false }
        let part = Self.part(change.path)
        guard !isClosed, !(removesElement && !waiting.isEmpty), !isBehind(change.path, part), !overlaps(change) else {
            wait(part, removesElement)
            return false
        }
        var found = Found()
        try JSONEdit.collect(change, from: document.root, depth: 0, &self, into: &found)
        let changed = found.depths.map { Array(change.path[..<$0]) }
        // The order of members that several parts add to one object is that of the changes.
        let isOrdered = changed.allSatisfy { !containers.contains($0) && (waiting.isEmpty || $0.count >= part.count) }
        guard isOrdered else {
            wait(part, removesElement)
            return false
        }
        containers.formUnion(changed)
        replacements += found.replacements
        paths.insert(change.path)
        for end in change.path.indices { prefixes.insert(Array(change.path[..<end])) }
        if removesElement { isClosed = true }
        return true
    }

    private mutating func wait(_ part: [JSONStep], _ removesElement: Bool) {
        waiting.insert(part)
        for end in part.indices { aroundWaiting.insert(Array(part[..<end])) }
        if removesElement || part.isEmpty { isClosed = true }
    }

    /// The first element on the path, else the member of the top object. Changes of two parts do not depend on each other.
    private static func part(_ path: [JSONStep]) -> [JSONStep] {
        let end = path.firstIndex { if case .index = $0 { true } else { false } }
        return Array(path.prefix((end ?? 0) + 1))
    }

    /// Whether a waiting change comes before one at this path.
    private func isBehind(_ path: [JSONStep], _ part: [JSONStep]) -> Bool {
        aroundWaiting.contains(part) || (0...path.count).contains { waiting.contains(Array(path.prefix($0))) }
    }

    /// Whether the batch already changes this place, a part of it or a place around it.
    private func overlaps(_ change: JSONChange) -> Bool {
        if paths.contains(change.path) || prefixes.contains(change.path) { return true }
        return change.path.indices.contains { paths.contains(Array(change.path[..<$0])) }
    }

    mutating func applied() throws(JSONEditError) -> JSONDocument {
        if replacements.isEmpty { return document }
        replacements.sort { $0.range.lowerBound < $1.range.lowerBound }
        return try JSONEdit.parse(JSONReplacement.applying(replacements, to: document.bytes))
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
