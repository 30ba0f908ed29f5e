package import ByteIO

/// How often something is tried, and how long is waited in between: longer each time, and never all at once.
package struct Backoff: Sendable {
    package let attempts: Int
    package let timepiece: any Timepiece
    /// Evenly in 0...1.
    private let fraction: @Sendable () -> Double

    private static let first = Duration.milliseconds(250)
    private static let longest = Duration.seconds(10)
    /// A server that wants more is not waited for.
    static let longestAnnounced = Duration.seconds(60)

    package init(
        attempts: Int = 5, _ timepiece: any Timepiece = SystemTimepiece(),
        fraction: @escaping @Sendable () -> Double = { .random(in: 0...1) }
    ) {
        self.attempts = attempts
        self.timepiece = timepiece
        self.fraction = fraction
    }

    /// Before attempt `number` + 1, the first being number 1: anything up to a bound that doubles ("full jitter").
    package func delay(after number: Int) -> Duration {
        min(Self.longest, Self.first * (1 << min(max(number, 1) - 1, 16))) * fraction()
    }

    /// A little more than `duration`, so that those who wait for the same moment do not come together.
    func delay(beyond duration: Duration) -> Duration { duration + Self.first * fraction() }

    /// Ends early, with an error, when the program is asked to stop.
    package func sleep(after number: Int, for subject: String) throws(IOFailure) {
        try timepiece.sleep(delay(after: number), for: subject)
    }
}
