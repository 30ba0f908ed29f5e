/// A command line up to the cursor, split into words as bash does it. Nothing is expanded.
struct BashLine {
    /// The words after the program, without quotes. The last one is begun, and may be empty.
    let words: [String]
    /// The part of the last word before the last word break. Bash leaves it on the line and replaces only the rest.
    private let kept: Int

    /// `nil` if only bash can complete the line: the last word has quotes or an expansion, or there is a redirection.
    init?(_ line: String, breaks: String) {
        var splitting = Splitting(breaks: Set(breaks.unicodeScalars))
        for scalar in line.unicodeScalars { splitting.take(scalar) }
        guard splitting.isSimple, splitting.words.count > 1 || !splitting.words.isEmpty && splitting.isBetween else {
            return nil
        }
        words = splitting.words.dropFirst() + (splitting.isBetween ? [""] : [])
        kept = splitting.isBetween ? 0 : splitting.kept
    }

    /// The text for COMPREPLY.
    func insertion(of word: String) -> String {
        ShellWord.escaped(String(String.UnicodeScalarView(word.unicodeScalars.dropFirst(kept))))
    }
}

extension BashLine {
    private struct Splitting {
        let breaks: Set<Unicode.Scalar>
        private(set) var words: [String] = []
        /// Whether the next character begins a word.
        private(set) var isBetween = true
        /// The number of characters of the last word up to its last break.
        private(set) var kept = 0
        private var quote: Unicode.Scalar?
        private var isEscaped = false
        private var hasRedirection = false
        /// Whether the last word has a quote or an expansion.
        private var needsShell = false

        init(breaks: Set<Unicode.Scalar>) { self.breaks = breaks }

        var isSimple: Bool { !isEscaped && !hasRedirection && (isBetween || !needsShell) }

        mutating func take(_ scalar: Unicode.Scalar) {
            if isEscaped {
                isEscaped = false
                append(scalar)
            } else if let quote {
                if scalar == quote { self.quote = nil } else { append(scalar) }
            } else if scalar == " " || scalar == "\t" || scalar == "\n" {
                isBetween = true
            } else {
                takePlain(scalar)
            }
        }

        private mutating func takePlain(_ scalar: Unicode.Scalar) {
            switch scalar {
            case "\\":
                isEscaped = true
                begin()
            case "'", "\"":
                quote = scalar
                begin()
                needsShell = true
            case "<", ">": hasRedirection = true
            default:
                append(scalar)
                if scalar == "$" || scalar == "`" { needsShell = true }
                if breaks.contains(scalar) { kept = words.last?.unicodeScalars.count ?? 0 }
            }
        }

        private mutating func append(_ scalar: Unicode.Scalar) {
            begin()
            words[words.count - 1].unicodeScalars.append(scalar)
        }

        private mutating func begin() {
            guard isBetween else { return }
            words.append("")
            (isBetween, needsShell, kept) = (false, false, 0)
        }
    }
}

/// A text as one word of bash.
enum ShellWord {
    /// Whether no shell gives the character a meaning inside a word.
    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        // The digits, and "-./:@_+".
        case UInt8(ascii: "-")...UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "_"), UInt8(ascii: "+"): true
        default: false
        }
    }

    /// The text with a backslash before every character that may have a meaning.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isPlain = !scalar.isASCII || scalar == "=" || scalar == "," || isPlain(UInt8(scalar.value))
            if !isPlain { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }
}
