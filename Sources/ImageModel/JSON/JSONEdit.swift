/// Edits of a document. Every byte that an edit does not name stays.
package enum JSONEdit {
    /// The bytes with the changes made, one after another.
    ///
    /// - A value is replaced within its own bytes. A value that is equal after decoding keeps its bytes.
    /// - A missing member becomes the last of its object, spaced like the member before it; an empty object gets no
    ///   spaces. Objects missing on the way are created; `null` counts as missing, since Go writes it for an empty map.
    /// - A removed member takes one comma with it, and the space between that comma and the member. Removing what is
    ///   not there changes nothing.
    /// - Where an object repeats a member (with the same bytes, or it would be refused), the change is made to each.
    ///
    /// Throws if the result is no JSON that `JSONDocument` accepts.
    package static func applying(_ changes: [JSONChange], to bytes: [UInt8]) throws(JSONEditError) -> [UInt8] {
        try edited(bytes, changes).bytes
    }

    /// The same, with the parsed result. Parses the original again, even if it was parsed before. Few documents are
    /// edited, and keeping all trees would take more memory than the bytes.
    package static func edited(
        _ bytes: [UInt8], _ changes: [JSONChange]
    ) throws(JSONEditError) -> JSONDocument {
        try revised(bytes, changes).document
    }

    /// The document with the changes made, and the number of batches that this took. Each batch parses the document.
    /// Changes of different elements share a batch.
    static func revised(
        _ bytes: [UInt8], _ changes: [JSONChange]
    ) throws(JSONEditError) -> (document: JSONDocument, batches: Int) {
        var document = try parse(bytes)
        var waiting = changes
        var batches = 0
        while !waiting.isEmpty {
            var batch = JSONEditBatch(document)
            var later: [JSONChange] = []
            for change in waiting where try !batch.take(change) { later.append(change) }
            document = try batch.applied()
            waiting = later
            batches += 1
        }
        return (document, batches)
    }

    /// Removes elements from an array of the top object and adds others at its end, spaced as the existing ones. The
    /// space around the remaining elements stays.
    package static func edited(
        _ bytes: [UInt8], array name: String, removing removed: [Int], appending texts: [[UInt8]]
    ) throws(JSONEditError) -> JSONDocument {
        let document = try parse(bytes)
        let arrays = document.root.namedMembers.filter { document.text(of: $0.name.index, equals: name) }.map(\.value)
        guard !arrays.isEmpty else { throw .noSuchPlace([.key(name)]) }
        var replacements: [JSONReplacement] = []
        for array in arrays {
            guard array.kind == .array else {
                let text = JSONText.array(texts.map(JSONText.raw))
                replacements.append(JSONReplacement(range: array.range, bytes: text.bytes))
                continue
            }
            replacements += JSONReplacement.exchanging(removed, for: texts, of: array.elements.map(\.range), in: array)
        }
        return try parse(JSONReplacement.applying(replacements, to: bytes))
    }

    /// The value that an edit is computed from.
    package static func root(of bytes: [UInt8]) throws(JSONEditError) -> JSONValue { try parse(bytes).root }

    static func parse(_ bytes: [UInt8]) throws(JSONEditError) -> JSONDocument {
        do throws(JSONError) {
            return try JSONDocument(parsing: bytes)
        } catch {
            throw .malformed(error)
        }
    }

    /// Adds what the part of the path from `depth` on changes in `value`.
    static func collect(
        _ change: JSONChange, from value: JSONValue, depth: Int, _ batch: inout JSONEditBatch,
        into found: inout JSONEditBatch.Found
    ) throws(JSONEditError) {
        guard depth < change.path.count else {
            guard let text = change.value else { throw .noSuchPlace(change.path) }
            if !says(value, text) { found.replacements.append(JSONReplacement(range: value.range, bytes: text.bytes)) }
            return
        }
        let isLast = depth == change.path.count - 1
        switch change.path[depth] {
        case .key(let key):
            if value.isNull {
                guard change.value != nil else { return }
                let object = JSONText.object([.init(key, try created(change, below: depth + 1))])
                found.add([JSONReplacement(range: value.range, bytes: object.bytes)], membersAt: depth)
                return
            }
            guard value.kind == .object else { throw .noSuchPlace(change.path) }
            let members = value.namedMembers
            let named = members.indices.filter { value.document.text(of: members[$0].name.index, equals: key) }
            if isLast, change.value == nil {
                let items = members.map { $0.name.range.lowerBound..<$0.value.range.upperBound }
                found.add(JSONReplacement.removing(named, of: items, in: value), membersAt: depth)
            } else if named.isEmpty {
                guard change.value != nil else { return }
                let text = try created(change, below: depth + 1)
                found.add([JSONReplacement.inserting(key, text, after: members, in: value)], membersAt: depth)
            } else {
                for index in named {
                    try collect(change, from: members[index].value, depth: depth + 1, &batch, into: &found)
                }
            }
        case .end:
            guard let text = change.value, isLast else { throw .noSuchPlace(change.path) }
            if value.isNull {
                found.add([JSONReplacement(range: value.range, bytes: JSONText.array([text]).bytes)], membersAt: depth)
                return
            }
            guard value.kind == .array else { throw .noSuchPlace(change.path) }
            let ranges = batch.elements(of: value).map(\.range)
            found.add(JSONReplacement.exchanging([], for: [text.bytes], of: ranges, in: value), membersAt: depth)
        case .index(let index):
            guard value.kind == .array else { throw .noSuchPlace(change.path) }
            let elements = batch.elements(of: value)
            guard elements.indices.contains(index) else {
                if isLast, change.value == nil { return }
                throw .noSuchPlace(change.path)
            }
            if isLast, change.value == nil {
                found.add(JSONReplacement.removing([index], of: elements.map(\.range), in: value), membersAt: depth)
            } else {
                try collect(change, from: elements[index], depth: depth + 1, &batch, into: &found)
            }
        }
    }

    /// The new value inside the objects that the rest of the path names.
    private static func created(_ change: JSONChange, below depth: Int) throws(JSONEditError) -> JSONText {
        guard var text = change.value else { throw .noSuchPlace(change.path) }
        for step in change.path[depth...].reversed() {
            switch step {
            case .key(let key): text = .object([.init(key, text)])
            case .end: text = .array([text])
            case .index: throw .noSuchPlace(change.path)
            }
        }
        return text
    }

    private static func says(_ value: JSONValue, _ text: JSONText) -> Bool {
        switch text {
        case .string(let string): value.string.map { $0.utf8.elementsEqual(string.utf8) } ?? false
        case .integer(let integer): value.integer == integer
        case .boolean(let boolean): value.boolean == boolean
        case .null: value.isNull
        case .raw(let raw): value.rawBytes.elementsEqual(raw)
        case .array(let texts):
            value.kind == .array && value.elements.count == texts.count
                && zip(value.elements, texts).allSatisfy(says)
        case .object(let members):
            value.kind == .object && value.members.count == members.count
                && zip(value.members, members).allSatisfy {
                    $0.key.utf8.elementsEqual($1.key.utf8) && says($0.value, $1.value)
                }
        }
    }
}

/// Why a change cannot be made.
package enum JSONEditError: Error, Equatable, Sendable {
    /// The document or the result of a change is not JSON that this program accepts.
    case malformed(JSONError)
    /// The path leads through a value without members, or to an absent element.
    case noSuchPlace([JSONStep])
}

/// A change of one place of a document. Without a value it removes the member or element.
package struct JSONChange: Sendable, Equatable {
    package var path: [JSONStep]
    package var value: JSONText?

    package init(_ path: [JSONStep], to value: JSONText?) {
        self.path = path
        self.value = value
    }
}

/// One step from a value to a value inside it.
package enum JSONStep: Sendable, Hashable {
    case key(String)
    case index(Int)
    /// Behind the last element of an array. The last step of a path.
    case end
}
