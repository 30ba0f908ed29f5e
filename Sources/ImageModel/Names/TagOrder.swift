/// The order in which tags are listed: numbers in them are compared as numbers, so that `1.9` comes before `1.10`.
package enum TagOrder {
    package static func sorted(_ tags: [String]) -> [String] { tags.sorted(by: precedes) }

    /// Tags that differ only in leading zeros are compared as bytes.
    package static func precedes(_ one: String, _ other: String) -> Bool {
        let (left, right) = (one.utf8.span, other.utf8.span)
        var (at, place) = (0, 0)
        while at < left.count, place < right.count {
            guard isDigit(left[at]), isDigit(right[place]) else {
                if left[at] != right[place] { return left[at] < right[place] }
                (at, place) = (at + 1, place + 1)
                continue
            }
            let (number, second) = (digits(left, from: at), digits(right, from: place))
            if number.count != second.count { return number.count < second.count }
            for (digit, pair) in zip(number, second) where left[digit] != right[pair] {
                return left[digit] < right[pair]
            }
            (at, place) = (number.upperBound, second.upperBound)
        }
        let rest = (left.count - at, right.count - place)
        return rest == (0, 0) ? one.utf8.lexicographicallyPrecedes(other.utf8) : rest.0 < rest.1
    }

    /// The digits of the number that starts at `start`, without leading zeros.
    private static func digits(_ text: Span<UInt8>, from start: Int) -> Range<Int> {
        var first = start
        while first < text.count, text[first] == UInt8(ascii: "0") { first += 1 }
        var end = first
        while end < text.count, isDigit(text[end]) { end += 1 }
        return first..<end
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
