internal import ByteIO
internal import Synchronization

/// A calm line on a terminal while something lasts, and nothing anywhere else.
final class ProgressBar: Sendable {
    private let done = Atomic<Int64>(0)
    private let total: Int64
    private let label: String
    private let start = ContinuousClock.now

    private static let interval: UInt32 = 200

    init(label: String, total: Int64) {
        self.label = label
        self.total = total
    }

    func advance(_ bytes: Int) { done.add(Int64(bytes), ordering: .relaxed) }

    /// Draws while `body` runs, if standard error is a terminal, and leaves an empty line behind.
    func shown(_ isWanted: Bool, while body: () throws -> Void) rethrows {
        guard isWanted, StandardStreams.isTerminal(.error), ProcessEnvironment.value("TERM") != "dumb" else {
            return try body()
        }
        let ticker = Ticker(everyMilliseconds: Self.interval) { self.draw() }
        defer {
            ticker.stop()
            Self.say("\r\u{1b}[K")
        }
        try body()
    }

    private static func say(_ text: String) { try? StandardStreams.write(Array(text.utf8), to: .error) }

    private func draw() {
        let elapsed = ContinuousClock.now - start
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let moved = done.load(ordering: .relaxed)
        let line = ProgressLine.render(
            done: moved, total: total, elapsedSeconds: seconds, rate: Double(moved) / max(seconds, 0.001),
            width: StandardStreams.width(.error) - 1, label: label)
        Self.say("\r\(line)\u{1b}[K")
    }
}
