/// Parses a document in one pass into a flat array of nodes. Open containers are kept in an array, not on the call
/// stack.
struct JSONParser {
    private(set) var nodes: [JSONNode] = []
    private var open: [Int] = []

    private enum Expected {
        case value, valueOrEnd, name, nameOrEnd, separatorOrEnd
    }

    mutating func parse(_ bytes: [UInt8]) throws(JSONError) {
        // Typical documents have a value or a name in every sixteen bytes.
        nodes.reserveCapacity(bytes.count / 16 + 1)
        let text = bytes.span
        var at = 0
        var expected = Expected.value
        while true {
            at = Self.endOfSpace(text, from: at)
            guard at < text.count else {
                if open.isEmpty, !nodes.isEmpty { return }
                throw JSONError(offset: at, reason: .unexpectedEnd)
            }
            if open.isEmpty, !nodes.isEmpty { throw JSONError(offset: at, reason: .trailingData) }
            let byte = text[at]
            switch expected {
            case .valueOrEnd where byte == UInt8(ascii: "]"):
                at += 1
                close(at)
                expected = .separatorOrEnd
            case .nameOrEnd where byte == UInt8(ascii: "}"):
                at += 1
                close(at)
                expected = .separatorOrEnd
            case .value, .valueOrEnd:
                expected = try value(text, at: &at)
            case .name, .nameOrEnd:
                try name(text, at: &at)
                expected = .value
            case .separatorOrEnd:
                expected = try separator(text, at: &at, bytes)
            }
        }
    }

    private mutating func value(_ text: Span<UInt8>, at: inout Int) throws(JSONError) -> Expected {
        let start = at
        switch text[at] {
        case UInt8(ascii: "\""):
            let string = try JSONScan.string(text, from: at)
            at = string.end
            append(.string, start, at, isEscaped: string.isEscaped)
        case UInt8(ascii: "{"):
            try begin(.object, at)
            at += 1
            return .nameOrEnd
        case UInt8(ascii: "["):
            try begin(.array, at)
            at += 1
            return .valueOrEnd
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            at = try JSONScan.number(text, from: at)
            append(.number, start, at)
        case UInt8(ascii: "t"):
            at = try JSONScan.word("true", text, from: at)
            append(.true, start, at)
        case UInt8(ascii: "f"):
            at = try JSONScan.word("false", text, from: at)
            append(.false, start, at)
        case UInt8(ascii: "n"):
            at = try JSONScan.word("null", text, from: at)
            append(.null, start, at)
        case let byte:
            throw JSONError(offset: at, reason: .unexpectedByte(byte))
        }
        return .separatorOrEnd
    }

    private mutating func name(_ text: Span<UInt8>, at: inout Int) throws(JSONError) {
        let start = at
        guard text[at] == UInt8(ascii: "\"") else { throw JSONError(offset: at, reason: .unexpectedByte(text[at])) }
        let string = try JSONScan.string(text, from: at)
        append(.string, start, string.end, isEscaped: string.isEscaped)
        at = Self.endOfSpace(text, from: string.end)
        guard at < text.count else { throw JSONError(offset: at, reason: .unexpectedEnd) }
        guard text[at] == UInt8(ascii: ":") else { throw JSONError(offset: at, reason: .unexpectedByte(text[at])) }
        at += 1
    }

    private mutating func separator(
        _ text: Span<UInt8>, at: inout Int, _ bytes: [UInt8]
    ) throws(JSONError) -> Expected {
        let byte = text[at]
        let isObject = nodes[open[open.count - 1]].kind == .object
        at += 1
        switch byte {
        case UInt8(ascii: ","):
            return isObject ? .name : .value
        case UInt8(ascii: "}") where isObject:
            let object = open[open.count - 1]
            close(at)
            try JSONUniqueNames.check(object, nodes, bytes)
        case UInt8(ascii: "]") where !isObject:
            close(at)
        default:
            throw JSONError(offset: at - 1, reason: .unexpectedByte(byte))
        }
        return .separatorOrEnd
    }

