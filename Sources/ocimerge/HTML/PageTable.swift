internal import ByteIO

/// A table of a page. Narrow pages show each row as a block, with the titles of the columns beside the cells; the roles
/// keep it a table for screen readers then.
struct PageTable {
    struct Column {
        let title: StaticString
        var isNumber = false
        /// The class of the cells.
        var style: StaticString = "cell"

        static func numbers(_ title: StaticString) -> Column { Column(title: title, isNumber: true, style: "number") }
    }

    private let columns: [Column]

    init(_ columns: [Column]) { self.columns = columns }

    /// `content` are bodies. `caption` says what the table shows.
    func table(_ style: StaticString, caption: HTML, _ content: HTML) -> HTML {
        HTML(.table, [.style(style), .role("table")], [HTML(.caption, caption), head, content])
    }

    /// The same for a table whose bodies `rows` writes.
    func write(
        to page: inout PageWriter, _ style: StaticString, caption: HTML,
        _ bodies: (inout PageWriter) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        try page.element(.table, [.style(style), .role("table")]) { (page) throws(IOFailure) in
            try page.add([HTML(.caption, caption), head])
            try bodies(&page)
        }
    }

    private var head: HTML {
        let titles = columns.map { column in
            HTML(
                .th,
                [.scope("col"), .role("columnheader")] + (column.isNumber ? [.style("number")] : []),
                .words("\(column.title)"))
        }
        return HTML(.thead, [.role("rowgroup")], HTML(.tr, [.role("row")], HTML(titles)))
    }

    /// Rows that belong together. `title` names them.
    func body(title: HTML? = nil, _ rows: [HTML]) -> HTML {
        let heading = title.map { title in
            HTML(
                .tr, [.style("group"), .role("row")],
                HTML(.th, [.scope("rowgroup"), .role("rowheader"), .span(columns.count)], title))
        }
        return HTML(.tbody, [.role("rowgroup")], [heading ?? [], HTML(rows)])
    }

    /// The first cell is the header of the row.
    func row(_ cells: [HTML]) -> HTML {
        var parts: [HTML] = []
        for (column, cell) in zip(columns, cells) {
            let style = HTML.Attribute.style(column.style)
            parts.append(
                parts.isEmpty
                    ? HTML(.th, [.scope("row"), .role("rowheader"), style], cell)
                    : HTML(.td, [.role("cell"), .column(column.title), style], cell))
        }
        return [HTML(.tr, [.role("row")], HTML(parts)), "\n"]
    }

    /// A table of names and values, without titles. Rows without a value are left out.
    static func pairs(_ rows: [(name: HTML, value: HTML)], _ style: StaticString, label: String) -> HTML {
        let lines = rows.filter { !$0.value.isEmpty }.map { row in
            HTML(
                .tr, [.role("row")],
                [HTML(.th, [.scope("row"), .role("rowheader")], row.name), HTML(.td, [.role("cell")], row.value)])
        }
        if lines.isEmpty { return [] }
        return HTML(
            .table, [.style(style), .role("table"), .label(label)],
            HTML(.tbody, [.role("rowgroup")], HTML(lines)))
    }
}
