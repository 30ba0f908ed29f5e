/// Rows in aligned columns.
enum Table {
    private static let widthLimit = 400
    private static let gap = 2
    /// The last column is continued below itself if it has this width; else it begins on a line of its own.
    private static let leastLastColumn = 32

    /// Two spaces between columns, no trailing spaces, a newline after every row. Columns whose index is in
    /// `rightAligned` end flush; rows may be of different lengths. Cells are shown as they are: escape them first. Cells wider
    /// than the limit are not aligned with: one of them would add as many spaces to each row.
    ///
    /// Rows that are wider than `width` columns are continued on indented lines.
    static func text(_ rows: [[String]], rightAligned: Set<Int> = [], width: Int? = nil) -> String {
        let widths = widths(of: rows)
        let lines = rows.map { line($0, widths, rightAligned) }
        guard let width, lines.contains(where: { DisplayWidth.of($0) > width }) else {
            return lines.map { $0 + "\n" }.joined()
        }
        return folded(rows, widths, rightAligned, width)
    }

    private static func widths(of rows: [[String]]) -> [Int] {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                let width = DisplayWidth.of(cell)
                if width <= widthLimit { widths[column] = max(widths[column], width) }
            }
        }
        return widths
    }

    private static func line(_ row: some Collection<String>, _ widths: [Int], _ rightAligned: Set<Int>) -> String {
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
            waiting += gap
        }
        return line
    }

    /// Only the last column is folded if the others leave enough space. Else the columns that do not fit stand on a second,
    /// indented line.
    private static func folded(
        _ rows: [[String]], _ widths: [Int], _ rightAligned: Set<Int>, _ width: Int
    ) -> String {
        let last = widths.count - 1
        let start = widths.dropLast().reduce(0) { $0 + $1 + gap }
        let room = width - start
        let longest = rows.flatMap { $0.dropFirst(last).flatMap(words) }.map { DisplayWidth.of($0) }.max() ?? 0
        if room >= max(leastLastColumn, longest), !rightAligned.contains(last) {
            return rows.map { row in
                let first = line(row.prefix(last), widths, rightAligned)
                let lines = Paragraph.lines(row.dropFirst(last).first ?? "", width: room)
                let margin = String(repeating: " ", count: start)
                // A cell beyond the limit of widths leaves no space on its line.
                guard let head = lines.first, DisplayWidth.of(first) <= max(0, start - gap) else {
                    return ([first] + lines.map { margin + $0 }).map { $0 + "\n" }.joined()
                }
                return ([DisplayWidth.padded(first, to: start) + head] + lines.dropFirst().map { margin + $0 })
                    .map { $0 + "\n" }.joined()
            }.joined()
        }
        return split(rows, widths, rightAligned, width)
    }

    private static func split(
        _ rows: [[String]], _ widths: [Int], _ rightAligned: Set<Int>, _ width: Int
    ) -> String {
        var count = 0
        var used = -gap
        while count < widths.count, used + gap + widths[count] <= width {
            used += gap + widths[count]
            count += 1
        }
        count = max(1, count)
        let rest = Set(rightAligned.filter { $0 >= count }.map { $0 - count })
        return rows.map { row in
            let first = line(row.prefix(count), widths, rightAligned)
            let second = line(row.dropFirst(count), Array(widths.dropFirst(count)), rest)
            let margin = String(repeating: " ", count: row.first.map(indentation) ?? 0) + "    "
            let room = max(1, width - margin.utf8.count)
            let lines = DisplayWidth.of(second) <= room ? [second] : flowed(row.dropFirst(count), room)
            return ([first] + lines.filter { !$0.isEmpty }.map { margin + $0 }).map { $0 + "\n" }.joined()
        }.joined()
    }

    /// The cells without alignment, as many on a line as fit. A cell that is wider than the line is broken between words.
    private static func flowed(_ cells: some Collection<String>, _ width: Int) -> [String] {
        var lines: [String] = []
        for cell in cells where !cell.isEmpty {
            if let last = lines.last, DisplayWidth.of(last) + gap + DisplayWidth.of(cell) <= width {
                lines[lines.count - 1] = last + String(repeating: " ", count: gap) + cell
            } else {
                lines += Paragraph.lines(cell, width: width)
            }
        }
        return lines
    }

    private static func words(_ cell: String) -> [String] { cell.split(separator: " ").map(String.init) }

    private static func indentation(_ cell: String) -> Int { cell.prefix { $0 == " " }.count }
}
