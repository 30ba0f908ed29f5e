/// Text broken into lines between words.
enum Paragraph {
    /// Lines of at most `width` columns; a word that is longer stands alone on its line.
    static func lines(_ text: String, width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.isEmpty {
                line = String(word)
            } else if DisplayWidth.of(line) + 1 + DisplayWidth.of(String(word)) <= width {
                line += " \(word)"
            } else {
                lines.append(line)
                line = String(word)
            }
        }
        return line.isEmpty ? lines : lines + [line]
    }

    /// A label, and its text from `column` on; a label too long for that stands on its own line.
    static func definition(_ label: String, _ text: String, column: Int, width: Int) -> [String] {
        let margin = String(repeating: " ", count: column)
        let lines = lines(text, width: width - column).map { margin + $0 }
        guard let first = lines.first, DisplayWidth.of(label) + 2 <= column else { return [label] + lines }
        return [DisplayWidth.padded(label, to: column) + first.dropFirst(column)] + lines.dropFirst()
    }
}
