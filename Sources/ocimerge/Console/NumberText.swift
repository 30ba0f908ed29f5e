/// A number of bytes for people: decimal units, three significant digits, one trailing zero dropped (`1.2 GB`).
enum ByteCount {
    /// What `text` never exceeds: `12.3 MB`.
    static let maximumWidth = 7

    private static let units = ["kB", "MB", "GB", "TB", "PB", "EB"]

    /// Rounded half up, into the next unit where needed: never `1000 kB`. There is no negative number of bytes; below
    /// zero counts as zero.
    static func text(_ bytes: Int64) -> String {
        let bytes = UInt64(clamping: bytes)
        if bytes < 1000 { return "\(bytes) B" }
        var unit: UInt64 = 1000
        var index = 0
        // Ends within the list: even UInt64.max is 18 EB.
        while rounded(bytes, by: unit) >= 1000 {
            unit *= 1000
            index += 1
        }
        return "\(number(bytes, in: unit)) \(units[index])"
    }

    private static func number(_ bytes: UInt64, in unit: UInt64) -> String {
        let hundredths = rounded(bytes, by: unit / 100)
        if hundredths < 1000 {
            let digits = hundredths % 100
            let decimals = digits % 10 == 0 ? "\(digits / 10)" : "\(digits / 10)\(digits % 10)"
            return "\(hundredths / 100).\(decimals)"
        }
        let tenths = rounded(bytes, by: unit / 10)
        return tenths < 1000 ? "\(tenths / 10).\(tenths % 10)" : "\(rounded(bytes, by: unit))"
    }

    private static func rounded(_ bytes: UInt64, by divisor: UInt64) -> UInt64 {
        (bytes + divisor / 2) / divisor
    }
}
