internal import ByteIO
internal import ImageModel
internal import Synchronization

/// Shows the progress of work on standard error: as a line that is redrawn, as a plain line from time to time, or not at
/// all. It starts with the reading of streams of unknown length; `begin` starts a phase of known size.
final class ProgressBar: Sendable {
    enum Form: Sendable, Equatable {
        /// A line that is redrawn, while the process is in the foreground of the terminal.
        case line
        /// A new line every ten seconds.
        case plain
        case none

        /// By default a terminal gets the line that is redrawn.
        init(_ wanted: OutputOptions.Progress) {
            self =
                switch wanted {
                case .none: .none
                case .plain: .plain
                case .auto: ProgressBar.canRedraw ? .line : .plain
                }
        }
    }

    private struct Phase {
        var label = "reading"
        var total: Int64?
        var done: Int64 = 0
        /// `nil` if images are not counted.
        var images: ProgressLine.Images?
        var start = SystemTime().now

        var moment: ProgressLine.Moment {
            let elapsed = (SystemTime().now - start).components
            let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
            return ProgressLine.Moment(
                label: label, done: done, total: total, images: images, seconds: seconds,
                rate: Double(done) / max(seconds, 0.001))
        }
    }

    /// Whether standard error is a terminal on which a line can be redrawn.
    private static var canRedraw: Bool {
        StandardStreams.isTerminal(.error) && ProcessEnvironment.value("TERM") != "dumb"
    }

    private let form: Form
    /// Between two lines.
    private let interval: Int
    private let write: @Sendable (String) -> Void
    private let phase = Mutex(Phase())

    private static let lineMilliseconds = 200
    private static let plainMilliseconds = 10_000

    init(
        _ form: Form, everyMilliseconds interval: Int? = nil,
        write: @escaping @Sendable (String) -> Void = {
            try? StandardStreams.write(Array($0.utf8), to: .error)
        }
    ) {
        self.form = form
        self.interval = interval ?? (form == .line ? Self.lineMilliseconds : Self.plainMilliseconds)
        self.write = write
    }

    func begin(_ label: String, total: Int64) { phase.withLock { $0 = Phase(label: label, total: total) } }

    /// Begins the reading of streams of unknown length.
    func beginReading() { phase.withLock { $0 = Phase() } }

    /// Begins a phase of which only the number of images is known.
    func begin(_ label: String, images: Int) {
        phase.withLock { $0 = Phase(label: label, images: .init(done: 0, total: images)) }
    }

    /// Counts the images of this phase. `current` is the one in transfer, if it is known.
    func show(images done: Int, of total: Int, now current: String = "") {
        phase.withLock { $0.images = ProgressLine.Images(done: done, total: total, current: current) }
    }

    func show(images done: Int) { phase.withLock { $0.images?.done = done } }

    /// Names the image that is in transfer.
    func show(now image: String) { phase.withLock { $0.images?.current = image } }

    func show(images done: Int, now image: String) {
        phase.withLock { phase in
            phase.images?.done = done
            phase.images?.current = image
        }
    }

    /// Saturates: a blob that the destination holds already counts with its claimed size.
    func advance(_ bytes: Int) { phase.withLock { $0.done = [$0.done, Int64(bytes)].totalSize(\.self) } }

    /// Shows the progress while `body` runs, and leaves an empty line behind.
    func shown<R, Failure: Error>(while body: () throws(Failure) -> R) throws(Failure) -> R {
        if form == .none { return try body() }
        let ticker = Ticker(everyMilliseconds: interval) { self.tick() }
        defer {
            ticker.stop()
            let clearing = Self.clearing()
            if !clearing.isEmpty { write(clearing) }
        }
        return try body()
    }

    private func tick() {
        let moment = phase.withLock { $0 }.moment
        if form == .plain { return write("ocimerge: \(ProgressLine.plain(moment))\n") }
        // A process in the background would draw over the prompt of the shell.
        guard StandardStreams.isForeground(.error) else { return }
        Self.isDrawn.store(true, ordering: .relaxed)
        let line = ProgressLine.render(moment, width: StandardStreams.width(.error) - 1)
        write("\r\(line)\(Self.clearBelow)\r")
    }

    // MARK: - The line on the screen

    /// Whether a progress line is on the screen.
    private static let isDrawn = Atomic<Bool>(false)

    /// Clears from the cursor to the end of the screen. The cursor waits at the beginning of the line: if the terminal
    /// becomes narrower and folds the line, its other rows are below.
    private static let clearBelow = "\u{1b}[J"

    /// Clears the progress line; empty if none is on the screen.
    static func clearing() -> String { isDrawn.exchange(false, ordering: .relaxed) ? lineClearing() : "" }

    /// Clears the line of the cursor, also from the `^C` that the terminal shows; empty if this is not possible.
    static func lineClearing() -> String {
        canRedraw && StandardStreams.isForeground(.error) ? "\r" + clearBelow : ""
    }
}
