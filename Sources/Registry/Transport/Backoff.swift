package import ByteIO

/// The number of attempts, the random, growing delays between them, and the time of all together.
package struct Backoff: Sendable {
    package let attempts: Int
    package let time: any TimeSource
    /// A random number, evenly distributed in 0...1.
    private let fraction: @Sendable () -> Double

    private static let first = Duration.milliseconds(250)
    private static let longest = Duration.seconds(10)
    /// A longer `Retry-After` is an error.
    static let longestRetryAfter = Duration.seconds(60)
    /// No attempt of a request begins later than this after the first.
    static let longestTotal = Duration.seconds(300)

    package init(
        attempts: Int = 5, _ time: any TimeSource = SystemTime(),
        fraction: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.attempts = attempts
        self.time = time
        self.fraction = fraction
    }

    /// The number of attempts for a request that ends with `failure`. A timeout gets one more attempt alone.
    func attempts(after failure: IOFailure?) -> Int {
        failure?.isNetworkTimeout == true ? min(2, attempts) : attempts
    }

    /// The delay before attempt `number` + 1, where the first is number 1: random, up to a bound that doubles ("full
    /// jitter").
    package func delay(after number: Int) -> Duration {
        min(Self.longest, Self.first * (1 << min(max(number, 1) - 1, 16))) * fraction()
    }

    /// A little more than `duration`, so that threads that wait for the same time do not send together.
    func delay(beyond duration: Duration) -> Duration { duration + Self.first * fraction() }

    /// Throws early if a signal asks the program to stop.
    package func sleep(after number: Int, for subject: String) throws(IOFailure) {
        try time.sleep(delay(after: number), for: subject)
    }
}

/// The header `Retry-After` (RFC 9110, 10.2.3): seconds or a date.
enum RetryAfter {
    /// The delay from `unixTime`, the present time; `nil` if the header is absent or malformed.
    static func delay(_ text: String?, unixTime: Int64) -> Duration? {
        guard let text = text?.trimmingBlanks, let first = text.utf8.first else { return nil }
        if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
            guard text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
            return .seconds(min(Int64(text) ?? farAway, farAway))
        }
        return date(text).map { .seconds(min(max($0 - unixTime, 0), farAway)) }
    }

    private static let farAway: Int64 = 365 * 24 * 3600
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Parses `Sun, 06 Nov 1994 08:49:37 GMT`, the only form that servers may send.
    private static func date(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int64(parts[1]), (1...31).contains(day),
            let month = months.firstIndex(of: String(parts[2])), let year = Int64(parts[3]),
            (1970...9999).contains(year)
        else { return nil }
        let time = parts[4].split(separator: ":", omittingEmptySubsequences: false).compactMap { Int64($0) }
        guard time.count == 3, (0...23).contains(time[0]), (0...59).contains(time[1]), (0...60).contains(time[2])
        else { return nil }
        return days(year, month + 1, day) * 86400 + time[0] * 3600 + time[1] * 60 + time[2]
    }

    /// Days since 1970-01-01 in the Gregorian calendar. The year starts in March, so that a leap day is its last day.
    private static func days(_ year: Int64, _ month: Int, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let monthFromMarch = Int64((month + 9) % 12)
        let inYear = (153 * monthFromMarch + 2) / 5 + day - 1
        return shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + inYear - 719_468
    }
}
