/// The macros of manual pages.
enum Roff {
    static func section(_ title: String, _ lines: [String]) -> [String] {
        [".SH \(quoted(title))"] + lines
    }

    /// Lines that are not filled.
    static func lines(_ lines: [String]) -> [String] { [".nf"] + lines.map(text) + [".fi"] }

    static func terms(_ words: [HelpTable.Word]) -> [String] {
        words.flatMap { entry(bold($0.form), $0.meaning) }
    }

    static func entry(_ label: String, _ meaning: String) -> [String] { [".TP", label] + filled(meaning) }

    static func example(_ example: CommandExample) -> [String] { entry(bold(example.line), example.what) }

    static func block(_ block: HelpTopic.Block) -> [String] {
        switch block {
        case .heading(let title): [".SS \(quoted(title))"]
        case .paragraph(let words): [".PP"] + filled(words)
        case .terms(let words): terms(words)
        case .examples(let list): list.flatMap(example)
        case .lines(let list): [".PP"] + lines(list)
        }
    }

    /// The blocks one after the other. Directly after a heading, a macro for a new paragraph has no effect.
    static func joined(_ blocks: [[String]]) -> [String] {
        var lines: [String] = []
        for block in blocks {
            let isAfterHeading = lines.last.map { $0.hasPrefix(".SS") } ?? true
            lines += isAfterHeading && block.first == ".PP" ? Array(block.dropFirst()) : block
        }
        return lines
    }

    static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

    /// Text of any length. Each sentence begins a line: roff adds a space after a sentence only at the end of a line.
    static func filled(_ text: String) -> [String] {
        var sentences: [[Substring]] = [[]]
        for word in text.split(separator: " ") {
            sentences[sentences.count - 1].append(word)
            if (word.hasSuffix(".") || word.hasSuffix(".)")) && !word.hasSuffix("..") { sentences.append([]) }
        }
        return sentences.flatMap { words in
            let lines = Paragraph.lines(words.joined(separator: " "), width: lineWidth).map(Self.text)
            // A line that ends inside a sentence.
            return lines.dropLast().map { [".", "!", "?"].contains($0.last) ? $0 + "\\&" : $0 } + lines.suffix(1)
        }
    }

    /// Leaves room for escapes in lines of at most 80 bytes.
    private static let lineWidth = 60

    /// A text line that roff never takes for a request.
    static func text(_ text: String) -> String {
        let isRequest = text.utf8.first == UInt8(ascii: ".") || text.utf8.first == UInt8(ascii: "'")
        return (isRequest ? "\\&" : "") + escaped(text)
    }

    /// An argument of a macro.
    static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// Escapes each character that roff would replace by a typographic quote, accent or hyphen, so that lines can be
    /// pasted into a shell.
    static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case "\"": "\\(dq"
            case _ where scalar.isASCII: String(scalar)
            default: "\\[u\(hexadecimal(scalar.value))]"
            }
        }.joined()
    }

    /// At least four digits, as groff wants them.
    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
