/// Bytes as pairs of lower-case hexadecimal digits.
package enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// `nil` if the text has another character or an odd length.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text.utf8 {
            guard let value = value(digit) else { return nil }
            if let first = high.take() { bytes.append(first << 4 | value) } else { high = value }
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// Base64 of RFC 4648, section 4, with padding.
package enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    package static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            var four = [padding, padding, padding, padding]
            for place in four.indices.reversed() {
                if place <= group.count { four[place] = digits[bits & 63] }
                bits >>= 6
            }
            text += four
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// `nil` if the text is not Base64. Each value has one text: nothing may follow the padding, and unused bits are zero.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let all = Array(text.utf8)
        guard all.count.isMultiple(of: 4) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(all.count / 4 * 3)
        for start in stride(from: 0, to: all.count, by: 4) {
            let four = all[start..<(start + 4)]
            let count = four.prefix { $0 != padding }.count
            let isLast = start + 4 == all.count
            guard count == 4 || (isLast && count >= 2 && four.dropFirst(count).allSatisfy { $0 == padding })
            else { return nil }
            var bits = 0
            for digit in four.prefix(count) {
                guard let value = value(digit) else { return nil }
                bits = bits << 6 | value
            }
            bits <<= 6 * (4 - count)
            let group = [UInt8(bits >> 16), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
            guard group.dropFirst(count - 1).allSatisfy({ $0 == 0 }) else { return nil }
            bytes += group.prefix(count - 1)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> Int? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(digit - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(digit - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(digit - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

/// Recognises JSON by its first character.
package enum JSONSniff {
    private static let space = Array(" \t\r\n".utf8)

    /// The first byte that is no space of JSON; `nil` if there is none.
    package static func firstByte(_ bytes: some Sequence<UInt8>) -> UInt8? { bytes.first { !space.contains($0) } }

    /// Whether the bytes begin as an object or an array does.
    package static func mayBegin(_ bytes: some Sequence<UInt8>) -> Bool {
        let first = firstByte(bytes)
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }
}
