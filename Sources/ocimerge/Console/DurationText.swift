/// A time span for people: `4 s`, `1 min 05 s`, `2 h 03 min`.
enum DurationText {
    /// What `text` never exceeds below `limit` seconds: `12 min 05 s`.
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

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
