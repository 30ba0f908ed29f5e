/// Rows in aligned columns.
enum Table {
    private static let widthLimit = 400

    /// Two spaces between columns, no trailing spaces, a newline after every row. Columns whose index is in
    /// `rightAligned` end flush; rows may be of different lengths. Cells are shown as they are: escape them first. Cells wider
    /// than the limit are not aligned with: one of them would add as many spaces to each row.
    static func text(_ rows: [[String]], rightAligned: Set<Int> = []) -> String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                let width = DisplayWidth.of(cell)
                if width <= widthLimit { widths[column] = max(widths[column], width) }
            }
        }
        return rows.map { row in
            var line = ""
            // Spaces are added only before the next cell that is not empty.
            var waiting = 0
            for (column, cell) in row.enumerated() {
                let padding = max(0, widths[column] - DisplayWidth.of(cell))
                if rightAligned.contains(column) { waiting += padding }
                if !cell.isEmpty {
                    line += String(repeating: " ", count: waiting) + cell
                    waiting = 0
                }
                if !rightAligned.contains(column) { waiting += padding }
                waiting += 2
            }
            return line + "\n"
        }.joined()
    }
}
