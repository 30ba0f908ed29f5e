internal import ByteIO
internal import ImageModel
internal import Synchronization

/// A progress line on a terminal, and nothing elsewhere. It starts with the reading of streams of unknown length; `begin`
/// starts a phase of known size.
final class ProgressBar: Sendable {
    private struct Phase {
        var label = "reading"
        var total: Int64?
        var done: Int64 = 0
        var start = SystemTime().now
    }

    private let phase = Mutex(Phase())

    private static let intervalMilliseconds = 200

    func begin(_ label: String, total: Int64) { phase.withLock { $0 = Phase(label: label, total: total) } }

    /// Saturates: a blob that the destination holds already counts with its claimed size.
    func advance(_ bytes: Int) { phase.withLock { $0.done = [$0.done, Int64(bytes)].totalSize(\.self) } }

    /// Draws while `body` runs, if standard error is a terminal, and leaves an empty line behind.
    func shown<R, Failure: Error>(
        _ isWanted: Bool, while body: () throws(Failure) -> R
    ) throws(Failure) -> R {
        guard isWanted, Self.isVisible else { return try body() }
        let ticker = Ticker(everyMilliseconds: Self.intervalMilliseconds) { self.draw() }
        defer {
            ticker.stop()
            Self.say(Self.clearing)
        }
        return try body()
    }

    /// Whether standard error is a terminal on which a line can be redrawn.
    static var isVisible: Bool { StandardStreams.isTerminal(.error) && ProcessEnvironment.value("TERM") != "dumb" }

    /// Leaves an empty line in the place of the progress line.
    static let clearing = "\r\u{1b}[K"

    private func draw() {
        let phase = phase.withLock { $0 }
        let elapsed = (SystemTime().now - phase.start).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        let line = ProgressLine.render(
            done: phase.done, total: phase.total, elapsedSeconds: seconds,
            rate: Double(phase.done) / max(seconds, 0.001), width: StandardStreams.width(.error) - 1, label: phase.label
        )
        Self.say("\r\(line)\u{1b}[K")
    }

    private static func say(_ text: String) { try? StandardStreams.write(Array(text.utf8), to: .error) }
}
