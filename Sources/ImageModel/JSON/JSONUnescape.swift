/// From the bytes between the quotes of an accepted string to its text.
enum JSONUnescape {
    /// Appends the text as UTF-8. A surrogate without its other half becomes U+FFFD, as in Go's reader.
    static func append(_ content: ArraySlice<UInt8>, to output: inout [UInt8]) {
        var at = content.startIndex
        while at < content.endIndex {
            let byte = content[at]
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                at += 1
                continue
            }
            let code = content[at + 1]
            at += 2
            switch code {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"): output.append(contentsOf: String(scalar(content, at: &at)).utf8)
            default: output.append(code)
            }
        }
    }

    static func hexDigit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func scalar(_ content: ArraySlice<UInt8>, at: inout Int) -> Unicode.Scalar {
        let high = unit(content, at)
        at += 4
        if (0xD800..<0xDC00).contains(high), at + 6 <= content.endIndex, content[at] == UInt8(ascii: "\\"),
            content[at + 1] == UInt8(ascii: "u")
        {
            let low = unit(content, at + 2)
            if (0xDC00..<0xE000).contains(low) {
                at += 6
                return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)) ?? "\u{FFFD}"
            }
        }
        return Unicode.Scalar(high) ?? "\u{FFFD}"
    }

    private static func unit(_ content: ArraySlice<UInt8>, _ start: Int) -> UInt32 {
        var value: UInt32 = 0
        for at in start..<(start + 4) { value = value << 4 | (hexDigit(content[at]) ?? 0) }
        return value
    }
}
