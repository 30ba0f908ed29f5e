/// The form of times in RFC 3339, as configs write them: `2026-01-31T12:00:00.5+01:00`.
enum TimeText {
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let shape = Array("dddd-dd-ddTdd:dd:dd".utf8)
        guard bytes.count > shape.count, matches(bytes[..<shape.count], shape) else { return false }
        func value(_ start: Int, _ count: Int = 2) -> Int {
            bytes[start..<start + count].reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
        }
        let days = [31, value(0, 4).isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard (1...12).contains(value(5)), (1...days[value(5) - 1]).contains(value(8)), value(11) < 24,
            value(14) < 60, value(17) <= 60
        else { return false }
        var rest = bytes[shape.count...]
        if rest.first == UInt8(ascii: ".") {
            let fraction = rest.dropFirst().prefix(while: isDigit)
            guard (1...9).contains(fraction.count) else { return false }
            rest = rest.dropFirst(1 + fraction.count)
        }
        if rest.elementsEqual("Z".utf8) { return true }
        guard rest.count == 6, [UInt8(ascii: "+"), UInt8(ascii: "-")].contains(rest[rest.startIndex]),
            matches(rest.dropFirst(), Array("dd:dd".utf8))
        else { return false }
        return value(rest.startIndex + 1) < 24 && value(rest.startIndex + 4) < 60
    }

    /// `d` in the shape stands for a digit.
    private static func matches(_ bytes: ArraySlice<UInt8>, _ shape: [UInt8]) -> Bool {
        bytes.count == shape.count
            && zip(bytes, shape).allSatisfy { $1 == UInt8(ascii: "d") ? isDigit($0) : $0 == $1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

extension Int {
    fileprivate var isLeapYear: Bool { isMultiple(of: 4) && (!isMultiple(of: 100) || isMultiple(of: 400)) }
}
