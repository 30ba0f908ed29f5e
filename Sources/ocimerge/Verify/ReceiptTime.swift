internal import ByteIO

/// The time that a receipt states: that of `SOURCE_DATE_EPOCH` if it is set, else the current time.
enum ReceiptTime {
    /// Seconds since 1970, as reproducible-builds.org defines it.
    static let variable = "SOURCE_DATE_EPOCH"

    /// The end of the year 9999: RFC 3339 knows no later one.
    static let latest: Int64 = 253_402_300_799

    /// As in `2026-11-30T12:00:00Z`.
    static func text(
        _ environment: (String) -> String? = ProcessEnvironment.value, clock: some TimeSource = SystemTime()
    ) throws(ReceiptTimeError) -> String {
        text(try stated(environment) ?? clock.unixTime)
    }

    /// The seconds that the environment states; `nil` if it states none.
    static func stated(
        _ environment: (String) -> String? = ProcessEnvironment.value
    ) throws(ReceiptTimeError) -> Int64? {
        guard let stated = environment(variable), !stated.isEmpty else { return nil }
        guard stated.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains), let seconds = Int64(stated),
            seconds <= latest
        else { throw ReceiptTimeError(text: stated) }
        return seconds
    }

    static func text(_ seconds: Int64) -> String {
        let (year, month, day) = date(ofDay: seconds / 86400)
        let rest = seconds % 86400
        let numbers = [month, day, rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, to: 2) }
        return padded(year, to: 4) + "-\(numbers[0])-\(numbers[1])T\(numbers[2]):\(numbers[3]):\(numbers[4])Z"
    }

    /// The date of a day since 1970-01-01 in the Gregorian calendar. The year starts in March, so that a leap day is
    /// its last day. Eras of 400 years are equal.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let (era, inEra) = (shifted / 146_097, shifted % 146_097)
        let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * year + year / 4 - year / 100)
        let monthFromMarch = (5 * inYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let dayOfMonth = inYear - (153 * monthFromMarch + 2) / 5 + 1
        return (era * 400 + year + (month <= 2 ? 1 : 0), month, dayOfMonth)
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// `SOURCE_DATE_EPOCH` is no number of seconds.
struct ReceiptTimeError: Error, Equatable {
    let text: String
}