    private mutating func begin(_ kind: JSONValue.Kind, _ at: Int) throws(JSONError) {
        guard open.count < JSONDocument.depthLimit else { throw JSONError(offset: at, reason: .tooDeep) }
        open.append(nodes.count)
        append(kind, at, at)
    }

    private mutating func close(_ end: Int) {
        let index = open.removeLast()
        nodes[index].end = UInt32(end)
        nodes[index].next = UInt32(nodes.count)
    }

    private mutating func append(_ kind: JSONValue.Kind, _ start: Int, _ end: Int, isEscaped: Bool = false) {
        let next = UInt32(nodes.count + 1)
        nodes.append(
            JSONNode(start: UInt32(start), end: UInt32(end), next: next, kind: kind, isEscaped: isEscaped))
    }

    private static func endOfSpace(_ text: Span<UInt8>, from start: Int) -> Int {
        var at = start
        while at < text.count {
            let byte = text[at]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            at += 1
        }
        return at
    }
}

/// The tokens of JSON: each function is given the first byte of one and returns the offset after its last.
enum JSONScan {
    static func string(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> (end: Int, isEscaped: Bool) {
        var at = start + 1
        var isEscaped = false
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "\"") { return (at + 1, isEscaped) }
            if byte == UInt8(ascii: "\\") {
                isEscaped = true
                at = try escape(text, from: at)
            } else if byte >= 0x80 {
                at = try scalar(text, from: at)
            } else if byte < 0x20 {
                throw JSONError(offset: at, reason: .controlCharacter)
            } else {
                at += 1
            }
        }
        throw JSONError(offset: at, reason: .unexpectedEnd)
    }

    static func number(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        var at = start
        if text[at] == UInt8(ascii: "-") { at += 1 }
        if at < text.count, text[at] == UInt8(ascii: "0") {
            at += 1
            guard !isDigit(text, at) else { throw JSONError(offset: at, reason: .invalidNumber) }
        } else {
            at = try digits(text, from: at)
        }
        if at < text.count, text[at] == UInt8(ascii: ".") { at = try digits(text, from: at + 1) }
        if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < text.count, text[at] == UInt8(ascii: "+") || text[at] == UInt8(ascii: "-") { at += 1 }
            at = try digits(text, from: at)
        }
        return at
    }

    static func word(_ word: StaticString, _ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        var at = start
        for expected in word.description.utf8 {
            guard at < text.count else { throw JSONError(offset: at, reason: .unexpectedEnd) }
            guard text[at] == expected else { throw JSONError(offset: at, reason: .unexpectedByte(text[at])) }
            at += 1
        }
        return at
    }

    private static func digits(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        guard isDigit(text, start) else { throw JSONError(offset: start, reason: .invalidNumber) }
        var at = start + 1
        while isDigit(text, at) { at += 1 }
        return at
    }

    private static func isDigit(_ text: Span<UInt8>, _ at: Int) -> Bool {
        at < text.count && text[at] &- UInt8(ascii: "0") < 10
    }

    private static func escape(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        guard start + 1 < text.count else { throw JSONError(offset: start + 1, reason: .unexpectedEnd) }
        switch text[start + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return start + 2
        case UInt8(ascii: "u"):
            for at in (start + 2)..<(start + 6) {
                guard at < text.count else { throw JSONError(offset: at, reason: .unexpectedEnd) }
                guard JSONUnescape.hexDigit(text[at]) != nil else {
                    throw JSONError(offset: at, reason: .invalidEscape)
                }
            }
            return start + 6
        default:
            throw JSONError(offset: start + 1, reason: .invalidEscape)
        }
    }

    /// Unicode 16, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
    private static func scalar(_ text: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        let count: Int
        let second: ClosedRange<UInt8>
        switch text[start] {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE, 0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw JSONError(offset: start, reason: .invalidUTF8)
        }
        guard start + count <= text.count, second.contains(text[start + 1]) else {
            throw JSONError(offset: start, reason: .invalidUTF8)
        }
        for at in (start + 2)..<(start + max(count, 2)) where text[at] & 0xC0 != 0x80 {
            throw JSONError(offset: start, reason: .invalidUTF8)
        }
        return start + count
    }
}
