/// User and password in front of an `@` in addresses. They are never shown, and where they end is not guessed.
package enum Userinfo {
    /// Removes everything that may be one: from `//`, a quote or the beginning up to the last `@` that no digest
    /// follows.
    package static func cut(from text: String) -> String {
        guard let end = text.indices.last(where: { text[$0] == "@" && !isDigest(text[text.index(after: $0)...]) })
        else { return text }
        let head = text[..<end]
        let start = head.firstRange(ofText: "//")?.upperBound ?? head.firstIndex(of: "'").map(text.index(after:))
        return String(text[..<(start ?? text.startIndex)] + text[text.index(after: end)...])
    }

    private static func isDigest(_ text: Substring) -> Bool { text.hasPrefix("sha256:") || text.hasPrefix("sha512:") }
}

extension WebAddress {
    /// Whether the host is this machine or on its own link: loopback, unspecified and link-local addresses, in any
    /// spelling that a resolver accepts. Names that resolve to such addresses are not detected.
    package var isLocal: Bool {
        var name = host[...]
        while name.last == "." { name = name.dropLast() }
        if name == "localhost" || name.hasSuffix(".localhost") || name.isEmpty { return true }
        if name.first == "[" {
            // An unreadable text is no user name.
            return Self.groups(name.dropFirst().dropLast()).map(Self.isLocal(groups:)) ?? true
        }
        return Self.number(ofIPv4: name).map(Self.isLocal(ipv4:)) ?? false
    }

    private static func isLocal(ipv4 number: UInt32) -> Bool {
        let (first, second) = (number >> 24, number >> 16 & 0xff)
        return first == 127 || first == 0 || (first == 169 && second == 254)
    }

    private static func isLocal(groups: [UInt16]) -> Bool {
        let last = UInt32(groups[6]) << 16 | UInt32(groups[7])
        if groups[0] & 0xffc0 == 0xfe80 { return true }
        guard groups[..<5].allSatisfy({ $0 == 0 }) else { return false }
        // ::, ::1, and IPv4 addresses that are mapped or embedded.
        return (groups[5] == 0 || groups[5] == 0xffff) && (last <= 1 || isLocal(ipv4: last))
    }

    /// One to four numbers, decimal, octal or hexadecimal; the last fills the remaining bytes (inet_aton).
    private static func number(ofIPv4 text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(number(inC:))
        guard (1...4).contains(parts.count) else { return nil }
        var result: UInt64 = 0
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            guard let part, part < UInt64(1) << (isLast ? 8 * (4 - index) : 8) else { return nil }
            result |= isLast ? part : part << (24 - 8 * index)
        }
        return UInt32(result)
    }

    private static func number(inC text: Substring) -> UInt64? {
        guard text.first?.isASCII == true, text.first?.isNumber == true else { return nil }
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16) }
        return UInt64(text, radix: text.count > 1 && text.first == "0" ? 8 : 10)
    }

    private static func groups(_ text: Substring) -> [UInt16]? {
        var text = String(text)
        if let colon = text.lastIndex(of: ":"), text[colon...].contains(".") {
            guard let number = number(ofIPv4: text[text.index(after: colon)...]) else { return nil }
            text = "\(text[...colon])\(String(number >> 16, radix: 16)):\(String(number & 0xffff, radix: 16))"
        }
        let colons = Array(text.utf8)
        let gap = colons.indices.dropLast().first { colons[$0] == UInt8(ascii: ":") && colons[$0 + 1] == colons[$0] }
        guard let gap else { return numbers(text[...]).flatMap { $0.count == 8 ? $0 : nil } }
        // `::` stands for the missing zeros and occurs once.
        guard let front = numbers(text.prefix(gap)), let back = numbers(text.dropFirst(gap + 2)),
            front.count + back.count < 8
        else { return nil }
        return front + [UInt16](repeating: 0, count: 8 - front.count - back.count) + back
    }

    private static func numbers(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0, radix: 16) }
        let numbers = parts.compactMap { $0 }
        return numbers.count == parts.count ? numbers : nil
    }
}
