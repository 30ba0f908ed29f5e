internal import ByteIO
internal import ImageAudit
internal import ImageModel
internal import ImagePlanning

/// The findings of `verify` in one source, with the path of descriptors to each.
struct FindingsSection {
    private let report: VerifyReport
    private let table = PageTable([.init(title: "Severity"), .init(title: "Finding"), .init(title: "Place")])

    init(_ report: VerifyReport) { self.report = report }

    func write(to page: inout PageWriter, _ outline: PageOutline) throws(IOFailure) {
        let shown = report.rows.filter { !$0.isJSONOnly }
        let usual = report.rows.filter(\.isJSONOnly)
        if report.rows.isEmpty { return }
        try page.add(HTML(outline.section, "Findings"))
        if !shown.isEmpty { try write(shown, to: &page, caption: "With the path of descriptors to each.") }
        if usual.isEmpty { return }
        try page.element(.details) { (page) throws(IOFailure) in
            try page.add(HTML(.summary, .words("\(CountText.text(usual.count, "note")) on usual facts")))
            try write(usual, to: &page, caption: "Many sound images have these.")
        }
    }

    private func write(
        _ rows: [VerifyReport.Row], to page: inout PageWriter, caption: HTML
    ) throws(IOFailure) {
        try table.write(to: &page, "findings", caption: caption) { (page) throws(IOFailure) in
            // The rows of one image follow each other.
            for rows in rows.chunked(by: \.root) {
                try page.add(table.body(title: title(rows.first?.root), rows.map(row)))
            }
        }
    }

    private func title(_ root: Digest?) -> HTML? {
        guard let root else { return "The source as a whole" }
        let names = (report.names[root] ?? []).map(\.description)
        return [PageText.names(names, limit: 2), HTML(.small, PageText.digest(root))]
    }

    private func row(_ row: VerifyReport.Row) -> HTML {
        let values: [(name: HTML, value: String?)] = [
            ("expected ", row.expected), ("found ", row.found), ("in ", row.member),
        ]
        let facts = values.map { name, value in
            value.map { HTML(.small, [name, PageText.value($0)]) } ?? []
        }
        let more =
            row.otherPlaces > 0 ? HTML(.small, .words("and \(CountText.text(row.otherPlaces, "more place"))")) : []
        return table.row([
            PageGrade(row.severity).text(.words(row.severity.rawValue)),
            [.words(row.sentence), HTML(facts), files(row.files)],
            [.words(VerifyText.path(row.place)), more],
        ])
    }

    /// The sentence has the first ones.
    private func files(_ files: [String]) -> HTML {
        files.count < 2
            ? []
            : PageText.details(
                .words(CountText.text(files.count, "file")), isOpen: false, PageText.list(files.map(PageText.value)))
    }
}

extension PageGrade {
    init(_ severity: Finding.Severity) {
        self =
            switch severity {
            case .error: .bad
            case .warning: .warning
            case .note: .neutral
            }
    }
}

/// The differences from the receipt of `--expect`.
enum ComparisonSection {
    static func write(_ comparison: ReceiptComparison, to page: inout PageWriter) throws(IOFailure) {
        let table = PageTable([.init(title: "Severity"), .init(title: "Image"), .init(title: "Difference")])
        try page.add(HTML(.h2, "Comparison with the receipt"))
        try page.add(HTML(.p, [.words(comparison.subject), ": ", verdict(comparison).mark]))
        if comparison.differences.isEmpty { return }
        try table.write(to: &page, "findings", caption: "Differences from the receipt.") { (page) throws(IOFailure) in
            try page.add(
                table.body(
                    comparison.differences.map { difference in
                        let grade: PageGrade = difference.isError ? .bad : .neutral
                        return table.row([
                            grade.text(difference.isError ? "error" : "note"),
                            .words(DifferenceMessage.subject(of: difference)),
                            .words(DifferenceMessage.sentence(for: difference)),
                        ])
                    }))
        }
    }

    static func verdict(_ comparison: ReceiptComparison) -> PageVerdict {
        PageVerdict(
            grade: comparison.isSame ? .good : .bad,
            headline: comparison.isSame
                ? "Everything that the receipt lists is there" : "The content differs from the receipt")
    }
}
