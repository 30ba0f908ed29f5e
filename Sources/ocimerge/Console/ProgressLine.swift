/// One line about progress: `merging  [=====>      ]  45 %  1.05 GB of 2.35 GB  1.9 GB/s  1 s left`.
enum ProgressLine {
    private static let minimumBar = 10
    private static let maximumBar = 32
    /// The least room for the name of an image.
    private static let minimumName = 16
    private static let gap = "  "

    /// The state of some work.
    struct Moment {
        let label: String
        let done: Int64
        /// `nil` if it is not known.
        let total: Int64?
        /// `nil` if images are not counted.
        var images: Images?
        let seconds: Double
        /// Bytes per second; `nil` if it is not known.
        let rate: Double?
    }

    /// The number of images that are complete, and the name of the one in transfer.
    struct Images {
        var done: Int
        let total: Int
        var current = ""

        var text: String { "\(min(done, total)) of \(CountText.text(total, "image"))" }
        /// That of the longest text.
        var width: Int { String(total).utf8.count + 4 + CountText.text(total, "image").utf8.count }
    }

    /// A line for logs: `copying: 1.2 GB of 3.4 GB, 35 %, 120 MB/s`.
    static func plain(_ moment: Moment) -> String {
        let done = max(0, moment.done)
        var parts = [moment.images?.text ?? ""]
        if let total = moment.total {
            parts += ["\(ByteCount.text(done)) of \(ByteCount.text(total))", percent(fraction(done, total))]
        } else if moment.images == nil || done > 0 {
            parts.append(ByteCount.text(done))
        }
        if done > 0 || moment.images == nil { parts.append(speed(moment.rate)) }
        if let total = moment.total, let left = remaining(done, total, moment.rate) { parts.append(left) }
        if let current = moment.images?.current, !current.isEmpty { parts.append("now \(TerminalText.part(current))") }
        return "\(moment.label): " + parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// Never wider than `width`, no control characters, no trailing space. Which parts are shown depends on `width`,
    /// the label and the total alone, so the line does not jump while it is redrawn.
    static func render(_ moment: Moment, width: Int) -> String {
        let (done, label) = (max(0, moment.done), moment.label)
        let rate = usable(moment.rate)
        let elapsed = wholeSeconds(moment.seconds, roundedUp: false).map { DurationText.text(seconds: $0) } ?? ""
        let speed = speed(moment.rate)
        var parts: [Part] = []
        if let images = moment.images {
            parts.append(Part(text: images.text, width: images.width, rank: 1))
        }
        guard let total = moment.total else {
            // In the order shown, each with the rank in which a narrow line gives it up: the highest first.
            if moment.images == nil || done > 0 {
                parts += [
                    Part(text: ByteCount.text(done), width: ByteCount.maximumWidth, rank: 0),
                    Part(text: speed, width: ByteCount.maximumWidth + 2, rank: 4),
                ]
            }
            parts.append(Part(text: elapsed, width: DurationText.maximumWidth, rank: 2))
            return line(parts, fraction: nil, width: width, label: label, current: moment.images?.current)
        }
        let fraction = fraction(done, total)
        parts += [
            Part(text: percent(fraction), width: 5, rank: 0),
            Part(
                text: "\(ByteCount.text(done)) of \(ByteCount.text(total))",
                width: ByteCount.maximumWidth + 4 + ByteCount.text(total).utf8.count, rank: 3),
            Part(text: speed, width: ByteCount.maximumWidth + 2, rank: 4),
            Part(text: remaining(done, total, rate) ?? elapsed, width: DurationText.maximumWidth + 5, rank: 2),
        ]
        return line(parts, fraction: fraction, width: width, label: label, current: moment.images?.current)
    }

    /// The time that is left; `nil` if it cannot be estimated, or nothing is left.
    private static func remaining(_ done: Int64, _ total: Int64, _ rate: Double?) -> String? {
        guard fraction(done, total) < 1 else { return nil }
        return usable(rate).flatMap { timeLeft(Double(total - done) / $0) }
    }

    private static func usable(_ rate: Double?) -> Double? { rate.flatMap { $0 > 0 && $0 < 0x1p62 ? $0 : nil } }

    private static func speed(_ rate: Double?) -> String {
        usable(rate).map { ByteCount.text(Int64($0)) + "/s" } ?? ""
    }

    private static func fraction(_ done: Int64, _ total: Int64) -> Double {
        total > done ? Double(done) / Double(total) : 1
    }

    private struct Part {
        let text: String
        /// The reserved width, independent of the current text.
        let width: Int
        let rank: Int
    }

    /// `current`: the name that fills the rest of the line in the place of a bar; `nil` if there is none.
    private static func line(
        _ parts: [Part], fraction: Double?, width: Int, label: String, current: String?
    ) -> String {
        var parts = parts
        let wanted = DisplayWidth.of(label)
        while let last = parts.max(by: { $0.rank < $1.rank }), last.rank > 0, wanted + reserved(parts) > width {
            parts.removeAll { $0.rank == last.rank }
        }
        var shown = [DisplayWidth.cut(label, to: width - reserved(parts))]
        let room = width - wanted - reserved(parts) - gap.utf8.count
        if let fraction, room >= minimumBar, current == nil {
            shown.append(bar(fraction, width: min(room, maximumBar)))
        }
        shown += parts.map(\.text)
        if let current, room >= minimumName { shown.append(DisplayWidth.cut(TerminalText.part(current), to: room)) }
        return DisplayWidth.cut(shown.filter { !$0.isEmpty }.joined(separator: gap), to: width)
    }

    private static func reserved(_ parts: [Part]) -> Int {
        parts.reduce(0) { $0 + gap.utf8.count + $1.width }
    }

    private static func bar(_ fraction: Double, width: Int) -> String {
        let inner = width - 2
        if fraction >= 1 { return "[" + String(repeating: "=", count: inner) + "]" }
        let filled = min(inner - 1, Int(fraction * Double(inner)))
        return "[" + String(repeating: "=", count: filled) + ">" + String(repeating: " ", count: inner - filled - 1)
            + "]"
    }

    /// 100 only when all is done.
    private static func percent(_ fraction: Double) -> String {
        "\(fraction >= 1 ? 100 : min(99, Int(fraction * 100))) %"
    }

    private static func timeLeft(_ seconds: Double) -> String? {
        wholeSeconds(seconds, roundedUp: true).map { DurationText.text(seconds: $0) + " left" }
    }

    /// `nil` for a negative time or one that is too long to predict.
    private static func wholeSeconds(_ seconds: Double, roundedUp: Bool) -> Int64? {
        guard seconds >= 0, seconds < Double(DurationText.limit - 1) else { return nil }
        // Not `rounded(_:)`: with a variable rule it needs libm, which is not linked.
        let whole = Int64(seconds)
        return roundedUp && Double(whole) < seconds ? whole + 1 : whole
    }
}
