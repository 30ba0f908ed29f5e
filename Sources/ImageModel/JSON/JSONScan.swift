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
