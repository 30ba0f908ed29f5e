/// Command lines that can be copied into a shell.
enum ShellText {
    /// What was typed, with one more option.
    static func command(_ arguments: [String], adding option: String) -> String {
        var words = arguments
        words.insert(option, at: words.firstIndex(of: "--") ?? words.endIndex)
        return (["ocimerge"] + words.map(quoted)).joined(separator: " ")
    }

    private static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.utf8.allSatisfy(isPlain) { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
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
