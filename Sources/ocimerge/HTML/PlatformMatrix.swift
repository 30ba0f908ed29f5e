internal import ByteIO
internal import ImageModel

/// The table of all platforms of a source: what the metadata says, and what is known beside it.
struct PlatformMatrix {
    private let summary: SourceSummary
    private let findings: FindingCounts
    private let table: PageTable
    private let hasFindings: Bool

    /// Longer tables are opened on demand. Before them stand the rows that need attention.
    private static let shownLimit = 60

    init(_ source: PageSource, _ summary: SourceSummary) {
        self.summary = summary
        findings = source.findings()
        hasFindings = source.report != nil
        let columns: [PageTable.Column] = [
            .init(title: "Platform"), .init(title: "Executables"), .init(title: "Start"), .init(title: "Layers"),
            .numbers("Size"),
        ]
        table = PageTable(columns + (hasFindings ? [.init(title: "Findings")] : []))
    }

    private var count: Int { summary.images.reduce(0) { $0 + $1.platforms.count } }

    func write(to page: inout PageWriter, _ outline: PageOutline) throws(IOFailure) {
        if count == 0 { return }
        try page.add(HTML(outline.section, "Platforms"))
        if count <= Self.shownLimit {
            return try write(to: &page, caption: "What the metadata says, and what was found beside it.") { _ in true }
        }
        var attention = 0
        for image in summary.images { attention += image.platforms.count { needsAttention($0, image) } }
        if attention > 0 {
            try write(to: &page, caption: .words("\(CountText.text(attention, "platform")) to look at.")) { row in
                row.grade >= .warning
            }
        }
        try page.element(.details) { (page) throws(IOFailure) in
            try page.add(HTML(.summary, .words("All \(CountText.text(count, "platform"))")))
            try write(to: &page, caption: "What the metadata says, and what was found beside it.") { _ in true }
        }
    }

    private func needsAttention(_ entry: SourceSummary.PlatformEntry, _ image: SourceSummary.Image) -> Bool {
        Row(entry, image, summary, findings).grade >= .warning
    }

    private struct Row {
        let facts: PlatformFacts
        let finding: PageFact?

        init(
            _ entry: SourceSummary.PlatformEntry, _ image: SourceSummary.Image, _ summary: SourceSummary,
            _ findings: FindingCounts
        ) {
            facts = PlatformFacts(entry, in: summary)
            finding = findings.fact(root: image.root.digest, entry.platform)
        }

        var grade: PageGrade { max(facts.grade, finding?.grade ?? .good) }
    }

    private func write(
        to page: inout PageWriter, caption: HTML, _ isShown: (Row) -> Bool
    ) throws(IOFailure) {
        try table.write(to: &page, "matrix", caption: caption) { (page) throws(IOFailure) in
            for image in summary.images {
                let rows = image.platforms.map { Row($0, image, summary, findings) }.filter(isShown).map(row)
                if rows.isEmpty { continue }
                let names = image.labels.map(\.description)
                try page.add(table.body(title: PageText.names(names, limit: 2), rows))
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
