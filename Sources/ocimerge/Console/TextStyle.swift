internal import ByteIO
internal import ImageModel

/// The appearance of text on one stream: the length of digests, colors, and the width of lines. Every report receives one,
/// so that no report asks for the terminal itself.
struct TextStyle: Sendable, Equatable {
    /// Whether digests have twelve digits.
    let shortensDigests: Bool
    let isColored: Bool
    /// The columns of the terminal; `nil` if lines have no limit.
    let width: Int?

    /// Whole digests, no colors, no limit: the style of files and pipes.
    static let plain = TextStyle(shortensDigests: false, isColored: false, width: nil)

    init(shortensDigests: Bool, isColored: Bool, width: Int?) {
        self.shortensDigests = shortensDigests
        self.isColored = isColored
        self.width = width
    }

    /// The style of a stream. `width` is that of its terminal; `nil` if it is no terminal.
    init(_ options: OutputOptions, width: Int?, environment: (String) -> String? = ProcessEnvironment.value) {
        shortensDigests = width != nil && !options.showsWholeDigests
        self.width = width
        isColored =
            switch options.color {
            case .always: true
            case .never: false
            case .auto: Self.wantsColor(isTerminal: width != nil, environment)
            }
    }

    /// The rules of no-color.org and bixense.com/clicolors.
    private static func wantsColor(isTerminal: Bool, _ environment: (String) -> String?) -> Bool {
        if let refusal = environment("NO_COLOR"), !refusal.isEmpty { return false }
        if let demand = environment("CLICOLOR_FORCE"), !demand.isEmpty, demand != "0" { return true }
        return isTerminal && environment("TERM") != "dumb"
    }

    /// Whether the line needs no second one.
    func fits(_ line: String) -> Bool { width.map { DisplayWidth.of(line) <= $0 } ?? true }

    // MARK: - Text. It is escaped already.

    /// `sha256:469b1653fd28` on a terminal, else the whole digest.
    func digest(_ digest: Digest) -> String {
        let digits = shortensDigests ? String(digest.hex.prefix(Self.shownDigits)) : digest.hex
        return colored("\(digest.algorithm.rawValue):\(digits)", .dim)
    }

    private static let shownDigits = 12

    /// A path, in which digests are shown as they are elsewhere: `blobs/sha256/469b1653fd28`, `469b1653fd28.json`.
    func path(_ text: String) -> String {
        guard shortensDigests else { return text }
        return text.split(separator: "/", omittingEmptySubsequences: false).map { part in
            let digits = part.utf8.prefix { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
            guard digits.count >= Self.leastDigest else { return String(part) }
            return String(part.prefix(Self.shownDigits)) + String(part.dropFirst(digits.count))
        }.joined(separator: "/")
    }

    /// The digits of SHA-256.
    private static let leastDigest = 64

    /// A name or a heading.
    func heading(_ text: String) -> String { colored(text, .bold) }
    func good(_ text: String) -> String { colored(text, .green) }
    func bad(_ text: String) -> String { colored(text, .red) }
    func warning(_ text: String) -> String { colored(text, .yellow) }

    /// The codes of the sequence "select graphic rendition".
    private enum Code: Int { case bold = 1, dim = 2, red = 31, green = 32, yellow = 33 }

    private func colored(_ text: String, _ code: Code) -> String {
        isColored && !text.isEmpty ? "\u{1b}[\(code.rawValue)m\(text)\u{1b}[0m" : text
    }
}
