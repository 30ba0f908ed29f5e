/// A number of bytes in decimal units, three significant digits, one trailing zero dropped (`1.2 GB`).
enum ByteCount {
    /// The maximum width of `text`: `12.3 MB`.
    static let maximumWidth = 7

    private static let units = ["kB", "MB", "GB", "TB", "PB", "EB"]

    /// Rounded half up, into the next unit where needed: never `1000 kB`. Negative numbers count
    /// as zero.
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

/// A number together with English words that agree with it.
enum CountText {
    /// `1 blob`, `2 blobs`.
    static func text(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(form(number, "", "s"))" }

    /// The word that agrees with `number`: `form(1, "is", "are")` is `is`.
    static func form(_ number: Int, _ singular: String, _ plural: String) -> String { number == 1 ? singular : plural }
}

/// A time span: `4 s`, `1 min 05 s`, `2 h 03 min`.
enum DurationText {
    /// The maximum width of `text` below `limit` seconds: `12 min 05 s`.
    static let maximumWidth = 11
    /// A hundred hours.
    static let limit: Int64 = 360_000

    /// Whole seconds, whole minutes from an hour on; below zero counts as zero.
    static func text(seconds: Int64) -> String {
        let seconds = max(0, seconds)
        if seconds < 60 { return "\(seconds) s" }
        if seconds < 3600 { return "\(seconds / 60) min \(twoDigits(seconds % 60)) s" }
        return "\(seconds / 3600) h \(twoDigits(seconds / 60 % 60)) min"
    }

    /// With milliseconds below a second and tenths below a minute: `15 ms`, `1.2 s`.
    static func short(_ duration: Duration) -> String {
        let milliseconds = max(0, Int64(duration / .milliseconds(1)))
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        if milliseconds < 60_000 { return "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s" }
        return text(seconds: milliseconds / 1000)
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
