/// Command lines that can be copied from a terminal into a shell: they do nothing to the former and mean to the latter
/// what was typed.
enum ShellText {
    /// What was typed, with one more option.
    static func command(_ arguments: [String], adding option: String) -> String {
        var words = arguments
        words.insert(option, at: words.firstIndex(of: "--") ?? words.endIndex)
        return (["ocimerge"] + words.map(quoted)).joined(separator: " ")
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
