internal import ByteIO
internal import ImageModel

/// The table of all platforms of a source: what the metadata says, and what is known beside it.
struct PlatformMatrix {
    private struct Row {
        let facts: PlatformFacts
        let finding: PageFact?

        var grade: PageGrade { max(facts.grade, finding?.grade ?? .good) }
    }

    /// The rows of one image.
    private struct Group {
        let names: [String]
        let rows: [Row]

        init(names: [String], rows: [Row]) {
            self.names = names
            self.rows = rows
        }

        init(_ image: SourceSummary.Image, in summary: SourceSummary, _ findings: FindingCounts) {
            names = image.labels.map(\.description)
            rows = image.platforms.map { entry in
                Row(
                    facts: PlatformFacts(entry, in: summary, findings),
                    finding: findings.fact(entry, root: image.root.digest))
            }
        }

        /// The rows that need attention.
        var attention: Group { Group(names: names, rows: rows.filter { $0.grade >= .warning }) }
    }

    private let groups: [Group]
    private let table: PageTable

    /// Longer tables are collapsed. Before them stand the rows that need attention.
    private static let shownLimit = 60
    private static let caption: HTML = "What the metadata says, and what was found beside it."

    init(_ summary: SourceSummary, _ findings: FindingCounts) {
        groups = summary.images.map { Group($0, in: summary, findings) }
        let columns: [PageTable.Column] = [
            .init(title: "Platform"), .init(title: "Executables"), .init(title: "Start"), .init(title: "Layers"),
            .numbers("Size"),
        ]
        table = PageTable(columns + (findings.isVerified ? [.init(title: "Findings")] : []))
    }

    func write(to page: inout PageWriter, _ outline: PageOutline) throws(IOFailure) {
        let count = Self.count(groups)
        if count == 0 { return }
        try page.add(HTML(outline.section, "Platforms"))
        if count <= Self.shownLimit { return try write(groups, to: &page, caption: Self.caption) }
        let attention = groups.map(\.attention)
        let number = Self.count(attention)
        if number > 0 {
            try write(attention, to: &page, caption: .words("\(CountText.text(number, "platform")) to look at."))
        }
        try page.element(.details) { (page) throws(IOFailure) in
            try page.add(HTML(.summary, .words("All \(CountText.text(count, "platform"))")))
            try write(groups, to: &page, caption: Self.caption)
        }
    }

    private static func count(_ groups: [Group]) -> Int { groups.reduce(0) { $0 + $1.rows.count } }

    private func write(_ groups: [Group], to page: inout PageWriter, caption: HTML) throws(IOFailure) {
        try table.write(to: &page, "matrix", caption: caption) { (page) throws(IOFailure) in
            for group in groups where !group.rows.isEmpty {
                try page.add(table.body(title: PageText.names(group.names, limit: 2), group.rows.map(row)))
            }
        }
    }

    private func row(_ row: Row) -> HTML {
        let cells: [HTML] = [
            PageText.platform(row.facts.entry.platform), row.facts.evidence.cell, row.facts.start.cell,
            row.facts.layers.text, .words(ByteCount.text(row.facts.entry.manifest.size)),
        ]
        return table.row(cells + (row.finding.map { [$0.text] } ?? []))
    }
}
