internal import ImageModel

/// Escapes untrusted text for a terminal.
enum TerminalText {
    /// No scalar of the result acts on a terminal, reorders or hides text. Two different texts never give the same
    /// result, because backslashes are escaped too.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: #"\\"#.unicodeScalars)
            case "\n": result.append(contentsOf: #"\n"#.unicodeScalars)
            case "\r": result.append(contentsOf: #"\r"#.unicodeScalars)
            case "\t": result.append(contentsOf: #"\t"#.unicodeScalars)
            case " "..."~": result.append(scalar)
            default:
                if isVisible(scalar) {
                    result.append(scalar)
                } else {
                    result.append(contentsOf: escape(scalar).unicodeScalars)
                }
            }
        }
        return String(result)
    }

    /// Escaped text of another origin (a document, an archive, a registry, a program) as a part of a sentence. A text of more
    /// than 240 characters keeps its beginning and its end.
    static func part(_ text: String) -> String {
        // More scalars than remain would only cost time.
        cut(text.unicodeScalars.count > longestPart ? escapedEnds(of: text) : escaped(text), to: longestPart, end: 80)
    }

    /// Escaped text as a part of a sentence, shortened as by `part`.
    static func shortened(_ text: String) -> String { cut(text, to: longestPart, end: 80) }

    /// A sentence, each line of which has at most 2,000 characters: a longer line keeps its beginning and its end.
    static func sentence(_ text: String) -> String {
        if text.utf8.count <= longestLine { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { cut(String($0), to: longestLine, end: 400) }.joined(separator: "\n")
    }

    /// The same text with every scalar that acts on a terminal, reorders or hides text as an escape. Backslashes and
    /// newlines stay: the text holds escapes already.
    static func visible(_ text: String) -> String {
        text.replacingHidden(escape)
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String { #"\u{\#(String(scalar.value, radix: 16))}"# }

    private static let longestPart = 240
    private static let longestLine = 2000

    private static func escapedEnds(of text: String) -> String {
        let scalars = text.unicodeScalars
        return escaped(String(scalars.prefix(longestPart))) + Marks.ellipsis
            + escaped(String(scalars.suffix(longestPart)))
    }

    /// `text` with an ellipsis in the place of the characters beyond `limit`, before the last `end` ones.
    private static func cut(_ text: String, to limit: Int, end: Int) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > limit else { return text }
        let ellipsis = Marks.ellipsis
        let start = String.UnicodeScalarView(scalars.prefix(limit - end - ellipsis.unicodeScalars.count))
        return String(start) + ellipsis + String(String.UnicodeScalarView(scalars.suffix(end)))
    }

    /// The same JSON with everything that could act on a terminal written as `\\u` escapes. Such scalars occur only
    /// inside strings, where the escape has the same meaning.
    static func escaped(json: JSONText) -> String { escaped(jsonBytes: json.prettyBytes()) + "\n" }

    /// The same on one line, without white space.
    static func escaped(line json: JSONText) -> String { escaped(jsonBytes: json.bytes) }

    private static func escaped(jsonBytes bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self).replacingHidden { scalar in
            String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }

    fileprivate static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        // Fillers and selectors have the general category of letters and marks, but are invisible.
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

/// The number of terminal columns of a text.
enum DisplayWidth {
    /// East Asian wide and emoji blocks, coarsely: enough to align names, not a substitute for the Unicode tables.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAFF,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]

    /// Color sequences of `TextStyle` have no width. Text of another origin is escaped before and has none.
    static func of(_ text: String) -> Int {
        var width = 0
        var isSequence = false
        for scalar in text.unicodeScalars {
            if isSequence {
                isSequence = scalar != "m"
            } else if scalar == "\u{1b}" {
                isSequence = true
            } else {
                width += of(scalar)
            }
        }
        return width
    }

    static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
        }
    }

    /// `text`, cut with a closing ellipsis where it is wider than `width` columns; never wider than `width`.
    static func cut(_ text: String, to width: Int) -> String {
        if of(text) <= width { return text }
        if width <= 0 { return "" }
        let ellipsis = Marks.ellipsis
        var result = String.UnicodeScalarView()
        var used = of(ellipsis)
        if used > width { return String(ellipsis.prefix(width)) }
        for scalar in text.unicodeScalars {
            used += of(scalar)
            if used > width { break }
            result.append(scalar)
        }
        return String(result) + ellipsis
    }

    /// `text` with spaces after it up to `width` columns.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - of(text)))
    }
}

/// Command lines that are safe on a terminal and can be copied into a shell, where they mean the typed words.
enum ShellText {
    /// The typed command line with one more option.
    static func command(_ arguments: [String], adding option: String) -> String {
        var words = arguments
        words.insert(option, at: words.firstIndex(of: "--") ?? words.endIndex)
        return command(words)
    }

    /// A command line of this program that a shell reads as these arguments.
    static func command(_ arguments: [String]) -> String {
        (["ocimerge"] + arguments.map(quoted)).joined(separator: " ")
    }

    static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.utf8.allSatisfy(isPlain) { return word }
        guard isVisible(word) else { return ansi(word) }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private static func isVisible(_ word: String) -> Bool {
        let parts = word.split(separator: "\\", omittingEmptySubsequences: true).map(String.init)
        return parts.allSatisfy { TerminalText.escaped($0) == $0 }
    }

    /// `$'…'`, which bash, zsh and ksh read, with every byte beyond plain text as an escape.
    private static func ansi(_ word: String) -> String {
        let bytes = word.utf8.map { byte in
            if isPlain(byte) || byte == UInt8(ascii: " ") { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
        return "$'" + bytes.joined() + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-./:=@,+%^".utf8.contains(byte)
        }
    }
}

extension String {
    /// The text with an escape in the place of every scalar that is not visible, except for newlines.
    fileprivate func replacingHidden(_ escape: (Unicode.Scalar) -> String) -> String {
        if utf8.allSatisfy({ (0x20...0x7e).contains($0) || $0 == UInt8(ascii: "\n") }) { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar == "\n" || (" "..."~").contains(scalar) || TerminalText.isVisible(scalar) {
                result.append(scalar)
            } else {
                result.append(contentsOf: escape(scalar).unicodeScalars)
            }
        }
        return String(result)
    }
}
